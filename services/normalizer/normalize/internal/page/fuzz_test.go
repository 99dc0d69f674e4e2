package page_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

// The bounds of what Read gives, whatever it reads.
const (
	mostText   = 400 << 10
	mostBlocks = 5_000
	mostFact   = 8 << 10
)

// check holds what is true of every page that is read.
func check(t interface{ Errorf(string, ...any) }, p page.Page) {
	size := 0
	clean := func(name, s string) {
		if schema.Clean(s) != s || !utf8.ValidString(s) {
			t.Errorf("%s is not clean: %q", name, s)
		}
	}
	for i, b := range p.Body {
		clean("body", b.Text)
		if b.Text == "" {
			t.Errorf("block %d is empty", i)
		}
		size += len(b.Text)
	}
	if size > mostText || len(p.Body) > mostBlocks {
		t.Errorf("%d bytes in %d blocks", size, len(p.Body))
	}
	facts := append([]string{p.Headline, p.Section, p.Publisher, p.Image.Caption, p.Image.Credit, p.Rights.Holder, p.Rights.Notice, p.Rights.Year}, p.Byline...)
	for _, fact := range facts {
		clean("fact", fact)
		if len(fact) > mostFact {
			t.Errorf("a fact of %d bytes", len(fact))
		}
	}
	clean("standfirst", p.Standfirst)
	for _, address := range []string{p.Canonical, p.AMP, p.Image.URL, p.Rights.License, p.Rights.RSL, p.Rights.TDMPolicy} {
		u, err := url.Parse(address)
		if address != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
			t.Errorf("address %q", address)
		}
	}
	if len(p.Rules) > 64 || len(p.Byline) > 16 {
		t.Errorf("%d rules, %d authors", len(p.Rules), len(p.Byline))
	}
}

func known(err error) bool {
	for _, kind := range []error{nil, page.ErrNoText, page.ErrNotHTML, page.ErrTooLarge, page.ErrTooManyNodes, page.ErrTooDeep} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// FuzzRead reads anything: no panic, errors of the known kinds, clean and bounded
// text, the same twice.
func FuzzRead(f *testing.F) {
	f.Add([]byte(around("<p>x</p>")), "text/html", "https://example.com/a", "Ferry")
	f.Add([]byte(ld(`{"@type":"NewsArticle","articleBody":"x"}`)), "", "", "")
	f.Add([]byte("<table><tr><td>a<td><ruby>a<rt>b</table><svg><p>"), "text/html; charset=shift_jis", "::", "")
	for _, table := range []string{"dropped.tsv", "kept.tsv"} {
		source, err := os.ReadFile(filepath.Join("testdata", table))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source, "text/html", "https://example.com/", "")
	}
	f.Fuzz(func(t *testing.T, source []byte, contentType, address, headline string) {
		hint := page.Hint{Headline: headline}
		p, err := page.Read(source, contentType, address, hint)
		if !known(err) {
			t.Errorf("error of no kind: %v", err)
		}
		check(t, p)
		again, _ := page.Read(source, contentType, address, hint)
		first, _ := json.Marshal(p)
		second, _ := json.Marshal(again)
		if diff := cmp.Diff(string(first), string(second)); diff != "" {
			t.Errorf("another time another page: %s", diff)
		}
	})
}

// TestReadOfAnyMarkup reads random trees of real elements.
func TestReadOfAnyMarkup(t *testing.T) {
	tags := []string{"p", "div", "b", "a", "li", "ul", "td", "tr", "table", "h1", "h2", "blockquote", "span", "figure", "figcaption", "aside", "br", "svg", "ruby", "rt", "x-y", "article", "time", "form"}
	rapid.Check(t, func(t *rapid.T) {
		var source strings.Builder
		for range rapid.IntRange(1, 120).Draw(t, "parts") {
			tag := rapid.SampledFrom(tags).Draw(t, "tag")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				source.WriteString("<" + tag + ` class="` + rapid.SampledFrom([]string{"", "related", "comments", "article-body", "standfirst"}).Draw(t, "name") + `">`)
			case 1:
				source.WriteString("</" + tag + ">")
			default:
				source.WriteString(rapid.SampledFrom([]string{sentence, "x", " ", "&amp;", "\u200f", "Comments (2)", "（"}).Draw(t, "text"))
			}
		}
		p, err := page.Read([]byte(source.String()), "text/html", "https://example.com/", page.Hint{})
		if !known(err) {
			t.Errorf("error of no kind: %v", err)
		}
		check(t, p)
	})
}

// TestParagraphsComeBack holds that an article of whole sentences is read word for
// word, whatever plain elements it is written in.
func TestParagraphsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zäöüé]{3,9}`)
		var want []string
		var source strings.Builder
		open := rapid.SampledFrom([]string{"<p>", "<div>", "<section><p>", "<div><span>"}).Draw(t, "element")
		closed := map[string]string{"<p>": "</p>", "<div>": "</div>", "<section><p>": "</p></section>", "<div><span>": "</span></div>"}[open]
		for i := range rapid.IntRange(3, 12).Draw(t, "paragraphs") {
			words := rapid.SliceOfN(word, 15, 40).Draw(t, "words")
			line := strings.ToUpper(string('A'+rune(i))) + "x " + strings.Join(words, " ") + "."
			want = append(want, line)
			source.WriteString(open + strings.ReplaceAll(line, " ", rapid.SampledFrom([]string{" ", "\n  ", "&nbsp;"}).Draw(t, "space")) + closed)
		}
		p, err := page.Read([]byte("<html><body><main>"+source.String()+"</main></body></html>"), "text/html", "", page.Hint{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, p.Lines()); diff != "" {
			t.Error(diff)
		}
	})
}
