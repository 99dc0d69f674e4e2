// Package honorific knows the titles that stand before names, and what titles and
// first names say of who bears them.
package honorific

import (
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/services/enricher/internal/fold"
)

// Gender is what a title or a first name says of a person.
type Gender uint8

// The genders. Unknown fits both.
const (
	Unknown Gender = iota
	Male
	Female
)

// Fits reports whether one person may be both.
func (g Gender) Fits(other Gender) bool { return g == Unknown || other == Unknown || g == other }

// Title is what a title says.
type Title struct {
	Gender Gender
	// Office is whether it says what somebody is or does, so that it may follow other
	// words: US President, Health Minister.
	Office bool
	// Regnal is whether a first name may follow it alone: Queen, Pope.
	Regnal bool
}

// maxTitle is the most bytes of a word that may be a title.
const maxTitle = 20

// Of is what the word says as a title, in any case and with or without its point.
func Of(word string) (Title, bool) {
	if len(word) > maxTitle {
		return Title{}, false
	}
	switch fold.String(strings.TrimSuffix(word, ".")) {
	case "mr", "messrs", "sir", "lord", "herr", "monsieur", "senor", "sheikh", "sheik", "baron", "imam", "rabbi", "father", "congressman", "mister":
		return Title{Gender: Male}, true
	case "ms", "mrs", "miss", "dame", "lady", "frau", "madame", "mme", "senora", "baroness", "madam", "sister", "congresswoman", "mlle":
		return Title{Gender: Female}, true
	case "king", "prince", "pope", "emperor", "sultan", "duke", "tsar", "emir":
		return Title{Gender: Male, Regnal: true}, true
	case "queen", "princess", "empress", "duchess", "tsarina":
		return Title{Gender: Female, Regnal: true}, true
	case "saint", "st":
		return Title{Regnal: true}, true
	case "dr", "prof", "professor", "doctor", "president", "minister", "senator", "sen", "rep", "representative", "gov", "governor",
		"judge", "justice", "chancellor", "secretary", "ambassador", "general", "gen", "colonel", "col", "captain", "capt", "sgt",
		"sergeant", "lt", "lieutenant", "major", "maj", "admiral", "adm", "commander", "officer", "chief", "mayor", "rev", "reverend",
		"bishop", "archbishop", "cardinal", "ayatollah", "mp", "premier", "director", "chairman", "chairwoman", "spokesman",
		"spokeswoman", "detective", "administrator", "inspector", "councillor", "councilman", "coach", "hon", "speaker", "attorney":
		return Title{Office: true, Gender: genderOfOffice(word)}, true
	}
	return Title{}, false
}

// genderOfOffice is what words like chairwoman say.
func genderOfOffice(word string) Gender {
	switch word = fold.String(word); {
	case strings.HasSuffix(word, "woman"):
		return Female
	case strings.HasSuffix(word, "man"):
		return Male
	}
	return Unknown
}

// Before is what the word right before text[start:] says as a title.
func Before(text string, start int) (Title, bool) {
	head := strings.TrimRightFunc(text[max(0, start-maxTitle-2):start], unicode.IsSpace)
	if i := strings.LastIndexFunc(head, isBreak); i >= 0 {
		head = head[i:]
		head = strings.TrimLeftFunc(head, isBreak)
	}
	return Of(head)
}

func isBreak(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '.' }

// Cut takes the titles off the front of a name, and says what they say together.
func Cut(name string) (rest string, all Title, found bool) {
	for {
		word, tail, ok := strings.Cut(name, " ")
		if !ok || !startsUpper(word) {
			return name, all, found
		}
		title, known := Of(word)
		if !known {
			return name, all, found
		}
		all, found = all.and(title), true
		name = strings.TrimLeft(tail, " ")
	}
}

func (t Title) and(other Title) Title {
	if t.Gender == Unknown {
		t.Gender = other.Gender
	}
	return Title{Gender: t.Gender, Office: t.Office || other.Office, Regnal: t.Regnal || other.Regnal}
}

func startsUpper(word string) bool {
	for _, r := range word {
		return unicode.IsUpper(r)
	}
	return false
}
