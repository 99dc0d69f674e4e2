package tagger

import (
	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// Tagger reads one article after another with a model. It keeps its room between
// them, and a bounded memory of words; it is not safe for concurrent use.
type Tagger struct {
	cache
	tokens    []text.Token // of all texts
	ends      []int        // of each text: where its tokens end
	sentences []text.Sentence
	forms     []int32 // of each token
	modes     []uint8
	phrases   []Class // of each token that is in a name of several words of the lists
	runs      []run
	runOf     []int32 // of each token: 1 + index into runs
	facts     []fact  // by the lower-cased word
	noted     []int32 // words with facts
	votes     []votes // by the lower-cased word
	voted     bool
	segments  []Segment
	labels    []Label
	lattice
}

// Segment is tokens [From, To) of a sentence that are labelled together. What is
// in no segment is far from any word that may be a name.
type Segment struct {
	From, To int
	sentence text.Sentence
}

// NewTagger makes a tagger.
func NewTagger(m *Model) *Tagger { return &Tagger{cache: cache{model: m}} }

// Token is where a token is: in which text, and from which byte to which.
type Token struct{ Text, Start, End int }

// Read takes in the texts of one article: its tokens and what the whole says
// about each word. It is what Features are of.
func (t *Tagger) Read(texts []string) {
	t.cache.reset()
	t.tokens, t.ends, t.sentences = t.tokens[:0], t.ends[:0], t.sentences[:0]
	t.forms, t.modes = t.forms[:0], t.modes[:0]
	for _, s := range texts {
		from, sentence := len(t.tokens), len(t.sentences)
		t.tokens = text.Tokenize(t.tokens, s)
		t.ends = append(t.ends, len(t.tokens))
		for _, tok := range t.tokens[from:] {
			t.forms = append(t.forms, t.formOf(s, tok))
		}
		t.sentences = text.Sentences(t.sentences, s, t.tokens[from:])
		for i := sentence; i < len(t.sentences); i++ {
			t.sentences[i].From += from
			t.sentences[i].To += from
		}
	}
	n := len(t.tokens)
	t.modes, t.phrases, t.runOf, t.labels = sized(t.modes, n), sized(t.phrases, n), sized(t.runOf, n), sized(t.labels, n)
	t.runs, t.segments = t.runs[:0], t.segments[:0]
	t.forgetFacts()
	t.forgetVotes()
	for _, s := range t.sentences {
		t.readSentence(s)
	}
}

// sized is s with n zeros, in the same room where that does.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	s = s[:n]
	clear(s)
	return s
}

func (t *Tagger) readSentence(s text.Sentence) {
	t.setModes(s)
	for i := s.From; i < s.To; i++ {
		f := &t.cache.forms[t.forms[i]]
		if !f.casing.named() {
			if f.casing == small {
				t.note(f.lowerID, seenSmall)
			}
			continue
		}
		t.extend(s, i)
		if f.class&more != 0 && t.phrases[i] == 0 {
			t.findPhrase(i, s.To)
		}
	}
	t.findRuns(s)
}

const (
	before = 2 // tokens of a segment before a word that may be a name
	after  = 1 // and after it
)

// extend puts token i, which may be of a name, into a segment: that of the last
// such token of the sentence, where it is near.
func (t *Tagger) extend(s text.Sentence, i int) {
	to := min(i+1+after, s.To)
	if t.hyphened(i, s.To) {
		to = i + 3 // Ji-yeon
	}
	if n := len(t.segments); n > 0 && t.segments[n-1].sentence == s && i-before < t.segments[n-1].To {
		t.segments[n-1].To = max(t.segments[n-1].To, to)
	} else {
		t.segments = append(t.segments, Segment{max(i-before, s.From), to, s})
	}
}

// hyphened reports whether more of the word of token i stands behind a hyphen.
func (t *Tagger) hyphened(i, end int) bool {
	return i+2 < end && t.tokens[i+1].Glued && t.tokens[i+2].Glued && t.form(i+1).casing == mark && t.form(i+2).casing == small
}

// Segments are what is to be labelled of what was read.
func (t *Tagger) Segments() []Segment { return t.segments }

// Tokens is how many tokens there are.
func (t *Tagger) Tokens() int { return len(t.tokens) }

// Each calls f with each token, in order.
func (t *Tagger) Each(f func(i int, tok Token)) {
	n := 0
	for i, tok := range t.tokens {
		for i >= t.ends[n] {
			n++
		}
		f(i, Token{n, int(tok.Start), int(tok.End)})
	}
}

// setModes says what a capital means for each token of a sentence.
func (t *Tagger) setModes(s text.Sentence) {
	mode := t.modeOf(s)
	if mode != plain {
		for i := s.From; i < s.To; i++ {
			t.modes[i] = mode
		}
		return
	}
	opening := true
	for i := s.From; i < s.To; i++ {
		c := t.cache.forms[t.forms[i]].casing
		if opening && c > clitic {
			t.modes[i] = first
			opening = false
		}
		if c == mark && t.opensQuote(i, s) {
			opening = true
		}
	}
}

// opensQuote reports whether token i is a quotation mark that stands before a word
// and not after one.
func (t *Tagger) opensQuote(i int, s text.Sentence) bool {
	if i+1 >= s.To || !t.tokens[i+1].Glued || t.tokens[i].Glued {
		return false
	}
	f := &t.cache.forms[t.forms[i]]
	switch string(t.cache.bytes[f.start:f.end]) {
	case `"`, "“", "‘", "'", "«", "„":
		return true
	}
	return false
}

// modeOf is the mode of a sentence: plain, titleCase or allCaps.
func (t *Tagger) modeOf(s text.Sentence) uint8 {
	var upper, lower, function, all int
	for i := s.From; i < s.To; i++ {
		f := &t.cache.forms[t.forms[i]]
		switch f.casing {
		case capital, mixed:
			upper++
		case capitals, initials:
			all++
		case small:
			if f.end-f.start <= 4 && isFunction(string(t.cache.bytes[f.start:f.end])) {
				function++
			} else if lower++; lower > 2 {
				return plain
			}
		}
	}
	switch {
	case all > 1 && upper+lower+function == 0:
		return allCaps
	case upper+all > 3 && lower*t.strictness(s) <= upper+all:
		return titleCase
	}
	return plain
}

// strictness is how many words with a capital there are in Title Case for each
// without: more where the sentence ends as no headline does.
func (t *Tagger) strictness(s text.Sentence) int {
	if f := t.form(s.To - 1); string(t.cache.bytes[f.start:f.end]) == "." {
		return 20
	}
	return 8
}

// isFunction reports whether a Title Case headline has the word in lower case.
func isFunction(word string) bool {
	switch word {
	case "a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "with", "from", "as", "and", "or", "but",
		"nor", "is", "vs", "v", "via", "per", "de", "la", "el", "al", "bin", "van", "von", "der", "du", "di", "da",
		"up", "out", "off", "over", "into", "its", "it":
		return true
	}
	return false
}
