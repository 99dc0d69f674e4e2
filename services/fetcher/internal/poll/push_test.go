package poll_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

const hub = "https://hub.example/"

// subscriptions are those of one feed.
type subscriptions struct {
	got    push.Subscription // when a poll begins
	tended []string          // hubs
	err    error
}

func (s *subscriptions) Get(context.Context, string) (push.Subscription, error) { return s.got, s.err }

func (s *subscriptions) Tend(_ context.Context, f schema.Feed, hub, topic string) (push.Subscription, error) {
	s.tended = append(s.tended, hub+" "+topic)
	return s.got, s.err
}

func withHub(items ...string) []byte {
	return []byte(`<rss><channel xmlns:atom="http://www.w3.org/2005/Atom"><title>T</title>` +
		`<atom:link rel="hub" href="` + hub + `"/><atom:link rel="self" href="https://www.example.org/self"/>` +
		strings.Join(items, "") + `</channel></rss>`)
}

func one(title string) string {
	return "<item><title>" + title + "</title><link>https://www.example.org/" + title + "</link></item>"
}

// pushWorld is a world with a feed that has a hub.
func pushWorld(s *subscriptions) *world {
	feed := tides
	return &world{feed: &feed, subscriptions: s, answer: httpfetch.Response{Status: 200, FinalURL: tides.URL, Body: withHub(one("a"))}}
}

// A poll finds the hub, tends the subscription at each poll from then on, failed ones
// included, and learns whether pushes can be relied on.
func TestPollTendsTheSubscription(t *testing.T) {
	s := &subscriptions{}
	w := pushWorld(s)
	_, state := w.poll(t, schema.PollState{})
	if state.Push.Hub != hub || state.Push.Topic != "https://www.example.org/self" || len(s.tended) != 1 {
		t.Fatalf("got %+v, tended %q", state.Push, s.tended)
	}
	s.got = push.Subscription{Token: "t", Verified: noon.Add(-time.Hour), Until: noon.Add(240 * time.Hour), Renew: noon.Add(160 * time.Hour)}
	state.LastGood = noon.Add(-time.Minute)
	for i, title := range []string{"b", "c", "d"} {
		s.got.Pushes++
		w.answer.Body = withHub(one(title))
		var result bus.Result
		if result, state = w.poll(t, state); result.Counts["push-found"] != 1 || state.Push.Live.IsZero() != (i < 2) {
			t.Fatalf("item %s: %v, %+v", title, result.Counts, state.Push)
		}
	}
	if !strings.Contains(state.Reason, "pushed by its hub") {
		t.Errorf("polled because %q", state.Reason)
	}
	w.err = &httpfetch.Error{Code: httpfetch.CodeDNS, Err: errors.New("away")}
	_, state = w.poll(t, state)
	if len(s.tended) != 5 || state.Push.Live.IsZero() {
		t.Errorf("after a failure: tended %d times, %+v", len(s.tended), state.Push)
	}
	w.err = nil
	w.answer.Body = withHub(one("e"))
	result, state := w.poll(t, state)
	if !state.Push.Live.IsZero() || result.Counts["push-missed"] != 1 || !slices.Contains(kinds(result), "push-lost") {
		t.Errorf("after a miss: %+v, %v, events %v", state.Push, result.Counts, kinds(result))
	}
}

