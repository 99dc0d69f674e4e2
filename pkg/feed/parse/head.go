package parse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Feed is what a feed says of itself. What it does not say is zero.
type Feed struct {
	// Title, Link and Language are its title on one line, the absolute address
	// of its web site, and its language, a BCP 47 tag.
	Title, Link, Language string
	// Generator names the program that made it.
	Generator string
	// Self is the address that the feed gives for itself.
	Self string
	// Hubs are the addresses of its WebSub hubs, in its order.
	Hubs []string
	// Next, Current and PrevArchive are the feed documents with the items that
	// follow, the newest, and those before (RFC 5005; next_url of JSON Feed).
	Next, Current, PrevArchive string
	// TTL is how long RSS says that the document may be kept.
	TTL time.Duration
	// UpdateEvery is how often RSS says that there are new items, counted from
	// UpdateBase where that is given (sy:updatePeriod, Frequency and Base).
	UpdateEvery time.Duration
	UpdateBase  time.Time
	// SkipHours and SkipDays are the hours of the day, 0 to 23, and the days of
	// the week when RSS says that nothing is new, in UTC, in order.
	SkipHours []int
	SkipDays  []time.Weekday
}

const (
	// maxHeader bounds the header of a feed in bytes, as package cut does.
	maxHeader = 64 << 10
	// maxHubs bounds the hubs of a feed; more are left out.
	maxHubs = 8
	// maxInterval is the longest time that a feed can ask for.
	maxInterval = 366 * 24 * time.Hour
)

// Head reads what a feed says of itself from its header, as package cut cuts
// it: the start of a feed document, without the end. The base is the address
// that it came from. The error is ErrUnreadable.
func Head(header []byte, format schema.Format, base string) (Feed, error) {
	if len(header) > maxHeader {
		return Feed{}, fmt.Errorf("%s header of %d bytes: %w: too long", format, len(header), ErrUnreadable)
	}
	e := &entry{document: closed(header, format), scope: newScope(base)}
	if err := e.load(format, base, false); err != nil {
		return Feed{}, fmt.Errorf("%s header of %d bytes: %w", format, len(header), err)
	}
	f := Feed{
		Title:     plain(e.feed.Title),
		Link:      resolve(e.scope.feedBase, e.feed.Link),
		Language:  e.feedLanguage(),
		Generator: strings.TrimSpace(e.feed.Generator),
	}
	for _, l := range e.feedLinks() {
		f.add(l, resolve(e.scope.feedBase, l.href))
	}
	if e.rssFeed != nil {
		f.hints(e)
	}
	return f, nil
}

// closed returns a header as a whole document: with the ends of what it opens.
func closed(header []byte, format schema.Format) []byte {
	if format == schema.FormatJSON {
		if json.Valid(header) {
			return header
		}
		return append(slices.Clip(header), "]}"...)
	}
	var open [][]byte
	s := markup.NewScanner(header)
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		switch {
		case t.Kind == markup.Start && !t.Empty:
			open = append(open, t.Name)
		case t.Kind == markup.End && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	out := slices.Clip(header)
	for _, name := range slices.Backward(open) {
		out = append(out, "</"+string(name)+">"...)
	}
	return out
}

// feedLink is a link of a feed to something that is to it as rel says.
type feedLink struct{ rel, href string }

// feedLinks returns the links of the feed, in its order.
func (e *entry) feedLinks() []feedLink {
	var links []feedLink
	switch {
	case e.rssFeed != nil:
		for _, prefix := range []string{"atom", "atom03"} {
			for _, l := range extensions(e.feed.Extensions, prefix, "link") {
				links = append(links, feedLink{l.Attrs["rel"], l.Attrs["href"]})
			}
		}
	case e.atomFeed != nil:
		for _, l := range e.atomFeed.Links {
			links = append(links, feedLink{l.Rel, l.Href})
		}
	case e.jsonFeed != nil:
		links = append(links, feedLink{"self", e.jsonFeed.FeedURL}, feedLink{"next", e.jsonFeed.NextURL})
		for _, hub := range jsonHubs(e.document) {
			links = append(links, feedLink{"hub", hub})
		}
	}
	return links
}

// jsonHubs returns the hubs of a JSON Feed, which gofeed does not know.
func jsonHubs(document []byte) []string {
	var feed struct{ Hubs any }
	if json.Unmarshal(bytes.TrimPrefix(document, []byte("\ufeff")), &feed) != nil {
		return nil
	}
	var hubs []string
	for _, hub := range objects(feed.Hubs) {
		hubs = append(hubs, str(hub["url"]))
	}
	return hubs
}

// add notes a link for each of its relations, which may be several. The first
// of a kind counts.
func (f *Feed) add(l feedLink, address string) {
	for _, rel := range strings.Fields(strings.ToLower(l.rel)) {
		switch strings.TrimPrefix(rel, "http://www.iana.org/assignments/relation/") {
		case "self":
			f.Self = first(f.Self, address)
		case "next":
			f.Next = first(f.Next, address)
		case "current":
			f.Current = first(f.Current, address)
		case "prev-archive":
			f.PrevArchive = first(f.PrevArchive, address)
		case "hub":
			if address != "" && len(f.Hubs) < maxHubs && !slices.Contains(f.Hubs, address) {
				f.Hubs = append(f.Hubs, address)
			}
		}
	}
}

// hints reads what RSS has to say about when to come back.
func (f *Feed) hints(e *entry) {
	f.TTL = interval(e.rssFeed.TTL, time.Minute)
	for _, s := range e.rssFeed.SkipHours {
		if hour, err := strconv.Atoi(s); err == nil && hour >= 0 && hour <= 24 {
			f.SkipHours = append(f.SkipHours, hour%24) // Some count from 1.
		}
	}
	for _, s := range e.rssFeed.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(s, day.String()) {
				f.SkipDays = append(f.SkipDays, day)
			}
		}
	}
	f.SkipHours, f.SkipDays = inOrder(f.SkipHours), inOrder(f.SkipDays)
	f.UpdateEvery = updateEvery(e.syndication("updatePeriod"), e.syndication("updateFrequency"))
	if d, ok := date.ParseIn(e.syndication("updateBase"), f.Language); ok && f.UpdateEvery > 0 {
		f.UpdateBase = d.Time
	}
}

// syndication returns what the feed says in RSS 1.0's module of that name.
func (e *entry) syndication(name string) string {
	for _, x := range extensions(e.feed.Extensions, "sy", name) {
		return x.Value
	}
	return ""
}

// inOrder sorts a list and drops what is there twice.
func inOrder[T ~int](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// interval reads a number of units, 0 if it is none or too many.
func interval(number string, unit time.Duration) time.Duration {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > int(maxInterval/unit) {
		return 0
	}
	return time.Duration(n) * unit
}

// updateEvery is the time between two updates when there are so many in a
// period, one if that is not said.
func updateEvery(period, frequency string) time.Duration {
	n := 1
	if frequency != "" {
		n, _ = strconv.Atoi(frequency)
	}
	if n < 1 {
		return 0
	}
	const day = 24 * time.Hour
	var whole time.Duration
	switch strings.ToLower(period) {
	case "hourly":
		whole = time.Hour
	case "daily":
		whole = day
	case "weekly":
		whole = 7 * day
	case "monthly":
		whole = 30 * day
	case "yearly":
		whole = 365 * day
	}
	return whole / time.Duration(n)
}
