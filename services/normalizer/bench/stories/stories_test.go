package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/normalizer/stories"
)

func newRandom() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// Made-up texts are found again after every edit but the hardest, and none is
// taken for another. What one source makes of a template is no copy.
func TestFound(t *testing.T) {
	random := newRandom()
	texts := generate(random, 60)
	results := apart(stories.DefaultConfig(), set(random, texts, 40))
	if s := total(results); s.precision < 0.999 || s.recall < 0.95 || s.f1 < 0.97 {
		t.Errorf("%+v", s)
	}
	for _, e := range edits()[:8] {
		if r := results[e.name]; r.all != len(texts) || r.right < r.all*95/100 || r.wrong > 0 {
			t.Errorf("%s: %+v", e.name, *r)
		}
	}
	if r := results[""]; r.right+r.wrong > 0 {
		t.Errorf("texts taken for copies: %+v", *r)
	}
	for _, k := range templates() {
		one, many := results[k.name+oneSource], results[k.name+manySources]
		if one.all+many.all == 0 {
			t.Errorf("%s: no report is long enough", k.name)
		}
		if one.right+one.wrong > one.all/10 {
			t.Errorf("%s: %+v", k.name, *one)
		}
	}
}

// An edit changes what it says, and leaves the text that it is given as it is.
func TestEdits(t *testing.T) {
	random := newRandom()
	original := generate(random, 1)[0]
	before := slices.Clone(original)
	n := float64(len(original.words()))
	for _, e := range edits() {
		got := e.do(random, original)
		if !slices.Equal(original, before) {
			t.Fatalf("%s changes its text", e.name)
		}
		share := float64(len(got.words())) / n
		switch {
		case strings.HasPrefix(e.name, "cut to 60 %") && !strings.Contains(e.name, "edit") && (share < 0.59 || share > 0.61),
			strings.HasPrefix(e.name, "cut to 35 %") && (share < 0.34 || share > 0.36),
			strings.HasPrefix(e.name, "paragraphs") && share != 1,
			strings.HasPrefix(e.name, "light") && share < 0.8,
			strings.HasPrefix(e.name, "first") && len(got.words()) > 75:
			t.Errorf("%s: %.2f of the words", e.name, share)
		}
	}
}

// Near-duplicates among the texts are left out before any is edited.
func TestDistinct(t *testing.T) {
	texts := generate(newRandom(), 5)
	kept, left := distinct(append(texts, texts[2], first(texts[4], 0.5)))
	if len(kept) != 5 || left != 2 {
		t.Errorf("%d kept, %d left out", len(kept), left)
	}
}

// Texts are read from feeds and pages; what is neither, or short, is passed over.
func TestCollect(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"feeds/real", "pages/news"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if texts, err := collect(dir); err != nil || len(texts) != 0 {
		t.Errorf("an empty folder: %d texts, %v", len(texts), err)
	}
	long := strings.Join(generate(newRandom(), 1)[0], "</p><p>")
	for name, content := range map[string]string{
		"feeds/real/a.xml": "<rss version='2.0'><channel><title>A</title><item><title>One</title><link>https://example.org/1</link><description><![CDATA[<p>" + long +
			"</p>]]></description></item><item><title>Two</title><link>https://example.org/2</link></item></channel></rss>",
		"feeds/real/b.html":     "<html></html>",
		"pages/news/truth.json": fmt.Sprintf(`[{"sections":[{"paragraphs":[%q]}]},{"sections":[]}]`, strings.Repeat("several words of a page ", 60)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if texts, err := collect(dir); err != nil || len(texts) != 2 {
		t.Errorf("%d texts, %v", len(texts), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pages/news/truth.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := collect(dir); err == nil {
		t.Error("a damaged list of pages is read")
	}
}

// The whole program, small.
func TestReport(t *testing.T) {
	var out strings.Builder
	if err := report(&out, options{shared: t.TempDir(), texts: 10, reports: 5, speed: 500, seed: 1}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"10 made-up texts", "| 0.30 | 0.5 |", "heavy edit", "weather of towns, one source (in none)", "bytes an article of 500 held"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}
