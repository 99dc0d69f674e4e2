package entities

import (
	"cmp"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// History is what the pointers of one entity tell of it. MENTIONS keeps 10,000 of
// an entity, which bounds it.
type History struct {
	newest map[string]schema.Pointer // by article
}

// Add takes a pointer into account. Of an article the highest revision counts.
func (h *History) Add(p schema.Pointer) {
	if h.newest == nil {
		h.newest = map[string]schema.Pointer{}
	}
	if last, ok := h.newest[p.ArticleID]; !ok || p.Revision >= last.Revision {
		h.newest[p.ArticleID] = p
	}
}

// Articles are the pointers to the newest revisions, the latest article first.
func (h *History) Articles() []schema.Pointer {
	all := make([]schema.Pointer, 0, len(h.newest))
	for _, p := range h.newest {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b schema.Pointer) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(b.EnrichedSeq, a.EnrichedSeq))
	})
	return all
}

// Day is how many articles of a day name an entity.
type Day struct {
	Date     string `json:"date"`
	Articles int    `json:"articles"`
}

// Days counts articles by their dates: the last n days up to the latest article,
// those without one too. earlier is how many articles are older, or without a
// date.
func Days(articles []schema.Pointer, n int) (days []Day, earlier int) {
	counts := map[string]int{}
	var last time.Time
	for _, p := range articles {
		counts[p.Date]++
		if at, err := time.Parse(time.DateOnly, p.Date); err == nil && at.After(last) {
			last = at
		}
	}
	earlier = len(articles)
	if last.IsZero() {
		return nil, earlier
	}
	for back := n - 1; back >= 0; back-- {
		date := last.AddDate(0, 0, -back).Format(time.DateOnly)
		if counts[date] == 0 && len(days) == 0 {
			continue // before the first of them
		}
		days = append(days, Day{date, counts[date]})
		earlier -= counts[date]
	}
	return days, earlier
}
