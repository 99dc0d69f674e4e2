// Package polite makes requests as a guest does: each when its host's turn has
// come, shared among all workers, and none that robots.txt forbids where it is to
// be obeyed.
package polite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

// Patience is how long a request waits for its turn at its place. For longer it
// gives its place up and comes back.
const Patience = 2 * time.Second

// Client makes requests. It may be used by many goroutines at once.
type Client struct {
	fetch  func(context.Context, httpfetch.Request) (httpfetch.Response, error)
	gate   *hosts.Gate
	robots *robots.Checker
	delays *delays
	exempt func(address string) bool
}

// New returns a client that makes its requests by fetch when gate lets them
// through. Addresses that are exempt, the operator's own, have no turns and no
// robots.txt. now is the clock.
func New(fetch func(context.Context, httpfetch.Request) (httpfetch.Response, error), gate *hosts.Gate, now func() time.Time, exempt func(address string) bool) *Client {
	c := &Client{fetch: fetch, gate: gate, exempt: exempt, delays: &delays{}}
	c.robots = &robots.Checker{
		Fetch: func(ctx context.Context, r httpfetch.Request) (httpfetch.Response, error) {
			if isTurnOf(ctx, r.URL) {
				return c.fetch(ctx, r)
			}
			// Whoever wants it has waited for a turn, or is the first.
			answer, err := c.inTurn(ctx, Ask{Of: hosts.Robots, Turn: Come()}, r)
			if cooled, ok := ctx.Value(cooledKey{}).(*hosts.CoolDown); ok {
				*cooled = answer.Cooled
			}
			return answer.Response, err
		},
		Cache:   &rulesCache{},
		Product: httpfetch.Product,
		Now:     now,
	}
	return c
}

// Through returns the same guest with another way to make its requests: it knows
// the same robots.txt, and gets those as before.
func (c *Client) Through(fetch func(context.Context, httpfetch.Request) (httpfetch.Response, error)) *Client {
	other := *c
	other.fetch = fetch
	return &other
}

// Ask says how a request is made.
type Ask struct {
	// Of is what is asked for: the id of a feed or of an article. Refusals are told
	// apart by it.
	Of string
	// Work is where the message is that it is asked for, of a request that is the
	// only one at a time for it: the worker that gets the message of one that was
	// killed takes over the host's turn.
	Work string
	// Turn is Later.Until of the last answer, of whoever was told to come back.
	Turn time.Time
	// Obey says that robots.txt decides.
	Obey bool
	// IgnoreCool asks although the host wants to be left alone.
	IgnoreCool bool
}

// Come is a turn that has come already: for a request that belongs to one whose
// turn it is, or to one that has waited without knowing for when.
func Come() time.Time { return time.Unix(1, 0) }

// Answer is what came of a request.
type Answer struct {
	httpfetch.Response
	// Cooled is the cool-down of the host that the answer, or that for its
	// robots.txt, has begun or made longer, the zero one if none. It may come with
	// an error.
	Cooled hosts.CoolDown
}

// cooledKey is where a context has the place for the cool-down that robots.txt
// has begun.
type cooledKey struct{}

// Later says that a request was not made, and when to come back.
type Later struct {
	// Until is when, and the turn to come back with.
	Until time.Time
	// For is how long that is.
	For time.Duration
	// Reason says in a few words why.
	Reason string
}

// Error says why and until when.
func (l *Later) Error() string {
	return fmt.Sprintf("%s, until %s", l.Reason, l.Until.UTC().Format(time.RFC3339))
}

// Get makes a request. The error is a *Later, an *httpfetch.Error, or one of ctx
// or the pipeline; it may be that of a host that a redirect led to.
func (c *Client) Get(ctx context.Context, ask Ask, r httpfetch.Request) (Answer, error) {
	var cooled hosts.CoolDown
	ctx = context.WithValue(ctx, cooledKey{}, &cooled)
	r.Follow = func(ctx context.Context, address string) error { return c.follow(ctx, ask, r.Proxy, address) }
	answer, err := c.get(ctx, ask, r)
	if answer.Cooled.Until.IsZero() {
		answer.Cooled = cooled
	}
	return answer, err
}

