package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FirstSentence is the text up to its first end of a sentence, or all of it.
func FirstSentence(text string) string {
	if end := sentenceEnd(text, 0); end > 0 {
		return text[:end]
	}
	return text
}

// WholeSentences is the text up to its last end of a sentence, empty when there
// is none.
func WholeSentences(text string) string {
	last := 0
	for end := sentenceEnd(text, 0); end > 0; end = sentenceEnd(text, end) {
		last = end
	}
	return text[:last]
}

// sentenceEnd is the offset behind the first sentence that ends after from, -1
// when none does. A full stop after an abbreviation or an initial, or before a
// small letter, ends none.
func sentenceEnd(text string, from int) int {
	for i := from; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if strings.ContainsRune("。！？｡", r) {
			return closers(text, i)
		}
		if !strings.ContainsRune(".!?।؟۔", r) {
			continue
		}
		end := closers(text, i)
		if end == len(text) || text[end] == ' ' && !goesOn(text[end+1:]) && (r != '.' || !isAbbreviation(text[from:i-1])) {
			return end
		}
		i = end
	}
	return -1
}

// closers is the offset behind the quotes, brackets and further marks at i.
func closers(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !strings.ContainsRune(`"'”’»)]」』.!?。！？`, r) {
			break
		}
		i += size
	}
	return i
}

// goesOn reports whether the sentence goes on: with a small letter.
func goesOn(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLower(r)
}

// isAbbreviation reports whether the last word of a text, its full stop cut, is
// an initial or one of the abbreviations that stand before a name or a number.
func isAbbreviation(text string) bool {
	text = text[max(0, len(text)-16):]
	word := text[1+strings.LastIndexFunc(text, func(r rune) bool { return r < utf8.RuneSelf && r != '.' && !unicode.IsLetter(r) }):]
	if utf8.RuneCountInString(word) == 1 || strings.Contains(word, ".") {
		r, _ := utf8.DecodeRuneInString(word)
		return unicode.IsLetter(r)
	}
	switch word {
	case "Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "St", "Sen", "Rep", "Gov", "Gen", "Col", "Capt", "Lt", "Sgt", "Maj",
		"Rev", "Hon", "Pres", "Jr", "Sr", "vs", "No", "Nr", "Mt", "Ft", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug",
		"Sep", "Sept", "Oct", "Nov", "Dec", "ca", "bzw", "Hr", "Fr", "Sra", "Dra", "Mme", "Mlle":
		return true
	}
	return false
}

// firstUnspaced is where in Unicode the scripts begin that write no word apart.
const firstUnspaced = 0x0E00

// Words counts words. Scripts that write none apart (Chinese, Japanese, Thai)
// count one for two letters.
func Words(texts ...string) int {
	words, letters := 0, 0
	for _, text := range texts {
		inside := false
		for _, r := range text {
			switch {
			case r < utf8.RuneSelf:
				part := isWordByte(byte(r))
				if part && !inside {
					words++
				}
				inside = part || inside && !isSpaceByte(byte(r))
			case r >= firstUnspaced && isUnspaced(r):
				letters++
				inside = false
			case unicode.IsSpace(r):
				inside = false
			case !inside && (unicode.IsLetter(r) || unicode.IsDigit(r)):
				words++
				inside = true
			}
		}
	}
	return words + (letters+1)/2
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isSpaceByte(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao, unicode.Myanmar)
}

// Fold is a text's letters and digits alone, in lower case: two texts that fold
// the same say the same words.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if isSaid(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// FoldsTo reports whether Fold of a text is this. It ends at the first
// difference.
func FoldsTo(text, folded string) bool {
	for _, r := range text {
		if !isSaid(r) {
			continue
		}
		want, size := utf8.DecodeRuneInString(folded)
		if size == 0 || unicode.ToLower(r) != want {
			return false
		}
		folded = folded[size:]
	}
	return folded == ""
}

func isSaid(r rune) bool {
	if r < utf8.RuneSelf {
		return isWordByte(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
