package page_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/page"
)

func TestWanted(t *testing.T) {
	const link = "https://example.org/a"
	text := func(words int) string { return strings.TrimSpace(strings.Repeat("tide ", words)) }
	for name, test := range map[string]struct {
		when schema.Fulltext
		item parse.Item
		want bool
	}{
		"never":                     {schema.FulltextNever, parse.Item{Link: link}, false},
		"not set":                   {"", parse.Item{Link: link}, false},
		"unknown":                   {"sometimes", parse.Item{Link: link}, false},
		"always, long":              {schema.FulltextAlways, parse.Item{Link: link, Content: text(1000)}, true},
		"always, no link":           {schema.FulltextAlways, parse.Item{}, false},
		"always, not the web":       {schema.FulltextAlways, parse.Item{Link: "ftp://example.org/a"}, false},
		"always, no host":           {schema.FulltextAlways, parse.Item{Link: "https:///a"}, false},
		"always, no URL":            {schema.FulltextAlways, parse.Item{Link: "https://exa mple.org/"}, false},
		"auto, nothing":             {schema.FulltextAuto, parse.Item{Link: link}, true},
		"auto, no link":             {schema.FulltextAuto, parse.Item{Summary: text(10)}, false},
		"auto, a teaser":            {schema.FulltextAuto, parse.Item{Link: link, Summary: text(40), Content: text(100)}, true},
		"auto, one word too few":    {schema.FulltextAuto, parse.Item{Link: link, Content: text(page.Short - 1)}, true},
		"auto, just enough":         {schema.FulltextAuto, parse.Item{Link: link, Content: text(page.Short)}, false},
		"auto, all in the summary":  {schema.FulltextAuto, parse.Item{Link: link, Summary: text(page.Short)}, false},
		"auto, the same text twice": {schema.FulltextAuto, parse.Item{Link: link, Summary: text(100), Content: text(100)}, true},
		"auto, mostly markup": {schema.FulltextAuto, parse.Item{Link: link,
			Content: strings.Repeat(`<p class="a b c d"><img src="x y z" alt="some words"/>tide</p>`, page.Short-1)}, true},
		"auto, words between tags": {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat(`<p>tide</p>`, page.Short)}, false},
		"auto, punctuation":        {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("— … ", 500)}, true},
		"auto, signs in words":     {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("it's well-known ", page.Short/2-1)}, true},
		"auto, less than":          {schema.FulltextAuto, parse.Item{Link: link, Content: "1 < 2 " + text(page.Short-2)}, false},
		"auto, a torn tag":         {schema.FulltextAuto, parse.Item{Link: link, Content: "<p " + text(1000)}, true},
		"auto, Arabic":             {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("البحر ", page.Short)}, false},
		"auto, Chinese teaser":     {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("海", 2*page.Short-2)}, true},
		"auto, Chinese text":       {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("海水上涨。", page.Short)}, false},
		"auto, Thai text":          {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("ทะเล", page.Short)}, false},
		"auto, invalid bytes":      {schema.FulltextAuto, parse.Item{Link: link, Content: strings.Repeat("\xff<", 5000)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := page.Wanted(test.when, test.item); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// It is asked of every new item, and some are made to cost.
func BenchmarkWanted(b *testing.B) {
	item := parse.Item{Link: "https://example.org/a", Content: strings.Repeat("<b>", 300_000)}
	for b.Loop() {
		page.Wanted(schema.FulltextAuto, item)
	}
}
