package polite_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// records are hosts.Records in the test's memory.
type records struct {
	mu   sync.Mutex
	data map[string][]byte
	seqs map[string]uint64
}

func (r *records) Get(_ context.Context, key string) ([]byte, uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.data[key], r.seqs[key], nil
}

func (r *records) Put(_ context.Context, key string, data []byte, last uint64) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seqs[key] != last {
		return 0, bus.ErrConflict
	}
	r.data[key], r.seqs[key] = data, last+1
	return last + 1, nil
}

// site is what is asked: an answer for each address, 404 where there is none.
type site struct {
	answers map[string]httpfetch.Response
	began   time.Time
	asked   []string // with the time since it began
	seen    func(httpfetch.Request)
}

func (s *site) fetch(_ context.Context, r httpfetch.Request) (httpfetch.Response, error) {
	if s.seen != nil {
		s.seen(r)
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(r.URL, "https://"), "/")
	s.asked = append(s.asked, fmt.Sprintf("%s %s", path, time.Since(s.began)))
	answer, ok := s.answers[path]
	if !ok {
		answer.Status = 404
	}
	answer.FinalURL = r.URL
	if answer.Status >= 400 {
		return answer, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: answer.Status}
	}
	return answer, nil
}

// guest is a client of a site, in the time of a synctest bubble.
func guest(t *testing.T, s *site, change ...func(*hosts.Config)) *polite.Client {
	t.Helper()
	c := hosts.DefaultConfig()
	for _, f := range change {
		f(&c)
	}
	gate, err := hosts.New(&records{data: map[string][]byte{}, seqs: map[string]uint64{}}, c, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.began = time.Now()
	return polite.New(s.fetch, gate, time.Now, func(address string) bool { return strings.HasPrefix(address, "https://own.example/") })
}

func get(t *testing.T, c *polite.Client, ask polite.Ask, path string) (polite.Answer, error) {
	t.Helper()
	return c.Get(t.Context(), ask, httpfetch.Request{URL: "https://paper.example/" + path})
}

func text(lines ...string) httpfetch.Response {
	return httpfetch.Response{Status: 200, Body: []byte(strings.Join(lines, "\n"))}
}

func TestGetInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"a": text("a"), "b": text("b")}}
		c := guest(t, s)
		for _, path := range []string{"a", "b"} {
			if answer, err := get(t, c, polite.Ask{Of: path}, path); err != nil || string(answer.Body) != path {
				t.Errorf("%s: %v", path, err)
			}
		}
		if got := fmt.Sprint(s.asked); got != "[a 0s b 1s]" {
			t.Errorf("asked %s", got)
		}
		if _, err := get(t, c, polite.Ask{}, "none"); !isCode(err, httpfetch.CodeBadHTTP) {
			t.Errorf("got %v", err)
		}
	})
}

// Two messages about one thing are two requests: each waits for its turn. One
// message that came to a second worker is one.
func TestTurnsAreOfMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"a": text("a")}}
		hold, first := make(chan struct{}), true
		s.seen = func(httpfetch.Request) {
			if first {
				first = false
				<-hold
			}
		}
		c := guest(t, s, func(c *hosts.Config) { c.MaxDelay = time.Second })
		ended := make(chan error)
		go func() {
			_, err := get(t, c, polite.Ask{Of: "article", Work: "FOUND:1"}, "a")
			ended <- err
		}()
		synctest.Wait()
		var later *polite.Later
		if _, err := get(t, c, polite.Ask{Of: "article", Work: "FOUND:2"}, "a"); !errors.As(err, &later) || len(s.asked) != 0 {
			t.Errorf("another message: %v after %v", err, s.asked)
		}
		if _, err := get(t, c, polite.Ask{Of: "article", Work: "FOUND:1"}, "a"); err != nil || len(s.asked) != 1 {
			t.Errorf("the same message: %v after %v", err, s.asked)
		}
		close(hold)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestGetLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"a": text("a")}}
		c := guest(t, s, func(c *hosts.Config) { c.Spacing, c.MaxDelay = time.Minute, time.Minute })
		if _, err := get(t, c, polite.Ask{Of: "1"}, "a"); err != nil {
			t.Fatal(err)
		}
		_, err := get(t, c, polite.Ask{Of: "2"}, "a")
		var later *polite.Later
		if !errors.As(err, &later) || later.For != time.Minute || !strings.Contains(err.Error(), later.Reason) || len(s.asked) != 1 {
			t.Fatalf("got %v after %v", err, s.asked)
		}
		time.Sleep(later.For) // of the bubble: it passes at once
		if _, err := get(t, c, polite.Ask{Of: "2", Turn: later.Until}, "a"); err != nil || len(s.asked) != 2 {
			t.Errorf("got %v after %v", err, s.asked)
		}
	})
}

func TestGetObeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{
			"robots.txt": text("User-agent: *", "Disallow: /private", "Crawl-delay: 2"), "a": text("a"), "private/b": text("b"),
		}}
		c := guest(t, s)
		if _, err := get(t, c, polite.Ask{Obey: true}, "private/b"); !isCode(err, httpfetch.CodeRobots) {
			t.Errorf("got %v", err)
		}
		for range 2 {
			if _, err := get(t, c, polite.Ask{Obey: true}, "a"); err != nil {
				t.Error(err)
			}
		}
		if _, err := get(t, c, polite.Ask{}, "private/b"); err != nil {
			t.Errorf("who need not obey got %v", err)
		}
		if got := fmt.Sprint(s.asked); got != "[robots.txt 0s a 1s a 3s private/b 5s]" {
			t.Errorf("asked %s", got)
		}
	})
}

// That there is no time for robots.txt now says nothing of what it allows.
func TestGetObeysLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"robots.txt": text(""), "a": text("a")}}
		c := guest(t, s, func(c *hosts.Config) { c.Spacing, c.MaxDelay = time.Minute, time.Minute })
		if _, err := get(t, c, polite.Ask{}, "a"); err != nil {
			t.Fatal(err)
		}
		var later *polite.Later
		if _, err := get(t, c, polite.Ask{Obey: true}, "a"); !errors.As(err, &later) || len(s.asked) != 1 {
			t.Errorf("got %v after %v", err, s.asked)
		}
	})
}

// Two feeds of a host that are refused cool it; its own hosts' addresses are not
// looked at.
func TestGetCools(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"a": {Status: 429}, "b": {Status: 429}}}
		c := guest(t, s)
		first, err := get(t, c, polite.Ask{Of: "1"}, "a")
		if err == nil || !first.Cooled.Until.IsZero() {
			t.Errorf("one refusal: %v, %+v", err, first.Cooled)
		}
		second, err := get(t, c, polite.Ask{Of: "2"}, "b")
		if err == nil || second.Cooled.Until.IsZero() || second.Cooled.Reason == "" {
			t.Errorf("two refusals: %v, %+v", err, second.Cooled)
		}
		var later *polite.Later
		if _, err := get(t, c, polite.Ask{Of: "3"}, "c"); !errors.As(err, &later) {
			t.Errorf("a cooled host was asked: %v", err)
		}
		if _, err := get(t, c, polite.Ask{Of: "3", IgnoreCool: true}, "c"); !isCode(err, httpfetch.CodeBadHTTP) {
			t.Errorf("in spite of that: %v", err)
		}
		for range 3 {
			_, _ = c.Get(t.Context(), polite.Ask{Obey: true}, httpfetch.Request{URL: "https://own.example/a"})
		}
		if n := len(s.asked); n != 6 || time.Since(s.began) > time.Minute {
			t.Errorf("asked %v", s.asked)
		}
	})
}

// A host whose robots.txt is refused is cooled, and whoever has asked is told.
func TestGetCoolsByRobots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"robots.txt": {Status: 429}, "a": text("a")}}
		c := guest(t, s)
		answer, err := get(t, c, polite.Ask{Of: "1", Obey: true}, "a")
		if err == nil || answer.Cooled.Until.IsZero() || len(s.asked) != 1 {
			t.Errorf("%+v, %v, asked %v", answer.Cooled, err, s.asked)
		}
		if answer, err = get(t, c, polite.Ask{Of: "2", Obey: true}, "a"); err == nil || !answer.Cooled.Until.IsZero() {
			t.Errorf("told again: %+v, %v", answer.Cooled, err)
		}
	})
}

