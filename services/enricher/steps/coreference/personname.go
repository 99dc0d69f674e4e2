package coreference

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

// withoutAffiliation is a person's name without what recognizers take along:
// "US President" before it, "of Zorbex" after it.
func withoutAffiliation(name string) string {
	if at := strings.Index(name, " of "); at > 0 && strings.Contains(name[:at], " ") {
		name = name[:at]
	}
	for from := 0; ; {
		at := strings.IndexByte(name[from:], ' ')
		if at < 0 {
			return name
		}
		if title, ok := honorific.Of(name[from : from+at]); ok && from > 0 && title.Office && unicode.IsUpper(rune(name[from])) {
			name, _, _ = honorific.Cut(name[from+at+1:])
			from = 0
			continue
		}
		from += at + 1
	}
}

// nameKind is how much of a person's name there is.
type nameKind uint8

const (
	noName      nameKind = iota // not of a person
	shortName                   // Ryabkov, van der Merwe, Sergei
	initialName                 // S. Ryabkov
	fullName                    // Sergei Ryabkov
	longName                    // Sergei Alexeyevich Ryabkov
)

// personName is a name of a person, taken apart.
type personName struct {
	kind   nameKind
	words  []string // folded, initials as one letter
	suffix string   // jr, sr, ii, iii, iv
	gender honorific.Gender
	regnal bool
}

// parsePerson takes a clean name apart. It has no titles, but for those of kings
// and queens.
func parsePerson(name string, title honorific.Title) personName {
	p := personName{kind: shortName, gender: title.Gender, regnal: title.Regnal}
	if title.Regnal {
		name, _, _ = honorific.Cut(name)
	}
	words := wordsOf(formOf(strings.ReplaceAll(name, ".", ". ")))
	if len(words) == 0 {
		p.words = []string{name}
		return p
	}
	if last := words[len(words)-1]; len(words) > 1 && isSuffix(last) {
		words, p.suffix = words[:len(words)-1], generation(last)
	}
	p.words = words
	if p.kind = kindOf(words, startsSmall(name)); p.kind >= fullName && p.gender == honorific.Unknown {
		p.gender = p.first()
	}
	return p
}

// kindOf is the kind of a name. One that begins with a particle in lower case is
// a surname.
func kindOf(words []string, small bool) nameKind {
	spelled := 0
	for _, word := range words {
		if utf8.RuneCountInString(word) > 1 {
			spelled++
		}
	}
	switch {
	case len(words) < 2 || isParticle(words[0]) && (small || words[0] != "al"):
		return shortName
	case spelled > 2:
		return longName
	case spelled == 2:
		return fullName
	}
	return initialName
}

func startsSmall(name string) bool {
	r, _ := utf8.DecodeRuneInString(name)
	return unicode.IsLower(r) || strings.HasPrefix(name, "Al-") || strings.HasPrefix(name, "El-")
}

// isParticle reports whether a surname may begin with this word.
func isParticle(word string) bool {
	switch word {
	case "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "al", "el", "bin", "ibn", "bint",
		"ter", "ten", "zu", "st":
		return true
	}
	return false
}

func isSuffix(word string) bool {
	switch word {
	case "jr", "sr", "junior", "senior", "ii", "iii", "iv":
		return true
	}
	return false
}

func generation(suffix string) string {
	switch suffix {
	case "junior":
		return "jr"
	case "senior":
		return "sr"
	}
	return suffix
}

// first is what the first name says.
func (p *personName) first() honorific.Gender { return honorific.OfFirstName(p.words[0]) }

// ends is the first and the last word: of Bob and of Robert the same.
func (p *personName) ends() string {
	return honorific.Formal(p.words[0]) + " " + p.words[len(p.words)-1]
}

// initialKey is the first letter and the last word.
func (p *personName) initialKey() string {
	_, size := utf8.DecodeRuneInString(p.words[0])
	return p.words[0][:size] + " " + p.words[len(p.words)-1]
}
