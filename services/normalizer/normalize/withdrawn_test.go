package normalize_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// tombstone is an item by which an entry is taken back.
func tombstone(ref string, given *schema.Given) schema.Item {
	item := imported(`<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="`+ref+`" when="2024-05-02T11:00:00Z"/>`, given)
	item.Format, item.Feed.URL = schema.FormatTombstone, "https://www.example.com/feed.xml"
	return item
}

// A withdrawal has the id and the source of what it takes back.
func TestWithdrawal(t *testing.T) {
	for name, test := range map[string]struct{ article, withdrawal schema.Item }{
		"by address": {
			rss("title", "Ferry waits", "link", "https://news.example.org/ferry", "guid", "tag:1"),
			tombstone("tag:1", &schema.Given{URL: "https://news.example.org/ferry"}),
		},
		"by guid": {rss("title", "Ferry waits", "guid", "tag:1"), tombstone("tag:1", nil)},
	} {
		t.Run(name, func(t *testing.T) {
			article := mustNormalize(t, test.article)
			got, err := normalize.Normalize(test.withdrawal)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != article.ID || got.Source != (schema.Source{Token: article.Source.Token, Host: article.Source.Host, FeedID: article.Source.FeedID, FeedURL: article.Source.FeedURL}) {
				t.Errorf("withdrawn: %s of %+v, want %s of %+v", got.ID, got.Source, article.ID, article.Source)
			}
			if got.Event != schema.EventWithdrawn || got.Headline != "" || !got.Provenance.FetchedAt.Equal(fetched()) {
				t.Errorf("withdrawn: %+v", got)
			}
		})
	}
	known := tombstone("x", nil)
	known.ID = "0123456789abcdef0123456789abcdef"
	if got, err := normalize.Normalize(known); err != nil || got.ID != known.ID {
		t.Errorf("of a known id: %s, %v", got.ID, err)
	}
	known.Given = &schema.Given{Host: "news.example.org"}
	if got, err := normalize.Normalize(known); err != nil || got.ID != known.ID || got.Source.Token != "news_example_org" || got.Source.FeedURL != known.Feed.URL {
		t.Errorf("of a known id and host: %+v, %v", got.Source, err)
	}
	linked := tombstone("tag:1", nil)
	linked.Document = strings.Replace(linked.Document, "/>", `><link href="https://news.example.org/ferry"/></at:deleted-entry>`, 1)
	if got, err := normalize.Normalize(linked); err != nil || got.ID != mustNormalize(t, rss("title", "x", "link", "https://news.example.org/ferry")).ID {
		t.Errorf("by its own link: %+v, %v", got, err)
	}
	if _, err := normalize.Normalize(tombstone("", nil)); !errors.Is(err, normalize.ErrTombstone) {
		t.Errorf("of nothing: %v", err)
	}
}

// A page that is gone for good withdraws its article; any other fault does not.
func TestGonePage(t *testing.T) {
	item := rss("title", "Ferry waits", "link", "https://news.example.org/ferry")
	for status, want := range map[int]schema.Event{410: schema.EventWithdrawn, 404: "", 200: ""} {
		item.Page = &schema.Page{URL: "https://news.example.org/ferry", Status: status}
		if a, err := normalize.Normalize(item); err != nil || a.Event != want || a.Headline == "" {
			t.Errorf("status %d: event %q, %v", status, a.Event, err)
		}
	}
}

// With a policy, an item and its withdrawal are identified by it.
func TestIdentityPolicy(t *testing.T) {
	link := "https://status.example.org/incidents"
	item := rss("title", "Ferry waits", "link", link, "guid", "tag:1")
	plain := mustNormalize(t, item)
	seen := map[string]schema.IdentityPolicy{}
	for policy, rule := range map[schema.IdentityPolicy]string{"": "identity:link", schema.PolicyLink: "identity:link", schema.PolicyGUID: "identity:guid", schema.PolicyHeadline: "identity:headline"} {
		item.Identity = policy
		a := mustNormalize(t, item)
		if !slices.Contains(a.Provenance.Rules, rule) || a.URL != plain.URL {
			t.Errorf("%q: %s, rules %v", policy, a.URL, a.Provenance.Rules)
		}
		if noted := slices.Contains(a.Provenance.Rules, "identity_policy:"+string(policy)); noted != (policy != "") {
			t.Errorf("%q: rules %v", policy, a.Provenance.Rules)
		}
		seen[a.ID] = policy
		if (a.ID == plain.ID) != (rule == "identity:link") || (a.Source == plain.Source) != (rule == "identity:link") {
			t.Errorf("%q: id %s of %+v", policy, a.ID, a.Source)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d ids", len(seen))
	}
	item.Identity = schema.PolicyGUID
	back := tombstone("tag:1", &schema.Given{URL: link})
	back.Identity, back.Feed = schema.PolicyGUID, item.Feed
	if got, err := normalize.Normalize(back); err != nil || got.ID != mustNormalize(t, item).ID {
		t.Errorf("withdrawal: %+v, %v", got, err)
	}
}
