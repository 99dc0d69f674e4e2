package fetchertest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func TestFaults(t *testing.T) {
	site := fetchertest.New(t)
	feed := site.Feed("/feed")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Count: 3})...)
	_, good, _ := get(t, feed.URL())
	for name, test := range map[string]struct {
		fault  fetchertest.Fault
		status int
		header [2]string
		body   func([]byte) bool
		err    error
	}{
		"none":        {nil, 200, [2]string{}, func(b []byte) bool { return bytes.Equal(b, good) }, nil},
		"status":      {fetchertest.Status(410), 410, [2]string{}, nil, nil},
		"retry after": {fetchertest.RetryAfter(429, "120"), 429, [2]string{"Retry-After", "120"}, nil, nil},
		"redirect":    {fetchertest.Redirect(301, "file:///etc/passwd"), 301, [2]string{"Location", "file:///etc/passwd"}, nil, nil},
		"charset": {fetchertest.Header("Content-Type", "text/xml; charset=koi8-r"), 200,
			[2]string{"Content-Type", "text/xml; charset=koi8-r"}, func(b []byte) bool { return bytes.Equal(b, good) }, nil},
		"truncated": {fetchertest.Truncate(100), 200, [2]string{},
			func(b []byte) bool { return bytes.Equal(b, good[:100]) }, io.ErrUnexpectedEOF},
		"cut":     {fetchertest.Cut(100), 200, [2]string{}, func(b []byte) bool { return bytes.Equal(b, good[:100]) }, nil},
		"garbage": {fetchertest.Garbage(1, 5000), 200, [2]string{}, func(b []byte) bool { return len(b) == 5000 }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			site.Fault("/feed", test.fault)
			resp, body, err := get(t, feed.URL())
			if !errors.Is(err, test.err) || resp.StatusCode != test.status {
				t.Fatalf("status %d, %v, want %d, %v", resp.StatusCode, err, test.status, test.err)
			}
			if name, want := test.header[0], test.header[1]; name != "" && resp.Header.Get(name) != want {
				t.Errorf("%s: %q, want %q", name, resp.Header.Get(name), want)
			}
			if test.body != nil && !test.body(body) {
				t.Errorf("body of %d bytes: %.40q", len(body), body)
			}
		})
	}
}

func TestCutIsNotCompressed(t *testing.T) {
	site := fetchertest.New(t)
	feed := site.Feed("/feed")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Count: 3})...)
	_, good, _ := get(t, feed.URL())
	site.Fault("/feed", fetchertest.Cut(100))
	if _, body, err := get(t, feed.URL(), "Accept-Encoding", "gzip"); err != nil || !bytes.Equal(body, good[:100]) {
		t.Errorf("got %.40q, %v", body, err)
	}
}

func TestTimes(t *testing.T) {
	site := fetchertest.New(t)
	feed := site.Feed("/feed")
	site.Fault("/feed", fetchertest.Times(2, fetchertest.Status(500)))
	for i, want := range []int{500, 500, 200, 200} {
		if resp, _, err := get(t, feed.URL()); err != nil || resp.StatusCode != want {
			t.Errorf("request %d: status %d, want %d", i, resp.StatusCode, want)
		}
	}
}

func TestChain(t *testing.T) {
	site := fetchertest.New(t)
	feed := site.Feed("/feed")
	site.Fault("/feed", fetchertest.Chain(3))
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Get(feed.URL())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || site.Count("/feed") != 4 {
		t.Errorf("status %d after %d requests", resp.StatusCode, site.Count("/feed"))
	}
}

func TestStall(t *testing.T) {
	site := fetchertest.New(t)
	site.Fault("/feed", fetchertest.Stall())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, site.URL("/feed"), nil)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	if _, err := transport.RoundTrip(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestHugeGzip(t *testing.T) {
	site := fetchertest.New(t)
	site.Fault("/feed", fetchertest.HugeGzip(10_000_000))
	_, body, err := get(t, site.URL("/feed"))
	if err != nil || len(body) > 20_000 {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, z); err != nil || n != 10_000_000 {
		t.Errorf("%d bytes, %v", n, err)
	}
}
