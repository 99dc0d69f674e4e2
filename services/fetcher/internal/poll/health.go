package poll

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// note keeps the feed's health, and tells when it changes.
func (r *round) note(outcome schedule.Outcome) {
	if outcome == schedule.Gone && r.state.Retired.IsZero() {
		r.state.Retired = r.now
		r.health("gone", "answered 410; asked once a week from now on")
	}
	if outcome >= schedule.Failed {
		r.state.Failures++
		if r.state.Failures == 1 {
			r.health(kindOf(outcome, r.state.Error), "")
		}
		return
	}
	if r.state.Failures > 0 {
		r.health("recovered", "")
	}
	r.state.Error, r.state.Detail, r.state.Failures = "", "", 0
	r.state.LastGood, r.state.Retired = r.now, time.Time{}
	r.noteSilence(outcome)
}

// kindOf is the kind of event that tells of a first failure.
func kindOf(outcome schedule.Outcome, code string) string {
	switch {
	case outcome == schedule.Limited:
		return "rate-limited"
	case code == feed.CodeDepth, code == feed.CodeBudget:
		return "hostile"
	default:
		return "failing"
	}
}

// health adds an event in the feed's life. Without a detail it is the state's.
func (r *round) health(kind, detail string) {
	event := schema.Health{
		FeedID: r.feed.ID, URL: r.feed.URL, Kind: kind,
		Error: r.state.Error, Detail: cmp.Or(detail, r.state.Detail), At: r.now,
	}
	if m, err := HealthMessage(r.Root, event, fmt.Sprintf("%s:%d:%s", r.feed.ID, r.due.Sequence, kind)); err == nil {
		r.result.Counts["feed-"+kind]++
		r.ops = append(r.ops, m) // a struct of strings always encodes
	}
}

// HealthMessage is the message of an event in a feed's life. It is told once for
// each id.
func HealthMessage(root schema.Root, event schema.Health, id string) (bus.Message, error) {
	data, err := bus.Encode(event)
	if err != nil {
		return bus.Message{}, err
	}
	return bus.Message{
		Subject: root.Ops(event.Kind, event.FeedID), Data: data, Type: schema.TypeHealth, Schema: "health",
		ID: id, Dedup: true, About: event.FeedID, Time: event.At,
	}, nil
}

// A feed is silent when it has had nothing new for as long as it used to bring
// so many items, and for at least so long.
const (
	silentItems = 10
	silentAfter = 48 * time.Hour
)

// noteSilence tells when a feed falls silent, measured by what it used to bring, and
// when it speaks again.
func (r *round) noteSilence(outcome schedule.Outcome) {
	if r.state.LastNew.After(r.now) { // the clock was put back
		r.state.LastNew = r.now
	}
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
