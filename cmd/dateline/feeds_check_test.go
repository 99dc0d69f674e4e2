package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/feedcheck"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

const tornFeed = `<rss version="2.0"><channel><title>The Paper</title><link>https://paper.example/</link>
<item><title>Ferry &lt;b&gt;late&lt;/b&gt;</title><link>https://paper.example/1</link><pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate></item>
<item><title>Bridge shut` + "\x1b" + `[2J</title><link>https://paper.example/2</link><pubDate>in spring</pubDate></item>
<item><guid isPermaLink="false">3</guid></item>`

func write(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestFeedsCheckFile(t *testing.T) {
	name := write(t, "feed.xml", tornFeed)
	r := runProgram(t.Context(), "feeds", "check", name)
	if r.code != 1 || !strings.Contains(r.stderr, "not every feed can be read whole") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	for _, want := range []string{
		name + "\n", "rss, utf-8, 387 B", "The Paper", "items     3", "illegal_characters, title-markup in 1", "torn ", "lost      1 of 3 items",
		"2026-03-01  published   headline  Ferry late", "title-markup\n", "first_seen  headline  Bridge shut[2J", `unread date "in spring"`, "LOST: ",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "\x1b") {
		t.Error("outside text steers the terminal")
	}
	if r := runProgram(t.Context(), "feeds", "check", "--items", "1", name); strings.Contains(r.out, "Bridge") || !strings.Contains(r.out, "and 2 more") {
		t.Errorf("--items 1: %s", r.out)
	}
}

func TestFeedsCheckJSON(t *testing.T) {
	whole := write(t, "whole.xml", tornFeed[:strings.LastIndex(tornFeed, "<item>")]+"</channel></rss>")
	page := write(t, "page.html", "<!doctype html><title>News</title>")
	r := runProgram(t.Context(), "feeds", "check", "--output", "json", whole, page)
	if r.code != 1 {
		t.Errorf("exit code %d", r.code)
	}
	var reports []feedcheck.Report
	for line := range strings.Lines(r.out) {
		var report feedcheck.Report
		if err := json.Unmarshal([]byte(line), &report); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		reports = append(reports, report)
	}
	if len(reports) != 2 || !reports[0].OK() || len(reports[0].Items) != 2 || reports[1].Error == nil || reports[1].Error.Code != "not-a-feed" {
		t.Errorf("%+v", reports)
	}
	if r := runProgram(t.Context(), "feeds", "check", whole); r.code != 0 || r.stderr != "" {
		t.Errorf("a whole feed: exit code %d: %s", r.code, r.stderr)
	}
}

func TestFeedsCheckAddress(t *testing.T) {
	t.Parallel()
	site, err := fetchertest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	site.Feed("/feed.xml").SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 3, Words: 20, Base: "https://paper.example"})...)
	r := runProgram(t.Context(), "feeds", "check", "--allow-net", "127.0.0.0/8", site.URL("/feed.xml"))
	if r.code != 0 || !strings.Contains(r.out, "items     3") {
		t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
	}
	for source, want := range map[string]string{
		site.URL("/feed.xml"):  "(blocked-address)", // loopback was not allowed
		"ftp://paper.example/": "(blocked-scheme)",
	} {
		r := runProgram(t.Context(), "feeds", "check", source)
		if r.code != 1 || !strings.Contains(r.out, want) {
			t.Errorf("%s: exit code %d: %s%s", source, r.code, r.out, r.stderr)
		}
	}
}

func TestFeedsCheckWrong(t *testing.T) {
	for _, args := range [][]string{{}, {"no-such-file.xml"}, {t.TempDir()}, {"--allow-net", "x", "a.xml"}} {
		r := runProgram(t.Context(), append([]string{"feeds", "check"}, args...)...)
		if r.code != 2 || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d: %s", args, r.code, r.stderr)
		}
	}
}
