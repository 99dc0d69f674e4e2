package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	bed := deadLetters(t)
	bed.ok("feeds", "add", feedURL)
	var s status.Status
	if err := json.Unmarshal([]byte(bed.ok("status", "--output", "json").out), &s); err != nil {
		t.Fatal(err)
	}
	if s.Server != bed.url || s.Feeds["new"] != 1 || s.Dead["enricher"] != 2 {
		t.Errorf("got %+v", s)
	}
	text := bed.ok("status").out
	for _, want := range []string{"STREAM", "ITEMS", "3.5 GiB", "normalizer  ITEMS", "0 failing, 1 new, 0 ok", "nats-server 2.", "root news", "2 enricher, 1 normalizer, 1 poller"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want %q in it", text, want)
		}
	}
}

// fullStatus has something in every field.
func fullStatus() status.Status {
	return status.Status{
		Time: now, Server: "nats://127.0.0.1:4222", NATS: status.NATS{Version: "2.15.2", Name: "nats-1", Cluster: "dateline"}, Root: "news", Interval: 2,
		Streams: []status.Stream{
			{Name: "POLLS", Messages: 3, Bytes: 2000, Replicas: 3, Leader: "nats-1", LastSequence: 9},
			{
				Name: "ITEMS", Messages: 12345, Bytes: 3 << 20, Limit: 4 << 20, First: now.Add(-72 * time.Hour), Last: now, LastSequence: 12345, PerSecond: 41.5,
				Replicas: 3, Leader: "nats-2", Behind: []status.Replica{{Name: "nats-1", Lag: 120}, {Name: "nats-3", Offline: true}},
			},
		},
		Consumers: []status.Consumer{{Name: "normalizer", Stream: "ITEMS", Pending: 12, Unacked: 3, Redelivered: 1, Waiting: 2, Done: 12333, PerSecond: 0.5}},
		Feeds:     map[string]int{"ok": 5, "failing": 1, "new": 0},
		Dead:      map[string]uint64{"normalizer": 2},
		Jobs:      map[string]int{"running": 1},
	}
}

func TestPrintStatus(t *testing.T) {
	var out bytes.Buffer
	s := fullStatus()
	if err := printStatus(terminal{Out: &out}, s); err != nil {
		t.Fatal(err)
	}
	golden(t, "status.golden", out.String())
	s.Paused = &schema.Health{Kind: "paused", Detail: "full\x1b[2J", At: now}
	if err := printStatus(terminal{Out: &out}, s); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.Contains(text, "fetching      paused since "+date(now)+": full") || strings.Contains(text, "\x1b") {
		t.Errorf("paused: %q", text)
	}
}

// Programs read the JSON: its names are a contract.
func TestStatusJSON(t *testing.T) {
	var out, indented bytes.Buffer
	if err := printJSON(&out, fullStatus()); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&indented, out.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "status-json.golden", indented.String())
}
