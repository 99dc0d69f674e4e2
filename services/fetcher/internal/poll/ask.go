package poll

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// fetch asks the feed's address, or the one that it has moved to for good.
func (r *round) fetch(ctx context.Context) {
	r.now = r.Now()
	request, err := r.request(httpfetch.MovedAddress(r.state.Move, r.feed.URL))
	request.ValidatorsFrom = r.state.ValidatorsFrom
	r.plan, request.ETag, request.LastModified = httpfetch.PlanValidators(r.state, r.now)
	r.state.URL = r.feed.URL
	r.state.Polls++
	r.asked = request.URL
	if r.failure = err; err == nil {
		r.resp, r.failure = r.get(ctx, polite.Ask{Of: r.feed.ID, Work: r.due.Place(), Turn: r.state.Turn}, request)
	}
	r.now = r.Now()
	r.state.Status = r.resp.Status
}

// request is one made as the feed is to be asked.
func (r *round) request(url string) (httpfetch.Request, error) {
	auth, err := r.user()
	return httpfetch.Request{
		URL: url, SecretsFor: r.feed.URL, Header: r.feed.Headers, Auth: auth, Proxy: r.feed.Proxy,
	}, err
}

// user are the user and the password that the feed is asked with, nil for none.
func (r *round) user() (*url.Userinfo, error) {
	name := r.feed.Auth
	user, there := r.Users[name]
	if name != "" && !there {
		return nil, &httpfetch.Error{Code: httpfetch.CodeConfig, Err: errors.New("the feed's user is not configured")}
	}
	return user, nil
}

// get makes a request of the feed's. When its host has had enough, that is told.
func (r *round) get(ctx context.Context, ask polite.Ask, request httpfetch.Request) (httpfetch.Response, error) {
	ask.Obey = r.feed.Robots == schema.RobotsObey
	answer, err := r.Fetch(ctx, ask, request)
	if cooled := answer.Cooled; !cooled.Until.IsZero() {
		r.health("rate-limited", LeftAlone(cooled))
	}
	return answer.Response, err
}

// LeftAlone tells of a host's cool-down, for a person.
func LeftAlone(c hosts.CoolDown) string {
	return "its host is left alone until " + c.Until.UTC().Format(time.RFC3339) + ": " + c.Reason
}

// postpone is the result of a poll whose host's turn has not come: the same poll
// once more, from the same state, then. It is no failure, and counts as none.
func (r *round) postpone(state schema.PollState, later *polite.Later) (bus.Result, error) {
	state.Next, state.Turn, state.Reason = later.Until, later.Until, later.Reason
	state.Decided = r.now
	if later.Reason == hosts.Cooling {
		// A host that wants to be left alone may want it for long: a run that polls
		// every feed once does not wait for that.
		state.PolledRun, state.Error = state.Run, string(httpfetch.CodeRateLimited)
	}
	message, err := ScheduleMessage(r.Root, state)
	if err != nil {
		return bus.Result{}, err
	}
	message.Expect = &bus.Expect{Filter: r.Root.PollDue(state.FeedID), Last: r.due.Sequence, Fence: true}
	result := bus.Result{Verdict: "postponed", Groups: [][]bus.Message{{message}}}
	if len(r.ops) > 0 {
		result.Groups = append(result.Groups, r.ops)
	}
	return result, nil
}

// learn keeps what this poll says of the feed's server: whether the feed has
// moved, and whether its answers 304 can be believed.
func (r *round) learn(before schema.PollState, outcome schedule.Outcome) {
	good := outcome < schedule.Failed
	r.state.Move = httpfetch.LearnMove(before.Move, r.asked, r.resp, good)
	if r.state.Move.Times == httpfetch.MoveConfirmations && before.Move.Times < httpfetch.MoveConfirmations {
		r.health("moved", r.state.Move.To)
	}
	if !good {
		return
	}
	var lied bool
	r.state.Trust, lied = httpfetch.LearnTrust(before, r.plan, r.resp, outcome == schedule.Changed, r.now)
	if lied {
		r.health("lying-304", "answered 304 although the document had changed; its validators are not used until "+
			r.state.Trust.DistrustedUntil.Format(time.RFC3339))
	}
}
