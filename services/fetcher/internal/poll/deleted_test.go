package poll_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// atom is an Atom feed of entries and tombstones as they are written.
func atom(elements ...string) []byte {
	return []byte(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>Tides</title>` +
		strings.Join(elements, "") + `</feed>`)
}

// ebb is an entry that changed at an hour.
func ebb(id, link string, hour int) string {
	return fmt.Sprintf(`<entry><id>%s</id><link href="%s"/><title>About %s</title><updated>2026-03-01T%02d:00:00Z</updated></entry>`, id, link, id, hour)
}

// gone is the tombstone of an entry that was taken back at an hour.
func gone(id string, hour int, inside string) string {
	return fmt.Sprintf(`<at:deleted-entry ref="%s" when="2026-03-01T%02d:00:00Z">%s</at:deleted-entry>`, id, hour, inside)
}

// withdrawals are the tombstones among the items that a poll publishes.
func withdrawals(t *testing.T, r bus.Result) []schema.Item {
	t.Helper()
	var all []schema.Item
	for _, item := range items(t, r) {
		if item.Format == schema.FormatTombstone {
			all = append(all, item)
		}
	}
	return all
}

func idOf(in schema.Identity) string {
	key, _ := schema.IdentityKey(in)
	return schema.ArticleID(key)
}

func TestPollPublishesTombstones(t *testing.T) {
	link := idOf(schema.Identity{Link: "https://news.example/a"})
	for name, test := range map[string]struct {
		before, after []string
		want          string // the id that is withdrawn
		host          string
		count         string
	}{
		"by the guid that was shown": {
			before: []string{ebb("tag:1", "https://news.example/a", 9)}, after: []string{gone("tag:1", 10, "")}, want: link, host: "news.example",
		},
		"by the guid of an entry without a link": {
			before: []string{ebb("tag:1", "", 9)}, after: []string{gone("tag:1", 10, "")},
			want: idOf(schema.Identity{FeedID: tides.ID, GUID: "tag:1"}), host: "example.org",
		},
		"by a guid that is an address of its own": {
			before: []string{ebb("https://news.example/?p=7", "https://news.example/a", 9)}, after: []string{gone("https://news.example/?p=7", 10, "")}, want: link, host: "news.example",
		},
		"by a guid that is the link":    {after: []string{gone("https://www.news.example/a/", 10, "")}, want: link},
		"by the link in it":             {after: []string{gone("tag:1", 10, `<link href="https://news.example/a"/>`)}, want: link},
		"of what was never shown":       {before: []string{ebb("tag:1", "/a", 9)}, after: []string{ebb("tag:1", "/a", 9), gone("tag:2", 10, "")}, count: "tombstones-unresolved"},
		"of nothing":                    {after: []string{`<at:deleted-entry/>`}, count: "tombstones-unresolved"},
		"of what is shown again since":  {before: []string{ebb("tag:1", "/a", 9)}, after: []string{ebb("tag:1", "/a", 11), gone("tag:1", 10, "")}, count: "tombstones-outdated"},
		"without a time, of what shows": {before: []string{ebb("tag:1", "/a", 9)}, after: []string{ebb("tag:1", "/a", 9), `<at:deleted-entry ref="tag:1"/>`}, count: "tombstones-outdated"},
		"of what is still shown": {
			before: []string{ebb("tag:1", "https://news.example/a", 9)}, after: []string{ebb("tag:1", "https://news.example/a", 9), gone("tag:1", 10, "")}, want: link, host: "news.example",
		},
		"in the document of its entry": {after: []string{ebb("tag:1", "https://news.example/a", 9), gone("tag:1", 10, "")}, want: link, host: "news.example"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: ok(atom(test.before...), "")}
			_, state := w.poll(t, schema.PollState{})
			before := state
			w.answer = ok(atom(test.after...), "")
			result, state := w.poll(t, state)
			got := withdrawals(t, result)
			if test.count != "" {
				if len(got) != 0 || result.Counts[test.count] != 1 {
					t.Errorf("got %+v, counts %v", got, result.Counts)
				}
				return
			}
			if len(got) != 1 || got[0].ID != test.want || got[0].Given.Host != test.host || !strings.HasPrefix(got[0].Document, "<at:deleted-entry") {
				t.Fatalf("got %+v, want %s on %s", got, test.want, test.host)
			}
			if all := items(t, result); !got[0].Fetch.FetchedAt.Equal(state.FetchedAt) || all[len(all)-1].Format != schema.FormatTombstone || !state.FetchedAt.After(before.FetchedAt) {
				t.Errorf("the withdrawal is not later than all before: %v", got[0].Fetch.FetchedAt)
			}
			if state.Seen != state.Published+state.Unchanged+state.Dead {
				t.Errorf("%d seen, %d published, %d unchanged", state.Seen, state.Published, state.Unchanged)
			}
			for _, padding := range []string{"", " "} { // the same document, and another of the same
				w.answer = ok(append(atom(test.after...), padding...), "")
				if result, state = w.poll(t, state); len(items(t, result)) != 0 || result.Verdict == "new-items" {
					t.Errorf("again: %s, %+v", result.Verdict, items(t, result))
				}
			}
		})
	}
}

// What a feed does not show any more is old, not taken back.
func TestWhatVanishesIsNotWithdrawn(t *testing.T) {
	w := &world{feed: &tides, answer: ok(atom(ebb("tag:1", "/a", 9), ebb("tag:2", "/b", 8)), "")}
	_, state := w.poll(t, schema.PollState{})
	w.answer = ok(atom(ebb("tag:3", "/c", 10)), "")
	result, state := w.poll(t, state)
	if got := items(t, result); len(got) != 1 || got[0].Format != schema.FormatAtom {
		t.Errorf("got %+v", got)
	}
	// Its article is known for some time, so that a tombstone can still come.
	w.answer = ok(atom(ebb("tag:3", "/c", 10), gone("tag:1", 11, "")), "")
	if result, _ = w.poll(t, state); len(withdrawals(t, result)) != 1 {
		t.Errorf("counts %v", result.Counts)
	}
}

// Where guids tell a feed's items apart, they tell of what a tombstone is.
func TestTombstoneByPolicy(t *testing.T) {
	w := &world{feed: &tides, answer: ok(atom(gone("tag:9", 10, `<link href="https://www.example.org/status"/>`)), "")}
	result, _ := w.poll(t, schema.PollState{Identity: schema.PolicyGUID})
	want := idOf(schema.Identity{FeedID: tides.ID, GUID: "tag:9"})
	if got := withdrawals(t, result); len(got) != 1 || got[0].ID != want || got[0].Identity != schema.PolicyGUID {
		t.Errorf("got %+v, want %s", got, want)
	}
	w.memory = nil
	if result, _ = w.poll(t, schema.PollState{Identity: schema.PolicyHeadline}); len(withdrawals(t, result)) != 0 || result.Counts["tombstones-unresolved"] != 1 {
		t.Errorf("by headline: %v", result.Counts)
	}
}

// The memory knows as many articles as twice the document, and more once there
// are tombstones; an address that is its own guid takes no room.
func TestMemoryOfArticlesIsBounded(t *testing.T) {
	shown := func(kind string, from int) (all []string) {
		for n := range 30 {
			id := fmt.Sprint(kind, from+n)
			all = append(all, ebb(id, "https://www.example.org/"+strings.TrimPrefix(id, "https://www.example.org/"), 9))
		}
		return all
	}
	w := &world{feed: &tides, answer: ok(atom(shown("https://www.example.org/", 0)...), "")}
	_, state := w.poll(t, schema.PollState{})
	if len(w.memory) != 1+24*30 {
		t.Errorf("%d bytes of memory, though each guid is the link", len(w.memory))
	}
	size := func(from int, more ...string) int {
		w.answer = ok(atom(append(shown("tag:", from), more...)...), "")
		_, state = w.poll(t, state)
		return (len(w.memory) - 24*(30+len(more))) / 25
	}
	for n := range 5 {
		if got := size(30 * n); got > 2*30+16+1 {
			t.Errorf("after %d documents: %d articles", n+1, got)
		}
	}
	for n := range 50 {
		size(1000+30*n, gone("tag:0", 10, ""))
	}
	if got := size(5000, gone("tag:0", 10, "")); got < 990 || got > 1001 {
		t.Errorf("with tombstones: %d articles", got)
	}
}

// Items and tombstones together are as many as the memory holds.
func TestTombstonesAreBounded(t *testing.T) {
	var all []string
	for n := range 20_002 {
		all = append(all, gone(fmt.Sprint("tag:", n), 1, ""))
	}
	w := &world{feed: &tides, answer: ok(atom(all...), "")}
	result, state := w.poll(t, schema.PollState{})
	if result.Counts["tombstones-surplus"] != 2 || result.Counts["tombstones-unresolved"] != 20_000 || len(items(t, result)) != 0 {
		t.Errorf("counts %v", result.Counts)
	}
	w.answer = ok(append(atom(all...), ' '), "")
	if result, _ = w.poll(t, state); result.Counts["tombstones-unresolved"] != 0 {
		t.Errorf("again: %v", result.Counts)
	}
}
