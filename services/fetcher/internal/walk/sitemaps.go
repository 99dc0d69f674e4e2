package walk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// The queue of a walk holds so many sitemaps, of so many bytes together. When it
// is empty the index is read again for those that follow.
const (
	maxQueue      = 200
	maxQueueBytes = 64 << 10
)

// enqueue puts the next sitemaps of an index into the queue: after those that
// were there before, and none that has not changed since the walk's last day.
func (s *stride) enqueue(index []cut.Sitemap) {
	bytes := 0
	for _, m := range inOrder(index) {
		if s.walk.Queued.Loc != "" && compare(m, s.walk.Queued) <= 0 {
			continue
		}
		if len(s.walk.Queue) == maxQueue || bytes+len(m.Loc) > maxQueueBytes {
			return
		}
		s.walk.Queued = m
		switch {
		case !m.Changed.IsZero() && m.Changed.Before(s.walk.Since):
			s.count("sitemaps-older", 1)
		case m.Loc == s.feed.URL || len(m.Loc) > httpfetch.MaxURL || !s.isOurs(m.Loc):
			s.count("sitemaps-elsewhere", 1)
		default:
			s.walk.Queue = append(s.walk.Queue, m.Loc)
			bytes += len(m.Loc)
		}
	}
	s.walk.Queued = schema.SitemapMark{} // that was all
}

// nextSitemap takes the next sitemap from the queue. When that is empty it is the
// index again, if it had more than the queue has room for.
func (s *stride) nextSitemap() string {
	if len(s.walk.Queue) > 0 {
		next := s.walk.Queue[0]
		s.walk.Queue = s.walk.Queue[1:]
		return next
	}
	if s.walk.Queued.Loc == "" {
		return ""
	}
	return s.feed.URL
}

// inOrder are the sitemaps of an index in the order in which they are read.
func inOrder(index []cut.Sitemap) []schema.SitemapMark {
	marks := make([]schema.SitemapMark, 0, len(index))
	for _, m := range index {
		loc := strings.TrimSpace(m.Loc)
		if loc == "" {
			continue
		}
		changed, _ := date.Parse(m.LastMod) // or it does not say
		marks = append(marks, schema.SitemapMark{Changed: changed.Time.UTC(), Loc: loc})
	}
	slices.SortFunc(marks, compare)
	return slices.Compact(marks)
}

// compare orders sitemaps: those that changed last first, and by address.
func compare(a, b schema.SitemapMark) int {
	return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.Loc, b.Loc))
}
