package parse

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
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
	var otherIssued, otherChanged []string
	for _, name := range []string{"issued", "created", "available", "date"} {
		otherIssued = append(otherIssued, e.values("dcterms", name)...)
	}
	otherIssued = append(otherIssued, e.values("prism", "publicationDate")...)
	otherIssued = append(otherIssued, e.custom("date", "published", "pubdatetime", "publishdate", "publicationdate", "created"))
	otherChanged = append(otherChanged, e.values("dcterms", "modified")...)
	otherChanged = append(otherChanged, e.values("prism", "modificationDate")...)
	otherChanged = append(otherChanged, e.custom("updated", "modified", "lastmodified", "moddate"))

	published, updated = e.dateOf(issued, otherIssued, language), e.dateOf(changed, otherChanged, language)
	if published.Ambiguous || updated.Ambiguous {
		all := slices.Concat(issued, otherIssued, changed, otherChanged, e.feedDates())
		for i, written := range all {
			all[i] = e.lifted.date(written)
		}
		hint := date.Hint{Language: language, Order: date.OrderOf(all...)}
		published, updated = e.hinted(published, hint), e.hinted(updated, hint)
	}
	return published, updated
}

// feedDates returns the dates of the feed itself. Lifting leaves them out, so
// for the few items that want them the document is read once more.
func (e *entry) feedDates() []string {
	format := schema.FormatRSS
	switch {
	case e.json != nil:
		return nil // It has none.
	case e.atom != nil:
		format = schema.FormatAtom
	}
	whole, err := readItem(e.document, format, "", false)
	if err != nil {
		return nil
	}
	return []string{whole.feed.Published, whole.feed.Updated}
}

// hinted reads an ambiguous date again, now that other dates have been seen.
func (e *entry) hinted(d Date, hint date.Hint) Date {
	again, ok := hint.Parse(d.Raw)
	if !ok || !d.Ambiguous {
		return d
	}
	if !again.Ambiguous {
		e.repaired(RepairDateOrder)
	}
	return again
}

// dateOf reads the first date that can be read, of those that gofeed maps or
// else of the others, or else keeps the first that was written.
func (e *entry) dateOf(mapped, others []string, language string) Date {
	d, ok := e.firstDate(mapped, language)
	if !ok {
		other, found := e.firstDate(others, language)
		switch {
		case found:
			e.repaired(RepairDateElement)
			d = other
		case d.Raw == "":
			d = other
		}
		ok = found
	}
	if ok && !wellWritten(d.Raw) {
		e.repaired(RepairDateForm)
	}
	return d
}

// wellWritten reports whether a date is one of RFC 3339, which may end early as
// the W3C's note has it, or of RFC 822 with an offset or GMT.
func wellWritten(raw string) bool {
	layouts := []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly}
	if len(raw) > 0 && !('0' <= raw[0] && raw[0] <= '9') {
		layouts = []string{"Mon, 2 Jan 2006 15:04:05 -0700"}
		if base, ok := strings.CutSuffix(raw, " GMT"); ok {
			raw = base + " +0000"
		}
	}
	return slices.ContainsFunc(layouts, func(layout string) bool {
		_, err := time.Parse(layout, raw)
		return err == nil
	})
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
func (e *entry) firstDate(candidates []string, language string) (Date, bool) {
	var unread Date
	for _, c := range candidates {
		c = e.lifted.date(c)
		d, ok := date.ParseIn(c, language)
		if !ok && strings.Contains(c, "<") {
			d, ok = date.ParseIn(withinMarkup(c), language)
			d.Raw = strings.TrimSpace(c)
		}
		if ok {
			return d, true
		}
		if unread.Raw == "" {
			unread = d
		}
	}
	return unread, false
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
