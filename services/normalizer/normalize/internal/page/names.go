package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// words are the words of names as people write them in classes: parted by what
// is no letter, and where a capital follows a small letter.
func words(names string, yield func(word string) bool) bool {
	start, lower := -1, false
	for i, r := range names {
		letter := unicode.IsLetter(r)
		if start >= 0 && (!letter || lower && unicode.IsUpper(r)) {
			if !yield(strings.ToLower(names[start:i])) {
				return false
			}
			start = -1
		}
		if letter && start < 0 {
			start = i
		}
		lower = unicode.IsLower(r)
	}
	return start < 0 || yield(strings.ToLower(names[start:]))
}

// maxNames is the bytes of the names of an element that are looked at.
const maxNames = 400

// anyWord reports whether one of the words of an element's names is one that is
// looked for.
func anyWord(n *node, is func(word string) bool) bool {
	names := n.names
	if len(names) > maxNames {
		names = names[:maxNames]
	}
	for !utf8.ValidString(names) && names != "" {
		names = names[:len(names)-1]
	}
	return !words(names, func(word string) bool { return !is(word) })
}

// isCaption reports whether the names of an element say that it describes a
// picture.
func isCaption(n *node) bool {
	if n.tag == atom.Body || n.tag == atom.Html || n.names == "" {
		return false
	}
	return anyWord(n, func(word string) bool {
		switch word {
		case "caption", "figcaption", "photocredit", "imagecredit", "imagecaption", "legende", "bildunterschrift", "copyright":
			return true
		}
		return strings.HasSuffix(word, "caption")
	})
}

// isForReaders reports whether the names of an element say that it is spoken by
// screen readers and not shown.
func isForReaders(n *node) bool {
	if isBlock(n.tag) {
		return false
	}
	for _, name := range [...]string{"sr-only", "visually-hidden", "visuallyhidden", "screen-reader", "screenreader", "a11y-hidden", "offscreen"} {
		if strings.Contains(n.names, name) {
			return true
		}
	}
	return false
}
