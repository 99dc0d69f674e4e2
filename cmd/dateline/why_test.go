package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/why"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

func TestWhy(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	first := sample(1, 1)
	first.Provenance.Rules = []string{"identity:link", "headline:title"}
	bed.publish(bed.article(first.Article))
	bed.publish(bed.enriched(first))
	bed.publish(bed.article(sample(1, 2).Article)) // not enriched yet

	out := bed.ok("why", "https://example.org/1").out
	for _, want := range []string{
		"article " + first.ID,
		"1         published  1         1          1         identity:link headline:title",
		"2         revised    2         not there  0",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("got\n%s\nwant %q in it", out, want)
		}
	}
	var report why.Report
	if err := json.Unmarshal([]byte(bed.ok("why", first.ID, "--output", "json").out), &report); err != nil {
		t.Fatal(err)
	}
	if report.ID != first.ID || len(report.Revisions) != 2 {
		t.Errorf("json: %+v", report)
	}
}

func TestWhyUnseen(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.run("why", "https://www.example.org/2026/story").fails(t, 1, "no feed of its site is registered; see: dateline feeds discover https://www.example.org/2026/story")
	bed.run("why", strings.Repeat("0", 32)).fails(t, 1, "no poll has seen it")
	bed.run("why", "story").fails(t, 2, "want an article's id")

	registry, err := fetcher.OpenRegistry(t.Context(), bed.Bus)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"https://example.org/feed", "https://other.example/feed"} {
		if err := registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url}); err != nil {
			t.Fatal(err)
		}
	}
	r := bed.run("why", "https://www.example.org/2026/story")
	r.fails(t, 1, "no poll of the feeds of its site has seen it")
	if !strings.Contains(r.out, "https://example.org/feed  new") || strings.Contains(r.out, "other.example") {
		t.Errorf("feeds of its site: %q", r.out)
	}
}
