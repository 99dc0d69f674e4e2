package robots_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// memory is a cache that keeps entries as they are stored.
type memory struct {
	mu      sync.Mutex
	entries map[string][]byte
	broken  error
}

func (m *memory) Get(_ context.Context, key string) (robots.Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.entries[key]
	if m.broken != nil || !ok {
		return robots.Entry{}, false, m.broken
	}
	e, err := robots.Decode(data)
	return e, err == nil, err
}

func (m *memory) Put(_ context.Context, key string, e robots.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, err := e.Encode()
	if err == nil && m.broken == nil {
		m.entries[key] = data
	}
	return errors.Join(err, m.broken)
}

// world is a server of one robots.txt, and a clock.
type world struct {
	answer httpfetch.Response
	err    error
	now    time.Time
	asked  []httpfetch.Request
	cache  memory
}

func (w *world) checker() *robots.Checker {
	w.cache.entries = map[string][]byte{}
	w.now = noon
	return &robots.Checker{
		Fetch: func(_ context.Context, r httpfetch.Request) (httpfetch.Response, error) {
			w.asked = append(w.asked, r)
			return w.answer, w.err
		},
		Cache: &w.cache, Product: "dateline", Now: func() time.Time { return w.now },
	}
}

func check(t *testing.T, c *robots.Checker, address string) robots.Verdict {
	t.Helper()
	v, err := c.Check(t.Context(), address, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func status(code httpfetch.Code, n int) error { return &httpfetch.Error{Code: code, Status: n} }

// RFC 9309, section 2.3.1.
func TestCheckerAnswers(t *testing.T) {
	disallow := httpfetch.Response{Status: 200, Body: lines("User-agent: *", "Disallow: /private", "Crawl-delay: 7")}
	for name, test := range map[string]struct {
		answer  httpfetch.Response
		err     error
		allowed bool
		delay   time.Duration
	}{
		"rules":                   {disallow, nil, false, 7 * time.Second},
		"an empty file":           {httpfetch.Response{Status: 200}, nil, true, 0},
		"a web page":              {httpfetch.Response{Status: 200, Body: []byte("<!doctype html><p>Welcome: all</p>")}, nil, true, 0},
		"no content":              {httpfetch.Response{Status: 204}, status(httpfetch.CodeBadHTTP, 204), true, 0},
		"not found":               {httpfetch.Response{Status: 404}, status(httpfetch.CodeBadHTTP, 404), true, 0},
		"forbidden":               {httpfetch.Response{Status: 403}, status(httpfetch.CodeBadHTTP, 403), true, 0},
		"gone":                    {httpfetch.Response{Status: 410}, status(httpfetch.CodeGone, 410), true, 0},
		"too many requests":       {httpfetch.Response{Status: 429}, status(httpfetch.CodeRateLimited, 429), false, 0},
		"too many redirects":      {httpfetch.Response{}, status(httpfetch.CodeRedirects, 301), true, 0},
		"server error":            {httpfetch.Response{Status: 503}, status(httpfetch.CodeBadHTTP, 503), false, 0},
		"no such host":            {httpfetch.Response{}, &httpfetch.Error{Code: httpfetch.CodeDNS, Err: errors.New("x")}, false, 0},
		"no answer":               {httpfetch.Response{}, &httpfetch.Error{Code: httpfetch.CodeHeaderTimeout, Err: errors.New("x")}, false, 0},
		"a torn file":             {httpfetch.Response{Status: 200}, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Err: errors.New("x")}, false, 0},
		"a file of many MiB":      {httpfetch.Response{Status: 200}, status(httpfetch.CodeBodyLimit, 200), false, 0},
		"an address within":       {httpfetch.Response{}, &httpfetch.Error{Code: httpfetch.CodeBlockedAddress, Err: httpfetch.ErrBlocked}, false, 0},
		"an answer that is empty": {httpfetch.Response{Status: 200, Body: []byte("\n\n")}, nil, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{answer: test.answer, err: test.err}
			v := check(t, w.checker(), "https://example.org/private/page?x=1")
			if v.Allowed != test.allowed || v.Delay != test.delay || (v.Reason == "") != test.allowed {
				t.Errorf("got %+v", v)
			}
			if r := w.asked[0]; r.URL != "https://example.org/robots.txt" || r.MaxRedirects != 5 || r.ETag != "" {
				t.Errorf("asked %+v", r)
			}
		})
	}
}

// What is no answer of the site, such as that its turn has not come, is nothing
// to go by, and nothing to remember.
func TestCheckerDidNotAsk(t *testing.T) {
	later := errors.New("later")
	w := &world{err: later}
	c := w.checker()
	if _, err := c.Check(t.Context(), "https://example.org/page", ""); !errors.Is(err, later) {
		t.Errorf("got %v", err)
	}
	w.err, w.answer = nil, httpfetch.Response{Status: 200}
	if v := check(t, c, "https://example.org/page"); !v.Allowed || len(w.asked) != 2 {
		t.Errorf("got %+v after %d requests", v, len(w.asked))
	}
}

