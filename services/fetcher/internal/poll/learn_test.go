package poll_test

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// told are the events of a poll, by kind, with their details.
func told(t *testing.T, r bus.Result) map[string]string {
	t.Helper()
	events := map[string]string{}
	for _, m := range messages(r) {
		if !strings.HasPrefix(m.Subject, "news.ops.") {
			continue
		}
		var event schema.Health
		if err := json.Unmarshal(m.Data, &event); err != nil {
			t.Fatal(err)
		}
		if m.Subject != "news.ops."+event.Kind+"."+tides.ID || !event.At.Equal(noon) {
			t.Errorf("%s: %+v", m.Subject, event)
		}
		events[event.Kind] = event.Detail
	}
	return events
}

// A permanent redirect is followed at once, and asked directly when it has been
// met three times.
func TestPollLearnsAMove(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high"), `"1"`)}
	w.answer.FinalURL, w.answer.MovedTo = "https://new.example.org/feed", "https://new.example.org/feed"
	var state schema.PollState
	for n := range 3 {
		var result bus.Result
		result, state = w.poll(t, state)
		if w.asked.URL != tides.URL || state.ValidatorsFrom != "https://new.example.org/feed" {
			t.Fatalf("poll %d: asked %s, validators from %s", n, w.asked.URL, state.ValidatorsFrom)
		}
		if detail, moved := told(t, result)["moved"]; moved != (n == 2) || moved && detail != "https://new.example.org/feed" {
			t.Errorf("poll %d: %v", n, told(t, result))
		}
	}
	w.answer.MovedTo = ""
	_, state = w.poll(t, state)
	if w.asked.URL != "https://new.example.org/feed" || w.asked.SecretsFor != tides.URL || w.asked.ValidatorsFrom != w.asked.URL {
		t.Errorf("asked %+v", w.asked)
	}
	// What was learnt goes when the new address fails.
	w.answer, w.err = httpfetch.Response{Status: 404}, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: 404}
	_, state = w.poll(t, state)
	w.poll(t, state)
	if w.asked.URL != tides.URL {
		t.Errorf("asked %s after a failure", w.asked.URL)
	}
}

// A server that says "not modified" of a document that has changed is found out
// by a poll without validators, and told of.
func TestPollFindsOutALyingServer(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high"), `"1"`)}
	_, state := w.poll(t, schema.PollState{})
	document := rss("high", "low")
	w.fetch = func(_ context.Context, r httpfetch.Request) (httpfetch.Response, error) {
		w.asked = r
		if r.ETag != "" {
			return httpfetch.Response{Status: 304, NotModified: true, FinalURL: tides.URL}, nil
		}
		return ok(document, `"1"`), nil
	}
	var found string
	polls := 0
	for ; found == "" && polls < 40; polls++ {
		var result bus.Result
		result, state = w.poll(t, state)
		found = told(t, result)["lying-304"]
	}
	if !strings.Contains(found, "304") || w.asked.ETag != "" {
		t.Fatalf("after %d polls: %q", polls, found)
	}
	document = rss("high", "low", "spring")
	if result, _ := w.poll(t, state); len(items(t, result)) != 1 || w.asked.ETag != "" {
		t.Errorf("asked %+v, %d items", w.asked, len(items(t, result)))
	}
}

func TestPollKeepsWhatTheFeedAsks(t *testing.T) {
	document := strings.Replace(string(rss("high")), "<item>", "<ttl>90</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>"+
		"<skipDays><day>Sunday</day></skipDays><item>", 1)
	w := &world{feed: &tides, answer: ok([]byte(document), "")}
	_, state := w.poll(t, schema.PollState{})
	h := state.Hints
	if h.TTL != 5400 || !slices.Equal(h.SkipHours, []int{1, 2}) || !slices.Equal(h.SkipDays, []int{0}) {
		t.Errorf("hints: %+v", h)
	}
	// They stand while nothing else is said, and go when the document drops them.
	w.answer = httpfetch.Response{Status: 304, NotModified: true, FinalURL: tides.URL}
	if _, state = w.poll(t, state); state.Hints.TTL != 5400 {
		t.Errorf("after 304: %+v", state.Hints)
	}
	w.answer = ok(rss("high", "low"), "")
	if _, state = w.poll(t, state); state.Hints.TTL != 0 || state.Hints.SkipHours != nil {
		t.Errorf("after a document without: %+v", state.Hints)
	}
}