func (c *Client) get(ctx context.Context, ask Ask, r httpfetch.Request) (Answer, error) {
	if c.exempt(r.URL) {
		resp, err := c.fetch(ctx, r)
		return Answer{Response: resp}, err
	}
	if ask.Obey {
		if err := c.obey(ctx, r.URL, r.Proxy); err != nil {
			return Answer{}, err
		}
	}
	return c.inTurn(ctx, ask, r)
}

// follow returns an error when a redirect is not to be followed, or not now: its
// target wants to be left alone, or its robots.txt is obeyed and says so. The
// target gets the request without a turn of its own: to give the first host back
// and wait for the second would ask the first one again.
func (c *Client) follow(ctx context.Context, ask Ask, proxy, address string) error {
	if c.exempt(address) {
		return nil
	}
	if host, ok := hosts.Key(address); ok && !ask.IgnoreCool && !isTurnOf(ctx, address) {
		wait, err := c.gate.Cooling(ctx, host)
		if err != nil {
			return err
		}
		if !wait.Until.IsZero() {
			return &Later{Until: wait.Until, For: wait.For, Reason: wait.Reason}
		}
	}
	if !ask.Obey {
		return nil
	}
	return c.obey(ctx, address, proxy)
}

// turnKey is where a context has the host whose turn a request is made in.
type turnKey struct{}

// isTurnOf reports whether an address is of the host whose turn it is: its
// robots.txt belongs to the same turn, and would wait for its end in vain.
func isTurnOf(ctx context.Context, address string) bool {
	turn, _ := ctx.Value(turnKey{}).(string)
	host, ok := hosts.Key(address)
	return ok && host == turn
}

// obey returns an error when robots.txt forbids an address, or when that cannot
// be told now. It is asked for through the proxy of the request, and with nothing
// else of it. A pause that it asks for is kept by the gate.
func (c *Client) obey(ctx context.Context, address, proxy string) error {
	verdict, err := c.robots.Check(ctx, address, proxy)
	switch {
	case err != nil:
		return err
	case !verdict.Allowed:
		return &httpfetch.Error{Code: httpfetch.CodeRobots, URL: address, Err: errors.New(verdict.Reason)}
	}
	if host, ok := hosts.Key(address); ok && c.delays.changed(host, verdict.Delay) {
		return c.gate.Delay(ctx, host, verdict.Delay)
	}
	return nil
}

// inTurn makes a request when its host's turn has come.
func (c *Client) inTurn(ctx context.Context, ask Ask, r httpfetch.Request) (answer Answer, err error) {
	host, ok := hosts.Key(r.URL)
	if !ok { // an address that cannot be asked, as fetch will say
		answer.Response, err = c.fetch(ctx, r)
		return answer, err
	}
	visit, gateErr := c.gate.Do(ctx, host, hosts.Ask{Work: ask.Work, Turn: ask.Turn, IgnoreCool: ask.IgnoreCool}, Patience,
		func(ctx context.Context) hosts.Outcome {
			answer.Response, err = c.fetch(context.WithValue(ctx, turnKey{}, host), r)
			return outcome(ask.Of, host, answer.Response)
		})
	switch {
	case gateErr != nil:
		return Answer{}, gateErr
	case !visit.Made():
		return Answer{}, &Later{Until: visit.Wait.Until, For: visit.Wait.For, Reason: visit.Wait.Reason}
	}
	answer.Cooled = visit.Cooled
	return answer, err
}

func outcome(of, host string, resp httpfetch.Response) hosts.Outcome {
	o := hosts.Outcome{Of: of, Status: resp.Status, RetryAfter: resp.RetryAfter}
	if answered, ok := hosts.Key(resp.FinalURL); ok && answered != host {
		o.Host = answered
	}
	return o
}
