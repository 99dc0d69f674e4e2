package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// freeAddress is an address on loopback that a command can take.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// page is a page that is served, or what its status is.
func page(url string, headers ...string) (string, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", resp.StatusCode)
	}
	return string(body), err
}

// An observer tells of streams, feeds and every consumer, while none of the services runs in its
// process; to those alone who may know. Probes are for all.
func TestObserve(t *testing.T) {
	bed := newTestbed(t)
	bed.ok("feeds", "add", "--no-check", "https://example.org/feed.xml")
	bed.publish(bed.enriched(sample(1, 1)))
	address := freeAddress(t)
	const token = "a-token-of-a-test"
	stop := bed.running("observe", "--every", "1s", "--http", address, "--http-token", token)
	var metrics string
	bustest.Eventually(t, func() (err error) {
		metrics, err = page("http://"+address+"/metrics", "Authorization", "Bearer "+token)
		if err == nil && !strings.Contains(metrics, "dateline_stream_bytes") {
			err = context.DeadlineExceeded // it has not looked yet
		}
		return err
	})
	for _, line := range []string{
		`dateline_stream_messages{stream="ENRICHED"} 1`, `dateline_stream_limit_bytes{stream="ENRICHED"} `, `dateline_feeds{state="new"} `,
		`dateline_consumer_pending{consumer="enricher",stream="ARTICLES"} 0`, `dateline_consumer_unacked{consumer="poller",stream="POLLS"} 0`,
		`dateline_consumer_redelivered{consumer="stories",stream="ARTICLES"} 0`, `dateline_ready 1`, `dateline_build_info{`,
	} {
		if !strings.Contains(metrics, "\n"+line) {
			t.Errorf("no %s in %s", line, metrics)
		}
	}
	for _, probe := range []string{"/healthz", "/readyz"} {
		if _, err := page("http://" + address + probe); err != nil {
			t.Errorf("%s: %v", probe, err)
		}
	}
	for _, headers := range [][]string{nil, {"Authorization", "Bearer another-one-of-it"}} {
		if _, err := page("http://"+address+"/metrics", headers...); err == nil || err.Error() != "status 401" {
			t.Errorf("with %q: %v", headers, err)
		}
	}
	if r := stop(); r.code != 0 || strings.Contains(r.stderr, token) {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
}

// Settings that are wrong stop the start.
func TestObserveSettings(t *testing.T) {
	for says, args := range map[string][]string{
		"--every: got 10ms, want at least 1s": {"--every", "10ms"},
		"beyond loopback":                     {"--http", "0.0.0.0:0"},
	} {
		if r := runProgram(t.Context(), append([]string{"observe"}, args...)...); r.code != 2 || !strings.Contains(r.stderr, says) {
			t.Errorf("%q: exit code %d: %s", args, r.code, r.stderr)
		}
	}
}
