package lang

import "strings"

// script is a way of writing, or several that one language mixes.
type script uint8

const (
	none script = iota
	latin
	cyrillic
	arabic
	devanagari
	han // and from here on those that tell a language by themselves
	kana
	hangul
	greek
	hebrew
	armenian
	georgian
	thai
	lao
	khmer
	burmese
	sinhala
	bengali
	gurmukhi
	gujarati
	oriya
	tamil
	telugu
	kannada
	malayalam
	ethiopic
	tibetan
	thaana
	scripts // how many there are
)

// written are the languages of a script that the model does not choose from:
// the one that it tells, then those that may be declared in its place.
func (s script) written() []string {
	return strings.Fields([scripts]string{
		han: "zh yue ja", kana: "ja", hangul: "ko", greek: "el", hebrew: "he yi", armenian: "hy", georgian: "ka",
		thai: "th", lao: "lo", khmer: "km", burmese: "my", sinhala: "si", bengali: "bn as", gurmukhi: "pa",
		gujarati: "gu", oriya: "or", tamil: "ta", telugu: "te", kannada: "kn", malayalam: "ml", ethiopic: "am ti",
		tibetan: "bo dz", thaana: "dv",
	}[s])
}

// weight is what a letter counts beside those of other scripts: a character of
// Chinese is half a word, and names of other countries stay in Latin letters.
func (s script) weight() int {
	switch s {
	case han, kana, hangul:
		return 3
	}
	return 1
}

// scriptOf is the script that the model has a language in.
func scriptOf(tag string) script {
	switch tag {
	case "be", "bg", "kk", "mk", "mn", "ru", "sr", "uk":
		return cyrillic
	case "ar", "fa", "ur":
		return arabic
	case "hi", "mr":
		return devanagari
	}
	return latin
}

const rowSize = 16 // characters; no script begins or ends within a row

// rows says of each row of the first 65,536 characters which script it is of.
type rows [0x10000 / rowSize]script

func newRows() *rows {
	r := new(rows)
	for _, block := range []struct {
		first, last rune
		script      script
	}{
		{0x0040, 0x024f, latin}, {0x1e00, 0x1eff, latin}, {0xff20, 0xff5f, latin},
		{0x0370, 0x03ff, greek}, {0x1f00, 0x1fff, greek},
		{0x0400, 0x052f, cyrillic}, {0x1c80, 0x1c8f, cyrillic}, {0x2de0, 0x2dff, cyrillic}, {0xa640, 0xa69f, cyrillic},
		{0x0530, 0x058f, armenian}, {0x0590, 0x05ff, hebrew},
		{0x0600, 0x06ff, arabic}, {0x0750, 0x077f, arabic}, {0x08a0, 0x08ff, arabic}, {0xfb50, 0xfdff, arabic}, {0xfe70, 0xfeff, arabic},
		{0x0780, 0x07bf, thaana}, {0x0900, 0x097f, devanagari}, {0xa8e0, 0xa8ff, devanagari},
		{0x0980, 0x09ff, bengali}, {0x0a00, 0x0a7f, gurmukhi}, {0x0a80, 0x0aff, gujarati}, {0x0b00, 0x0b7f, oriya},
		{0x0b80, 0x0bff, tamil}, {0x0c00, 0x0c7f, telugu}, {0x0c80, 0x0cff, kannada}, {0x0d00, 0x0d7f, malayalam},
		{0x0d80, 0x0dff, sinhala}, {0x0e00, 0x0e7f, thai}, {0x0e80, 0x0eff, lao}, {0x0f00, 0x0fff, tibetan},
		{0x1000, 0x109f, burmese}, {0xaa60, 0xaa7f, burmese}, {0x10a0, 0x10ff, georgian}, {0x1c90, 0x1cbf, georgian}, {0x2d00, 0x2d2f, georgian},
		{0x1100, 0x11ff, hangul}, {0x3130, 0x318f, hangul}, {0xac00, 0xd7ff, hangul},
		{0x1200, 0x139f, ethiopic}, {0x2d80, 0x2ddf, ethiopic}, {0x1780, 0x17ff, khmer},
		{0x3040, 0x30ff, kana}, {0x31f0, 0x31ff, kana}, {0xff60, 0xff9f, kana},
		{0x2e80, 0x2fdf, han}, {0x3400, 0x4dbf, han}, {0x4e00, 0x9fff, han}, {0xf900, 0xfaff, han},
	} {
		for row := block.first / rowSize; row <= block.last/rowSize; row++ {
			r[row] = block.script
		}
	}
	return r
}

// of is the script of a letter.
func (r *rows) of(letter rune) script {
	if row := int(letter) / rowSize; row < len(r) {
		return r[row]
	}
	if letter >= 0x20000 && letter < 0x33480 {
		return han
	}
	return none
}
