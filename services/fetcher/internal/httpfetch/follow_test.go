package httpfetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// Follow sees each address that a redirect leads to, before it is asked.
func TestFollowSeesEachHop(t *testing.T) {
	site := serve(t, redirects)
	var seen []string
	resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL + "/chain/2", Follow: func(_ context.Context, address string) error {
		seen = append(seen, strings.TrimPrefix(address, site.URL))
		return nil
	}})
	if err != nil || string(resp.Body) != "<rss/>" || fmt.Sprint(seen) != "[/chain/1 /feed]" {
		t.Errorf("saw %v, got %+v, %v", seen, resp, err)
	}
}

// What Follow returns ends the request, and is told as it is.
func TestFollowRefuses(t *testing.T) {
	var asked atomic.Int32
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		redirects(w, r)
	})
	later := errors.New("later")
	for name, test := range map[string]struct {
		err  error
		code httpfetch.Code
	}{
		"an error of its own": {later, ""},
		"a code":              {&httpfetch.Error{Code: httpfetch.CodeRobots, Err: later}, httpfetch.CodeRobots},
	} {
		asked.Store(0)
		resp, err := client(t).Get(t.Context(), httpfetch.Request{
			URL: site.URL + "/chain/1", Follow: func(context.Context, string) error { return test.err },
		})
		var failure *httpfetch.Error
		switch {
		case !errors.Is(err, later) || !strings.Contains(err.Error(), site.URL+"/feed"):
			t.Errorf("%s: got %v", name, err)
		case errors.As(err, &failure) != (test.code != "") || failure != nil && failure.Code != test.code:
			t.Errorf("%s: got %v", name, err)
		case asked.Load() != 1 || resp.Status != 0 || resp.Body != nil:
			t.Errorf("%s: asked %d times, %+v", name, asked.Load(), resp)
		}
	}
}

// The time that Follow takes is part of the request's.
func TestFollowIsBounded(t *testing.T) {
	site := serve(t, redirects)
	c := client(t, func(c *httpfetch.Config) { c.Timeout = 50 * time.Millisecond })
	wait := func(ctx context.Context, _ string) error {
		<-ctx.Done()
		return fmt.Errorf("wait: %w", ctx.Err())
	}
	_, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL + "/chain/1", Follow: wait})
	wantCode(t, err, httpfetch.CodeTotalDeadline)
	ctx, cancel := context.WithCancel(t.Context())
	stop := func(ctx context.Context, address string) error {
		cancel()
		return wait(ctx, address)
	}
	_, err = client(t).Get(ctx, httpfetch.Request{URL: site.URL + "/chain/1", Follow: stop})
	if failure := (*httpfetch.Error)(nil); !errors.Is(err, context.Canceled) || errors.As(err, &failure) {
		t.Errorf("stopped: %v", err)
	}
}
