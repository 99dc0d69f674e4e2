package parse

import (
	"html"
	"strings"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxEscapes is how often a text is unescaped: feeds escape titles once too
// often, some twice.
const maxEscapes = 3

// plain makes one line of plain text of a headline, a name or a label, which in
// feeds may be text or HTML and does not say which: markup goes, entities are
// resolved as often as they were escaped, white space is one space.
func plain(s string) string {
	if isPlain(s) {
		return s
	}
	for range maxEscapes {
		if !strings.ContainsAny(s, "<&") {
			break
		}
		next := stripMarkup(s)
		if next == s {
			break
		}
		s = next
	}
	return strings.Join(strings.Fields(s), " ")
}

// isPlain reports whether a text is plain and on one line at first sight, as most
// are: ASCII words, one space apart.
func isPlain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c == '<' || c == '&' || c < ' ' || c >= utf8.RuneSelf || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// stripMarkup drops the tags that HTML knows and those that have values, and
// resolves entities. What only looks like a tag (Option<T>) stays, and so does what
// is in a script: a headline may speak of <script> without ending it.
func stripMarkup(s string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case nethtml.ErrorToken:
			if !isTorn(raw) {
				b.WriteString(html.UnescapeString(raw))
			}
			return b.String()
		case nethtml.TextToken:
			b.WriteString(html.UnescapeString(raw))
			continue
		case nethtml.CommentToken, nethtml.DoctypeToken:
		default:
			z.NextIsNotRawText() // or the tags in a script would be text
			name, _ := z.TagName()
			switch tag := atom.Lookup(name); {
			case tag == 0 && !strings.Contains(raw, "="):
				b.WriteString(raw)
				continue
			case breaks(tag):
				b.WriteByte(' ')
			}
		}
		if strings.HasSuffix(b.String(), "<") { // what follows must not become a tag by this
			b.WriteByte(' ')
		}
	}
}

// isTorn reports whether the end of a text is a tag with values that does not end.
func isTorn(raw string) bool {
	return len(raw) > 1 && raw[0] == '<' && (raw[1]|0x20 >= 'a' && raw[1]|0x20 <= 'z' || raw[1] == '!') && strings.Contains(raw, "=")
}

// breaks reports whether the words before and after a tag are apart.
func breaks(tag atom.Atom) bool {
	switch tag {
	case atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Hr, atom.Td, atom.Tr,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Img, atom.Blockquote:
		return true
	}
	return false
}

// title finds the headline.
func (e *entry) title() string {
	title := plain(e.item.Title)
	if title != "" {
		if title != e.item.Title {
			e.repaired(RepairTitle)
		}
		return title
	}
	for _, name := range []string{"title", "text"} {
		for _, x := range extensions(e.item.Extensions, "media", name) {
			if title = plain(x.Value); title != "" {
				e.repaired(RepairTitleElement)
				return title
			}
		}
	}
	return ""
}
