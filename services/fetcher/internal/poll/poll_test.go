package poll_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/guard"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tides = schema.Feed{ID: schema.FeedID("https://www.example.org/feed"), URL: "https://www.example.org/feed", Section: "Sea"}
)

// world is what a poller sees: a registry of one feed, its memory, one answer.
type world struct {
	feed     *schema.Feed
	memory   []byte
	revision uint64
	ask      polite.Ask
	asked    httpfetch.Request
	cooled   hosts.CoolDown
	answer   httpfetch.Response
	err      error
	fulltext schema.Fulltext
	users    map[string]*url.Userinfo
	// subscriptions are those at hubs, nil without pushes
	subscriptions *subscriptions
	fetch         func(context.Context, httpfetch.Request) (httpfetch.Response, error) // in place of answer
}

func (w *world) poller() *poll.Poller {
	p := &poll.Poller{
		Root: schema.DefaultRoot, Registry: registry{w}, Memory: memories{w}, Limits: feed.DefaultLimits(),
		Reading: semaphore.NewWeighted(1), Users: w.users, Fulltext: w.fulltext, Schedule: schedule.DefaultConfig(), Now: func() time.Time { return noon },
		Fetch: func(ctx context.Context, ask polite.Ask, r httpfetch.Request) (polite.Answer, error) {
			w.ask, w.asked = ask, r
			if w.fetch != nil {
				resp, err := w.fetch(ctx, r)
				return polite.Answer{Response: resp}, err
			}
			return polite.Answer{Response: w.answer, Cooled: w.cooled}, w.err
		},
	}
	if w.subscriptions != nil {
		p.Push = w.subscriptions
	}
	return p
}

type registry struct{ *world }

func (r registry) Get(context.Context, string) (schema.Feed, bool, error) {
	if r.feed == nil {
		return schema.Feed{}, false, nil
	}
	return *r.feed, true, nil
}

type memories struct{ *world }

func (m memories) Get(context.Context, string) ([]byte, uint64, error) {
	return m.memory, m.revision, nil
}

// poll does a poll whose due message has sequence 7, keeps the memory that it
// publishes, and returns the state that it schedules.
func (w *world) poll(t *testing.T, state schema.PollState) (bus.Result, schema.PollState) {
	t.Helper()
	state.FeedID = tides.ID
	due := bus.Delivery{Subject: "news.poll.due." + tides.ID, Stream: "POLLS", Sequence: 7}
	result, err := w.poller().Poll(t.Context(), state, due)
	if err != nil {
		t.Fatal(err)
	}
	var next schema.PollState
	for _, m := range messages(result) {
		switch {
		case m.Subject == "$KV.feedmemory."+tides.ID:
			if m.Expect == nil || m.Expect.Last != w.revision {
				t.Errorf("memory is written with %+v, want the sequence it was read at", m.Expect)
			}
			w.memory, w.revision = m.Data, w.revision+1
		case m.Subject == "news.poll.at."+tides.ID:
			if err := json.Unmarshal(m.Data, &next); err != nil {
				t.Fatal(err)
			}
		}
	}
	return result, next
}

func messages(r bus.Result) []bus.Message { return slices.Concat(r.Groups...) }

// items are the items that a poll publishes for the normalizer.
func items(t *testing.T, r bus.Result) []schema.Item {
	t.Helper()
	return itemsOn(t, r, "news.item.example_org")
}

func itemsOn(t *testing.T, r bus.Result, subject string) []schema.Item {
	t.Helper()
	var found []schema.Item
	for _, m := range messages(r) {
		if m.Subject != subject {
			continue
		}
		var item schema.Item
		if err := json.Unmarshal(m.Data, &item); err != nil {
			t.Fatal(err)
		}
		if m.ID == "" || !m.Dedup {
			t.Errorf("message id %s, of which twins are dropped: %v", m.ID, m.Dedup)
		}
		found = append(found, item)
	}
	return found
}

