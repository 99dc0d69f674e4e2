package quotes

import "strings"

// isCue reports whether a word is a form of a verb that introduces speech. Some are
// nouns, too: they count only where no article stands before them.
func isCue(word string) bool {
	switch word {
	case "said", "says", "say", "saying", "told", "tells", "tell", "telling", "added", "adds", "adding", "stated", "states", "stating",
		"asked", "asks", "asking", "replied", "replies", "replying", "responded", "responds", "responding", "answered", "answers",
		"explained", "explains", "explaining", "noted", "notes", "noting", "wrote", "writes", "writing", "written", "tweeted", "tweets",
		"tweeting", "posted", "claimed", "claims", "claiming", "argued", "argues", "arguing", "insisted", "insists", "insisting",
		"warned", "warns", "warning", "declared", "declares", "declaring", "announced", "announces", "announcing", "admitted",
		"admits", "admitting", "acknowledged", "acknowledges", "acknowledging", "conceded", "concedes", "confirmed", "confirms",
		"denied", "denies", "continued", "continues", "continuing", "concluded", "concludes", "concluding", "commented", "comments",
		"commenting", "remarked", "remarks", "recalled", "recalls", "recalling", "stressed", "stresses", "stressing", "emphasized",
		"emphasizes", "emphasizing", "emphasised", "emphasises", "emphasising", "reiterated", "reiterates", "repeated", "repeats",
		"shouted", "shouts", "shouting", "yelled", "yells", "yelling", "cried", "exclaimed", "exclaims", "whispered", "joked", "jokes",
		"joking", "quipped", "quips", "suggested", "suggests", "suggesting", "urged", "urges", "urging", "observed", "observes",
		"contended", "contends", "asserted", "asserts", "asserting", "affirmed", "maintained", "maintains", "alleged", "alleges",
		"complained", "complains", "complaining", "lamented", "laments", "protested", "described", "describes", "describing",
		"called", "calls", "calling", "testified", "testifies", "vowed", "vows", "vowing", "pledged", "pledges", "promised",
		"promises", "promising", "predicted", "predicts", "cautioned", "cautions", "countered", "counters", "demanded", "demands",
		"inquired", "retorted", "mused", "muses", "boasted", "boasts", "boasting", "bragged", "scoffed", "snapped", "reported",
		"reports", "revealed", "reveals", "agreed", "agrees", "elaborated", "proclaimed", "proclaims", "reflected", "advised",
		"condemned", "criticized", "criticised", "blasted", "slammed", "accused", "chanted", "chanting", "sang", "sings", "gushed", "quoted",
		"reads", "read", "reading", "went", "thought", "thinks", "believes", "believed", "hailed", "praised", "denounced", "labeled", "labelled",
		"branded", "dubbed", "referred", "tweet", "put", "puts", "cited", "citing", "summed", "rejected", "dismissed", "defended", "celebrated",
		"pointed", "points", "signaled", "signalled", "expressed", "voiced", "ordered", "pleaded", "begged", "opined", "ranted", "raged", "fumed":
		return true
	}
	return false
}

// isNounToo reports whether a verb of speech is as often a noun.
func isNounToo(word string) bool {
	switch word {
	case "tweets", "remarks", "comments", "reports", "claims", "notes", "calls", "states", "demands", "reads", "points", "puts", "tweet", "protests",
		"promises", "pledges", "vows", "answers", "replies", "laments", "jokes", "counters", "reveals", "read", "put", "warning", "writing",
		"reporting", "reading", "boasts", "thought", "say", "stresses", "repeats", "cautions", "went":
		return true
	}
	return false
}

// isDeterminer reports whether a noun follows: "the reports", "his demands".
func isDeterminer(word string) bool {
	switch strings.ToLower(word) {
	case "the", "a", "an", "his", "her", "its", "their", "our", "my", "your", "this", "that", "these", "those", "some", "such", "no", "any":
		return true
	}
	return false
}

// isFiller reports whether a word may stand between who speaks and the verb.
func isFiller(word string) bool {
	switch strings.ToLower(word) {
	case "later", "also", "then", "has", "had", "have", "is", "was", "been", "being", "once", "again", "further", "to", "would", "will", "did", "does",
		"not", "never", "earlier", "today", "yesterday", "still", "even", "just", "now", "first", "on", "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday", "went", "as", "quoted", "often", "since", "himself", "herself", "too", "reportedly", "and", "but",
		"always", "simply", "afterwards", "afterward", "previously", "ever", "could", "should", "might", "may", "must", "are", "were", "night", "morning",
		"afternoon", "evening", "last", "week", "month", "year", "so":
		return true
	}
	return len(word) > 4 && strings.HasSuffix(word, "ly")
}

// isStop reports whether the noun after an inverted verb ends before this word:
// "said Zork in Lima".
func isStop(word string) bool {
	switch word {
	case "in", "on", "at", "during", "after", "before", "who", "which", "when", "while", "as", "to", "by", "about", "with", "that", "if", "because",
		"and", "but", "from", "into", "referring", "speaking", "via":
		return true
	}
	return false
}

// isPreposition reports whether the noun after a word is no subject.
func isPreposition(word string) bool {
	switch strings.ToLower(word) {
	case "of", "to", "with", "by", "for", "from", "in", "on", "at", "against", "over", "about", "like", "than", "after", "before", "between",
		"under", "behind", "including", "near":
		return true
	}
	return false
}