// kinds are the kinds of the events of a poll.
func kinds(result bus.Result) (kinds []string) {
	for _, m := range messages(result) {
		if rest, ok := strings.CutPrefix(m.Subject, "news.ops."); ok {
			kind, _, _ := strings.Cut(rest, ".")
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// What was pushed and is not there yet is asked for again soon.
func TestPollLooksAgainForWhatWasPushed(t *testing.T) {
	s := &subscriptions{}
	w := pushWorld(s)
	_, state := w.poll(t, schema.PollState{})
	s.got = push.Subscription{Token: "t", Pushes: 1, Pushed: noon, Verified: noon.Add(-time.Hour), Until: noon.Add(240 * time.Hour), Renew: noon.Add(160 * time.Hour)}
	w.answer.NotModified, w.answer.Body = true, nil
	for _, want := range []string{"asked again after 1m", "asked again after 5m", "new feed"} {
		var result bus.Result
		if result, state = w.poll(t, state); !strings.Contains(state.Reason, want) && want != "new feed" || want == "new feed" && result.Counts["push-in-vain"] != 1 {
			t.Errorf("polled because %q, %v, want %q", state.Reason, result.Counts, want)
		}
	}
}

// The poll comes before the lease ends.
func TestPollRenews(t *testing.T) {
	s := &subscriptions{got: push.Subscription{Token: "t", Until: noon.Add(3 * time.Hour), Renew: noon.Add(7 * time.Minute)}}
	w := pushWorld(s)
	if _, state := w.poll(t, schema.PollState{Polls: 100}); state.Next.After(noon.Add(9*time.Minute)) || !strings.Contains(state.Reason, "renewed") {
		t.Errorf("polled at %v because %q", state.Next, state.Reason)
	}
}

// Without pushes nothing of them is kept, and a feed without a hub costs nothing.
func TestPollWithoutPush(t *testing.T) {
	w := pushWorld(nil)
	if _, state := w.poll(t, schema.PollState{Push: schema.Push{Hub: hub, Live: noon, Proven: 3}}); state.Push != (schema.Push{}) {
		t.Errorf("off: %+v", state.Push)
	}
	s := &subscriptions{err: errors.New("not to be asked")}
	w = pushWorld(s)
	w.answer.Body = []byte("<rss><channel>" + one("a") + "</channel></rss>")
	if _, state := w.poll(t, schema.PollState{}); state.Push != (schema.Push{}) || len(s.tended) > 0 {
		t.Errorf("no hub: %+v, tended %q", state.Push, s.tended)
	}
	s.err = nil
	w.answer.Body = []byte("<rss><channel>" + one("b") + "</channel></rss>")
	if _, state := w.poll(t, schema.PollState{Push: schema.Push{Hub: hub, Topic: "t", Until: noon}}); state.Push.Hub != "" || !slices.Equal(s.tended, []string{" "}) {
		t.Errorf("its hub is gone: %+v, tended %q", state.Push, s.tended)
	}
	s.err = errors.New("no server")
	if _, err := pushWorld(s).poller().Poll(t.Context(), schema.PollState{FeedID: tides.ID, Push: schema.Push{Hub: hub}}, bus.Delivery{}); !errors.Is(err, s.err) {
		t.Errorf("got %v", err)
	}
}

// Once pushes are switched on, the hub of a feed without news is found by the first
// document of a day, which comes without being asked for more often: of servers that
// answer 304 by the check that these are true.
func TestPollFindsTheHubOfAQuietFeed(t *testing.T) {
	for name, change := range map[string]func(*httpfetch.Response){
		"items that are skimmed": func(*httpfetch.Response) {},
		"items that are not": func(r *httpfetch.Response) { // as its bytes are not those of UTF-8
			r.Body = append([]byte("<?xml version='1.0' encoding='iso-8859-1'?>"), strings.Replace(string(withHub(one("a"))), "<title>T<", "<title>Caf\xe9<", 1)...)
		},
		"Link headers": func(r *httpfetch.Response) {
			r.Body = []byte("<rss><channel>" + one("a") + "</channel></rss>")
			r.Links = []string{`<` + hub + `>; rel=hub, <https://www.example.org/self>; rel="self"`}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := pushWorld(nil)
			change(&w.answer)
			w.answer.ETag = `"1"`
			_, state := w.poll(t, schema.PollState{})
			s := &subscriptions{}
			w.subscriptions = s
			if _, state = w.poll(t, state); state.Push.Hub != "" {
				t.Errorf("on the same day: %+v", state.Push)
			}
			document := w.answer
			w.answer = httpfetch.Response{Status: 304, NotModified: true, FinalURL: tides.URL}
			state.Trust.WholeAt = noon.Add(-25 * time.Hour)
			for range 4 {
				_, state = w.poll(t, state)
			}
			if state.Push.Hub != "" || w.asked.ETag == "" {
				t.Errorf("by answers 304: %+v, asked with %q", state.Push, w.asked.ETag)
			}
			w.answer = document
			result, state := w.poll(t, state)
			if state.Push.Hub != hub || state.Push.Topic != "https://www.example.org/self" || len(s.tended) != 1 || w.asked.ETag != "" {
				t.Errorf("on the next day: %+v, tended %q, asked with %q", state.Push, s.tended, w.asked.ETag)
			}
			if result.Verdict != "nothing-new" || state.Published != 1 || state.ETag != `"1"` {
				t.Errorf("%s, %d items, validator %s", result.Verdict, state.Published, state.ETag)
			}
		})
	}
}