// rss is a feed document with one item a title.
func rss(titles ...string) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Tides</title><link>https://example.org/</link>`)
	for _, title := range titles {
		fmt.Fprintf(&b, `<item><title>%s</title><link>/%s</link><description>About %s.</description></item>`, title, title, title)
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}

func ok(body []byte, etag string) httpfetch.Response {
	return httpfetch.Response{Status: 200, FinalURL: tides.URL, ContentType: "text/xml", Body: body, ETag: etag}
}

func TestPollPublishesItemsThenMemoryThenSchedule(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high", "low"), `W/"1"`)}
	result, next := w.poll(t, schema.PollState{ETag: `"0"`, LastModified: "yesterday"})
	if w.asked.ETag != `"0"` || w.asked.LastModified != "yesterday" {
		t.Errorf("validators: %+v", w.asked)
	}
	var order []string
	for _, group := range result.Groups {
		order = append(order, group[0].Subject)
	}
	want := []string{"news.item.example_org", "$KV.feedmemory." + tides.ID, "news.poll.at." + tides.ID}
	if !slices.Equal(order, want) {
		t.Errorf("order: got %v, want %v", order, want)
	}
	got := items(t, result)
	if len(got) != 2 {
		t.Fatalf("got %d items", len(got))
	}
	if !got[0].Fetch.FetchedAt.After(got[1].Fetch.FetchedAt) || !next.FetchedAt.Equal(got[0].Fetch.FetchedAt) {
		t.Errorf("stamps %v, %v, state %v: want the first item last", got[0].Fetch.FetchedAt, got[1].Fetch.FetchedAt, next.FetchedAt)
	}
	key, _ := schema.IdentityKey(schema.Identity{Link: "https://www.example.org/high"})
	if got[0].ID != schema.ArticleID(key) || got[0].Feed.Section != "Sea" || got[0].Format != schema.FormatRSS {
		t.Errorf("item: %+v", got[0])
	}
	if next.ETag != `W/"1"` || next.Seen != 2 || next.Published != 2 || next.Title != "Tides" || next.Polls != 1 {
		t.Errorf("state: %+v", next)
	}
	schedule := messages(result)[3]
	if schedule.Expect == nil || !schedule.Expect.Fence || schedule.Expect.Last != 7 || schedule.Expect.Filter != "news.poll.due."+tides.ID {
		t.Errorf("schedule is not fenced by the due message: %+v", schedule.Expect)
	}
	if schedule.Header["Nats-Schedule-Target"] != "news.poll.due."+tides.ID || !strings.HasPrefix(schedule.Header["Nats-Schedule"], "@at 2026-03-01T12:") {
		t.Errorf("schedule: %v", schedule.Header)
	}
}

func TestPollPublishesWhatIsNew(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high", "low"), "")}
	_, state := w.poll(t, schema.PollState{})
	w.answer = ok(rss("spring", "high", "low"), "")
	result, state := w.poll(t, state)
	if got := items(t, result); len(got) != 1 || !strings.Contains(got[0].Document, "spring") || strings.Contains(got[0].Document, "high") {
		t.Errorf("got %+v", got)
	}
	if state.Seen != 5 || state.Published != 3 || state.Unchanged != 2 || !strings.Contains(state.Reason, "polled 2 times") {
		t.Errorf("state: %+v", state)
	}
	result, _ = w.poll(t, state)
	if got := items(t, result); len(got) != 0 || result.Verdict != "nothing-new" {
		t.Errorf("same body: %s, %d items", result.Verdict, len(got))
	}
	latin := []byte("<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>Caf\xe9</title></item></channel></rss>")
	w.answer = ok(latin, "") // which is not skimmed
	_, state = w.poll(t, state)
	if result, _ = w.poll(t, state); result.Verdict != "same-body" {
		t.Errorf("same body in another charset: %s", result.Verdict)
	}
}

