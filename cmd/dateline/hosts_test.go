package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// host puts the record of a host there, cooled until then.
func (bed *testbed) host(name string, until time.Time) {
	bed.t.Helper()
	bucket := bed.Root().Stream(schema.BucketHosts)
	data := fmt.Sprintf(`{"host":%q,"crawl_delay":5,"cool":{"since":"2026-01-02T15:00:00Z","until":%q,"reason":"2 refusals\u001b[2J"}}`,
		name, until.UTC().Format(time.RFC3339))
	bed.publish(bus.Message{Subject: bus.BucketSubject(bucket, schema.SourceToken(name)), Data: []byte(data)})
}

func TestHostsLsAndClear(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	if r := bed.ok("hosts", "ls"); r.out != "" || !strings.Contains(r.stderr, "no host is left alone") {
		t.Errorf("of none: %+v", r)
	}
	bed.host("hot.example", time.Now().Add(time.Hour))
	bed.host("calm.example", time.Now().Add(-time.Hour))
	if out := bed.ok("hosts", "ls").out; strings.Contains(out, "calm.example") || !strings.Contains(out, "hot.example") || strings.Contains(out, "\x1b") {
		t.Errorf("got %q", out)
	}
	if out := bed.ok("hosts", "ls", "--all").out; !strings.Contains(out, "calm.example") || strings.Count(out, "\n") != 3 {
		t.Errorf("got %q", out)
	}
	var h fetcher.Host
	if err := json.Unmarshal([]byte(bed.ok("hosts", "ls", "--output", "json").out), &h); err != nil || h.Name != "hot.example" || !h.Cooled() {
		t.Errorf("%+v, %v", h, err)
	}
	if r := bed.ok("hosts", "clear", "https://www.hot.example/feed"); !strings.Contains(r.stderr, "feeds refresh") {
		t.Errorf("got %+v", r)
	}
	if out := bed.ok("hosts", "ls").out; out != "" {
		t.Errorf("after clear: %q", out)
	}
	bed.run("hosts", "clear", "none.example").fails(t, 1, "nothing is known of the host; see: dateline hosts ls --all")
}

func TestPrintHosts(t *testing.T) {
	var out bytes.Buffer
	err := printHosts(terminal{Out: &out, Err: &out}, []fetcher.Host{
		{Name: "calm.example", CrawlDelay: 2.5},
		{Name: "hot.example", CoolUntil: now.Add(90*time.Minute + 300*time.Millisecond), Reason: "2 refusals of 2 addresses"},
		{Name: "soon.example", CoolUntil: now.Add(time.Millisecond), Reason: "asked for"},
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "hosts.golden", out.String())
}
