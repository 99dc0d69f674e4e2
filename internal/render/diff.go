package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// paragraphEnd stands between two paragraphs in a difference of words.
const paragraphEnd = " ¶ "

// maxChange is how many characters of one change are shown.
const maxChange = 4000

// diff is an article as what it changes in the one that was printed before it;
// the first of an article is its beginning.
func (p *Printer) diff(next schema.Article) []byte {
	before := p.last
	p.last = next
	var b strings.Builder
	p.revision(&b, next)
	if before.ID != next.ID {
		p.beginning(&b, next)
		return []byte(b.String())
	}
	for _, field := range []struct{ name, before, after string }{
		{"date", before.Date, next.Date},
		{"headline", before.Headline, next.Headline},
		{"lead", before.Lead, next.Lead},
		{"body", strings.Join(before.Body, paragraphEnd), strings.Join(next.Body, paragraphEnd)},
		{"url", before.URL, next.URL},
		{"extent", string(before.Extent), string(next.Extent)},
		{"language", before.Language, next.Language},
		{"feed", before.Source.FeedURL, next.Source.FeedURL},
	} {
		if field.before != field.after {
			p.field(&b, field.name, p.marked(wordsBetween(field.before, field.after)))
		}
	}
	return []byte(b.String())
}

// revision is the line above a revision: which it is, when its item was fetched,
// and what its publisher did.
func (p *Printer) revision(b *strings.Builder, a schema.Article) {
	at := a.Provenance.FetchedAt.UTC().Format(time.RFC3339)
	fmt.Fprintf(b, "%s  %s  %s", p.styled(bold, "revision "+strconv.Itoa(a.Revision)), at,
		p.styled(eventStyle(a.Event), Safe(string(a.Event))))
	if len(a.Changed) > 0 {
		fmt.Fprintf(b, "  %s", Safe(strings.Join(a.Changed, ", ")))
	}
	b.WriteByte('\n')
}

// beginning is what the first revision that is shown says.
func (p *Printer) beginning(b *strings.Builder, a schema.Article) {
	p.field(b, "date", Safe(a.Date))
	p.field(b, "headline", Safe(a.Headline))
	if a.Lead != "" {
		p.field(b, "lead", Safe(a.Lead))
	}
	if len(a.Body) > 0 {
		p.field(b, "body", fmt.Sprintf("%s; first: %s", plural(len(a.Body), "paragraph"), Safe(a.Body[0])))
	}
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func (p *Printer) field(b *strings.Builder, name, text string) {
	fmt.Fprintf(b, "  %-9s %s\n", name, text)
}

// marked is a difference as one line: as wdiff marks it, or in colours too.
func (p *Printer) marked(all []words) string {
	parts := make([]string, len(all))
	for i, w := range all {
		switch w.change {
		case gone:
			parts[i] = p.styled(red, "[-"+safe(w.text, maxChange)+"-]")
		case added:
			parts[i] = p.styled(green, "{+"+safe(w.text, maxChange)+"+}")
		default:
			parts[i] = safe(shorten(w.text, i == 0, i == len(all)-1), maxChange)
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}