// With auto, what the feed says too little of goes to the page worker, with the
// same message otherwise: its order stamp and its id are given here, once.
func TestPollSendsShortItemsForTheirPage(t *testing.T) {
	long := strings.Repeat("tide ", 200)
	body := strings.ReplaceAll(string(rss("high", "low")), "About low.", long)
	w := &world{feed: &tides, answer: ok([]byte(body), "")}
	direct, _ := w.poll(t, schema.PollState{})
	w.memory, w.revision, w.fulltext = nil, 0, schema.FulltextAuto
	result, state := w.poll(t, schema.PollState{})
	found, there := itemsOn(t, result, "news.found.example_org"), items(t, result)
	if len(found) != 1 || !strings.Contains(found[0].Document, "high") || len(there) != 1 || !strings.Contains(there[0].Document, long) {
		t.Errorf("found %+v, items %+v", found, there)
	}
	for i, m := range direct.Groups[0] {
		if got := result.Groups[0][i]; got.ID != m.ID || string(got.Data) != string(m.Data) || !got.Time.Equal(m.Time) {
			t.Errorf("message %d is another: %+v", i, got)
		}
	}
	if state.Published != 2 || result.Counts["pages-wanted"] != 1 {
		t.Errorf("state %+v, counts %v", state, result.Counts)
	}
}

// Two polls that begin with the same memory give an item the same message id, so
// that one of the two is dropped. Once it was remembered it gets another.
func TestMessageIDsOfPollsAtOnce(t *testing.T) {
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: rss("one")}}
	id := func(poll uint64) string {
		t.Helper()
		due := bus.Delivery{Subject: "news.poll.due." + tides.ID, Stream: "POLLS", Sequence: poll}
		result, err := w.poller().Poll(t.Context(), schema.PollState{FeedID: tides.ID}, due)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages(result) {
			if m.Type == schema.TypeItemFound {
				return m.ID
			}
		}
		t.Fatal("no item")
		return ""
	}
	first := id(7)
	if second := id(8); second != first {
		t.Errorf("the second poll: %s, want %s", second, first)
	}
	one := *w
	w.poll(t, schema.PollState{})
	w.answer.Body = rss("two")
	w.poll(t, schema.PollState{})
	w.answer = one.answer
	if again := id(9); again == first {
		t.Error("an item that goes back to an earlier wording gets the id that it had")
	}
}

// Stamps only rise, even when the clock goes back.
func TestPollStampsRise(t *testing.T) {
	later := noon.Add(time.Hour)
	w := &world{feed: &tides, answer: ok(rss("high"), "")}
	result, _ := w.poll(t, schema.PollState{FetchedAt: later})
	if got := items(t, result)[0].Fetch.FetchedAt; !got.After(later) {
		t.Errorf("got %v, want after %v", got, later)
	}
}

func TestPollOutcomes(t *testing.T) {
	for name, test := range map[string]struct {
		answer  httpfetch.Response
		err     error
		verdict string
		code    string
	}{
		"not modified": {httpfetch.Response{Status: 304, NotModified: true}, nil, "not-modified", ""},
		"gone":         {httpfetch.Response{Status: 410}, &httpfetch.Error{Code: httpfetch.CodeGone, Status: 410}, "failed", "gone"},
		"blocked":      {httpfetch.Response{}, &httpfetch.Error{Code: httpfetch.CodeBlockedAddress, Err: errors.New("loopback")}, "failed", "blocked-address"},
		"rate limited": {httpfetch.Response{Status: 429}, &httpfetch.Error{Code: httpfetch.CodeRateLimited, Status: 429}, "failed", "rate-limited"},
		"web page":     {ok([]byte("<!doctype html><title>The Paper</title>"), `"x"`), nil, "failed", "not-a-feed"},
		"bot wall":     {ok([]byte("<!doctype html><title>Access denied</title>"), `"x"`), nil, "failed", "blocked"},
		"nothing":      {ok(nil, ""), nil, "failed", "empty"},
		"too deep":     {ok([]byte("<rss><channel>"+strings.Repeat("<a>", 1000)+"</channel></rss>"), ""), nil, "failed", "parse-depth"},
		"no items":     {ok(rss(), ""), nil, "nothing-new", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: test.answer, err: test.err}
			result, next := w.poll(t, schema.PollState{ETag: `"kept"`})
			if result.Verdict != test.verdict || next.Error != test.code {
				t.Errorf("got %s, %q", result.Verdict, next.Error)
			}
			if test.code != "" && (next.Failures != 1 || next.ETag != `"kept"`) {
				t.Errorf("state after a failure: %+v", next)
			}
			if next.Next.Before(noon) || next.Reason == "" {
				t.Errorf("next poll at %v because %q", next.Next, next.Reason)
			}
		})
	}
}

