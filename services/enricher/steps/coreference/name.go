package coreference

import (
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/services/enricher/internal/fold"
)

// The bounds of a name that is looked into. A longer one is joined only to names
// that are the same.
const (
	maxName  = 160 // bytes
	maxWords = 8
)

// clean is a name without what is around it: the article, a possessive, marks,
// and runs of spaces within it.
func clean(name string) string {
	name = strings.TrimFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`"“”„«»‘([,;:-–—`, r)
	})
	for _, end := range []string{"'s", "’s", "'S", "’S", "'", "’"} {
		if cut, ok := strings.CutSuffix(name, end); ok && cut != "" {
			name = strings.TrimRightFunc(cut, unicode.IsSpace)
			break
		}
	}
	if tail, ok := cutArticle(name); ok {
		name = tail
	}
	if plainSpaces(name) {
		return name
	}
	return strings.Join(strings.Fields(name), " ")
}

func cutArticle(name string) (string, bool) {
	if len(name) > 4 && name[3] == ' ' && strings.EqualFold(name[:3], "the") {
		return strings.TrimLeft(name[4:], " "), true
	}
	return name, false
}

// plainSpaces reports whether single spaces are all the space in name.
func plainSpaces(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 0x80, c < ' ', c == ' ' && i > 0 && name[i-1] == ' ':
			return false
		}
	}
	return true
}

// formOf is a clean name as names are compared: folded, without points and
// commas, with spaces for hyphens. U.S. is us.
func formOf(name string) string {
	if len(name) > maxName {
		return name
	}
	form := fold.String(name)
	if !strings.ContainsAny(form, ".,-&") {
		return form
	}
	form = strings.NewReplacer(".", "", ",", "", "-", " ", "&", " and ").Replace(form)
	return strings.Join(strings.Fields(form), " ")
}

// wordsOf are the words of a form; none of one that is too long.
func wordsOf(form string) []string {
	if len(form) > maxName {
		return nil
	}
	words := strings.Fields(form)
	if len(words) > maxWords {
		return nil
	}
	return words
}

// inCapitals reports whether s has two letters or more and all are capitals.
func inCapitals(s string) bool {
	upper := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper > 1
}

// isAcronym reports whether a clean name is one word of two to eight capitals:
// WHO, U.S.
func isAcronym(name string) bool {
	return len(name) <= 2*maxWords && !strings.Contains(name, " ") && inCapitals(name) &&
		strings.IndexFunc(name, func(r rune) bool { return !unicode.IsUpper(r) && r != '.' && r != '&' }) < 0
}

// isSmall reports whether a folded word is one that acronyms may leave out.
func isSmall(word string) bool {
	switch word {
	case "of", "the", "and", "for", "in", "on", "de", "la", "du", "des", "del", "y", "e", "et", "und", "a", "to", "at", "against", "des'":
		return true
	}
	return false
}
