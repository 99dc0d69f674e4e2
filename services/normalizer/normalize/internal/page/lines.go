package page

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// maxLineNoText is the length of a block, in letters, above which it is text
// whatever it says.
const maxLineNoText = 250

// noText is the rule by which the words of a block are no text of an article,
// empty when they may be.
func noText(b *block) string {
	if _, rules := text.Sift([]text.Paragraph{{Text: b.text, Linked: b.linked}}); len(rules) > 0 {
		if isReporting(b.text) {
			return credit
		}
		return rules[0]
	}
	if utf8.RuneCountInString(b.text) >= maxLineNoText {
		return ""
	}
	switch {
	case isReporting(b.text):
		return credit
	case isLabel(b.text):
		return "label"
	case b.linked*5 >= len(b.text)*2 && opensAsPointer(b.text):
		return "related"
	case isCredit(b.text):
		return "picture_credit"
	case isCall(b.text):
		return "share"
	}
	return ""
}

// isReporting reports whether a line names who reported, wrote or edited.
func isReporting(s string) bool {
	lower := strings.ToLower(s)
	for _, opening := range [...]string{"reporting by ", "additional reporting by ", "writing by ", "editing by ", "compiled by ", "mit material von ",
		"mit agenturmaterial", "mit informationen von ", "redaktion: ", "bearbeitung: ", "avec afp", "avec agence", "con información de ", "con informazioni di "} {
		if strings.HasPrefix(strings.TrimLeft(lower, "([—–-* "), opening) {
			return true
		}
	}
	for _, words := range [...]string{"contributed to this report", "contributed to this story", "contributed to this article", "contributed reporting"} {
		if strings.Contains(lower, words) {
			return true
		}
	}
	return false
}

// opensAsPointer reports whether a line that is in part a link begins as one to
// another page does.
func opensAsPointer(s string) bool {
	_, rules := text.Sift([]text.Paragraph{{Text: s, Linked: len(s)}})
	return len(rules) > 0 && rules[0] == "related"
}

// agencies are those that sell pictures, as they stand in credits.
const agencies = `getty images|getty image|getty|afp|ap|ap photo|associated press|reuters|dpa|picture alliance|picture-alliance|epa|efe|ansa|imago|imago images|shutterstock|istock|ntb|tt|ritzau|belga|keystone|alamy|unsplash|pixabay|pa|pa wire|pa media|apa|adobe stock|zuma|sipa|xinhua|kyodo|tass|lapresse|pap`

// isCredit reports whether a line is what stands below a picture: it names its
// maker behind a mark, or is an agency's name.
func isCredit(s string) bool {
	tail := strings.TrimRight(s, ".!? ")
	tail = tail[1+strings.LastIndexAny(tail, ".!?"):]
	lower := strings.ToLower(tail)
	for _, mark := range [...]string{"©", "bildrechte:", "bildquelle:", "foto:", "fotos:", "photo:", "(photo by", "photo credit:", "image credit:", "picture:", "bild:", "(bild ", "(foto ", "credit:", "crédit photo", "фото:"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return isAgency(strings.Trim(lower, " ()[]/|.")) || endsInAgency(lower)
}

func isAgency(s string) bool {
	const longest = 40
	if s == "" || len(s) > longest {
		return false
	}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == ',' || r == '|' }) {
		if !slices.Contains(strings.Split(agencies, "|"), strings.TrimSpace(part)) {
			return false
		}
	}
	return true
}

// endsInAgency reports whether a line ends in brackets with an agency and a name:
// (AFP / A. Name).
func endsInAgency(lower string) bool {
	open := strings.LastIndexByte(lower, '(')
	if open < 0 || !strings.HasSuffix(lower, ")") {
		return false
	}
	inside := strings.TrimSuffix(lower[open+1:], ")")
	agency, _, ok := strings.Cut(inside, "/")
	return ok && isAgency(strings.TrimSpace(agency))
}

// isLabel reports whether a line is the label of what a page can do.
func isLabel(s string) bool {
	switch strings.ToLower(strings.Trim(s, " .:…›»×+-")) {
	case "image", "caption", "hide caption", "toggle caption", "close", "loading", "video", "play", "play video", "watch", "listen", "gallery",
		"view gallery", "enlarge", "enlarge image", "open in gallery", "copy link", "copied", "print", "save", "menu", "back to top", "x":
		return true
	}
	return false
}

// isCall reports whether a line calls readers to follow the publisher elsewhere.
func isCall(s string) bool {
	lower := strings.ToLower(s)
	for _, place := range [...]string{"google news", "whatsapp channel", "whatsapp-kanal", "canal de whatsapp", "telegram channel", "telegram-kanal", "canal de telegram"} {
		if strings.Contains(lower, place) {
			return true
		}
	}
	return false
}
