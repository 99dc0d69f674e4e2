package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// more is what feeds write behind a text that they cut off.
const more = `continue reading|keep reading|read more|read the rest|weiterlesen|mehr lesen|lire la suite|lire plus|` +
	`leer más|seguir leyendo|sigue leyendo|leia mais|continue lendo|ler mais|leggi tutto|continua a leggere|lees verder|lees meer|` +
	`czytaj więcej|czytaj dalej|läs mer|les mer|læs mere|lue lisää|devamını oku|baca selengkapnya|читать далее|читать полностью|` +
	`читати далі|اقرأ المزيد|続きを読む|阅读全文|阅读更多|閱讀更多|계속 읽기|더 보기`

// The forms of a cut-off end that are more than an ellipsis.
var (
	moreEnd    = regexp.MustCompile(`(?i)(?:^|[\s\[(.…,»"”])(?:` + more + `)(?:\s[^.!?]{0,200}[→»›>]|[\s\])…»›>→&:]*|\s*\.{3,}\s*)$`)
	bracketEnd = regexp.MustCompile(`(?i)\s*(?:\[\s*(?:(?:…|\.{2,}|&hellip;)[^\]]{0,40}|more\s*)\]|\(\s*(?:…|\.{3,}|more\s*(?:…|\.{3,}))\s*\))$`)
)

// maxMark bounds the end of a text in which the marks are looked for.
const maxMark = 400

// Uncut takes the marks of a cut-off text from its end, such as … or [...] or
// Continue reading, and reports whether there were any.
func Uncut(text string) (string, bool) {
	start := max(0, len(text)-maxMark)
	for start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	rest := text[start:]
	for range 3 {
		if mayEndInMore(rest) && hasMore(text[start:]) {
			rest = cutEnd(rest, moreEnd)
		}
		if strings.HasSuffix(rest, "]") || strings.HasSuffix(rest, ")") {
			rest = cutEnd(rest, bracketEnd)
		}
		rest = cutEllipsis(rest)
	}
	if start+len(rest) == len(text) {
		return text, false
	}
	return strings.TrimSpace(text[:start+len(rest)]), true
}

// hasMore reports whether one of the phrases of more is anywhere in a text.
func hasMore(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.Contains(text, phrase) })
}

// phrases are those of more.
var phrases = strings.Split(more, "|")

// mayEndInMore reports whether moreEnd may match a text, which is far cheaper to
// see than whether it does: an arrow or one of the phrases is at its end.
func mayEndInMore(text string) bool {
	if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune("→»›>", last) {
		return true
	}
	text = strings.TrimRight(text, "\t\n\f\r ])…»›>→&:.")
	return slices.ContainsFunc(phrases, func(phrase string) bool { return endsIn(text, phrase) })
}

// endsIn reports whether a text ends in a phrase, in whatever case.
func endsIn(text, phrase string) bool {
	for phrase != "" {
		last, size := utf8.DecodeLastRuneInString(text)
		want, wantSize := utf8.DecodeLastRuneInString(phrase)
		if size == 0 || last != want && !strings.EqualFold(text[len(text)-size:], phrase[len(phrase)-wantSize:]) {
			return false
		}
		text, phrase = text[:len(text)-size], phrase[:len(phrase)-wantSize]
	}
	return true
}

func cutEnd(text string, end *regexp.Regexp) string {
	if at := end.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return text
}

// cutEllipsis cuts an ellipsis and the white space before it from the end.
func cutEllipsis(text string) string {
	for _, ellipsis := range []string{"…", "...", "&hellip;"} {
		if rest, cut := strings.CutSuffix(text, ellipsis); cut {
			if ellipsis == "..." {
				rest = strings.TrimRight(rest, ".") // of more than three dots
			}
			return strings.TrimRight(rest, "\t\n\f\r ")
		}
	}
	return text
}

// TrimCut ends a cut-off text with its last whole sentence, with … when there is
// none. A text that is not cut off stays as it is.
func TrimCut(text string) string {
	rest, cut := Uncut(text)
	if !cut {
		return text
	}
	if whole := WholeSentences(rest); whole != "" {
		return whole
	}
	if rest == "" {
		return ""
	}
	return rest + "…"
}

// IsCut reports whether paragraphs end before their text does: in the last one,
// or in lines behind it that are no text.
func IsCut(paragraphs []Paragraph) bool {
	for i := len(paragraphs) - 1; i >= 0; i-- {
		if _, cut := Uncut(paragraphs[i].Text); cut {
			return true
		}
		if boilerplate(paragraphs[i]) == "" {
			return false
		}
	}
	return false
}
