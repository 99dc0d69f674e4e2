package poll

import (
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// maxEvidence is how many items are looked at for the order of their dates.
const maxEvidence = 500

// dateOrder is the order of day and month that the other items of the feed
// prove, for an item whose own date leaves it open. The normalizer sees that
// item alone and could not tell.
func (r *round) dateOrder(i int) schema.DateOrder {
	item := r.parsed[i]
	if !isOpen(item.Published.Raw) && !isOpen(item.Updated.Raw) {
		return ""
	}
	if r.order == nil {
		order := date.OrderOf(r.written()...)
		r.order = &order
	}
	switch *r.order {
	case date.DayFirst:
		return schema.DayFirst
	case date.MonthFirst:
		return schema.MonthFirst
	default:
		return ""
	}
}

// isOpen reports whether a date leaves open which number is the day. What a
// language suggests is less than what the feed does.
func isOpen(written string) bool {
	d, _ := date.Parse(written)
	return d.Ambiguous
}

// written are the dates of the feed as its items write them, the items that are
// known already included.
func (r *round) written() []string {
	var dates []string
	for i := range r.pieces[:min(len(r.pieces), maxEvidence)] {
		item, read := r.parsed[i]
		if !read {
			item, _ = parse.One(r.one(i), r.pieces[i].document.Format, r.base()) // or it has no dates
		}
		dates = append(dates, item.Published.Raw, item.Updated.Raw)
	}
	return dates
}
