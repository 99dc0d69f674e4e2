package page

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// aside is the rule by which an element stands beside an article, as its tag or
// its names say; empty when they do not.
func aside(n *node) string {
	switch n.tag {
	case atom.Body, atom.Html, atom.Article, atom.Main, atom.Form:
		return ""
	case atom.Nav:
		return "navigation"
	case atom.Footer:
		return "footer"
	case atom.Aside:
		return "aside"
	}
	rule := ""
	anyWord(n, func(word string) bool {
		if rule = asideWord(word); rule == "" {
			rule = asidePart(word)
		}
		return rule != ""
	})
	if rule == "navigation" && headingRank(n.tag) > 0 {
		return "" // a place that a table of contents leads to
	}
	return rule
}

// aside is the rule by which an element stands beside an article. The names of an
// <article> mostly say what it is about, but one within another may be named as a
// pointer to a third.
func (t *tree) aside(i int32) string {
	n := &t.nodes[i]
	if n.tag != atom.Article || !t.isWithin(i, atom.Article) {
		return aside(n)
	}
	if anyWord(n, func(word string) bool { return asideWord(word) == "related" }) {
		return "related"
	}
	return ""
}

// isWithin reports whether an element of a tag is near around another.
func (t *tree) isWithin(i int32, tag atom.Atom) bool {
	for range maxReach {
		if i = t.nodes[i].parent; i <= 0 {
			return false
		}
		if t.nodes[i].tag == tag {
			return true
		}
	}
	return false
}

// isBody reports whether the names of an element say that it holds the body of an
// article.
func isBody(n *node) bool {
	if n.prop == "articleBody" {
		return true
	}
	article := false // was the word before
	return n.tag != atom.Body && n.tag != atom.Html && anyWord(n, func(word string) bool {
		switch word {
		case "articlebody", "articlecontent", "articletext", "entrycontent", "postcontent", "postbody", "storybody", "storycontent", "bodytext", "bodycopy":
			return true
		case "body", "content", "text", "copy", "corpus":
			return article
		}
		article = word == "article" || word == "entry" || word == "post" || word == "story" || word == "artikel"
		return false
	})
}

// asideWord is the rule of a whole word of an element's names.
func asideWord(word string) string {
	switch word {
	case "comments", "comment", "disqus", "livefyre", "respond", "replies", "kommentare", "kommentar", "forum", "commentaires", "comentarios":
		return "comments"
	case "related", "recommended", "recommendations", "recommendation", "recirc", "recirculation", "readmore", "mostread", "trending",
		"popular", "teaser", "teasers", "onward", "outbrain", "taboola", "ligatus", "upnext", "morefrom", "similar", "zergnet",
		"promo", "promos", "crosspromo", "upsell", "rail", "carousel":
		return "related"
	case "share", "shares", "sharing", "social", "socials", "addthis", "sharedaddy", "follow", "sns":
		return "share"
	case "newsletter", "newsletters", "signup", "subscribe", "subscription", "optin", "mailinglist":
		return "newsletter"
	case "ad", "ads", "advert", "advertisement", "advertising", "sponsor", "sponsored", "adslot", "dfp", "banner", "werbung", "anzeige",
		"adsense", "publicidad", "commercial":
		return "advertisement"
	case "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "pager", "pagination", "paging", "toc", "skip", "jump",
		"toolbar", "tabs", "sitemap":
		return "navigation"
	case "footer", "foot", "copyright", "legal", "disclaimer", "impressum", "colophon":
		return "footer"
	case "sidebar", "side", "secondary", "complementary", "widget", "widgets", "gadget":
		return "sidebar"
	case "tags", "tag", "taglist", "keywords", "topics", "categories", "cat":
		return "tags"
	case "authorbio", "bio", "aboutauthor", "authorbox", "byline", "bylines", "author", "authors", "vcard":
		return "author"
	case "login", "signin", "oembed", "placeholder", "register", "cookie", "cookies", "consent", "gdpr", "modal", "popup", "overlay", "lightbox", "tooltip", "dialog":
		return "dialog"
	case "invisible", "screenreader", "visuallyhidden", "noprint":
		return "hidden"
	case "date", "dateline", "timestamp", "published", "meta", "postmeta", "metadata", "datetime", "time":
		return "date"
	case "rating", "ratings", "vote", "votes", "poll", "quiz", "survey", "feedback":
		return "poll"
	case "shop", "shopping", "product", "affiliate", "price", "buy":
		return "shop"
	}
	return ""
}

// asidePart is the rule of a word that is made of several.
func asidePart(word string) string {
	const shortest = 6
	if len(word) < shortest {
		return ""
	}
	for _, p := range [...]struct{ part, rule string }{
		{"comment", "comments"}, {"related", "related"}, {"recommend", "related"}, {"recirc", "related"}, {"mostread", "related"},
		{"mostpopular", "related"}, {"readmore", "related"}, {"outbrain", "related"}, {"taboola", "related"}, {"alsoread", "related"},
		{"readalso", "related"}, {"morefrom", "related"}, {"socialshar", "share"}, {"sharebar", "share"}, {"sharetool", "share"},
		{"sharing", "share"}, {"addtoany", "share"}, {"socialmedia", "share"}, {"newsletter", "newsletter"}, {"advertis", "advertisement"},
		{"adslot", "advertisement"}, {"adcontainer", "advertisement"}, {"breadcrumb", "navigation"}, {"pagination", "navigation"},
		{"navigation", "navigation"}, {"footer", "footer"}, {"sidebar", "sidebar"}, {"taglist", "tags"}, {"byline", "author"},
		{"authorinfo", "author"}, {"authorb", "author"}, {"cookie", "dialog"}, {"popup", "dialog"}, {"gdpr", "dialog"},
		{"screenreader", "hidden"}, {"visuallyhidden", "hidden"}, {"timestamp", "date"}, {"postmeta", "date"}, {"affiliate", "shop"},
	} {
		if strings.Contains(word, p.part) {
			return p.rule
		}
	}
	return ""
}

// isStandfirst reports whether the names of an element say that it stands between
// headline and body.
func isStandfirst(n *node) bool {
	if n.prop == "description" || n.prop == "alternativeHeadline" {
		return true
	}
	return anyWord(n, func(word string) bool {
		switch word {
		case "standfirst", "lead", "lede", "leadtext", "leadparagraph", "intro", "introduction", "introtext", "deck", "dek", "subtitle", "subhead", "subheadline", "subheading",
			"subheader", "summary", "abstract", "chapo", "chapeau", "sumario", "ingress", "vorspann", "excerpt", "teasertext", "bajada", "entradilla",
			"sottotitolo", "occhiello", "lid", "zajawka", "preamble", "synopsis", "catenaccio", "subtitulo", "copete", "anriss", "kurztext":
			return true
		}
		return strings.HasSuffix(word, "standfirst") || strings.HasSuffix(word, "subtitle") || strings.HasSuffix(word, "subheadline")
	})
}
