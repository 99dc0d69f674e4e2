package push_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

const (
	hub   = "https://hub.example/"
	topic = "https://paper.example/feed"
	hour  = time.Hour
	day   = 24 * hour
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	paper = schema.Feed{ID: schema.FeedID(topic), URL: topic, Proxy: "office"}
)

// world is all that a keeper sees: records, schedules, a hub and a clock.
type world struct {
	*push.Keeper
	now     time.Time
	records map[string]record
	broken  error  // of the records
	meddle  func() // runs once, before the next write

	registered bool
	ahead      *schema.PollState
	by         []time.Time // for which polls were asked

	asked  []httpfetch.Request
	ask    polite.Ask
	answer polite.Answer
	err    error
	before func() // runs before the hub answers

	mu     sync.Mutex
	counts map[string]int
}

type record struct {
	data []byte
	seq  uint64
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{now: noon, records: map[string]record{}, registered: true, counts: map[string]int{}}
	w.Keeper = &push.Keeper{
		Base: "https://us.example/push/", Records: readers{w}, Polls: w, Spacing: time.Minute, MaxBody: 1000,
		Post: func(_ context.Context, ask polite.Ask, r httpfetch.Request) (polite.Answer, error) {
			w.asked, w.ask = append(w.asked, r), ask
			if w.before != nil {
				w.before()
			}
			return w.answer, w.err
		},
		Count: func(what string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.counts[what]++
		},
		Now: func() time.Time { return w.now },
	}
	return w
}

func (w *world) Put(_ context.Context, key string, data []byte, last uint64) error {
	if meddle := w.meddle; meddle != nil {
		w.meddle = nil
		meddle()
	}
	if w.records[key].seq != last {
		return bus.ErrConflict
	}
	w.records[key] = record{slices.Clone(data), last + 1}
	return w.broken
}

func (w *world) Keys(context.Context) ([]string, error) {
	return slices.Collect(maps.Keys(w.records)), w.broken
}

func (w *world) Registered(context.Context, string) (bool, error) { return w.registered, nil }

func (w *world) Ahead(context.Context, string) (schema.PollState, bool, error) {
	if w.ahead == nil {
		return schema.PollState{}, false, nil
	}
	return *w.ahead, true, nil
}

func (w *world) By(_ context.Context, _ string, at time.Time, _ string) error {
	w.by = append(w.by, at)
	return nil
}

// readers are the records, whose Get is another than the keeper's.
type readers struct{ *world }

func (r readers) Get(_ context.Context, key string) ([]byte, uint64, error) {
	return r.records[key].data, r.records[key].seq, r.broken
}

// state is what is stored.
func (w *world) state(t *testing.T) push.Subscription {
	t.Helper()
	s, err := w.Get(t.Context(), paper.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) tend(t *testing.T) push.Subscription {
	t.Helper()
	s, err := w.Tend(t.Context(), paper, hub, topic)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTendAsks(t *testing.T) {
	w := start(t)
	s := w.tend(t)
	r := w.asked[0]
	want := url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.lease_seconds": {"864000"}, "hub.secret": {string(s.Secret)},
		"hub.callback": {"https://us.example/push/" + paper.ID + "/" + string(s.Token)},
	}
	if r.URL != hub || r.Proxy != "office" || r.Form.Encode() != want.Encode() || w.ask.Of != paper.ID {
		t.Errorf("asked %v with %v", r, r.Form)
	}
	if len(s.Token) != 64 || len(s.Secret) != 64 || s.Token == s.Secret || s.Problem == "" || !s.Until.IsZero() {
		t.Errorf("got %+v", s)
	}
	if other := start(t).tend(t); other.Token == s.Token || other.Secret == s.Secret {
		t.Error("two subscriptions have the same secrets")
	}
}

// A hub that does not confirm is asked again, ever more rarely, and no more often
// however often the feed is polled.
func TestTendBacksOff(t *testing.T) {
	for name, set := range map[string]func(*world){
		"confirms never": func(*world) {},
		"answers 500":    func(w *world) { w.err = &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: 500} },
		"is private": func(w *world) {
			w.err = &httpfetch.Error{Code: httpfetch.CodeBlockedAddress, Err: errors.New("10.0.0.1")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			set(w)
			var gaps []time.Duration
			last := noon
			for range 12 * 24 * 7 {
				before := len(w.asked)
				s := w.tend(t)
				if s.Problem == "" {
					t.Fatal("no problem is told")
				}
				if len(w.asked) > before && before > 0 {
					gaps = append(gaps, w.now.Sub(last))
				}
				if len(w.asked) > before {
					last = w.now
				}
				w.now = w.now.Add(5 * time.Minute)
			}
			if want := []time.Duration{hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, day, day}; !slices.Equal(gaps[:7], want) {
				t.Errorf("asked after %v", gaps)
			}
		})
	}
}

