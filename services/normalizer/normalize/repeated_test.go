package normalize_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
)

// What the feed repeats is no text of the article, unless there is no other.
func TestRepeatedLines(t *testing.T) {
	const offer = "Support this site by a gift of any size."
	for name, test := range map[string]struct {
		item     schema.Item
		repeated []string
		lead     string
		body     []string
		dropped  bool
	}{
		"below the text":      {rss("title", "H", "description", "<p>One.</p><p>Two.</p><p>"+offer+"</p>"), []string{offer}, "One.", []string{"Two."}, true},
		"above the text":      {rss("title", "H", "description", "<p>"+offer+"</p><p>One.</p>"), []string{offer}, "One.", nil, true},
		"spelled differently": {rss("title", "H", "description", "<p>One.</p><p>SUPPORT this site — by a gift of any size!</p>"), []string{offer}, "One.", nil, true},
		"several":             {rss("title", "H", "description", "<p>Hello.</p><p>One.</p><p>"+offer+"</p>"), []string{offer, "Hello."}, "One.", nil, true},
		"all that it says":    {rss("title", "H", "description", offer), []string{offer}, offer, nil, false},
		"all of two lines":    {rss("title", "H", "description", "<p>Hello.</p><p>"+offer+"</p>"), []string{offer, "Hello."}, "Hello.", []string{offer}, false},
		"all but the headline": {
			rss("title", "H", "description", "<p>H</p><p>"+offer+"</p>"), []string{offer}, offer, nil, false,
		},
		"all of the summary": {
			rss("title", "H", "description", offer, "content:encoded", "<p>"+words(50)+"</p><p>Two.</p>"), []string{offer}, words(50), []string{"Two."}, true,
		},
		"of another text":  {rss("title", "H", "description", "<p>One.</p><p>Two.</p>"), []string{offer}, "One.", []string{"Two."}, false},
		"a part of a line": {rss("title", "H", "description", "<p>One.</p><p>"+offer+" Or not.</p>"), []string{offer}, "One.", []string{offer + " Or not."}, false},
		"nothing":          {rss("title", "H", "description", "<p>One.</p><p>Two.</p>"), []string{"", "—"}, "One.", []string{"Two."}, false},
	} {
		t.Run(name, func(t *testing.T) {
			test.item.Repeated = test.repeated
			a := mustNormalize(t, test.item)
			if a.Headline != "H" || a.Lead != test.lead {
				t.Errorf("lead %q", a.Lead)
			}
			if diff := cmp.Diff(test.body, a.Body); diff != "" {
				t.Errorf("body: %s", diff)
			}
			if got := slices.Contains(a.Provenance.Rules, "drop:feed_boilerplate"); got != test.dropped {
				t.Errorf("rules %v", a.Provenance.Rules)
			}
			test.item.Repeated = nil
			if plain := mustNormalize(t, test.item); plain.ID != a.ID {
				t.Error("the lines that a feed repeats change an id")
			}
		})
	}
}

// No more lines are looked at than an item may name.
func TestRepeatedLinesAreBounded(t *testing.T) {
	item := rss("title", "H", "description", "<p>One.</p><p>Last of many.</p>")
	for i := range schema.MaxRepeated {
		item.Repeated = append(item.Repeated, fmt.Sprint("line ", i))
	}
	item.Repeated = append(item.Repeated, "Last of many.")
	if a := mustNormalize(t, item); len(a.Body) != 1 {
		t.Errorf("body %q", a.Body)
	}
}