func TestCheckerCaches(t *testing.T) {
	hour := time.Hour
	for name, test := range map[string]struct {
		answer     httpfetch.Response
		err        error
		kept, gone time.Duration
	}{
		"a day":                     {httpfetch.Response{Status: 200}, nil, 24*hour - 1, 24 * hour},
		"as long as it is fresh":    {httpfetch.Response{Status: 200, MaxAge: 3 * hour}, nil, 3*hour - 1, 3 * hour},
		"an hour at least":          {httpfetch.Response{Status: 200, MaxAge: 1}, nil, hour - 1, hour},
		"a missing one":             {httpfetch.Response{Status: 404}, status(httpfetch.CodeBadHTTP, 404), 24*hour - 1, 24 * hour},
		"a failure, for less":       {httpfetch.Response{Status: 500}, status(httpfetch.CodeBadHTTP, 500), hour/4 - 1, hour / 4},
		"a failure, as it asks for": {httpfetch.Response{Status: 503, RetryAfter: 2 * hour}, status(httpfetch.CodeBadHTTP, 503), 2*hour - 1, 2 * hour},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{answer: test.answer, err: test.err}
			c := w.checker()
			for _, after := range []time.Duration{0, test.kept} {
				w.now = noon.Add(after)
				check(t, c, "https://EXAMPLE.org:443/a")
				check(t, c, "https://example.org/b")
				if len(w.asked) != 1 {
					t.Errorf("after %v: asked %d times", after, len(w.asked))
				}
			}
			w.now = noon.Add(test.gone)
			if check(t, c, "https://example.org/a"); len(w.asked) != 2 {
				t.Errorf("after %v: asked %d times", test.gone, len(w.asked))
			}
			if check(t, c, "http://example.org/a"); len(w.asked) != 3 {
				t.Error("one origin's file is used for another")
			}
		})
	}
}

// A server that cannot answer disallows all for 30 days, whatever it said before.
func TestCheckerPatience(t *testing.T) {
	w := &world{answer: httpfetch.Response{Status: 200}}
	c := w.checker()
	ask := func(after time.Duration, want bool) {
		t.Helper()
		w.now = noon.Add(after)
		if v := check(t, c, "https://example.org/a"); v.Allowed != want {
			t.Errorf("after %v: %+v", after, v)
		}
	}
	const day = 24 * time.Hour
	ask(0, true)
	w.err = status(httpfetch.CodeBadHTTP, 502)
	ask(day, false)
	ask(2*day, false)
	ask(31*day-1, false)
	ask(31*day+time.Hour, true)
	ask(40*day, true)
	w.err = nil
	ask(41*day, true)
	w.err = status(httpfetch.CodeBadHTTP, 502)
	ask(42*day, false) // a new time begins
}

// A clock that is put forward and back again neither keeps old rules, nor has a
// host that cannot be reached forbid all for longer than it may.
func TestCheckerAndAClockThatJumps(t *testing.T) {
	const day, address = 24 * time.Hour, "https://example.org/a"
	for _, jump := range []time.Duration{time.Hour, 25 * time.Hour, 366 * day} {
		w := &world{answer: httpfetch.Response{Status: 200}}
		c := w.checker()
		w.now = noon.Add(jump)
		check(t, c, address)
		w.now = noon
		w.answer.Body = lines("User-agent: *", "Disallow: /")
		for w.now.Before(noon.Add(robots.MaxLife)) {
			check(t, c, address)
			w.now = w.now.Add(time.Hour)
		}
		if v := check(t, c, address); v.Allowed {
			t.Errorf("%s forward and back: the rules of a time to come are used for longer than a day", jump)
		}

		w.err = status(httpfetch.CodeBadHTTP, 502)
		w.now = noon.Add(jump + 2*day)
		if v := check(t, c, address); v.Allowed {
			t.Errorf("%s forward: out of reach, and allowed", jump)
		}
		w.now = noon.Add(2 * day)
		for w.now.Before(noon.Add(2*day + robots.Patience + 2*time.Hour)) {
			check(t, c, address)
			w.now = w.now.Add(time.Hour)
		}
		if v := check(t, c, address); !v.Allowed {
			t.Errorf("%s forward and back: out of reach for a month, and still %q", jump, v.Reason)
		}
	}
}

func TestCheckerMistrustsItsCache(t *testing.T) {
	w := &world{answer: httpfetch.Response{Status: 200, Body: lines("User-agent: *", "Disallow: /")}}
	c := w.checker()
	key := robots.Key("https://example.org")
	for name, stored := range map[string]string{
		"damaged":            `{"origin":`,
		"a rule of no kind":  `{"origin":"https://example.org","product":"dateline","rules":{"rules":["/"]},"expires":"2027-01-01T00:00:00Z"}`,
		"of another origin":  `{"origin":"https://example.com","product":"dateline","rules":{},"expires":"2027-01-01T00:00:00Z"}`,
		"of another crawler": `{"origin":"https://example.org","product":"date","rules":{},"expires":"2027-01-01T00:00:00Z"}`,
	} {
		w.asked = nil
		w.cache.entries[key] = []byte(stored)
		if v := check(t, c, "https://example.org/"); v.Allowed || len(w.asked) != 1 {
			t.Errorf("%s: %+v, asked %d times", name, v, len(w.asked))
		}
	}
	w.cache.broken = errors.New("no bucket")
	if v := check(t, c, "https://example.org/"); v.Allowed {
		t.Errorf("without a cache: %+v", v)
	}
}

