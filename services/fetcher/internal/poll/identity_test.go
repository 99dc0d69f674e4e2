package poll_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// entry is an item of a feed: link, guid, headline and hour.
type entry struct {
	link, guid, title string
	hour              int
}

func entries(all ...entry) []byte {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Tides</title>`)
	for _, e := range all {
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>Sun, 01 Mar 2026 %02d:00:00 GMT</pubDate></item>`, e.title, e.link, e.guid, e.hour)
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}

func TestPollFindsWhatTellsItemsApart(t *testing.T) {
	const page = "/status/all"
	for name, test := range map[string]struct {
		items []entry
		want  schema.IdentityPolicy
	}{
		"own links":                  {[]entry{{"/a", "1", "a", 9}, {"/b", "2", "b", 8}, {"/c", "3", "c", 7}}, ""},
		"one page for all":           {[]entry{{page, "x9", "a", 9}, {page, "x4", "b", 8}, {page, "x7", "c", 7}}, schema.PolicyGUID},
		"parts of one page":          {[]entry{{page + "#3", "x9", "a", 9}, {page + "#2", "x4", "b", 8}, {page + "#1", "x7", "c", 7}}, schema.PolicyGUID},
		"two are an accident":        {[]entry{{page, "x9", "a", 9}, {page, "x4", "b", 8}}, ""},
		"a minority":                 {[]entry{{page, "1", "a", 9}, {page, "2", "b", 8}, {page, "5", "c", 7}, {"/d", "7", "d", 6}, {"/e", "9", "e", 5}, {"/f", "8", "f", 4}, {"/g", "6", "g", 3}}, ""},
		"versions of one article":    {[]entry{{page, "1", "a", 9}, {page, "1", "a again", 8}, {page, "1", "and again", 7}, {"/d", "2", "d", 6}}, ""},
		"one article three times":    {[]entry{{page, "x9", "a", 9}, {page, "x4", "a", 8}, {page, "x7", "a", 7}}, ""},
		"guids are places":           {[]entry{{page, "p0", "a", 9}, {page, "p1", "b", 8}, {page, "p2", "c", 7}}, schema.PolicyHeadline},
		"guids are places, from one": {[]entry{{page, "1", "a", 9}, {page, "2", "b", 8}, {page, "3", "c", 7}}, schema.PolicyHeadline},
		"guids count what comes":     {[]entry{{page, "1", "a", 7}, {page, "2", "b", 8}, {page, "3", "c", 9}}, schema.PolicyGUID},
		"guids count, newest first":  {[]entry{{page, "3", "a", 9}, {page, "2", "b", 8}, {page, "1", "c", 7}}, schema.PolicyGUID},
		"no guids":                   {[]entry{{page, "", "a", 9}, {page, "", "b", 8}, {page, "", "c", 7}}, schema.PolicyHeadline},
		"no guids, and a link":       {[]entry{{page, "", "a", 9}, {page, "", "b", 8}, {page, "", "c", 7}, {"/d", "", "d", 6}}, ""},
		"one guid for all":           {[]entry{{"", "1", "a", 9}, {"", "1", "b", 8}, {"", "1", "c", 7}}, schema.PolicyLink},
		"one guid, own links":        {[]entry{{"/a", "1", "a", 9}, {"/b", "1", "b", 8}, {"/c", "1", "c", 7}}, schema.PolicyLink},
		"one guid, one link":         {[]entry{{page, "1", "a", 9}, {page, "1", "b", 8}, {page, "1", "c", 7}}, schema.PolicyHeadline},
		"front pages":                {[]entry{{"/", "1", "a", 9}, {"/", "2", "b", 8}, {"/", "3", "c", 7}}, ""},
		"no items":                   {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: ok(entries(test.items...), "")}
			result, state := w.poll(t, schema.PollState{})
			if state.Identity != test.want {
				t.Errorf("got %q, want %q", state.Identity, test.want)
			}
			ids := map[string]bool{}
			for i, item := range items(t, result) {
				e := test.items[i]
				link, _ := schema.CanonicalURL(e.link, tides.URL)
				key, rule := schema.IdentityKey(schema.Identity{Link: link, FeedID: tides.ID, GUID: e.guid, Policy: test.want})
				if want := schema.ArticleID(key); item.Identity != test.want || rule != schema.IdentityHeadline && item.ID != want || rule == schema.IdentityHeadline && item.ID != "" {
					t.Errorf("item %d: id %q by %q, want %s", i, item.ID, item.Identity, want)
				}
				ids[item.ID] = true
			}
			if test.want == schema.PolicyGUID && len(ids) != len(test.items) {
				t.Errorf("%d ids of %d items", len(ids), len(test.items))
			}
		})
	}
}

// Known items are evidence beside a new one, and a policy stays once it is found,
// in the state and in the memory, which walks through the feed's history read.
func TestPolicyStays(t *testing.T) {
	const page = "/status?all=1&amp;service=7"
	w := &world{feed: &tides, answer: ok(entries(entry{page, "x9", "a", 9}, entry{page, "x4", "b", 8}), "")}
	_, state := w.poll(t, schema.PollState{})
	if state.Identity != "" {
		t.Errorf("after two items: %q", state.Identity)
	}
	w.answer = ok(entries(entry{page, "x5", "c", 10}, entry{page, "x9", "a", 9}, entry{page, "x4", "b", 8}), "")
	result, state := w.poll(t, state)
	if got := items(t, result); state.Identity != schema.PolicyGUID || len(got) != 1 || got[0].Identity != schema.PolicyGUID || result.Counts["identity-policy:guid"] != 1 {
		t.Errorf("after three: %q, %+v", state.Identity, got)
	}
	w.answer = ok(entries(entry{"/a", "x1", "d", 11}), "")
	if result, state = w.poll(t, state); state.Identity != schema.PolicyGUID || items(t, result)[0].Identity != schema.PolicyGUID {
		t.Errorf("after good links: %q", state.Identity)
	}
	if _, state = w.poll(t, schema.PollState{}); state.Identity != schema.PolicyGUID {
		t.Errorf("the memory alone: %q", state.Identity)
	}
	w.answer = ok(entries(entry{page, "y", "z", 1}), "")
	archived := archived(t, w.archive(t, archive(0)))
	key, _ := schema.IdentityKey(schema.Identity{FeedID: tides.ID, GUID: "y"})
	if len(archived) != 1 || archived[0].Identity != schema.PolicyGUID || archived[0].ID != schema.ArticleID(key) {
		t.Errorf("from the archive: %+v", archived)
	}
}
