package parse

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

// dates finds the dates of publication and of the last change. gofeed's own
// reading of them is not used: it takes zones that it does not know for UTC.
func (e *entry) dates(language string) (published, updated Date) {
	var issued, changed []string
	switch {
	case e.rss != nil:
		issued = append(issued, e.rss.PubDate)
		issued = append(issued, e.values("dc", "date")...)
		issued = append(issued, e.values("atom", "published")...)
		changed = append(changed, e.values("atom", "updated")...)
	case e.atom != nil:
		issued, changed = append(issued, e.atom.Published), append(changed, e.atom.Updated)
	case e.json != nil:
		issued, changed = append(issued, e.json.DatePublished), append(changed, e.json.DateModified)
	}
	for _, name := range []string{"issued", "created", "available", "date"} {
		issued = append(issued, e.values("dcterms", name)...)
	}
	issued = append(issued, e.values("prism", "publicationDate")...)
	issued = append(issued, e.custom("date", "published", "pubdatetime", "publishdate", "publicationdate", "created"))
	changed = append(changed, e.values("dcterms", "modified")...)
	changed = append(changed, e.values("prism", "modificationDate")...)
	changed = append(changed, e.custom("updated", "modified", "lastmodified", "moddate"))
	published, updated = firstDate(issued, language), firstDate(changed, language)
	if published.Ambiguous || updated.Ambiguous {
		order := date.OrderOf(slices.Concat(issued, changed, []string{e.feed.Published, e.feed.Updated})...)
		hint := date.Hint{Language: language, Order: order}
		published, updated = hinted(published, hint), hinted(updated, hint)
	}
	return published, updated
}

// hinted reads an ambiguous date again, now that other dates have been seen.
func hinted(d Date, hint date.Hint) Date {
	if again, ok := hint.Parse(d.Raw); ok && d.Ambiguous {
		return again
	}
	return d
}

// values returns the texts of an item's elements of another namespace.
func (e *entry) values(prefix, name string) []string {
	var values []string
	for _, x := range extensions(e.item.Extensions, prefix, name) {
		values = append(values, x.Value)
	}
	return values
}

// firstDate reads the first date that can be read, or else keeps the first that
// was written.
func firstDate(candidates []string, language string) Date {
	var unread Date
	for _, c := range candidates {
		d, ok := date.ParseIn(c, language)
		if !ok && strings.Contains(c, "<") {
			d, ok = date.ParseIn(withinMarkup(c), language)
			d.Raw = strings.TrimSpace(c)
		}
		if ok {
			return d
		}
		if unread.Raw == "" {
			unread = d
		}
	}
	return unread
}

// withinMarkup returns the date that markup such as HTML's time element gives
// to machines, or else its text.
func withinMarkup(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	for z.Next() != html.ErrorToken {
		for _, a := range z.Token().Attr {
			if a.Key == "datetime" {
				return a.Val
			}
		}
	}
	return plain(s)
}