func TestCheckerAddresses(t *testing.T) {
	c := (&world{}).checker()
	for _, address := range []string{"", "/a", "ftp://example.org/", "https:///a", "http://[::1", "mailto:a@example.org"} {
		if _, err := c.Check(t.Context(), address, ""); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

// Many workers that want one file at once ask for it once; one that is stopped
// does not stop the others.
func TestCheckerAsksOnce(t *testing.T) {
	var asked atomic.Int32
	w := &world{}
	c := w.checker()
	first, stop := context.WithCancel(t.Context())
	begun, answered := make(chan struct{}), make(chan struct{})
	c.Fetch = func(ctx context.Context, _ httpfetch.Request) (httpfetch.Response, error) {
		if asked.Add(1) == 1 {
			close(begun)
			<-ctx.Done()
			return httpfetch.Response{}, ctx.Err()
		}
		<-answered
		return httpfetch.Response{Status: 200, Body: lines("User-agent: *", "Disallow: /")}, nil
	}
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := c.Check(first, "https://example.org/", ""); !errors.Is(err, context.Canceled) {
			t.Errorf("the one that was stopped: %v", err)
		}
	})
	<-begun
	for range 20 {
		all.Go(func() {
			if v, err := c.Check(t.Context(), "https://example.org/", ""); err != nil || v.Allowed {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	stop()
	close(answered)
	all.Wait()
	if n := asked.Load(); n != 2 {
		t.Errorf("asked %d times, want once by the first and once for all others", n)
	}
}

// With the real client: redirects to another host count for the first, five of
// them and no more.
func TestCheckerOverHTTP(t *testing.T) {
	var userAgent string
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		userAgent = r.UserAgent()
		hops := strings.Count(r.URL.RawQuery, "x")
		switch {
		case r.URL.Path != "/robots.txt":
			t.Errorf("asked for %s", r.URL)
		case hops == 5:
			w.Write(lines("User-agent: Dateline", "Disallow: /private"))
		default:
			http.Redirect(w, r, "/robots.txt?x"+r.URL.RawQuery, http.StatusFound)
		}
	}))
	t.Cleanup(site.Close)
	config := httpfetch.DefaultConfig()
	config.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	client, err := httpfetch.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	c := (&world{}).checker()
	c.Fetch, c.Product = client.Get, httpfetch.Product
	if v := check(t, c, site.URL+"/private/%61?b"); v.Allowed {
		t.Errorf("got %+v", v)
	}
	if v := check(t, c, site.URL+"/public"); !v.Allowed {
		t.Errorf("got %+v", v)
	}
	if !strings.HasPrefix(userAgent, "dateline/") {
		t.Errorf("asked as %s", userAgent)
	}
}

// Through a proxy an origin is asked as well, and what the one way finds does not
// decide for the other.
func TestCheckThroughProxy(t *testing.T) {
	w := &world{err: &httpfetch.Error{Code: httpfetch.CodeDNS}}
	c := w.checker()
	if v := check(t, c, "https://example.org/a"); v.Allowed {
		t.Error("allowed by a host that was not found")
	}
	w.answer, w.err = httpfetch.Response{Status: 200, Body: []byte("User-agent: *\nDisallow: /b\n")}, nil
	for path, want := range map[string]bool{"/a": true, "/b": false} {
		v, err := c.Check(t.Context(), "https://example.org"+path, "office")
		if err != nil || v.Allowed != want {
			t.Errorf("%s: %+v, %v", path, v, err)
		}
	}
	if v := check(t, c, "https://example.org/a"); v.Allowed {
		t.Error("allowed by what the proxy has seen")
	}
	if len(w.asked) != 2 || w.asked[0].Proxy != "" || w.asked[1].Proxy != "office" || w.asked[1].Header != nil || w.asked[1].Auth != nil {
		t.Errorf("asked %+v", w.asked)
	}
}

// A proxy that is not configured says nothing of the origin, and is not kept.
func TestCheckUnknownProxy(t *testing.T) {
	w := &world{err: &httpfetch.Error{Code: httpfetch.CodeConfig}}
	c := w.checker()
	for range 2 {
		if _, err := c.Check(t.Context(), "https://example.org/", "offcie"); !errors.Is(err, w.err) {
			t.Errorf("got %v", err)
		}
	}
	if len(w.asked) != 2 || len(w.cache.entries) != 0 {
		t.Errorf("asked %d times, kept %d", len(w.asked), len(w.cache.entries))
	}
}
