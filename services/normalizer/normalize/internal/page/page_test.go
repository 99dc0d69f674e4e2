package page_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html/charset"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden reads the pages of testdata.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := page.Read(source, "text/html", "https://example.com/news/"+filepath.Base(file), page.Hint{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(p, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".html") + ".golden"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for name, test := range map[string]struct {
		source, contentType string
		want                error
	}{
		"nothing":           {"", "text/html", page.ErrNotHTML},
		"plain text":        {"The ferry sails again.", "text/html", page.ErrNotHTML},
		"a picture":         {"<html>", "image/png", page.ErrNotHTML},
		"JSON":              {`{"html":"<p>"}`, "application/json", page.ErrNotHTML},
		"a damaged archive": {"\x1f\x8b\x08\x00", "text/html", page.ErrNotHTML},
		"too large":         {strings.Repeat("<p>", 2<<20), "text/html", page.ErrTooLarge},
		"too many nodes":    {strings.Repeat("<p>x", 30_000), "text/html", page.ErrTooManyNodes},
		"too deep":          {strings.Repeat("<section>", 600), "text/html", page.ErrTooDeep},
		"no text":           {"<html><body><script>document.write('x')</script></body></html>", "text/html", page.ErrNoText},
		"links only":        {"<ul>" + strings.Repeat(`<li><a href="/a">Another story</a></li>`, 20) + "</ul>", "text/html", page.ErrNoText},
		"a page":            {around(""), "text/html", nil},
		"no type":           {around(""), "", nil},
		"an unknown type":   {around(""), "application/octet-stream", nil},
		"XHTML":             {around(""), "application/xhtml+xml; charset=utf-8", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := page.Read([]byte(test.source), test.contentType, "", page.Hint{}); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// TestFactsWithoutText holds that a page without a text says what it says.
func TestFactsWithoutText(t *testing.T) {
	p, err := page.Read([]byte(`<meta property="og:title" content="Ferry">`), "text/html", "", page.Hint{})
	if !errors.Is(err, page.ErrNoText) || p.Headline != "Ferry" {
		t.Errorf("%q, %v", p.Headline, err)
	}
}

// TestCharset reads one text in several charsets, declared in several ways or
// not at all.
func TestCharset(t *testing.T) {
	const word = "Полуостров тихо ждёт паром в гавани, сказал капитан."
	declared := func(meta string) string {
		return strings.Replace(around("<p>"+word+"</p>"), "<head>", "<head>"+meta, 1)
	}
	in := func(name, s string) string {
		e, _ := charset.Lookup(name)
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	far := "<script>" + strings.Repeat("x", 40<<10) + "</script>"
	for name, test := range map[string]struct{ source, contentType string }{
		"UTF-8, undeclared":        {declared(""), "text/html"},
		"UTF-8, header is wrong":   {declared(""), "text/html; charset=iso-8859-1"},
		"UTF-8, meta is wrong":     {declared(`<meta charset="windows-1251">`), "text/html"},
		"UTF-8, mark":              {"\ufeff" + declared(""), "text/html"},
		"header":                   {in("windows-1251", declared("")), "text/html; charset=windows-1251"},
		"meta":                     {in("windows-1251", declared(`<meta charset="windows-1251">`)), "text/html"},
		"meta of old":              {in("koi8-r", declared(`<meta http-equiv=Content-Type content="text/html; charset=koi8-r">`)), "text/html"},
		"meta far into the page":   {in("windows-1251", declared(far+`<META CHARSET='windows-1251'>`)), "text/html"},
		"UTF-16":                   {"\xff\xfe" + in("utf-16le", declared("")), "text/html"},
		"header, then another tag": {in("windows-1251", declared(`<meta charset="koi8-r">`)), "text/html; charset=windows-1251"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := page.Read([]byte(test.source), test.contentType, "", page.Hint{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(p.Lines(), word) {
				t.Errorf("%q", p.Lines())
			}
		})
	}
}

// TestKinds says what each block is.
func TestKinds(t *testing.T) {
	source := around(`<h2>On board</h2><ul><li>Twelve people were on board.</li></ul><blockquote>We saw water, and then we saw more water.</blockquote>
<table><tr><th>Day</th><th>Ships</th></tr><tr><td>Monday</td><td>3</td></tr></table>`)
	var got []page.Kind
	for _, b := range read(t, source, page.Hint{}).Body {
		got = append(got, b.Kind)
	}
	want := []page.Kind{page.Paragraph, page.Paragraph, page.Heading, page.Item, page.Quote, page.Row, page.Row, page.Paragraph, page.Paragraph}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestUnclosedAndStrayTags reads pages as they are written in haste.
func TestUnclosedAndStrayTags(t *testing.T) {
	want := read(t, around("<p>All crews are well, and so are the boats.</p>"), page.Hint{}).Lines()
	for name, example := range map[string]string{
		"no end of a paragraph": "<p>All crews are well, and so are the boats.",
		"end without a start":   "</b></span></p><p>All crews are well, and so are the boats.</p></p></td>",
		"bold over the end":     "<p><b>All crews</p></b><p>",
		"unknown elements":      "<x-card><p>All crews are well, and so are the boats.</x-card>",
		"unquoted":              "<p class=a data-b=c>All crews are well, and so are the boats.</p>",
		"capitals":              "<P>All crews are well, and so are the boats.</P>",
		"list without ends":     "<ul><li>All crews are well, and so are the boats.</ul>",
		"table without ends":    "<table><tr><td><p>All crews are well, and so are the boats.</table>",
		"a tag in a tag":        `<p title="<p>">All crews are well, and so are the boats.</p>`,
		"a comment in it":       "<p>All crews are<!-- not --> well, and so are the boats.</p>",
		"a script in it":        "<p>All crews are<script>'</p>'</script> well, and so are the boats.</p>",
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, around(example), page.Hint{}).Lines()
			if name == "bold over the end" {
				if len(got) != len(want) || got[len(got)-1] != ending {
					t.Errorf("%q", got)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
