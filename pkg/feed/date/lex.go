package date

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind int8

const (
	number kind = iota // decimal digits
	word               // letters
	sign               // one character of anything else
)

// token is a piece of a folded date.
type token struct {
	text    string
	value   int      // of a number that has at most 9 digits, else -1
	meaning *meaning // of a word, nil for one that is not known
	kind    kind
	spaced  bool // white space stands before it
	used    bool // its meaning is known
}

func (t *token) is(text string) bool { return t.kind == sign && t.text == text }

// lex cuts a folded date into tokens, which it appends. A word may have a dot
// or a slash between letters (p.m, asia/tokyo); the dots are dropped.
func lex(tokens []token, s string) []token {
	spaced := false
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case unicode.IsSpace(r):
			spaced, s = true, s[size:]
			continue
		case r >= '0' && r <= '9':
			size = digits(s)
			tokens = append(tokens, token{kind: number, text: s[:size], value: parseNumber(s[:size]), spaced: spaced})
		case unicode.IsLetter(r):
			size = letters(s)
			text := strings.ReplaceAll(s[:size], ".", "")
			tokens = append(tokens, token{kind: word, text: text, meaning: known.words[text], spaced: spaced})
			tokens = joinPhrase(tokens)
		default:
			tokens = append(tokens, token{kind: sign, text: s[:size], spaced: spaced})
		}
		spaced, s = false, s[size:]
	}
	return tokens
}

// maxPhrase is how many words a name has at most.
const maxPhrase = 4

// joinPhrase makes one token of the last ones, when they are a name of several
// words. Only dots, hyphens and apostrophes may stand between.
func joinPhrase(tokens []token) []token {
	last := len(tokens) - 1
	text, words := tokens[last].text, 1
	best, joined := -1, token{}
	for i := last - 1; i >= 0 && words < maxPhrase; i-- {
		t := &tokens[i]
		if t.kind == sign && strings.Contains(".-'", t.text) {
			continue
		}
		if t.kind != word {
			break
		}
		text, words = t.text+" "+text, words+1
		if first, _, _ := strings.Cut(t.text, " "); !known.phrases[first] {
			continue
		}
		if m, ok := known.words[text]; ok {
			best, joined = i, token{kind: word, text: text, meaning: m, spaced: t.spaced}
		}
	}
	if best < 0 {
		return tokens
	}
	return append(tokens[:best], joined)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func parseNumber(s string) int {
	if len(s) > 9 {
		return -1
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// letters returns the length of the word that s starts with. East Asian texts
// have no spaces, so a word that is known ends there.
func letters(s string) int {
	if first, _ := utf8.DecodeRuneInString(s); first >= 0x2e80 {
		return eastAsian(s)
	}
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if n > 0 && otherScript(s[n-1], r) {
			return n // another word
		}
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '_' {
			next, _ := utf8.DecodeRuneInString(s[n+size:])
			if !joins(s[:n], r) || !unicode.IsLetter(next) {
				return n
			}
		}
		n += size
	}
	return n
}

// otherScript reports whether a letter is not of the script of the byte before
// it: PM before a Telugu suffix, or a Chinese character.
func otherScript(before byte, r rune) bool {
	return r >= 0x2e80 && r < 0x10000 || r >= 0x370 && before < 0x80 && before != '.'
}

// joins reports whether a sign is a part of a word when a letter follows it: a
// dot, or what is in the names of zones (America/Port-au-Prince).
func joins(before string, r rune) bool {
	switch r {
	case '.':
		return true
	case '/':
		return before != "" && before[len(before)-1] < 0x80
	}
	return r == '-' && strings.Contains(before, "/")
}

// maxEastAsian is how many characters a name has at most, in bytes.
const maxEastAsian = 24

// eastAsian returns the length of the longest known word that s starts with,
// and else that of all up to the next character that is known or no letter.
func eastAsian(s string) int {
	for n := 0; n < len(s); {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return n
		}
		if end := knownPrefix(s[n:]); end > 0 {
			if n > 0 {
				return n
			}
			return end
		}
		n += size
	}
	return len(s)
}

func knownPrefix(s string) int {
	longest := 0
	for n := 0; n < len(s) && n < maxEastAsian; {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		n += size
		if _, ok := known.words[s[:n]]; ok {
			longest = n
		}
	}
	return longest
}
