package cut

import (
	"html"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// index makes of the items of a sitemap index what it lists. An entry without an
// address is none.
func (d *Document) index() {
	for _, item := range d.Items {
		t := parse(item)
		if s := (Sitemap{Loc: t.child("loc"), LastMod: t.child("lastmod")}); s.Loc != "" {
			d.Sitemaps = append(d.Sitemaps, s)
		}
	}
	d.Items, d.TornItem = nil, false
}

// child returns the text of the first element of that name.
func (t tree) child(name string) string {
	for i, tok := range t.tokens {
		if _, local := markup.Split(tok.Name); tok.Kind == markup.Start && string(local) == name {
			return t.content(i)
		}
	}
	return ""
}

// content returns the text from token i up to the next tag.
func (t tree) content(i int) string {
	var out strings.Builder
	const start, end = len(sectionStart), len("]]>")
	for {
		out.WriteString(html.UnescapeString(string(t.src[t.tokens[i].Stop:t.textEnd(i)])))
		i++
		if i == len(t.tokens) || t.tokens[i].Kind == markup.Start || t.tokens[i].Kind == markup.End {
			return strings.TrimSpace(out.String())
		}
		if tok := t.tokens[i]; tok.Kind == markup.CDATA {
			out.Write(t.src[tok.Pos+start : tok.Stop-end])
		}
	}
}