// Who fetches feeds and who fetches pages ask a host for its robots.txt once.
func TestThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"robots.txt": text(""), "a": text("a")}}
		c := guest(t, s)
		pages := &site{answers: map[string]httpfetch.Response{"b": text("b")}, began: time.Now()}
		if _, err := get(t, c, polite.Ask{Obey: true}, "a"); err != nil {
			t.Fatal(err)
		}
		if _, err := get(t, c.Through(pages.fetch), polite.Ask{Obey: true}, "b"); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(s.asked, pages.asked); got != "[robots.txt 0s a 1s] [b 2s]" {
			t.Errorf("asked %s", got)
		}
	})
}

// robots.txt is asked for through the proxy of the request, and with nothing else
// that is its own.
func TestRobotsThroughProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"robots.txt": text("User-agent: *", "Disallow: /private"), "a": text("a")}}
		var requests []httpfetch.Request
		c := guest(t, s).Through(s.fetch)
		s.seen = func(r httpfetch.Request) { requests = append(requests, r) }
		r := httpfetch.Request{
			URL: "https://paper.example/a", Proxy: "office", Header: map[string]string{"X-Key": "k"},
			Auth: url.UserPassword("reader", "secret"), SecretsFor: "https://paper.example/",
		}
		if _, err := c.Get(t.Context(), polite.Ask{Obey: true}, r); err != nil || len(requests) != 2 {
			t.Fatalf("%v, %d requests", err, len(requests))
		}
		robots, page := requests[0], requests[1]
		if robots.Proxy != "office" || robots.Header != nil || robots.Auth != nil || robots.URL != "https://paper.example/robots.txt" {
			t.Errorf("robots.txt was asked for by %+v", robots)
		}
		if page.Proxy != "office" || page.Auth == nil || page.Header["X-Key"] != "k" {
			t.Errorf("the request became %+v", page)
		}
	})
}

func TestGetNoAddress(t *testing.T) {
	c := guest(t, &site{})
	if _, err := c.Get(t.Context(), polite.Ask{}, httpfetch.Request{URL: "nowhere"}); !isCode(err, httpfetch.CodeBadHTTP) {
		t.Errorf("got %v", err)
	}
}

func isCode(err error, code httpfetch.Code) bool {
	var failure *httpfetch.Error
	return errors.As(err, &failure) && failure.Code == code
}

// A queue of others does not keep robots.txt from the one whose turn it is, and a
// pause that is taken back is taken back.
func TestRobotsAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: map[string]httpfetch.Response{"robots.txt": text("User-agent: *", "Crawl-delay: 20"), "a": text("a")}}
		c := guest(t, s, func(c *hosts.Config) { c.Spacing = 3 * time.Second })
		var turns []time.Time
		for range 5 { // the first is let in, the others wait
			_, err := get(t, c, polite.Ask{Of: "feed"}, "a")
			if later := new(polite.Later); errors.As(err, &later) {
				turns = append(turns, later.Until)
			}
		}
		time.Sleep(3 * time.Second) // of the bubble
		if _, err := get(t, c, polite.Ask{Of: "page", Obey: true, Turn: polite.Come()}, "a"); err != nil && !errors.As(err, new(*polite.Later)) {
			t.Errorf("got %v", err)
		}
		if len(turns) != 4 || !strings.HasPrefix(s.asked[1], "robots.txt") {
			t.Errorf("%d wait, asked %v", len(turns), s.asked)
		}
		s.answers["robots.txt"] = text("User-agent: *")
		time.Sleep(25 * time.Hour)
		_, _ = get(t, c, polite.Ask{Of: "page", Obey: true, Turn: polite.Come()}, "a") // reads robots.txt anew
		time.Sleep(25 * time.Second)
		for range 3 {
			if _, err := get(t, c, polite.Ask{Of: "page", Obey: true, Turn: polite.Come()}, "a"); err != nil {
				t.Errorf("three seconds after the last: %v", err)
			}
			time.Sleep(3 * time.Second)
		}
	})
}
