package date

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind int

const (
	number kind = iota // decimal digits
	word               // letters
	sign               // one character of anything else
)

// token is a piece of a folded date.
type token struct {
	kind   kind
	text   string
	value  int  // of a number that has at most 9 digits, else -1
	spaced bool // white space stands before it
	used   bool // its meaning is known
}

func (t token) is(text string) bool { return t.kind == sign && t.text == text }

// lex cuts a folded date into tokens. A word may have a dot or a slash between
// letters (p.m, asia/tokyo); the dots are dropped.
func lex(s string) []token {
	tokens := make([]token, 0, 16)
	spaced := false
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if unicode.IsSpace(r) {
			spaced, s = true, s[size:]
			continue
		}
		t := token{kind: sign, text: s[:size], value: -1, spaced: spaced}
		switch {
		case r >= '0' && r <= '9':
			t.kind, t.text = number, s[:digits(s)]
			t.value = parseNumber(t.text)
		case unicode.IsLetter(r):
			size = letters(s, len(tokens) > 0 && tokens[len(tokens)-1].kind == number)
			t.kind, t.text = word, strings.ReplaceAll(s[:size], ".", "")
			s = s[size:]
			tokens, spaced = append(tokens, t), false
			continue
		}
		s = s[len(t.text):]
		tokens, spaced = append(tokens, t), false
	}
	return tokens
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

// letters returns the length of the word that s starts with. After a number a
// unit of East Asian dates is a word of its own: 10日星期一 is 10, 日, 星期一.
func letters(s string, afterNumber bool) int {
	first, size := utf8.DecodeRuneInString(s)
	if _, ok := unit(string(first)); ok && afterNumber {
		return size
	}
	n := size
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r), r == '_':
			n += size
		case r == '.' || r == '/':
			next, _ := utf8.DecodeRuneInString(s[n+size:])
			if !unicode.IsLetter(next) {
				return n
			}
			n += size
		default:
			return n
		}
	}
	return n
}
