package page

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// factsOf are the facts of a head, and of a body if there is one.
func factsOf(t *testing.T, source string) *facts {
	t.Helper()
	tree, err := plant([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return newFacts(tree, "https://www.example.com/news/ferry", Hint{Language: "en"})
}

func TestTitlesWithoutTheSite(t *testing.T) {
	base, _ := url.Parse("https://www.example.com/")
	f := &facts{tree: &tree{meta: []pair{{name: "og:site_name", value: "The Harbour Times"}}}, base: base}
	for title, want := range map[string][2]string{ // without its name, without what may be one
		"Ferry sails":                                   {"Ferry sails", "Ferry sails"},
		"Ferry sails | The Harbour Times":               {"Ferry sails", "Ferry sails"},
		"Ferry sails – The Harbour Times":               {"Ferry sails", "Ferry sails"},
		"Ferry sails - THE HARBOUR TIMES":               {"Ferry sails", "Ferry sails"},
		"Ferry sails - example.com":                     {"Ferry sails", "Ferry sails"},
		"Ferry sails to all islands - Post":             {"Ferry sails to all islands - Post", "Ferry sails to all islands"},
		"Post - Ferry sails to all islands":             {"Post - Ferry sails to all islands", "Post - Ferry sails to all islands"},
		"Ferry - sails | News :: Harbour":               {"Ferry - sails | News :: Harbour", "Ferry - sails | News"},
		"Ferry-sails|The Harbour Times":                 {"Ferry-sails|The Harbour Times", "Ferry-sails|The Harbour Times"},
		" | The Harbour Times":                          {" | The Harbour Times", " | The Harbour Times"},
		"Ferry sails again » Harbour":                   {"Ferry sails again » Harbour", "Ferry sails again"},
		"Ferry sails — at last | The Harbour Times":     {"Ferry sails — at last", "Ferry sails — at last"},
		"The Harbour Times | Ferry sails to the island": {"The Harbour Times | Ferry sails to the island", "The Harbour Times | Ferry sails to the island"},
	} {
		if got := [2]string{f.withoutName(title), f.withoutSite(title)}; got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for s, want := range map[string]string{
		"":                            "",
		" a\n b ":                     "a b",
		"a &amp; b":                   "a & b",
		"a &lt;b&gt;b&lt;/b&gt;":      "a b",
		"<p>a</p><p>b</p>":            "a b",
		"1 < 2":                       "1 < 2",
		"a\u200bb\ufeff":              "ab",
		strings.Repeat("é", maxLine):  strings.Repeat("é", maxLine/2),
		"\xffa":                       "\ufffda",
		"<script>alert(1)</script>ok": "ok",
	} {
		if got := line(s); got != want {
			t.Errorf("%.40q: got %.40q, want %.40q", s, got, want)
		}
	}
}

func TestBylines(t *testing.T) {
	for name, test := range map[string]struct {
		head string
		want []string
	}{
		"none":                {``, nil},
		"meta":                {`<meta name="author" content="Jo Example">`, []string{"Jo Example"}},
		"meta, several":       {`<meta name="author" content="Jo Example"><meta name="author" content="Sam Sample">`, []string{"Jo Example", "Sam Sample"}},
		"data before meta":    {`<meta name="author" content="Desk"><script type="application/ld+json">{"@type":"Article","author":"Jo Example"}</script>`, []string{"Jo Example"}},
		"creator of the data": {`<script type="application/ld+json">{"@type":"Article","creator":["Jo Example","Sam Sample"]}</script>`, []string{"Jo Example", "Sam Sample"}},
		"a list in a list":    {`<script type="application/ld+json">{"@type":"Article","author":[["Jo Example"],"Sam Sample"]}</script>`, []string{"Sam Sample"}},
		"French":              {`<meta name="author" content="Par Jo Exemple et Sam Modèle">`, []string{"Jo Exemple", "Sam Modèle"}},
		"Spanish":             {`<meta name="author" content="Por Jo Ejemplo y Sam Muestra">`, []string{"Jo Ejemplo", "Sam Muestra"}},
		"German":              {`<meta name="author" content="Von Jo Beispiel und Kim Muster">`, []string{"Jo Beispiel", "Kim Muster"}},
		"an address":          {`<meta name="author" content="https://example.com/jo">`, nil},
		"markup":              {`<meta name="author" content="&lt;a href=x&gt;Jo Example&lt;/a&gt;">`, []string{"Jo Example"}},
		"twice":               {`<meta name="author" content="Jo Example, Jo Example">`, []string{"Jo Example"}},
		"a crowd":             {`<meta name="author" content="` + strings.Repeat("Jo Example; ", 9) + `">`, []string{"Jo Example"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := factsOf(t, test.head).authors(); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for name, test := range map[string]struct {
		source          string
		published, from string
		modified        string
	}{
		"none":                         {"<p>10 January 2022</p>", "", "", ""},
		"data":                         {`<script type="application/ld+json">{"@type":"Article","datePublished":"2022-01-10","dateModified":"2022-01-11"}</script>`, "2022-01-10", "json_ld", "2022-01-11"},
		"data that cannot be read":     {`<meta name="date" content="2022-01-10"><script type="application/ld+json">{"@type":"Article","datePublished":"soon"}</script>`, "2022-01-10", "meta", ""},
		"data of another kind":         {`<script type="application/ld+json">{"@type":"WebPage","datePublished":"2022-01-10"}</script>`, "", "", ""},
		"created":                      {`<script type="application/ld+json">{"@type":"Article","dateCreated":"2022-01-10"}</script>`, "2022-01-10", "json_ld", ""},
		"published before created":     {`<script type="application/ld+json">{"@type":"Article","dateCreated":"2022-01-09","datePublished":"2022-01-10"}</script>`, "2022-01-10", "json_ld", ""},
		"the best meta, not the first": {`<meta name="date" content="2021-01-01"><meta property="article:published_time" content="2022-01-10">`, "2022-01-10", "meta", ""},
		"a meta that is far off":       {`<meta property="article:published_time" content="0001-01-01"><meta name="date" content="2022-01-10">`, "2022-01-10", "meta", ""},
		"a <time> of an hour":          {`<time>noon</time><time datetime="2022-01-10">then</time>`, "2022-01-10", "time", ""},
		"a property":                   {`<span itemprop="datePublished">10 January 2022</span>`, "10 January 2022", "time", ""},
		"a name":                       {`<time datetime="2020-05-05">x</time><time class="entry-date" datetime="2022-01-10">x</time>`, "2022-01-10", "time", ""},
		"a <time> beyond the bound":    {strings.Repeat("<time>x</time>", maxTimes) + `<time datetime="2022-01-10">x</time>`, "", "", ""},
		"modified alone":               {`<meta property="article:modified_time" content="2022-01-11">`, "", "", "2022-01-11"},
	} {
		t.Run(name, func(t *testing.T) {
			f := factsOf(t, test.source)
			p := f.published()
			if got := [3]string{p.Raw, p.source, f.modified().Raw}; got != [3]string{test.published, test.from, test.modified} {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestImages(t *testing.T) {
	data := func(image string) string {
		return `<meta property="og:image" content="/og.jpg"><meta property="og:image:width" content="600"><script type="application/ld+json">{"@type":"Article","image":` + image + `}</script>`
	}
	og := Image{URL: "https://www.example.com/og.jpg", Width: 600}
	for name, test := range map[string]struct {
		source string
		want   Image
	}{
		"none":                {"<img src=/a.jpg>", Image{}},
		"object":              {data(`{"url":"/d.jpg","width":1200,"height":"800"}`), Image{URL: "https://www.example.com/d.jpg", Width: 1200, Height: 800}},
		"text":                {data(`"/d.jpg"`), Image{URL: "https://www.example.com/d.jpg", Width: 600}},
		"list":                {data(`[{"contentUrl":"/d.jpg"},"/e.jpg"]`), Image{URL: "https://www.example.com/d.jpg"}},
		"empty list":          {data(`[]`), og},
		"an object of no URL": {data(`{"width":1}`), og},
		"a script":            {data(`"javascript:x"`), og},
		"sizes not believed":  {data(`{"url":"/d.jpg","width":-1,"height":1e9}`), Image{URL: "https://www.example.com/d.jpg"}},
		"caption and credit":  {data(`{"url":"/d.jpg","caption":" A ferry ","creditText":"Jo Example"}`), Image{URL: "https://www.example.com/d.jpg", Caption: "A ferry", Credit: "Jo Example"}},
		"twitter":             {`<meta name="twitter:image" content="//cdn.example.com/t.jpg">`, Image{URL: "https://cdn.example.com/t.jpg"}},
		"words for the blind": {`<meta property="og:image" content="/og.jpg"><meta property="og:image:alt" content="A ferry">`, Image{URL: "https://www.example.com/og.jpg", Caption: "A ferry"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, factsOf(t, test.source).image()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPixels(t *testing.T) {
	for s, want := range map[string]int{"": 0, "600": 600, " 600px": 600, "600.5": 0, "-1": 0, "100001": 0, "100000": 100000, "wide": 0} {
		if got := pixels(s); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

// TestArticleOfTheData chooses among the objects of a page.
func TestArticleOfTheData(t *testing.T) {
	const address = "https://example.com/ferry"
	for name, test := range map[string]struct {
		document, headline, want string
	}{
		"none":                   {`{"@type":"Organization","name":"A"}`, "", ""},
		"the only one":           {`{"@type":"NewsArticle","name":"A"}`, "", "A"},
		"with a headline":        {`[{"@type":"NewsArticle"},{"@type":"NewsArticle","headline":"B"}]`, "", "B"},
		"the first of two":       {`[{"@type":"NewsArticle","headline":"A"},{"@type":"NewsArticle","headline":"B"}]`, "", "A"},
		"of this address":        {`[{"@type":"NewsArticle","headline":"A"},{"@type":"NewsArticle","headline":"B","url":"http://www.example.com/ferry/"}]`, "", "B"},
		"of this page":           {`[{"@type":"NewsArticle","headline":"A"},{"@type":"NewsArticle","headline":"B","mainEntityOfPage":{"@id":"https://example.com/ferry#x"}}]`, "", "B"},
		"of the feed's item":     {`[{"@type":"NewsArticle","headline":"A","url":"https://example.com/ferry"},{"@type":"NewsArticle","headline":"B"}]`, "B", "B"},
		"a live blog":            {`{"@type":"LiveBlogPosting","headline":"A","liveBlogUpdate":[{"@type":"BlogPosting","headline":"B"}]}`, "", "A"},
		"in a list of things":    {`{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"Article","headline":"A"}}]}`, "", "A"},
		"in a review":            {`{"@type":"WebPage","itemReviewed":{"@type":"Review","name":"A"}}`, "", "A"},
		"the type is an address": {`{"@type":"https://schema.org/ReportageNewsArticle","headline":"A"}`, "", "A"},
	} {
		t.Run(name, func(t *testing.T) {
			g := readGraph([]string{test.document})
			if got := g.article(address, test.headline).text("headline", "name"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTextOf(t *testing.T) {
	for name, test := range map[string]struct {
		value any
		want  string
	}{
		"nothing":        {nil, ""},
		"a text":         {" a ", "a"},
		"a number":       {12.5, "12.5"},
		"yes":            {true, "true"},
		"a list":         {[]any{"a", "b"}, "a"},
		"an empty list":  {[]any{}, ""},
		"a value":        {map[string]any{"@value": "a", "@language": "en"}, "a"},
		"an object":      {map[string]any{"name": "a"}, ""},
		"lists in lists": {[]any{[]any{[]any{[]any{"a"}}}}, ""},
	} {
		if got := textOf(test.value, 0); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestDeclaredCharset(t *testing.T) {
	for head, want := range map[string]string{
		``:                                    "",
		`<meta charset="utf-8">`:              "utf-8",
		`<meta charset=koi8-r>`:               "koi8-r",
		`<META CHARSET='Windows-1251' />`:     "windows-1251",
		`<meta charset=utf-8/>`:               "utf-8",
		`<meta name=x><meta charset="gbk">`:   "gbk",
		`<meta name="charset" content="utf">`: "",
		`<meta http-equiv="Content-Type" content="text/html; charset=big5">`: "big5",
		`<meta charset="utf-8`:             "utf-8",
		`<p>charset=utf-8</p>`:             "",
		`<meta charset=a><meta charset=b>`: "a",
	} {
		if got := declaredCharset([]byte(head)); got != want {
			t.Errorf("%s: got %q, want %q", head, got, want)
		}
	}
}

func TestMayBeHTML(t *testing.T) {
	for contentType, want := range map[string]bool{
		"": true, "text/html": true, "TEXT/HTML; charset=utf-8": true, "application/xhtml+xml": true, "text/plain": true,
		"text/html; charset": true, "application/octet-stream": true, ";;;": true,
		"image/png": false, "application/json": false, "application/pdf": false, "video/mp4; codecs=x": false,
	} {
		if got := mayBeHTML(contentType); got != want {
			t.Errorf("%q: got %t", contentType, got)
		}
	}
	for document, want := range map[string]bool{"<p>": true, "<!doctype html>": true, "a <B>": true, "": false, "1 < 2": false, "<": false, "<1>": false, "</p>": false} {
		if got := hasTag([]byte(document)); got != want {
			t.Errorf("%q: got %t", document, got)
		}
	}
}

func TestDataBlocks(t *testing.T) {
	for name, test := range map[string]struct {
		raw  string
		want []string
	}{
		"nothing":   {"", nil},
		"lines":     {"a\n\n b \n", []string{"a", "b"}},
		"markup":    {"<p>a</p><p>b <b>c</b></p>", []string{"a", "b c"}},
		"too large": {strings.Repeat("x", maxText+1) + "\na", []string{"a"}},
		"bullets":   {"• a\n▪ b", []string{"a", "b"}},
	} {
		var got []string
		blocks := dataBlocks(test.raw)
		for _, b := range blocks {
			got = append(got, b.Text)
		}
		if !slices.Equal(got, test.want) || sizeOf(blocks) != len(strings.Join(got, "")) {
			t.Errorf("%s: got %.60q of %d bytes", name, got, sizeOf(blocks))
		}
	}
	if got := len(dataBlocks(strings.Repeat("a\n", 2*maxBlocks))); got != maxBlocks {
		t.Errorf("%d blocks", got)
	}
}

func TestHides(t *testing.T) {
	for style, want := range map[string]bool{
		"": false, "display:none": true, "Display : None ;": true, "color:red;visibility: hidden": true, "display:block": false, "opacity:0": false,
	} {
		if got := hides(style); got != want {
			t.Errorf("%q: got %t", style, got)
		}
	}
}

// TestAttributes reads what the tags of a page say.
func TestAttributes(t *testing.T) {
	tree, err := plant([]byte(`<html lang=de><base href=/b/><meta name=A content=b><meta property=c content=d><meta http-equiv=e content=f><meta content=g>
<link rel=Canonical href=/x><link rel=icon><title>One</title><svg><title>Two</title></svg><title>Three</title>
<div class="a b" id=c role=main data-testid=d hidden=until-found></div><p hidden></p><time datetime=2022></time><x-y></x-y><p class="` + strings.Repeat("a", maxValue+1) + `"></p>`))
	if err != nil {
		t.Fatal(err)
	}
	if tree.language != "de" || tree.home != "/b/" || tree.title != "One" {
		t.Errorf("language %q, home %q, title %q", tree.language, tree.home, tree.title)
	}
	want := []pair{{name: "a", value: "b"}, {name: "c", value: "d"}, {name: "e", value: "f"}}
	if !slices.Equal(tree.meta, want) || !slices.Equal(tree.links, []pair{{name: "canonical", value: "/x"}}) {
		t.Errorf("meta %q, links %q", tree.meta, tree.links)
	}
	var got []string
	for _, n := range tree.nodes {
		if s := n.names + "/" + n.text; !n.isText && (s != "/" || n.hidden) {
			if n.hidden {
				s += " hidden"
			}
			got = append(got, s)
		}
	}
	if diff := cmp.Diff([]string{"a b c main d/", "/ hidden", "/2022", "/x-y"}, got); diff != "" {
		t.Error(diff)
	}
}
