package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/page"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const html = `<!doctype html><html><head><link rel="canonical" href="https://example.org/a">` +
	`<link rel="amphtml" href="/a/amp"></head><body><p>The tide came in at noon, the harbour says.</p></body></html>`

// worker gets pages of this machine, of at most 64 KiB.
func worker(t testing.TB) *page.Worker {
	t.Helper()
	c := httpfetch.DefaultConfig()
	c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c.MaxBody, c.Timeout, c.HeaderTimeout = 64<<10, 2*time.Second, 200*time.Millisecond
	client, err := httpfetch.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	packer, err := page.NewPacker()
	if err != nil {
		t.Fatal(err)
	}
	return &page.Worker{
		Root: schema.DefaultRoot, Fetch: atOnce(client.Get), Packer: packer, Registry: registered{},
		Retry: 10 * time.Millisecond, Wait: time.Hour, Cooled: func(context.Context, schema.FeedRef, hosts.CoolDown) {}, Now: func() time.Time { return noon },
	}
}

// registered has every feed, each with what a map says of it.
type registered map[string]schema.Feed

func (r registered) Get(_ context.Context, feedID string) (schema.Feed, bool, error) {
	return r[feedID], true, nil
}

// atOnce makes requests whose turn is always there.
func atOnce(get func(context.Context, httpfetch.Request) (httpfetch.Response, error)) func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error) {
	return func(ctx context.Context, _ polite.Ask, r httpfetch.Request) (polite.Answer, error) {
		resp, err := get(ctx, r)
		return polite.Answer{Response: resp}, err
	}
}

// item is an item whose article is at an address.
func item(address string) schema.Item {
	return schema.Item{
		ID: "0123456789abcdef0123456789abcdef", Feed: schema.FeedRef{ID: "f", URL: "https://example.org/feed"},
		Fetch:  schema.Fetch{URL: "https://example.org/feed", Status: 200, FetchedAt: noon.Add(-time.Hour)},
		Format: schema.FormatRSS, RegionHash: "r",
		Document: `<rss version="2.0"><channel><item><title>Tides</title><link>` + address + `</link></item></channel></rss>`,
	}
}

// found is the delivery of an item's message.
func found(delivered uint64) bus.Delivery {
	return bus.Delivery{
		Subject: "news.found.example_org", Stream: "FOUND", Sequence: 7, Delivered: delivered,
		Header: nats.Header{schema.HeaderID: {"message-id"}},
	}
}