// A feed that was gone is retired until it answers with a document.
func TestPollRetires(t *testing.T) {
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 410}, err: &httpfetch.Error{Code: httpfetch.CodeGone, Status: 410}}
	_, state := w.poll(t, schema.PollState{})
	if !state.Retired.Equal(noon) || !strings.Contains(state.Reason, "retired") || state.Next.Sub(noon) < 7*24*time.Hour {
		t.Errorf("after 410: %+v", state)
	}
	w.answer, w.err = httpfetch.Response{Status: 503}, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: 503}
	if _, state = w.poll(t, state); !state.Retired.Equal(noon) || state.Next.Sub(noon) < 7*24*time.Hour {
		t.Errorf("after 503: %+v", state)
	}
	w.answer, w.err = ok(rss("high"), ""), nil
	if _, state = w.poll(t, state); !state.Retired.IsZero() || state.Next.Sub(noon) > time.Hour {
		t.Errorf("after a document: %+v", state)
	}
}

// What a feed's items tell of its rhythm is kept for the next poll, and its
// hints are obeyed.
func TestPollLearns(t *testing.T) {
	var dated []string
	for h := range 24 {
		at := noon.Add(-time.Duration(h) * time.Hour).Format(time.RFC1123Z)
		dated = append(dated, fmt.Sprintf("<item><title>%d</title><link>/%d</link><pubDate>%s</pubDate></item>", h, h, at))
	}
	document := "<rss version=\"2.0\"><channel><title>Tides</title>" + strings.Join(dated, "") + "</channel></rss>"
	w := &world{feed: &tides, answer: ok([]byte(document), "")}
	_, state := w.poll(t, schema.PollState{Polls: 50})
	if perDay := state.Rhythm.Items / state.Rhythm.Days; perDay < 23 || perDay > 30 || slices.Max(state.Rhythm.Hours) != 1 {
		t.Errorf("%f items a day: %+v", perDay, state.Rhythm)
	}
	w.answer = httpfetch.Response{Status: 304, NotModified: true}
	state.Hints.TTL = 7200
	if _, state = w.poll(t, state); state.Rhythm.Items == 0 || state.Reason != "ttl of the feed, 2h" {
		t.Errorf("state: %+v", state)
	}
}

func TestPollTellsWhenHealthChanges(t *testing.T) {
	kinds := func(r bus.Result) []string {
		var found []string
		for _, m := range messages(r) {
			if kind, ok := strings.CutPrefix(m.Subject, "news.ops."); ok {
				found = append(found, strings.Split(kind, ".")[0])
			}
		}
		return found
	}
	w := &world{feed: &tides, err: &httpfetch.Error{Code: httpfetch.CodeDNS, Err: errors.New("no such host")}}
	result, state := w.poll(t, schema.PollState{})
	if got := kinds(result); !slices.Equal(got, []string{"failing"}) {
		t.Errorf("first failure: %v", got)
	}
	result, state = w.poll(t, state)
	if got := kinds(result); len(got) != 0 || state.Failures != 2 {
		t.Errorf("second failure: %v, %d", got, state.Failures)
	}
	w.answer, w.err = ok(rss("high"), ""), nil
	result, state = w.poll(t, state)
	if got := kinds(result); !slices.Equal(got, []string{"recovered"}) || state.Failures != 0 || state.Error != "" {
		t.Errorf("recovery: %v, %+v", got, state)
	}
}

