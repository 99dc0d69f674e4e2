// Package reading knows the order in which an article is read: headline, lead,
// paragraphs.
package reading

import (
	"cmp"

	"github.com/dateline-news/dateline/pkg/schema"
)

// MaxText is the most bytes of an article that are looked at. A text that does
// not fit in what is left is left out.
const MaxText = 1 << 20

// Text is one field or paragraph.
type Text struct {
	Field schema.Field
	Index int // the paragraph, from 0, when Field is body
	S     string
}

// Texts are the texts of an article that are not empty, in reading order, within
// MaxText.
func Texts(a *schema.Article) []Text {
	texts := make([]Text, 0, 2+len(a.Body))
	left := MaxText
	add := func(field schema.Field, index int, s string) {
		if s == "" || len(s) > left {
			return
		}
		left -= len(s)
		texts = append(texts, Text{field, index, s})
	}
	add(schema.FieldHeadline, 0, a.Headline)
	add(schema.FieldLead, 0, a.Lead)
	for i, paragraph := range a.Body {
		add(schema.FieldBody, i, paragraph)
	}
	return texts
}

// Of is the text that m points into, or "".
func Of(a *schema.Article, m schema.Mention) string {
	switch m.Field {
	case schema.FieldHeadline:
		return a.Headline
	case schema.FieldLead:
		return a.Lead
	case schema.FieldBody:
		if m.Index >= 0 && m.Index < len(a.Body) {
			return a.Body[m.Index]
		}
	}
	return ""
}

// Compare orders mentions as they are read; of two that begin together, the
// shorter comes first.
func Compare(a, b schema.Mention) int {
	return cmp.Or(
		cmp.Compare(order(a.Field), order(b.Field)),
		cmp.Compare(a.Index, b.Index), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// order is where a field stands in the article.
func order(field schema.Field) int {
	switch field {
	case schema.FieldHeadline:
		return 0
	case schema.FieldLead:
		return 1
	}
	return 2
}
