package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestStatus(t *testing.T) {
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
	for _, want := range []string{"STREAM", "ITEMS", "3.5 GiB", "normalizer  ITEMS", "0 failing, 1 new, 0 ok", "2 enricher, 1 normalizer, 1 poller"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want %q in it", text, want)
		}
	}
}

func TestPrintStatus(t *testing.T) {
	var out bytes.Buffer
	s := status.Status{
		Streams: []status.Stream{
			{Name: "POLLS", Messages: 3, Bytes: 2000},
			{Name: "ITEMS", Messages: 12345, Bytes: 3 << 20, Limit: 4 << 20, First: now, Last: now},
		},
		Consumers: []status.Consumer{{Name: "normalizer", Stream: "ITEMS", Pending: 12, Unacked: 3, Redelivered: 1}},
		Feeds:     map[string]int{"ok": 5, "failing": 1, "new": 0},
	}
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
