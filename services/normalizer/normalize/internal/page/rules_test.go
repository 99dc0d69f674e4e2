package page_test

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

// The first and the last paragraph of the article that examples stand in.
const (
	opening = "The ferry to the islands sails again on Tuesday after three days at the quay, the harbour office said, because the storm has passed."
	ending  = "The next storm is not expected before the end of the month, the office said, and all tickets that were sold for Sunday stay good."
)

// around is an article around an example.
func around(example string) string {
	return `<html><head><title>Ferry sails again after the storm - The Harbour Times</title></head><body>
<h1>Ferry sails again after the storm</h1><div class="story">
<p>` + opening + `</p><p>` + sentence + `</p>` + example + `<p>` + strings.Repeat(sentence, 3) + `</p><p>` + ending + `</p></div></body></html>`
}

// examples are the lines of a table of testdata, cut at tabs.
func examples(t *testing.T, name string) [][2]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found [][2]string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		first, second, ok := strings.Cut(lines.Text(), "\t")
		if ok && !strings.HasPrefix(first, "#") {
			found = append(found, [2]string{first, second})
		}
	}
	if err := lines.Err(); err != nil || len(found) == 0 {
		t.Fatalf("%s: %d examples, %v", name, len(found), err)
	}
	return found
}

func read(t *testing.T, source string, hint page.Hint) page.Page {
	t.Helper()
	p, err := page.Read([]byte(source), "text/html; charset=utf-8", "https://example.com/news/ferry", hint)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEachRuleLeavesOutItsExample holds that a rule removes its example and
// nothing else, and says so.
func TestEachRuleLeavesOutItsExample(t *testing.T) {
	want := read(t, around(""), page.Hint{}).Lines()
	if len(want) != 4 || want[0] != opening || want[3] != ending {
		t.Fatalf("the article alone gives %q", want)
	}
	for _, example := range examples(t, "dropped.tsv") {
		rule, source := example[0], example[1]
		t.Run(rule, func(t *testing.T) {
			p := read(t, around(source), page.Hint{})
			if got := p.Lines(); !slices.Equal(got, want) {
				t.Errorf("%s\ngives %q", source, got)
			}
			if rule == "reporting" {
				if len(p.Credits) != 1 {
					t.Errorf("credits %q", p.Credits)
				}
				return
			}
			if !slices.Contains(p.Rules, rule) {
				t.Errorf("%s\nrules %q", source, p.Rules)
			}
		})
	}
}

func TestTextIsKept(t *testing.T) {
	for _, example := range examples(t, "kept.tsv") {
		source, want := example[0], example[1]
		t.Run(want, func(t *testing.T) {
			got := read(t, around(source), page.Hint{}).Lines()
			if !slices.Contains(got, want) || got[0] != opening || got[len(got)-1] != ending {
				t.Errorf("%s\ngives %q", source, got)
			}
		})
	}
}

// TestNamesDoNotHideAnArticle wraps an article in elements that are named as what
// stands beside one.
func TestNamesDoNotHideAnArticle(t *testing.T) {
	for _, name := range []string{"sidebar", "widget", "has-related", "meta", "post category-news tag-ferry", "social", "content-ad", "paywall", "popup-open", "entry-read-more"} {
		t.Run(name, func(t *testing.T) {
			source := strings.Replace(around(""), `class="story"`, `class="`+name+`"`, 1)
			if got := read(t, source, page.Hint{}).Lines(); len(got) != 4 {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestCommentsEndAnArticle(t *testing.T) {
	source := strings.Replace(around(""), "</div></body>", "<h3>Comments (2)</h3><p>"+strings.Repeat("I like the ferry. ", 9)+"</p><p>"+strings.Repeat("So do I, friend. ", 9)+"</p></div></body>", 1)
	p := read(t, source, page.Hint{})
	if got := p.Lines(); got[len(got)-1] != ending || !slices.Contains(p.Rules, "comments") {
		t.Errorf("%q, rules %q", got, p.Rules)
	}
}

func TestShortLinesAroundTheText(t *testing.T) {
	source := strings.Replace(around(""), `<div class="story">`, `<div class="story"><p>By Jo Example</p><p>10 January 2022, 9.30</p>`, 1)
	source = strings.Replace(source, "</div></body>", "<p>The Harbour Times</p><h2>More</h2></div></body>", 1)
	p := read(t, source, page.Hint{})
	if got := p.Lines(); len(got) != 4 || got[0] != opening || got[3] != ending {
		t.Errorf("%q", got)
	}
	for _, rule := range []string{"above_text", "below_text", "heading_alone"} {
		if !slices.Contains(p.Rules, rule) {
			t.Errorf("rules %q have no %s", p.Rules, rule)
		}
	}
}
