package normalize

import (
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/pkg/schema"
)

// quotes turns straight quotes into curly ones, where the feed asks for it: in
// English alone, whose quotes these are. Changing a quotation's characters is an
// edit, so it is never done unasked.
func (d *draft) quotes() {
	language, _, _ := strings.Cut(d.article.Language, "-")
	if d.item.Feed.Quotes != schema.QuotesTypographic || language != "en" {
		return
	}
	a := &d.article
	a.Headline, a.Lead = typographic(a.Headline), typographic(a.Lead)
	for i, paragraph := range a.Body {
		a.Body[i] = typographic(paragraph)
	}
	d.decided("quotes:typographic")
}

// typographic is a text with curly quotes in place of straight ones. A quote opens
// where nothing, a space or a bracket stands before it; behind a digit it may be
// feet, inches or minutes, and stays.
func typographic(text string) string {
	if !strings.ContainsAny(text, `"'`) {
		return text
	}
	var b strings.Builder
	runes := []rune(text)
	open := false // a double quote is open
	for i, r := range runes {
		before, after := rune(' '), rune(' ')
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		switch r {
		case '"':
			r = double(before, after, open)
			open = r == '“'
		case '\'':
			r = single(before, after)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// double is what a straight double quote between two characters becomes.
func double(before, after rune, open bool) rune {
	switch {
	case unicode.IsDigit(before) && !open:
		return '"'
	case opens(before, after):
		return '“'
	}
	return '”'
}

// single is what a straight single quote between two characters becomes.
func single(before, after rune) rune {
	switch {
	case unicode.IsDigit(before) && !unicode.IsLetter(after):
		return '\''
	case opens(before, after) && !unicode.IsDigit(after): // ’90s
		return '‘'
	}
	return '’'
}

// opens reports whether a quote between two characters opens.
func opens(before, after rune) bool {
	return !unicode.IsSpace(after) && (unicode.IsSpace(before) || strings.ContainsRune("([{<—–-/“‘\"'", before))
}
