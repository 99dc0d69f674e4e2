package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// Each of our servers says what its answers are, so that no browser takes them for anything
// else, repeats nothing of a question, and takes no more of one than is sensible.
func TestSurfaces(t *testing.T) {
	t.Parallel()
	admin, push, nats, sse := freeAddress(t), freeAddress(t), freeAddress(t), freeAddress(t)
	_, upSaid := alone(t, nil, "up", write(t, "feeds.txt", "https://127.0.0.1:1/feed\n"), "--data", t.TempDir(), "--http", admin, "--nats-listen", nats,
		"--push-listen", push, "--push-url", "https://push.example.org/", "--sync", "1m", "--store", "2GiB", "--min-free", "0")
	bustest.Eventually(t, func() error {
		if !strings.Contains(upSaid(), "is up") {
			return fmt.Errorf("got %s", upSaid())
		}
		return nil
	})
	_, sseSaid := alone(t, nil, "sink", "sse", "--nats", "nats://"+nats, "--listen", sse, "--http", "")
	bustest.Eventually(t, func() error {
		resp, err := http.Get("http://" + sse + "/none")
		if err != nil {
			return fmt.Errorf("%w: %s", err, sseSaid())
		}
		return resp.Body.Close()
	})
	place := "/" + strings.Repeat("0", 16) + "/" + strings.Repeat("a", 64)
	const script = "<script>reflected</script>"
	ask := "?hub.mode=subscribe&hub.topic=" + url.QueryEscape(script) + "&hub.challenge=" + url.QueryEscape(script) + "&entity=" + url.QueryEscape(script) + "&last_event_id=" + url.QueryEscape(script)
	for name, test := range map[string]struct {
		address, path, method, kind string
		status                      int
		own                         bool // it is read by browsers of ours
	}{
		"status":            {admin, "/" + ask, "GET", "text/plain; charset=utf-8", 200, true},
		"ready":             {admin, "/readyz" + ask, "GET", "text/plain; charset=utf-8", 0, true},
		"alive":             {admin, "/healthz" + ask, "GET", "text/plain; charset=utf-8", 200, true},
		"metrics":           {admin, "/metrics" + ask, "GET", "text/plain; version=0.0.4; charset=utf-8", 200, true},
		"no page":           {admin, "/" + script + ask, "GET", "text/plain; charset=utf-8", 404, true},
		"no method":         {admin, "/metrics", "DELETE", "text/plain; charset=utf-8", 405, true},
		"events, no number": {sse, "/events" + ask, "GET", "text/plain; charset=utf-8", 400, true},
		"events":            {sse, "/events", "GET", "text/event-stream", 200, true},
		"no events":         {sse, "/" + script, "GET", "text/plain; charset=utf-8", 404, true},
		"events, no method": {sse, "/events", "PUT", "text/plain; charset=utf-8", 405, true},
		"hub, unknown feed": {push, place + ask, "GET", "text/plain; charset=utf-8", 404, false},
		"hub, a push":       {push, place + ask, "POST", "text/plain; charset=utf-8", 0, false},
		"hub, no place":     {push, "/" + script + ask, "GET", "text/plain; charset=utf-8", 404, false},
		"hub, no method":    {push, place, "DELETE", "text/plain; charset=utf-8", 405, false},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body, err := exchange(t, test.method, "http://"+test.address+test.path, "")
			if err != nil {
				t.Fatal(err)
			}
			if test.status != 0 && resp.StatusCode != test.status || resp.StatusCode == 0 {
				t.Errorf("status %s, want %d", resp.Status, test.status)
			}
			h := resp.Header
			if got := h.Get("Content-Type"); !strings.HasPrefix(got, test.kind) || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("it may be taken for something else: %v, want %s", h, test.kind)
			}
			if policy := h.Get("Content-Security-Policy"); test.own != strings.HasPrefix(policy, "default-src 'none'") || test.own && h.Get("Cache-Control") != "no-store" {
				t.Errorf("policy %q, %v", policy, h)
			}
			if strings.Contains(body, "<script") || strings.Contains(fmt.Sprint(h), "<script") {
				t.Errorf("it repeats the question: %q %v", body, h)
			}
			// The answer may be lost, as the server hangs up with the rest unread.
			resp, _, err = exchange(t, test.method, "http://"+test.address+test.path, strings.Repeat("x", 40<<10))
			if err == nil && resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("a header of 40 KiB: %s", resp.Status)
			}
		})
	}
}

// exchange asks, with a header that may be long, and returns the answer and the beginning of
// its body; of events, which do not end, none.
func exchange(t *testing.T, method, address, header string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", header)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	if resp.Header.Get("Content-Type") == "text/event-stream" {
		return resp, "", nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp, string(body), err
}