// What a feed asks is learnt within a day although none of its items change.
func TestPollLearnsHintsWithoutNews(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high", "low"), `"1"`)}
	_, state := w.poll(t, schema.PollState{})
	w.answer = ok([]byte(strings.Replace(string(rss("high", "low")), "<item>", "<ttl>90</ttl><item>", 1)), `"2"`)
	result, state := w.poll(t, state)
	if state.Hints.TTL != 0 || result.Verdict != "nothing-new" {
		t.Errorf("on the same day: %s, %+v", result.Verdict, state.Hints)
	}
	state.Trust.WholeAt = noon.Add(-13 * time.Hour)
	result, state = w.poll(t, state)
	if state.Hints.TTL != 5400 || result.Verdict != "nothing-new" || len(items(t, result)) != 0 {
		t.Errorf("on the next day: %s, %+v", result.Verdict, state.Hints)
	}
}

func TestPollTellsOfSilence(t *testing.T) {
	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		silence time.Duration
		daily   float64
		told    bool
	}{
		"as usual":             {day, 20, false},
		"busy, two days":       {50 * time.Hour, 20, true},
		"slow, two days":       {50 * time.Hour, 0.5, false},
		"slow, a month":        {30 * day, 0.5, true},
		"nothing is known":     {30 * day, 0, false},
		"busy, half of a hour": {30 * time.Minute, 1000, false},
		"in a year":            {-366 * day, 20, false}, // by a clock that was put back
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: httpfetch.Response{Status: 304, NotModified: true, FinalURL: tides.URL}}
			result, state := w.poll(t, schema.PollState{LastNew: noon.Add(-test.silence), Daily: test.daily, ETag: `"1"`})
			detail, silent := told(t, result)["silent"]
			if silent != test.told || silent == state.Silent.IsZero() || silent && !strings.Contains(detail, "days") {
				t.Fatalf("told %v %q, state %v", silent, detail, state.Silent)
			}
			if result, _ = w.poll(t, state); len(told(t, result)) != 0 {
				t.Errorf("told again: %v", told(t, result))
			}
			if state.LastNew.After(noon) {
				t.Errorf("the last news are of %s, and it is %s: silence would not be told before", state.LastNew, noon)
			}
			w.answer = ok(rss("high"), "")
			result, state = w.poll(t, state)
			if _, recovered := told(t, result)["recovered"]; recovered != test.told || !state.LastNew.Equal(noon) || !state.Silent.IsZero() {
				t.Errorf("new items: told %v, state %+v", told(t, result), state)
			}
		})
	}
}

func TestPollTellsWhatKindOfFailure(t *testing.T) {
	gone := &httpfetch.Error{Code: httpfetch.CodeGone, Status: 410}
	for name, test := range map[string]struct {
		answer httpfetch.Response
		err    error
		kinds  []string
	}{
		"gone":         {httpfetch.Response{Status: 410}, gone, []string{"failing", "gone"}},
		"rate limited": {httpfetch.Response{Status: 429}, &httpfetch.Error{Code: httpfetch.CodeRateLimited, Status: 429}, []string{"rate-limited"}},
		"hostile":      {ok([]byte("<rss><channel>"+strings.Repeat("<a>", 1000)), ""), nil, []string{"hostile"}},
		"web page":     {ok([]byte("<!doctype html><p>"), ""), nil, []string{"failing"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: test.answer, err: test.err}
			result, state := w.poll(t, schema.PollState{})
			events := told(t, result)
			for _, kind := range test.kinds {
				if _, there := events[kind]; !there {
					t.Errorf("no %s in %v", kind, events)
				}
			}
			if len(events) != len(test.kinds) {
				t.Errorf("events %v", events)
			}
			if result, _ = w.poll(t, state); len(told(t, result)) != 0 {
				t.Errorf("told again: %v", told(t, result))
			}
		})
	}
}

func TestPollAsksAsTheFeedSays(t *testing.T) {
	mine := tides
	mine.Headers, mine.Auth, mine.Proxy = map[string]string{"X-Key": "k"}, "desk", "office"
	w := &world{feed: &mine, answer: ok(rss("high"), ""), users: map[string]*url.Userinfo{"desk": url.UserPassword("a", "b")}}
	w.poll(t, schema.PollState{})
	if w.asked.Auth.String() != "a:b" || w.asked.Header["X-Key"] != "k" || w.asked.Proxy != "office" {
		t.Errorf("asked with %v %v %v", w.asked.Auth, w.asked.Header, w.asked.Proxy)
	}
	mine.Auth, w.asked = "unknown", httpfetch.Request{}
	_, state := w.poll(t, schema.PollState{})
	if state.Error != "config" || w.asked.URL != "" || strings.Contains(state.Detail, "unknown") {
		t.Errorf("%s %s, asked %q", state.Error, state.Detail, w.asked.URL)
	}
}
