package httpfetch

import (
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Some servers answer 304 although the document has changed, and a poller that
// believes them is blind for good. So now and then a poll is made without
// validators, a check. When what it brings is new, although the polls before
// were told that nothing is, there are two cases. If the validators are the
// same as before, they do not stand for the document: the answers 304 were not
// true. If they are others, the document may have changed a moment ago: the
// next poll asks once more with the old validators, a probe, whose only true
// answer is the document.
const (
	checkAfter    = 19 // answers 304 in a row: each 20th poll is a check
	checkDaily    = 24 * time.Hour
	checkAtLeast  = 4 // answers 304 before the day counts: not every poll of a slow feed
	distrustedFor = 7 * 24 * time.Hour
)

// Plan is how a poll uses validators.
type Plan int

// The plans of a poll.
const (
	Conditional Plan = iota // with the validators of the last document
	Check                   // with none, to see the document
	Probe                   // with validators that are known to be outdated
	Distrusting             // with none, because the server's 304 is not believed
)

// PlanValidators says how the poll that is due uses validators, and which.
func PlanValidators(state schema.PollState, now time.Time) (plan Plan, etag, lastModified string) {
	t := state.Trust
	switch {
	case now.Before(t.DistrustedUntil) && t.DistrustedUntil.Sub(now) <= distrustedFor: // else the clock was put back
		return Distrusting, "", ""
	case t.ProbeETag != "" || t.ProbeLastModified != "":
		return Probe, t.ProbeETag, t.ProbeLastModified
	case t.NotModified >= checkAfter,
		t.NotModified >= checkAtLeast && now.Sub(t.WholeAt).Abs() >= checkDaily:
		return Check, "", ""
	}
	return Conditional, state.ETag, state.LastModified
}

// LearnTrust is what is known of a server's answers 304 after a poll that was
// made by plan and got a good answer: 304, or a document that could be read.
// state is that from before the poll, and changed says that the document holds
// items that are new, or others than before; that its bytes differ is not
// enough, as many feeds hold the time of day. lied says that the server was
// found out just now.
func LearnTrust(state schema.PollState, plan Plan, resp Response, changed bool, now time.Time) (t schema.Trust, lied bool) {
	t = state.Trust
	if resp.NotModified && plan != Probe {
		t.NotModified++
		return t, false
	}
	checked := plan == Check && changed && (state.ETag != "" || state.LastModified != "")
	same := state.ETag == resp.ETag && state.LastModified == resp.LastModified
	lied = plan == Probe && resp.NotModified || checked && same
	learnt := schema.Trust{WholeAt: now}
	if resp.NotModified {
		learnt.WholeAt = t.WholeAt
	}
	switch {
	case lied:
		learnt.DistrustedUntil = now.Add(distrustedFor)
	case plan == Distrusting:
		learnt.DistrustedUntil = t.DistrustedUntil
	case checked:
		learnt.ProbeETag, learnt.ProbeLastModified = state.ETag, state.LastModified
	}
	return learnt, lied
}
