package feedlist_test

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestParseOPML(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want schema.Feed
	}{
		"title before text":   {`<outline text="T" title="Title" xmlUrl="https://example.org/"/>`, schema.Feed{Title: "Title"}},
		"text alone":          {`<outline text=" T  t " xmlUrl="https://example.org/"/>`, schema.Feed{Title: "T t"}},
		"address as text":     {`<outline text="https://example.org/" xmlUrl="https://example.org/"/>`, schema.Feed{}},
		"attribute's case":    {`<outline XMLURL="https://example.org/" Text="T"/>`, schema.Feed{Title: "T"}},
		"folder":              {`<outline text="World"><outline xmlUrl="https://example.org/"/></outline>`, schema.Feed{Folder: "World", Section: "World"}},
		"folder in folder":    {`<outline text="World"><outline title="Europe"><outline xmlUrl="https://example.org/"/></outline></outline>`, schema.Feed{Folder: "World/Europe", Section: "Europe"}},
		"folder without name": {`<outline><outline text="A"><outline xmlUrl="https://example.org/"/></outline></outline>`, schema.Feed{Folder: "A", Section: "A"}},
		"folder closed":       {`<outline text="A"></outline><outline xmlUrl="https://example.org/"/>`, schema.Feed{}},
		"unsorted folder":     {`<outline text="World"><outline text="Uncategorized"><outline xmlUrl="https://example.org/"/></outline></outline>`, schema.Feed{Folder: "World/Uncategorized", Section: "World"}},
		"category":            {`<outline category=" UK " xmlUrl="https://example.org/"/>`, schema.Feed{Section: "UK"}},
		"categories":          {`<outline category="/News/UK/,/Tags/daily" xmlUrl="https://example.org/"/>`, schema.Feed{Section: "UK"}},
		"category of nothing": {`<outline text="A"><outline category="/," xmlUrl="https://example.org/"/></outline>`, schema.Feed{Folder: "A", Section: "A"}},
		"category in folder":  {`<outline text="A"><outline category="UK" xmlUrl="https://example.org/"/></outline>`, schema.Feed{Folder: "A", Section: "UK"}},
		"own, in folder":      {`<outline text="A"><outline category="UK" dateline:section="B" xmlUrl="https://example.org/"/></outline>`, schema.Feed{Folder: "A", Section: "B"}},
		"own, none":           {`<outline text="A"><outline category="UK" dateline:section="" xmlUrl="https://example.org/"/></outline>`, schema.Feed{Folder: "A"}},
		"interval":            {`<outline dateline:interval="15m" xmlUrl="https://example.org/"/>`, schema.Feed{Interval: 900}},
		"bare ampersand":      {`<outline text="A & B" xmlUrl="https://example.org/"/>`, schema.Feed{Title: "A & B"}},
		"bare angle bracket":  {`<outline text="A<br>B" xmlUrl="https://example.org/"/>`, schema.Feed{Title: "A<br>B"}},
		"HTML entity":         {`<outline text="Caf&eacute;" xmlUrl="https://example.org/"/>`, schema.Feed{Title: "Café"}},
		"unknown entity":      {`<outline text="&nonsense;" xmlUrl="https://example.org/"/>`, schema.Feed{Title: "&nonsense;"}},
		"invalid byte":        {"<outline text=\"A\xff\x01B\" xmlUrl=\"https://example.org/\"/>", schema.Feed{Title: "A\ufffdB"}},
		"bare quotes":         {`<outline text="The "Daily" Post" xmlUrl="https://example.org/"/>`, schema.Feed{Title: `The "Daily" Post`}},
		"bare quotes, single": {`<outline text='It's' xmlUrl='https://example.org/'/>`, schema.Feed{Title: "It's"}},
		"bare link":           {`<outline title="A" description="<a href="https://x/" target="y">A</a>." xmlUrl="https://example.org/"/>`, schema.Feed{Title: "A"}},
		"bare, in a comment":  {`<!-- <outline text="a"b"> --><outline text="A "B"" xmlUrl="https://example.org/"/>`, schema.Feed{Title: `A "B"`}},
		"language":            {`<outline language="pt-BR" xmlUrl="https://example.org/"/>`, schema.Feed{Language: "pt-BR"}},
		"own, not declared":   {`<outline dateline:section="UK" dateline:source="S" dateline:interval="600" xmlUrl="https://example.org/"/>`, schema.Feed{Section: "UK", Source: "S", Interval: 600}},
		"fulltext":            {`<outline dateline:fulltext="auto" xmlUrl="https://example.org/"/>`, schema.Feed{Fulltext: schema.FulltextAuto}},
		"own, other prefix":   {`<outline xmlns:d="` + feedlist.Namespace + `" d:section="UK" xmlUrl="https://example.org/"/>`, schema.Feed{Section: "UK"}},
		"of another namespace": {
			`<outline xmlns:o="urn:other" o:section="UK" o:interval="x" xmlUrl="https://example.org/"/>`, schema.Feed{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := feedlist.ParseOPML("l", []byte(`<?xml version="1.0"?><opml version="2.0"><body><p>`+test.text+`</p></body></opml>`))
			if err != nil {
				t.Fatal(err)
			}
			test.want.URL = "https://example.org/"
			if diff := gocmp.Diff([]schema.Feed{feed(test.want)}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseOPMLCharset(t *testing.T) {
	const list = `<opml><body><outline text="Caf%" xmlUrl="https://example.org/"/></body></opml>`
	utf16 := []byte{0xff, 0xfe}
	for _, r := range `<?xml version="1.0" encoding="UTF-16"?>` + strings.Replace(list, "%", "é", 1) {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	for name, text := range map[string][]byte{
		"none":       []byte(strings.Replace(list, "%", "é", 1)),
		"mark":       []byte("\ufeff" + strings.Replace(list, "%", "é", 1)),
		"ISO-8859-1": []byte(`<?xml version='1.0' encoding='ISO-8859-1'?>` + strings.Replace(list, "%", "\xe9", 1)),
		"UTF-16":     utf16,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := feedlist.ParseOPML("l", text)
			if err != nil || len(got) != 1 || got[0].Title != "Café" {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestParseOPMLRefuses(t *testing.T) {
	const advice = ": export the list again, or write the addresses one a line into a .txt file"
	for name, test := range map[string]struct{ text, want string }{
		"empty":        {"", "l:1: the file holds no OPML" + advice},
		"not XML":      {"hello\nyou", "l:2: the file holds no OPML" + advice},
		"torn":         {"<opml>\n<body>\n<outline ", "l:3: the file is torn or not XML (unexpected EOF)" + advice},
		"not closed":   {"<opml>\n<body>\n", "l:3: the file is torn or not XML (unexpected EOF)" + advice},
		"quote lost":   {"<opml><body>\n<outline xmlUrl=\"https://a text=\"b\"/>\n</body></opml>", `l:2: address "https://a%20text=\"b": invalid URL escape "%20"`},
		"control":      {`<opml><outline text="&#27;"/></opml>`, "l:1: the file is torn or not XML (illegal character code U+001B)" + advice},
		"end too many": {"<opml></opml>\n</opml>", "l:2: the file is torn or not XML (unexpected end element </opml>)" + advice},
		"a feed":       {"<?xml version='1.0'?>\n<rss><channel/></rss>", "l:2: this is a feed, not a list of feeds: give its address instead"},
		"RSS 1.0":      {`<rdf:RDF xmlns:rdf="x"/>`, "l:1: this is a feed, not a list of feeds: give its address instead"},
		"a page":       {"<!doctype html>\n<html></html>", "l:2: this is not OPML: it begins with <html>"},
		"deep":         {"<opml>" + strings.Repeat("<outline>", 100) + strings.Repeat("</outline>", 100) + "</opml>", "l:1: elements stand more than 64 deep"},
		"encoding":     {`<?xml version="1.0" encoding="x-none"?><opml/>`, `l:1: encoding "x-none": not known: save the list as UTF-8`},
		"bad address":  {"<opml><body>\n<outline\n xmlUrl='/rss'/></body></opml>", `l:2: address "/rss": does not begin with https:// or http://`},
		"fulltext":     {`<opml><outline dateline:fulltext="yes" xmlUrl="https://a"/></opml>`, `l:1: dateline:fulltext "yes": not auto, always or never`},
		"interval":     {`<opml><outline dateline:interval="often" xmlUrl="https://a"/></opml>`, `l:1: dateline:interval "often": not a number of seconds`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := feedlist.ParseOPML("l", []byte(test.text)); err == nil || err.Error() != test.want {
				t.Errorf("got %v, %v\nwant %s", got, err, test.want)
			}
		})
	}
}

func TestMendIsLinear(t *testing.T) {
	for name, text := range map[string]string{
		"quotes":     `<outline a="` + strings.Repeat(`"`, 1<<17),
		"spaces":     `<outline a="` + strings.Repeat(`" `, 1<<16) + strings.Repeat(" ", 1<<17),
		"tags":       strings.Repeat(`<outline a="`, 1<<14),
		"attributes": "<outline" + strings.Repeat(` a="b"`, 1<<14),
		"comments":   strings.Repeat("<!--", 1<<15),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if _, err := feedlist.ParseOPML("l", []byte("<opml>"+text)); err == nil {
				t.Error("got no error")
			}
			t.Logf("took %v", time.Since(start))
		})
	}
}

// FuzzOPML holds that what is read is bounded and comes back from what is
// written.
func FuzzOPML(f *testing.F) {
	f.Add([]byte(`<opml><body><outline text="A & B"><outline xmlUrl="https://example.org/" title="a<b"/></outline></body></opml>`))
	f.Add([]byte("<?xml version='1.0' encoding='koi8-r'?><opml><outline xmlUrl='feed://h/\xc1' dateline:section='s'>"))
	f.Add([]byte(`<opml><outline text="a/b"></x><outline xmlUrl="http://h/" dateline:interval="9"/></outline></opml>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		feeds, err := feedlist.ParseOPML("l", data)
		if err != nil {
			if feeds != nil {
				t.Fatalf("feeds beside error %v", err)
			}
			return
		}
		for _, f := range feeds {
			if len(f.URL) > feedlist.MaxURL || len(f.Title) > feedlist.MaxText || len(f.Folder) > feedlist.MaxText {
				t.Fatalf("beyond the bounds: %+v", f)
			}
		}
		var out bytes.Buffer
		if err := feedlist.WriteOPML(&out, feeds); err != nil {
			t.Fatal(err)
		}
		again, err := feedlist.ParseOPML("l", out.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, out.Bytes())
		}
		if diff := gocmp.Diff(sorted(feeds), sorted(again)); diff != "" {
			t.Fatalf("%s\n%s", diff, out.Bytes())
		}
	})
}

// TestSharedLists reads lists of real feeds, which the repository does not hold.
func TestSharedLists(t *testing.T) {
	dir := sharedDir(t)
	lists, err := filepath.Glob(filepath.Join(dir, "feeds", "opml", "*.opml"))
	if err != nil || len(lists) != 59 {
		t.Fatalf("got %d lists, %v; want 59", len(lists), err)
	}
	written := 0
	for _, path := range lists {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		feeds, err := feedlist.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		addresses := bytes.Count(data, []byte("xmlUrl="))
		if len(feeds) > addresses || len(feeds) < addresses-1 {
			t.Errorf("%s: got %d feeds of %d", filepath.Base(path), len(feeds), addresses)
		}
		written += addresses
	}
	feeds, err := feedlist.Read(filepath.Join(dir, "feeds", "opml"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d feeds of %d addresses", len(feeds), written)
	if written != 786 || len(feeds) != 781 {
		t.Errorf("got %d feeds of %d addresses", len(feeds), written)
	}
}

// sharedDir is the folder of reference material: DATELINE_SHARED, or shared
// beside the repository.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no reference material: set DATELINE_SHARED")
	}
	return dir
}

func sorted(feeds []schema.Feed) []schema.Feed {
	feeds = slices.Clone(feeds)
	slices.SortFunc(feeds, func(a, b schema.Feed) int { return cmp.Compare(a.URL, b.URL) })
	return feeds
}
