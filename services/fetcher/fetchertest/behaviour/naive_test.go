package behaviour_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest/behaviour"
)

// The pollers of this file are bad on purpose, each as some in the wild are.

// client is one as most pollers have: that of net/http, with a time limit.
func client(n *behaviour.Network) *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{DialContext: n.DialContext, DisableKeepAlives: true}}
}

// get asks once. The body is all read.
func get(ctx context.Context, c *http.Client, url string, header map[string]string) (*http.Response, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, "", err
	}
	for name, value := range header {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	resp, err := c.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// pause waits, and says false when ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// idle asks for nothing.
type idle struct{}

func (idle) Poll(ctx context.Context, _ []string) error {
	<-ctx.Done()
	return nil
}

// eager is a script with a loop: it asks for everything each ten minutes, at
// once and whole.
type eager struct{ client *http.Client }

func (e eager) Poll(ctx context.Context, feeds []string) error {
	for {
		var all sync.WaitGroup
		for _, url := range feeds {
			all.Go(func() { _, _, _ = get(ctx, e.client, url, nil) })
		}
		all.Wait()
		if !pause(ctx, 10*time.Minute) {
			return nil
		}
	}
}

// hourly runs from a crontab at the full hour, feed by feed. It takes validators
// apart, and those of whatever answers; a permanent redirect it learns at once.
type hourly struct {
	client *http.Client
	feeds  map[string]*subscription
}

type subscription struct {
	url, etag, modified string
	errors              int
	next                time.Time
}

func (h hourly) Poll(ctx context.Context, feeds []string) error {
	for pause(ctx, time.Until(time.Now().Truncate(time.Hour).Add(time.Hour))) {
		for _, url := range feeds {
			if h.feeds[url] == nil {
				h.feeds[url] = &subscription{url: url}
			}
			h.ask(ctx, h.feeds[url])
		}
	}
	return nil
}

func (h hourly) ask(ctx context.Context, s *subscription) {
	once := *h.client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, _, _ := get(ctx, &once, s.url, map[string]string{
		"If-None-Match": s.etag, "If-Modified-Since": s.modified, "User-Agent": "hourly/1.0 (+https://hourly.test/)",
	})
	if resp == nil {
		return
	}
	if resp.StatusCode == http.StatusMovedPermanently {
		s.url = resp.Header.Get("Location")
		return
	}
	if resp.StatusCode == http.StatusFound {
		_, _, _ = get(ctx, h.client, resp.Header.Get("Location"), nil)
	}
	s.etag = strings.Trim(strings.TrimPrefix(resp.Header.Get("ETag"), "W/"), `"`)
	if at, err := http.ParseTime(resp.Header.Get("Last-Modified")); err == nil {
		s.modified = at.UTC().Format(http.TimeFormat)
	}
}

// reader does as Miniflux by default, as far as its source was read: each hour,
// many at once with no limit for a host, with validators that are kept, a
// Retry-After of 429 and the hints of servers; and no more after three errors.
type reader struct {
	client *http.Client
	feeds  map[string]*subscription
}

func (r reader) Poll(ctx context.Context, feeds []string) error {
	for _, url := range feeds {
		if r.feeds[url] == nil {
			r.feeds[url] = &subscription{url: url, next: time.Now()}
		}
	}
	for {
		var all sync.WaitGroup
		for _, s := range r.feeds {
			if s.errors < 3 && !time.Now().Before(s.next) {
				all.Go(func() { r.ask(ctx, s) })
			}
		}
		all.Wait()
		if !pause(ctx, time.Minute) {
			return nil
		}
	}
}

func (r reader) ask(ctx context.Context, s *subscription) {
	resp, body, err := get(ctx, r.client, s.url, map[string]string{
		"If-None-Match": s.etag, "If-Modified-Since": s.modified, "User-Agent": "reader/2.0 (+https://reader.test/)",
	})
	wait := time.Hour
	defer func() { s.next = time.Now().Add(wait) }()
	switch {
	case err == nil && resp.StatusCode == http.StatusNotModified:
		s.errors = 0
	case err == nil && resp.StatusCode == http.StatusTooManyRequests:
		wait = max(wait, retryAfter(resp.Header.Get("Retry-After")))
	case err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(body, "<rss"):
		s.errors++
		return
	default:
		s.etag, s.modified, s.errors = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified"), 0
	}
	wait = max(wait, asked(resp.Header, body))
}

func retryAfter(value string) time.Duration {
	if n, err := strconv.Atoi(value); err == nil {
		return time.Duration(n) * time.Second
	}
	at, _ := http.ParseTime(value)
	return time.Until(at)
}

// asked is the longest of max-age, Expires and ttl.
func asked(h http.Header, body string) time.Duration {
	_, age, _ := strings.Cut(h.Get("Cache-Control"), "max-age=")
	n, _ := strconv.Atoi(age)
	_, ttl, _ := strings.Cut(body, "<ttl>")
	ttl, _, _ = strings.Cut(ttl, "</ttl>")
	minutes, _ := strconv.Atoi(ttl)
	expires, _ := http.ParseTime(h.Get("Expires"))
	return max(time.Duration(n)*time.Second, time.Duration(minutes)*time.Minute, time.Until(expires))
}

// clumsy means well: it waits twice as long each time that nothing is new, leaves
// everybody alone when anybody wants that, keeps the address that it was led to,
// and has cookies. An answer that is stale at once it asks for again at once.
type clumsy struct {
	client *http.Client
	feeds  map[string]*subscription
}

func (c clumsy) Poll(ctx context.Context, feeds []string) error {
	wait := time.Minute
	for {
		rest := wait
		for _, url := range feeds {
			if c.feeds[url] == nil {
				c.feeds[url] = &subscription{url: url}
			}
			rest = c.ask(ctx, c.feeds[url], rest)
		}
		wait *= 2
		if !pause(ctx, rest) {
			return nil
		}
	}
}

func (c clumsy) ask(ctx context.Context, s *subscription, wait time.Duration) time.Duration {
	resp, _, err := get(ctx, c.client, s.url+"?"+strconv.FormatInt(time.Now().Unix(), 10), map[string]string{
		"If-None-Match": s.etag, "Accept-Encoding": "identity", "User-Agent": "clumsy/3.0 (mail@clumsy.test)",
	})
	switch {
	case err != nil:
		return wait
	case resp.StatusCode == http.StatusTooManyRequests:
		return 12 * time.Hour
	case strings.Contains(resp.Header.Get("Cache-Control"), "max-age=0"):
		return time.Minute
	}
	resp.Request.URL.RawQuery = ""
	s.url, s.etag = resp.Request.URL.String(), resp.Header.Get("ETag")
	return wait
}

// bad are the bad pollers by their names.
func bad() map[string]behaviour.Maker {
	return map[string]behaviour.Maker{
		"idle":  func(*testing.T, *behaviour.Network) behaviour.Poller { return idle{} },
		"eager": func(_ *testing.T, n *behaviour.Network) behaviour.Poller { return eager{client(n)} },
		"hourly": func(_ *testing.T, n *behaviour.Network) behaviour.Poller {
			return hourly{client(n), map[string]*subscription{}}
		},
		"reader": func(_ *testing.T, n *behaviour.Network) behaviour.Poller {
			return reader{client(n), map[string]*subscription{}}
		},
		"clumsy": func(_ *testing.T, n *behaviour.Network) behaviour.Poller {
			c := client(n)
			c.Timeout = 0
			c.Jar, _ = cookiejar.New(nil) // which never fails
			return clumsy{c, map[string]*subscription{}}
		},
	}
}
