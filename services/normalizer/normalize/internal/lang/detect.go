// Package lang tells which of 77 languages a text is in: by its script
// where that is enough, else by how often its letter sequences and small words
// are in each language.
package lang

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxText    = 4096 // bytes that are read
	maxWord    = 64   // letters; longer ones are taken as several
	pieceSize  = 128  // bytes that are read at once
	fewHan     = 30   // characters that Japanese may have without any kana
	fewLetters = 100  // below this a declared language counts as evidence

	// The figures below are in the model's own measure: a frequent sequence of
	// letters has about 150, and a text has three of them a letter.
	lowerCase = 2    // times: names, which say little, begin with a capital
	wordTimes = 2    // times: a small word says more than the letters in it
	rare      = 250  // what a language with little news lacks
	prior     = 1000 // what a declared language has in a text of no letters
	ahead     = 6000 // what no more text makes up for
	near      = 32   // a 32nd less is as good, between languages that are alike
)

// Detect is the language of a text, as a tag without script or region ("de",
// "no", "fil"), "" when the text does not tell. The declared language (such a
// tag or "") decides where the text is short, between languages that are close,
// such as Danish and Norwegian, and where it is one that is not known here. It
// reads the first 4 KiB.
func Detect(text, declared string) string { return theModel().detect(text, declared) }

func (m *model) detect(text, declared string) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	s, letters := m.script(text)
	switch {
	case letters < leastLetters(s):
		return ""
	case s > devanagari:
		return told(s, letters, declared)
	case m.unknown(declared):
		return ""
	}
	var scores [maxLanguages]int
	for piece, rest := "", text; rest != "" && !m.clear(&scores, s); {
		piece, rest = split(rest)
		m.score(piece, &scores)
	}
	return m.choose(&scores, s, letters, declared)
}

// told is the language of a text that its script tells.
func told(s script, letters int, declared string) string {
	tags := s.written()
	if !slices.Contains(tags, declared) || s == han && declared == "ja" && letters > fewHan {
		return tags[0]
	}
	return declared
}

// split cuts off a piece of a text, of whole words.
func split(text string) (piece, rest string) {
	if len(text) <= pieceSize {
		return text, ""
	}
	space := strings.IndexByte(text[pieceSize:], ' ')
	if space < 0 {
		return text, ""
	}
	return text[:pieceSize+space], text[pieceSize+space:]
}

// clear reports whether one language of a script is so far ahead that more text
// cannot matter.
func (m *model) clear(scores *[maxLanguages]int, s script) bool {
	first, second := 0, 0
	for i := range m.languages {
		switch score := scores[i]; {
		case m.scripts[i] != s:
		case score > first:
			first, second = score, first
		case score > second:
			second = score
		}
	}
	return first-second > ahead
}

// leastLetters is how many letters tell a language.
func leastLetters(s script) int {
	switch {
	case s.weight() > 1:
		return 2
	case s > devanagari:
		return 3
	}
	return 8
}

// script is the script of most of a text, and how many letters of it there are.
func (m *model) script(text string) (script, int) {
	var letters [scripts]int
	for _, r := range text {
		if isLetter(r) {
			letters[m.rows.of(r)]++
		}
	}
	if letters[kana]*20 >= letters[han] && letters[kana] > 0 { // Japanese has both, Chinese hardly a kana
		letters[kana], letters[han] = letters[kana]+letters[han], 0
	}
	best := latin
	for s := range scripts {
		if s != none && letters[s]*s.weight() > letters[best]*best.weight() {
			best = s
		}
	}
	return best, letters[best]
}

// isLetter reports whether a character belongs to a word. Indic vowels are marks.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r))
}

// unknown reports whether a language is one that no text can be told to be in,
// so that none can be told not to be.
func (m *model) unknown(tag string) bool {
	if tag == "" || m.number(tag) >= 0 {
		return false
	}
	for s := han; s < scripts; s++ {
		if slices.Contains(s.written(), tag) {
			return false
		}
	}
	return true
}

// score adds up what the words of a text say for each language.
func (m *model) score(text string, scores *[maxLanguages]int) {
	var word [maxWord]rune
	n, times := 0, lowerCase
	for _, r := range text {
		if !isLetter(r) || n == maxWord {
			m.scoreWord(word[:n], times, scores)
			n = 0
		}
		if !isLetter(r) {
			continue
		}
		lower := unicode.ToLower(r)
		if n == 0 {
			times = lowerCase
			if lower != r {
				times = 1
			}
		}
		word[n] = lower
		n++
	}
	m.scoreWord(word[:n], times, scores)
}

// scoreWord adds what a word says: its letters, alone, in twos and in threes,
// and as a whole.
func (m *model) scoreWord(word []rune, times int, scores *[maxLanguages]int) {
	if len(word) == 0 {
		return
	}
	whole := extend(0, ' ')
	for i, letter := range word {
		whole = extend(whole, letter)
		key := uint64(0)
		for _, letter := range word[i:min(i+longest, len(word))] {
			key = extend(key, letter)
			if !m.add(key, times, scores) {
				break // what is longer is no more frequent
			}
		}
	}
	m.add(extend(whole, ' '), times*wordTimes, scores)
}

// add adds what a sequence says, some times, and reports whether it says anything.
func (m *model) add(key uint64, times int, scores *[maxLanguages]int) bool {
	weights := m.weights(key)
	for i := 0; i+1 < len(weights); i += 2 {
		scores[weights[i]%maxLanguages] += int(weights[i+1]) * times
	}
	return len(weights) > 0
}

// choose is the language with the best score of those that are written in a
// script, or the declared one when it is as good.
func (m *model) choose(scores *[maxLanguages]int, s script, letters int, declared string) string {
	best := -1
	for i, tag := range m.languages {
		if m.scripts[i] != s {
			continue
		}
		if isRare(tag) {
			scores[i] -= rare
		}
		if tag == declared && letters < fewLetters {
			scores[i] += prior * (fewLetters - letters) / fewLetters
		}
		if best < 0 || scores[i] > scores[best] {
			best = i
		}
	}
	if best < 0 || scores[best] <= 0 {
		return ""
	}
	if alike(m.languages[best], declared) && m.near(scores, best, declared) {
		return declared
	}
	return m.languages[best]
}

// near reports whether a language has nearly the best score, or none because the
// model has it in another script, as Serbian.
func (m *model) near(scores *[maxLanguages]int, best int, declared string) bool {
	i := m.number(declared)
	return i >= 0 && (m.scripts[i] != m.scripts[best] || scores[i] >= scores[best]-scores[best]/near)
}

// alike reports whether two languages are hard to tell apart.
func alike(a, b string) bool { return a != b && group(a) != 0 && group(a) == group(b) }

// group numbers the groups of languages that are hard to tell apart, 0 for all others.
func group(tag string) int {
	switch tag {
	case "da", "nn", "no":
		return 1
	case "bs", "hr", "sl", "sr":
		return 2
	case "id", "ms":
		return 3
	case "cs", "sk":
		return 4
	case "hi", "mr":
		return 5
	case "bg", "mk":
		return 6
	case "af", "nl":
		return 7
	case "xh", "zu":
		return 8
	}
	return 0
}

// isRare reports whether news is seldom in a language, so that a short text must
// say more for it.
func isRare(tag string) bool {
	switch tag {
	case "af", "az", "bs", "ca", "cy", "et", "eu", "fil", "ga", "is", "lt", "lv", "ms", "nn", "sl", "so", "sq", "sw", "xh", "yo", "zu":
		return true
	}
	return false
}
