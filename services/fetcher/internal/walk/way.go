package walk

import (
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// take counts what a document shows and goes on to the next. It reports whether
// the items are wanted: not those of another site, and not those that the walk
// has shown before.
func (s *stride) take(page poll.Page) bool {
	if s.walk.Documents == 0 {
		s.begin(page)
	}
	if !s.isOurs(page.FinalURL) {
		s.fail(CodeOtherSite, fmt.Sprintf("%s is a redirect to %s", s.walk.Next, page.FinalURL))
		return false
	}
	s.walk.Documents++
	fresh := s.show(page)
	if fresh {
		s.tally(page)
	}
	if !fresh && s.walk.Way != schema.WaySitemaps {
		s.end("the feed repeats itself")
		return false
	}
	s.move(s.next(page))
	if s.job.State.Active() && s.isOlder(page) {
		s.stop("what follows is older than " + s.walk.Since.Format(time.RFC3339))
	}
	return fresh
}

// isOlder reports whether all of a document is older than the walk wants, and so
// are those that follow. Sitemaps are left out by their own dates.
func (s *stride) isOlder(page poll.Page) bool {
	return s.walk.Way != schema.WaySitemaps && page.Known == 0 && !page.Newest.IsZero() && page.Newest.Before(s.walk.Since)
}

// begin chooses the way by what the feed itself shows.
func (s *stride) begin(page poll.Page) {
	s.walk.Served, s.walk.Title = page.FinalURL, bounded(page.Head.Title)
	switch {
	case page.Head.PrevArchive != "":
		s.walk.Way = schema.WayPrevArchive
	case page.Head.Next != "" && page.Format == schema.FormatJSON:
		s.walk.Way = schema.WayNextURL
	case page.Head.Next != "":
		s.walk.Way = schema.WayNext
	case page.WordPress:
		s.walk.Way = schema.WayPaged
	case len(page.Sitemaps) > 0:
		s.walk.Way = schema.WaySitemaps
	}
}

// next is the address of the document that follows, empty at the end.
func (s *stride) next(page poll.Page) string {
	switch s.walk.Way {
	case schema.WayPrevArchive:
		return page.Head.PrevArchive
	case schema.WayNext, schema.WayNextURL:
		return page.Head.Next
	case schema.WayPaged:
		if page.Items == 0 {
			return ""
		}
		return paged(s.walk.Served, s.walk.Documents+1)
	case schema.WaySitemaps:
		switch {
		case s.address() == s.feed.URL:
			s.enqueue(page.Sitemaps)
		case len(page.Sitemaps) > 0: // an index within an index, which the protocol does not have
			s.count("documents-unread", 1)
		}
		return s.nextSitemap()
	default:
		return ""
	}
}

// paged is the address of a page of a feed of WordPress.
func paged(address string, number int) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("paged", strconv.Itoa(number))
	u.RawQuery = q.Encode()
	return u.String()
}

// move goes on to the next document, unless there is none, or it may not be.
func (s *stride) move(next string) {
	switch {
	case next == "" && s.walk.Way == "":
		s.end("the feed shows no way into its history")
	case next == "":
		s.end("all that there is was read")
	default:
		s.walk.Next = next
		if !s.isAllowed() {
			return
		}
		if n := s.walk.Documents - s.walk.From; n >= s.limit() {
			s.stop(fmt.Sprintf("%d documents were read; the same command goes on", n))
		}
	}
}

// isAllowed reports whether the next document may be asked for. If not, the walk
// has failed.
func (s *stride) isAllowed() bool {
	if s.walk.Documents == 0 || len(s.walk.Next) <= httpfetch.MaxURL && s.isOurs(s.walk.Next) {
		return true
	}
	s.fail(CodeOtherSite, "the next document is "+s.walk.Next)
	s.walk.Next = s.walk.Next[:min(len(s.walk.Next), httpfetch.MaxURL+1)]
	return false
}

// limit is how many documents are read before the walk stops.
func (s *stride) limit() int {
	if s.walk.Limit > 0 {
		return min(s.walk.Limit, s.Limit)
	}
	return s.Limit
}

// maxShown is how many documents a walk remembers, the last.
const maxShown = 10_000

// show notes what a document shows, and reports whether none before it has shown
// the same. One without items stands for its address.
func (s *stride) show(page poll.Page) bool {
	shown := page.Print
	if page.Items == 0 {
		shown = xxh3.HashString(s.address())
	}
	mark := binary.BigEndian.AppendUint64(nil, shown)
	if s.address() == s.feed.URL && s.walk.Way == schema.WaySitemaps {
		return true // the index is read again when its queue is empty
	}
	for known := range slices.Chunk(s.walk.Shown, len(mark)) {
		if slices.Equal(known, mark) {
			return false
		}
	}
	s.walk.Shown = append(s.walk.Shown, mark...)
	if surplus := len(s.walk.Shown) - maxShown*len(mark); surplus > 0 {
		s.walk.Shown = s.walk.Shown[surplus:]
	}
	return true
}

// tally counts what a document has.
func (s *stride) tally(page poll.Page) {
	s.count("items-found", page.Items)
	s.count("items-known", page.Known)
	for _, name := range []string{"items-published", "items-untitled", "items-oversize"} {
		s.count(name, int(page.Counts[name]))
	}
	if oldest := page.Oldest; !oldest.IsZero() && (s.walk.Oldest.IsZero() || oldest.Before(s.walk.Oldest)) {
		s.walk.Oldest = oldest
	}
}

func (s *stride) count(name string, n int) {
	if n == 0 {
		return
	}
	if s.job.Counts == nil {
		s.job.Counts = map[string]int{}
	}
	s.job.Counts[name] += n
}