// The last item of a torn document is left for the next poll: as far as it goes
// it would be a revision of a known article, without the rest of its text. But of a
// feed that was never read it is taken.
func TestPollLeavesATornItem(t *testing.T) {
	whole := rss("high", "low")
	at := bytes.LastIndex(whole, []byte("</item>"))
	torn := httpfetch.Response{Status: 200, Body: whole[:at]}
	first, _ := (&world{feed: &tides, answer: torn}).poll(t, schema.PollState{})
	if got := items(t, first); len(got) != 2 || first.Counts["items-torn"] != 0 {
		t.Errorf("%d items of the first document, counts %v", len(got), first.Counts)
	}
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: rss("ebb")}}
	_, state := w.poll(t, schema.PollState{})
	w.answer = torn
	result, state := w.poll(t, state)
	if got := items(t, result); len(got) != 1 || result.Counts["items-torn"] != 1 {
		t.Errorf("%d items of the torn document, counts %v", len(got), result.Counts)
	}
	w.answer.Body = whole
	result, _ = w.poll(t, state)
	if got := items(t, result); len(got) != 1 || result.Counts["items-torn"] != 0 {
		t.Errorf("%d new items of the whole one, counts %v", len(got), result.Counts)
	}
}

// A torn document is no document to have a validator for: what it lacks may be
// there the next time, under the same one.
func TestPollForgetsTheValidatorOfATornDocument(t *testing.T) {
	body := rss("high", "low")
	w := &world{feed: &tides, answer: ok(body[:len(body)-30], `"torn"`)}
	result, next := w.poll(t, schema.PollState{})
	if next.ETag != "" || next.BodyHash != "" {
		t.Errorf("state: %+v", next)
	}
	if len(items(t, result)) == 0 {
		t.Error("the whole items of a torn document are not published")
	}
}

func TestPollOfAnUnregisteredFeedEndsIt(t *testing.T) {
	result, err := (&world{}).poller().Poll(t.Context(), schema.PollState{FeedID: tides.ID}, bus.Delivery{})
	if err != nil || result.Verdict != "unregistered" || len(result.Groups) != 0 {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestPollSetsAnOversizeItemAside(t *testing.T) {
	big := rss("high", strings.Repeat("x ", 500_000))
	w := &world{feed: &tides, answer: ok(big, "")}
	result, next := w.poll(t, schema.PollState{})
	if len(items(t, result)) != 1 || next.Published != 1 || next.Dead != 1 {
		t.Errorf("state: %+v", next)
	}
	var dead bus.Message
	for _, m := range messages(result) {
		if strings.HasPrefix(m.Subject, "news.dead.") {
			dead = m
		}
	}
	if dead.Subject != "news.dead.poller.example_org" || !strings.HasPrefix(dead.Header[schema.HeaderDeadReason], "oversize") || len(dead.Data) > 900<<10 {
		t.Errorf("dead letter: %s %v, %d bytes", dead.Subject, dead.Header, len(dead.Data))
	}
}

// A header that changes at each poll costs no parse and no write of memory.
func TestPollSkimsWhatIsKnown(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high", "low"), `"1"`)}
	_, state := w.poll(t, schema.PollState{})
	w.answer = ok(bytes.Replace(rss("high", "low"), []byte("<link>"), []byte("<lastBuildDate>now</lastBuildDate><link>"), 1), `"2"`)
	poller := w.poller()
	poller.Limits.Structure = guard.Limits{} // lets nothing through, so the document is not read
	result, err := poller.Poll(t.Context(), state, bus.Delivery{Subject: "news.poll.due." + tides.ID, Stream: "POLLS", Sequence: 8})
	if err != nil {
		t.Fatal(err)
	}
	if got := messages(result); result.Verdict != "nothing-new" || len(got) != 1 || result.Counts["items-unchanged"] != 2 {
		t.Errorf("%s, %d messages, %v", result.Verdict, len(got), result.Counts)
	}
	var next schema.PollState
	if err := json.Unmarshal(messages(result)[0].Data, &next); err != nil || next.ETag != `"2"` || next.Failures != 0 {
		t.Errorf("%v: %+v", err, next)
	}
}
