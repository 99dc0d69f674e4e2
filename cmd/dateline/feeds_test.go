package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

const feedURL = "https://example.org/feed.xml"

// list is the registry's feeds by `feeds ls --output json`.
func (bed *testbed) list() []status.Feed {
	bed.t.Helper()
	var feeds []status.Feed
	for line := range strings.Lines(bed.ok("feeds", "ls", "--output", "json").out) {
		var f status.Feed
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			bed.t.Fatal(err)
		}
		feeds = append(feeds, f)
	}
	return feeds
}

func TestFeedsAddChangesAndRemoves(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	id := schema.FeedID(feedURL)
	r := bed.ok("feeds", "add", feedURL, "--title", "Mine", "--language", "en-GB", "--interval", "10m", "--fulltext", "auto")
	if r.out != id+"  "+feedURL+"\n" || r.stderr != "1 added, 0 changed, 0 as they were\n" {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
	added := bed.list()[0].Feed.Added
	if since := time.Since(added); since < -time.Minute || since > time.Minute {
		t.Errorf("added: %s", added)
	}
	bed.ok("feeds", "add", feedURL) // says nothing new
	r = bed.ok("feeds", "add", feedURL, "--section", " UK\x1b[2J ", "--source", "Example")
	if r.stderr != "0 added, 1 changed, 0 as they were\n" {
		t.Errorf("got %q", r.stderr)
	}
	want := []status.Feed{{State: "new", Poll: schema.PollState{FeedID: id}, Feed: schema.Feed{
		ID: id, URL: feedURL, Title: "Mine", Section: "UK[2J", Source: "Example", Language: "en-GB", Interval: 600, Fulltext: schema.FulltextAuto, Added: added,
	}}}
	if diff := cmp.Diff(want, bed.list()); diff != "" {
		t.Error(diff)
	}

	bed.ok("feeds", "add", "https://example.org/b.xml", "feed://example.org/c.xml")
	if got := len(bed.list()); got != 3 {
		t.Errorf("got %d feeds", got)
	}
	bed.run("feeds", "rm", feedURL, "https://example.org/none.xml").fails(t, 1, "feed https://example.org/none.xml: not registered")
	if r := bed.ok("feeds", "rm", strings.ToUpper(id), "https://example.org/b.xml"); r.stderr != "2 removed\n" {
		t.Errorf("got %q", r.stderr)
	}
	if got := bed.list(); len(got) != 1 || got[0].Feed.URL != "https://example.org/c.xml" {
		t.Errorf("got %v", got)
	}
}

func TestFeedsImportAndExport(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	list := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(list, []byte("# mine\nhttps://example.org/a.xml First\nhttps://example.org/b.xml\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bed.run("feeds", "add", list).fails(t, 2, "dateline feeds import "+list)
	bed.ok("feeds", "add", "https://example.org/b.xml", "--section", "UK")
	for _, want := range []string{"1 added, 0 changed, 1 as they were\n", "0 added, 0 changed, 2 as they were\n"} {
		if r := bed.ok("feeds", "import", list); r.stderr != want {
			t.Errorf("got %q, want %q", r.stderr, want)
		}
	}
	golden(t, "feeds-export-txt.golden", bed.ok("feeds", "export", "--format", "txt").out)
	opml := bed.ok("feeds", "export").out
	golden(t, "feeds-export-opml.golden", opml)

	other := newTestbed(t)
	file := filepath.Join(t.TempDir(), "list.opml")
	if err := os.WriteFile(file, []byte(opml), 0o600); err != nil {
		t.Fatal(err)
	}
	other.ok("feeds", "import", file)
	if again := other.ok("feeds", "export").out; again != opml {
		t.Errorf("imported and exported:\n%s", cmp.Diff(opml, again))
	}
	bed.run("feeds", "import", file+".missing").fails(t, 2, "no such file")
}

// polled leaves the state that a poller would.
func (bed *testbed) polled(url string, state schema.PollState) {
	bed.t.Helper()
	state.FeedID, state.URL = schema.FeedID(url), url
	at := time.Now().Add(time.Hour).UTC().Format(time.RFC3339Nano)
	bed.publish(bed.message(bed.Root().PollAt(state.FeedID), state, bus.Message{
		Header: map[string]string{"Nats-Schedule": "@at " + at, "Nats-Schedule-Target": bed.Root().PollDue(state.FeedID)},
	}))
}

var now = time.Date(2026, 1, 2, 15, 0, 0, 0, time.UTC)

// states are feeds in all states.
func states() map[string]schema.PollState {
	return map[string]schema.PollState{
		"https://example.org/failing.xml": {
			Polls: 7, Failures: 2, Error: "http_status", Detail: "404 Not Found\x1b]0;x\x07", Status: 404, Next: now.Add(90 * time.Minute),
			Reason: "backoff", LastGood: now.Add(-time.Hour), Seen: 12, Published: 10, Unchanged: 1, Dead: 1, Rhythm: schema.Rhythm{Items: 5, Days: 2},
		},
		"https://example.org/ok.xml": {Polls: 3, Status: 304, Title: "The title of a feed \u202ethat goes on for so long that nobody would read all of it", Next: now.Add(42 * time.Second), ETag: `"v1"`},
	}
}

func TestFeedsLsAndShow(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	if r := bed.ok("feeds", "ls"); r.out != "" || !strings.HasPrefix(r.stderr, "no feeds; register one") {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
	registry, err := fetcher.OpenRegistry(t.Context(), bed.Bus)
	if err != nil {
		t.Fatal(err)
	}
	for url, state := range states() {
		bed.polled(url, state)
		if err := registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url, Added: now.Add(-96 * time.Hour), Interval: 90}); err != nil {
			t.Fatal(err)
		}
	}
	bed.ok("feeds", "add", "https://example.org/new.xml")
	feeds, err := status.Feeds(t.Context(), registry)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := printFeeds(terminal{Out: &out, Err: &out}, feeds, now); err != nil {
		t.Fatal(err)
	}
	golden(t, "feeds-ls.golden", out.String())
	if got := bed.ok("feeds", "ls").out; strings.Count(got, "\n") != 4 || !strings.Contains(got, "failing") {
		t.Errorf("got %q", got)
	}

	shown, err := status.ReadFeed(t.Context(), registry, feeds[0].Feed)
	if err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := printFeed(terminal{Out: &out, Err: &out}, shown, now); err != nil {
		t.Fatal(err)
	}
	golden(t, "feeds-show.golden", out.String())
	if got := bed.ok("feeds", "show", "https://example.org/failing.xml").out; !strings.Contains(got, "  2026-01-02 16:30:00Z, now\n") {
		t.Errorf("got %q", got)
	}
	asJSON := bed.ok("feeds", "show", "https://example.org/ok.xml", "--output", "json").out
	if !strings.Contains(asJSON, `"state":"ok"`) || strings.Contains(asJSON, "\u202e") {
		t.Errorf("got %s", asJSON)
	}
	bed.run("feeds", "show", "0123456789abcdef").fails(t, 1, "feed 0123456789abcdef: not registered; see: dateline feeds ls")
	bed.run("feeds", "show", "nonsense").fails(t, 2, "nonsense: no such file; a feed's address begins with https://")
}

func TestFeedsRefresh(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.ok("feeds", "add", feedURL, "https://example.org/b.xml")
	bed.polled(feedURL, schema.PollState{Polls: 3, ETag: "kept"})
	if r := bed.ok("feeds", "refresh", feedURL); r.stderr != "1 made due\n" {
		t.Errorf("got %q", r.stderr)
	}
	feeds := bed.list()
	if f := feeds[1]; f.Poll.Reason != "asked for" || f.Poll.ETag != "kept" || f.Poll.Next.After(time.Now()) {
		t.Errorf("got %+v", f.Poll)
	}
	if f := feeds[0]; f.Poll.Reason != "" {
		t.Errorf("the other feed: %+v", f.Poll)
	}
	if r := bed.ok("feeds", "refresh", "--all"); r.stderr != "2 made due\n" {
		t.Errorf("got %q", r.stderr)
	}
	bed.run("feeds", "refresh").fails(t, 2, "want the addresses or ids of feeds, or --all")
	bed.run("feeds", "refresh", "--all", feedURL).fails(t, 2, "or --all")
}

func TestFeedsAddRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no address":     {[]string{"example.org"}, "a feed's address begins with https://"},
		"a user name":    {[]string{"https://me:secret@example.org/"}, "holds a user name"},
		"two of a title": {[]string{feedURL, "https://example.org/b.xml", "--title", "x"}, "--title: would name 2 feeds the same"},
		"interval":       {[]string{feedURL, "--interval", "1ms"}, "--interval: got 1ms, want at least 1s"},
		"fulltext":       {[]string{feedURL, "--fulltext", "yes"}, "--fulltext must be one of"},
		"language":       {[]string{feedURL, "--language", "english!"}, "want a BCP 47 tag"},
		"long":           {[]string{feedURL, "--source", strings.Repeat("x", 600)}, "--source: longer than 512 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			runProgram(t.Context(), append([]string{"feeds", "add"}, test.args...)...).fails(t, 2, test.want)
		})
	}
}