// passed is the item that a result publishes.
func passed(t testing.TB, r bus.Result) schema.Item {
	t.Helper()
	if len(r.Groups) != 1 || len(r.Groups[0]) != 1 {
		t.Fatalf("got %d groups, want one message", len(r.Groups))
	}
	m := r.Groups[0][0]
	if m.Subject != "news.item.example_org" || m.ID != "message-id" || !m.Dedup || m.Type != schema.TypeItemFound || !m.Time.Equal(noon.Add(-time.Hour)) {
		t.Errorf("message %s, id %s, dedup %t, %s, %s", m.Subject, m.ID, m.Dedup, m.Type, m.Time)
	}
	if len(m.Data) > schema.MaxItem {
		t.Errorf("the item has %d bytes", len(m.Data))
	}
	var got schema.Item
	if err := json.Unmarshal(m.Data, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// unpack is a page as it was served.
func unpack(t testing.TB, packed []byte) string {
	t.Helper()
	r, err := zstd.NewReader(nil, zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := r.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestPageIsKeptAsServed(t *testing.T) {
	site := fetchertest.New(t)
	latin := strings.ReplaceAll(html, "tide", "mar\xe9e") // bytes of windows-1252
	site.File("/a", "text/html; charset=windows-1252", []byte(latin))
	site.Fault("/moved", fetchertest.Redirect(301, "/a"))
	result, err := worker(t).Page(t.Context(), item(site.URL("/moved")), found(1))
	if err != nil || result.Verdict != "with-page" || len(result.Counts) != 0 {
		t.Fatalf("got %+v, %v", result, err)
	}
	got := passed(t, result)
	if unpack(t, got.Page.HTML) != latin {
		t.Errorf("the page is %q", unpack(t, got.Page.HTML))
	}
	got.Page.HTML = nil
	want := schema.Page{
		URL: site.URL("/moved"), FinalURL: site.URL("/a"), Status: 200, FetchedAt: noon, ContentType: "text/html; charset=windows-1252",
	}
	if fmt.Sprint(*got.Page) != fmt.Sprint(want) {
		t.Errorf("page: got %+v, want %+v", *got.Page, want)
	}
	got.Page = nil
	if fmt.Sprint(got) != fmt.Sprint(item(site.URL("/moved"))) {
		t.Errorf("the item has changed: %+v", got)
	}
	if asked := site.LastHeader("/a"); !strings.HasPrefix(asked.Get("Accept"), "text/html") {
		t.Errorf("asked with %v", asked)
	}
}

// Whatever is wrong with a page that time does not mend, the item goes on at
// once and says what it was.
func TestPageFailures(t *testing.T) {
	site := fetchertest.New(t)
	for path, contentType := range map[string]string{"/pdf": "application/pdf", "/bare": "", "/odd": `Text/HTML; charset="`, "/xhtml": "application/xhtml+xml"} {
		site.File(path, contentType, []byte(html))
	}
	site.File("/text", "", []byte("plain words"))
	site.File("/empty", "text/html", nil)
	site.File("/large", "text/html", bytes.Repeat([]byte("x"), 65<<10))
	site.File("/gzip", "text/html", []byte(html))
	site.Fault("/gzip", fetchertest.HugeGzip(1<<20))
	site.Fault("/403", fetchertest.Status(403))
	site.Fault("/410", fetchertest.Status(410))
	site.Fault("/loop", fetchertest.Chain(20))
	site.Fault("/private", fetchertest.Redirect(302, "http://10.0.0.1/"))
	site.Fault("/file", fetchertest.Redirect(302, "file:///etc/passwd"))
	site.Fault("/later", fetchertest.RetryAfter(429, "3600"))
	for name, test := range map[string]struct {
		code   string
		status int
	}{
		"/none": {"bad-http", 404}, "/403": {"bad-http", 403}, "/410": {"gone", 410}, "/pdf": {"not-html", 200},
		"/text": {"not-html", 200}, "/empty": {"empty", 200}, "/large": {"body-limit", 200}, "/gzip": {"body-limit", 200},
		"/loop": {"redirects", 0}, "/private": {"blocked-address", 0}, "/file": {"blocked-scheme", 0},
		"/later": {"rate-limited", 429}, "/bare": {"", 200}, "/odd": {"", 200}, "/xhtml": {"", 200},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := worker(t).Page(t.Context(), item(site.URL(name)), found(1))
			if err != nil {
				t.Fatal(err)
			}
			p := passed(t, result).Page
			if p.Error != test.code || p.Status != test.status || (len(p.HTML) > 0) != (test.code == "") || !p.FetchedAt.Equal(noon) {
				t.Errorf("got %+v", p)
			}
			if test.code != "" && (result.Verdict != "without-page" || result.Counts["error:"+test.code] != 1) {
				t.Errorf("%s, %v", result.Verdict, result.Counts)
			}
		})
	}
}

// What may be over soon is tried three times at most, and less often when the
// server wants to be left alone for long.
func TestPageTriesAgain(t *testing.T) {
	site := fetchertest.New(t)
	site.Fault("/503", fetchertest.Status(503))
	site.Fault("/429", fetchertest.RetryAfter(429, "60"))
	site.Fault("/stalls", fetchertest.Stall())
	w := worker(t)
	for name, test := range map[string]struct {
		path  string
		waits [2]time.Duration
		code  string
	}{
		"no service":   {"/503", [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}, "bad-http"},
		"rate limited": {"/429", [2]time.Duration{time.Minute, time.Minute}, "rate-limited"},
		"stalls":       {"/stalls", [2]time.Duration{250 * time.Millisecond, 500 * time.Millisecond}, "header-timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			for i, want := range test.waits {
				_, err := w.Page(t.Context(), item(site.URL(test.path)), found(uint64(i+1)))
				if delay, ok := bus.AsAfter(err); !ok || delay != want {
					t.Errorf("try %d: got %v after %s, want %s", i+1, err, delay, want)
				}
			}
			result, err := w.Page(t.Context(), item(site.URL(test.path)), found(3))
			if err != nil || passed(t, result).Page.Error != test.code {
				t.Errorf("last try: %+v, %v", result, err)
			}
			if n := site.Count(test.path); n != 3 {
				t.Errorf("asked %d times", n)
			}
		})
	}
	w.Retry = time.Minute
	for delivered, want := range map[uint64]time.Duration{1: time.Minute, 2: 4 * time.Minute} {
		if delay, _ := bus.AsAfter(second(w.Page(t.Context(), item(site.URL("/503")), found(delivered)))); delay != want {
			t.Errorf("after delivery %d: %s, want %s", delivered, delay, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestPageWaitsForItsHost(t *testing.T) {
	const address = "https://example.org/a"
	good := polite.Answer{Response: httpfetch.Response{Status: 200, FinalURL: address, ContentType: "text/html", Body: []byte(html)}}
	later := func(d time.Duration) error { return &polite.Later{For: d, Until: noon.Add(d), Reason: "host is busy"} }
	for name, test := range map[string]struct {
		err       error
		delivered uint64
		delay     time.Duration // 0: the item goes on
		code      string
	}{
		"free":                  {nil, 1, 0, ""},
		"busy for a moment":     {later(time.Millisecond), 1, 250 * time.Millisecond, ""},
		"the same, often":       {later(time.Millisecond), 9, 30 * time.Second, ""},
		"busy for a while":      {later(time.Minute), 3, time.Minute, ""},
		"busy for too long":     {later(2 * time.Hour), 1, 0, page.CodeBusy},
		"not allowed":           {&httpfetch.Error{Code: httpfetch.CodeRobots, URL: address}, 1, 0, "robots"},
		"free at the last time": {nil, page.MaxDeliveries, 0, ""},
		"came too often":        {nil, page.MaxDeliveries + 1, 0, page.CodeBusy},
	} {
		t.Run(name, func(t *testing.T) {
			var asks []polite.Ask
			w := worker(t)
			w.Fetch = func(_ context.Context, ask polite.Ask, r httpfetch.Request) (polite.Answer, error) {
				asks = append(asks, ask)
				if test.err != nil {
					return polite.Answer{}, test.err
				}
				return good, nil
			}
			result, err := w.Page(t.Context(), item(address), found(test.delivered))
			if delay, _ := bus.AsAfter(err); delay != test.delay || (err != nil) != (test.delay > 0) {
				t.Fatalf("got %v, after %s", err, delay)
			}
			if err == nil && passed(t, result).Page.Error != test.code {
				t.Errorf("page: %+v", passed(t, result).Page)
			}
			want := polite.Ask{Of: item("").ID, Work: found(test.delivered).Place(), Obey: true}
			if test.delivered > 1 {
				want.Turn = polite.Come()
			}
			if test.delivered <= page.MaxDeliveries && (len(asks) != 1 || asks[0] != want) {
				t.Errorf("asked with %+v, want %+v", asks, want)
			}
		})
	}
}

// An outage of the pipeline is no fault of the page.
func TestPageInAnOutage(t *testing.T) {
	down := errors.New("no leader")
	w := worker(t)
	w.Fetch = func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error) {
		return polite.Answer{}, bus.Unavailable(down)
	}
	_, err := w.Page(t.Context(), item("https://example.org/a"), found(page.MaxDeliveries))
	if _, isLater := bus.AsAfter(err); !errors.Is(err, down) || isLater {
		t.Errorf("got %v", err)
	}
}

// What does not fit into the item's message is left out, the page first.
func TestPageWithoutRoom(t *testing.T) {
	noise := make([]byte, 60<<10) // does not compress
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise) // never fails
	site := fetchertest.New(t)
	site.File("/a", "text/html", append([]byte("<!doctype html>"), noise...))
	for name, test := range map[string]struct {
		document int
		code     string
	}{"room": {800 << 10, ""}, "no room": {850 << 10, page.CodeOversize}, "none at all": {schema.MaxItem - 2000, page.CodeOversize}} {
		t.Run(name, func(t *testing.T) {
			big := item(site.URL("/a"))
			big.Document += "<!--" + strings.Repeat("x", test.document-len(big.Document)) + "-->"
			result, err := worker(t).Page(t.Context(), big, found(1))
			if err != nil {
				t.Fatal(err)
			}
			got := passed(t, result)
			if got.Page.Error != test.code || (len(got.Page.HTML) == 0) != (test.code != "") || got.Document != big.Document {
				t.Errorf("error %q, %d bytes of page", got.Page.Error, len(got.Page.HTML))
			}
		})
	}
}

// An item that has no page to ask for goes on as it is.
func TestPageOfNoAddress(t *testing.T) {
	w := worker(t)
	w.Fetch = func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error) {
		t.Error("something was asked for")
		return polite.Answer{}, nil
	}
	torn := item("https://example.org/a")
	torn.Document = "<rss"
	for name, in := range map[string]schema.Item{
		"no link": item(""), "mail": item("mailto:a@example.org"), "file": item("file:///etc/passwd"),
		"long": item("https://example.org/" + strings.Repeat("x", httpfetch.MaxURL)), "torn": torn,
	} {
		t.Run(name, func(t *testing.T) {
			result, err := w.Page(t.Context(), in, found(1))
			if err != nil || result.Verdict != "without-page" {
				t.Fatalf("got %+v, %v", result, err)
			}
			if got := passed(t, result); fmt.Sprint(got) != fmt.Sprint(in) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// A worker that is stopped half-way is no failure of the page.
func TestPageStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	w := worker(t)
	w.Fetch = func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error) {
		stop()
		return polite.Answer{}, ctx.Err()
	}
	_, err := w.Page(ctx, item("https://example.org/a"), found(1))
	if _, isLater := bus.AsAfter(err); !errors.Is(err, context.Canceled) || isLater {
		t.Errorf("got %v", err)
	}
}

// Whoever has asked for the page that cools its host tells of it, also when the
// item is to come again.
func TestPageTellsOfACooledHost(t *testing.T) {
	w := worker(t)
	cool := hosts.CoolDown{Until: noon.Add(time.Hour), Reason: "two pages were refused"}
	w.Fetch = func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error) {
		return polite.Answer{Response: httpfetch.Response{Status: 429}, Cooled: cool},
			&httpfetch.Error{Code: httpfetch.CodeRateLimited, Status: 429}
	}
	var told []hosts.CoolDown
	w.Cooled = func(_ context.Context, f schema.FeedRef, c hosts.CoolDown) {
		if f.ID != "f" {
			t.Errorf("told of %+v", f)
		}
		told = append(told, c)
	}
	_, err := w.Page(t.Context(), item("https://example.org/a"), found(1))
	if _, later := bus.AsAfter(err); !later || len(told) != 1 || told[0] != cool {
		t.Errorf("told %v, %v", told, err)
	}
}

// A page is asked for through the proxy of its feed. The feed's user and headers
// are not for addresses that the feed chooses.
func TestPageThroughProxyOfFeed(t *testing.T) {
	w := worker(t)
	w.Registry = registered{"f": {Proxy: "office", Auth: "desk", Headers: map[string]string{"X-Key": "secret"}}}
	var asked httpfetch.Request
	w.Fetch = func(_ context.Context, _ polite.Ask, r httpfetch.Request) (polite.Answer, error) {
		asked = r
		return polite.Answer{Response: httpfetch.Response{Status: 200, FinalURL: r.URL, ContentType: "text/html", Body: []byte(html)}}, nil
	}
	result, err := w.Page(t.Context(), item("https://example.org/a"), found(1))
	if err != nil {
		t.Fatal(err)
	}
	if got := passed(t, result); got.Page == nil || got.Page.Error != "" {
		t.Errorf("page: %+v", got.Page)
	}
	if asked.Proxy != "office" || asked.Auth != nil || asked.Header != nil {
		t.Errorf("asked by %+v", asked)
	}
	if data := string(result.Groups[0][0].Data); strings.Contains(data, "office") || strings.Contains(data, "secret") {
		t.Error("the item tells of the proxy or of a header")
	}
}

// registry fails, or has no feed.
type registry struct{ err error }

func (r registry) Get(context.Context, string) (schema.Feed, bool, error) {
	return schema.Feed{}, false, r.err
}

// Without its feed nobody knows how a page is to be asked for: the item goes on
// without it. A registry that cannot be read is asked again.
func TestPageOfFeedThatIsNotRegistered(t *testing.T) {
	w := worker(t)
	w.Fetch = func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error) {
		t.Error("a request was made")
		return polite.Answer{}, nil
	}
	w.Registry = registry{}
	result, err := w.Page(t.Context(), item("https://example.org/a"), found(1))
	if err != nil {
		t.Fatal(err)
	}
	if got := passed(t, result); got.Page == nil || got.Page.Error != page.CodeUnregistered {
		t.Errorf("page: %+v", got.Page)
	}
	broken := errors.New("no answer")
	w.Registry = registry{broken}
	if _, err := w.Page(t.Context(), item("https://example.org/a"), found(1)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
