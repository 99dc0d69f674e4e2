package poll

import (
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// hear keeps what the feed's document asks of those who poll it. A header that
// cannot be read asks nothing.
func (r *round) hear(document cut.Document) {
	head, err := parse.Head(document.Header, document.Format, r.base())
	if err != nil {
		r.state.Hints = schema.Hints{}
		return
	}
	if head.Title != "" {
		r.state.Title = bounded(head.Title, 200)
	}
	days := make([]int, len(head.SkipDays))
	for i, day := range head.SkipDays {
		days[i] = int(day)
	}
	r.state.Hints = schema.Hints{
		TTL: head.TTL.Seconds(), Update: head.UpdateEvery.Seconds(),
		SkipHours: head.SkipHours, SkipDays: days,
	}
}

// A feed is silent when it has had nothing new for as long as it used to bring
// so many items, and for at least so long.
const (
	silentItems = 10
	silentAfter = 48 * time.Hour
)

// listen tells when a feed falls silent, measured by what it used to bring, and
// when it speaks again.
func (r *round) listen(outcome schedule.Outcome) {
	if outcome == schedule.Changed {
		if !r.state.Silent.IsZero() {
			r.health("recovered", fmt.Sprintf("new items after %s of silence", days(r.now.Sub(r.state.LastNew))))
		}
		r.state.LastNew, r.state.Silent = r.now, time.Time{}
		return
	}
	silence := r.now.Sub(r.state.LastNew)
	usual := r.state.Daily * silence.Hours() / 24 // items in that time
	if r.state.LastNew.IsZero() || !r.state.Silent.IsZero() || silence < silentAfter || usual < silentItems {
		return
	}
	r.state.Silent = r.now
	r.health("silent", fmt.Sprintf("no new item for %s, in which it used to bring %.0f", days(silence), usual))
}

// days writes a time of many hours for a person.
func days(d time.Duration) string { return fmt.Sprintf("%.1f days", d.Hours()/24) }