func TestTendWaitsForTheHub(t *testing.T) {
	w := start(t)
	w.err = &polite.Later{Until: noon.Add(7 * time.Second), Reason: "busy"}
	if s := w.tend(t); s.Failures != 0 || !s.Retry.Equal(noon.Add(7*time.Second)) {
		t.Errorf("got %+v", s)
	}
	w.now, w.err = noon.Add(8*time.Second), nil
	if w.tend(t); len(w.asked) != 2 || !w.ask.Turn.Equal(noon.Add(7*time.Second)) {
		t.Errorf("asked %d times, last with %+v", len(w.asked), w.ask)
	}
	w = start(t)
	w.err, w.answer.RetryAfter = &httpfetch.Error{Code: httpfetch.CodeRateLimited, Status: 429}, 5*hour
	if s := w.tend(t); !s.Retry.Equal(noon.Add(5 * hour)) {
		t.Errorf("retry at %v", s.Retry)
	}
	w = start(t)
	w.err = context.Canceled
	if _, err := w.Tend(t.Context(), paper, hub, topic); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Another hub, topic or address of ours makes another subscription; a feed that
// names a new hub all the time does not have us ask them all.
func TestTendChanges(t *testing.T) {
	w := start(t)
	first := w.tend(t)
	for i := range 10 {
		w.now = w.now.Add(5 * time.Minute)
		if _, err := w.Tend(t.Context(), paper, hub+string(rune('a'+i)), topic); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.asked) != 1 || w.state(t).Token != first.Token {
		t.Errorf("asked %d hubs", len(w.asked))
	}
	for name, change := range map[string]func(*world) (hub, topic string){
		"hub":   func(*world) (string, string) { return "https://other.example/", topic },
		"topic": func(*world) (string, string) { return hub, topic + "?x" },
		"base":  func(w *world) (string, string) { w.Base = "https://new.example/"; return hub, topic },
	} {
		w := start(t)
		first := w.subscribed(t, day)
		w.now = noon.Add(2 * hour)
		h, tp := change(w)
		s, err := w.Tend(t.Context(), paper, h, tp)
		if err != nil || s.Token == first.Token || s.Secret == first.Secret || !s.Until.IsZero() || len(w.asked) != 2 {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

// What another worker has written meanwhile is not lost, and the hub is asked by one.
func TestTwoTendAtOnce(t *testing.T) {
	w := start(t)
	w.meddle = func() { w.tend(t) }
	s := w.tend(t)
	if len(w.asked) != 1 || s.Token != w.state(t).Token {
		t.Errorf("asked %d times", len(w.asked))
	}
	w.broken = errors.New("no server")
	if _, err := w.Tend(t.Context(), paper, hub, topic); !errors.Is(err, w.broken) {
		t.Errorf("got %v", err)
	}
	w.broken = nil
	w.records[paper.ID] = record{[]byte("{damaged"), 9}
	if s := w.tend(t); s.Token == "" || w.records[paper.ID].seq < 10 {
		t.Errorf("a damaged record stays: %+v", s)
	}
}

func TestKeepersGiveUp(t *testing.T) {
	w := start(t)
	var meddle func()
	meddle = func() {
		w.records[paper.ID] = record{nil, w.records[paper.ID].seq + 1}
		w.meddle = meddle
	}
	w.meddle = meddle
	if _, err := w.Tend(t.Context(), paper, hub, topic); err == nil || len(w.asked) > 0 {
		t.Errorf("got %v, asked %d times", err, len(w.asked))
	}
}

// A lease is renewed before it ends, and once; a hub that does not renew it is asked
// until the end, and the polls know when.
func TestRenewal(t *testing.T) {
	for _, lease := range []time.Duration{hour, day, 10 * day, 80 * day} {
		w := start(t)
		first := w.subscribed(t, lease)
		renew := first.RenewBy().Sub(noon)
		if renew < lease*6/10 || renew > lease*7/10 {
			t.Errorf("lease of %v: renewed after %v", lease, renew)
		}
		w.now = noon.Add(renew - time.Second)
		if w.tend(t); len(w.asked) != 1 {
			t.Errorf("lease of %v: asked too early", lease)
		}
		w.now = noon.Add(renew)
		if s := w.tend(t); len(w.asked) != 2 || s.Token != first.Token || w.asked[1].Form.Get("hub.secret") != string(first.Secret) {
			t.Errorf("lease of %v: asked %d times", lease, len(w.asked))
		}
		asked := 0
		for at := w.tend(t).RenewBy(); at.Before(first.Until); at = w.tend(t).RenewBy() {
			if at.Before(w.now) {
				t.Fatalf("lease of %v: wants a poll in the past", lease)
			}
			w.now = at
			if asked++; asked > 50 {
				t.Fatalf("lease of %v: asks for ever", lease)
			}
		}
		if asked < 2 {
			t.Errorf("lease of %v: renewal was tried %d times", lease, asked)
		}
		w.confirm(t, lease)
		if s := w.state(t); s.Problem != "" || s.Failures != 0 || !s.Verified.Equal(first.Verified) || !s.Until.Equal(w.now.Add(lease)) {
			t.Errorf("lease of %v: renewed: %+v", lease, s)
		}
	}
	w := start(t)
	if s := w.subscribed(t, 10*time.Minute); !s.RenewBy().IsZero() {
		t.Error("a lease of ten minutes wants a poll")
	}
	if s := w.subscribed(t, 1000*day); s.Until.After(noon.Add(90 * day)) {
		t.Errorf("leased until %v", s.Until)
	}
}

// A lease that has ended before the next one begins leaves a gap, which is known.
func TestGap(t *testing.T) {
	w := start(t)
	first := w.subscribed(t, day)
	w.now = noon.Add(2 * day)
	w.tend(t)
	w.confirm(t, day)
	if s := w.state(t); !s.Verified.Equal(w.now) || s.Verified.Equal(first.Verified) {
		t.Errorf("verified %v", s.Verified)
	}
}

func TestEnd(t *testing.T) {
	w := start(t)
	end := func() {
		t.Helper()
		if err := w.End(t.Context(), paper.ID); err != nil {
			t.Fatal(err)
		}
	}
	if end(); len(w.asked) != 0 || len(w.records) != 0 {
		t.Error("nothing was there, and something happened")
	}
	s := w.subscribed(t, day)
	for range 3 {
		end()
	}
	form := w.asked[len(w.asked)-1].Form
	if len(w.asked) != 2 || form.Get("hub.mode") != "unsubscribe" || form.Get("hub.topic") != topic || form.Has("hub.secret") {
		t.Errorf("asked %d times, last %v", len(w.asked), form)
	}
	if got := w.state(t); !got.Ended || got.Token != s.Token {
		t.Errorf("got %+v", got)
	}
	w.now = noon.Add(2 * hour)
	if end(); len(w.asked) != 3 {
		t.Error("a hub that did not hear is not told again")
	}
	w.now = noon.Add(day)
	if end(); w.state(t).Token != "" || len(w.asked) != 3 {
		t.Error("it outlives its lease")
	}

	w = start(t)
	old := w.subscribed(t, day)
	if _, err := w.Tend(t.Context(), paper, "", ""); err != nil || !w.state(t).Ended {
		t.Errorf("a feed without a hub keeps its subscription (%v)", err)
	}
	if s := w.tend(t); s.Ended || s.Token == old.Token {
		t.Errorf("a feed that has its hub again: %+v", s)
	}
	w = start(t)
	w.tend(t)
	if end(); w.state(t).Token != "" || len(w.asked) != 1 {
		t.Error("one that was never confirmed is kept")
	}
}

// No secret is printed, and the record holds them.
func TestSecretsAreHidden(t *testing.T) {
	w := start(t)
	s := w.subscribed(t, day)
	var stored struct{ Token, Secret string }
	if err := json.Unmarshal(w.records[paper.ID].data, &stored); err != nil || stored.Secret != string(s.Secret) || stored.Token != string(s.Token) {
		t.Errorf("stored %+v, %v", stored, err)
	}
	hides(t, s)
}
