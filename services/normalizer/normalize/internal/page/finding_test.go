package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html/atom"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

const said = "The harbour office said on Monday that the ferry would sail again by the end of the week. "

// finderOf is the finder of a page before it has looked for anything.
func finderOf(t *testing.T, source string) *finder {
	t.Helper()
	tree, err := plant([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return newFinder(newFacts(tree, "https://example.com/a", Hint{}), cut(tree, false))
}

// foundIn is the finder of a page with what it found.
func foundIn(t *testing.T, source string) *finder {
	t.Helper()
	tree, err := plant([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return newReading(newFacts(tree, "https://example.com/a", Hint{})).finder
}

// drops are the rules by which the blocks of a page are left out, in their order.
func drops(f *finder) []string {
	var rules []string
	for i := range f.blocks {
		rules = append(rules, f.blocks[i].drop)
	}
	return rules
}

func TestIsMain(t *testing.T) {
	for name, test := range map[string]struct {
		part     int // of 100
		rule     string
		headline bool
		body     bool
		want     bool
	}{
		"a small box":                    {10, "related", false, false, false},
		"most of a page":                 {80, "related", false, false, true},
		"the headline and much":          {45, "share", true, false, true},
		"the headline and little":        {20, "share", true, false, false},
		"a body and a quarter":           {30, "related", false, true, true},
		"a body and less":                {20, "related", false, true, false},
		"comments, however many":         {95, "comments", false, false, false},
		"comments that hold the article": {95, "comments", true, false, true},
		"a sidebar of much":              {45, "sidebar", false, false, true},
		"a sidebar with the headline":    {30, "sidebar", true, false, true},
		"navigation of much":             {60, "navigation", false, true, false},
		"navigation around all":          {90, "navigation", false, false, true},
		"a footer with a body":           {50, "footer", false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := isMain(test.part, 100, test.rule, test.headline, test.body); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestIsProse(t *testing.T) {
	for name, test := range map[string]struct {
		block block
		want  bool
	}{
		"a sentence":             {block{kind: Paragraph, text: "The ferry sails again."}, true},
		"a question":             {block{kind: Paragraph, text: "Does the ferry sail again?"}, true},
		"a line":                 {block{kind: Paragraph, text: "The ferry sails again"}, false},
		"a long line":            {block{kind: Paragraph, text: strings.Repeat("the ferry, the ferry, ", 8)}, true},
		"a long line of links":   {block{kind: Paragraph, text: strings.Repeat("the ferry, the ferry, ", 8), linked: 160}, false},
		"a heading":              {block{kind: Heading, text: "The ferry sails again."}, false},
		"a row":                  {block{kind: Row, text: "Monday; 3."}, false},
		"a sentence in Japanese": {block{kind: Paragraph, text: "船はまた出る。"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := isProse(&test.block); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// TestRoot finds the element that holds the article, here the one with an id.
func TestRoot(t *testing.T) {
	text := strings.Repeat("<p>"+said+"</p>", 4)
	for name, source := range map[string]string{
		"alone":                        `<div id="it">` + text + `</div>`,
		"beside a short one":           `<div><p>` + said + `</p></div><div id="it">` + text + `</div>`,
		"in others":                    `<div><div><div id="it">` + text + `</div></div></div>`,
		"around two parts":             `<div id="it"><div>` + text + `</div><div>` + text + `</div></div>`,
		"the body of an article":       `<div><div id="it" class="article-body"><div>` + text + `</div><p>x</p></div></div>`,
		"beside many links":            `<div id="it">` + text + `</div><ul>` + strings.Repeat(`<li><a href="/a">`+said+`</a></li>`, 30) + `</ul>`,
		"beside a sidebar of prose":    `<div id="it">` + text + `</div><div class="sidebar">` + text[:len(text)/2] + `</div>`,
		"beside comments, which weigh": `<div id="it">` + text + `</div><div class="comments">` + text + text + `</div>`,
	} {
		t.Run(name, func(t *testing.T) {
			f := foundIn(t, source)
			if n := f.nodes[f.root]; !strings.Contains(n.names, "it") {
				t.Errorf("the root is <%s %s> at %d", n.tag, n.names, f.root)
			}
		})
	}
}

func TestFindHeadline(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"none":                    {"<p>Ferry sails</p>", ""},
		"the title":               {"<title>Ferry sails</title><h2>Harbour</h2><h2>Ferry sails</h2>", "Ferry sails"},
		"the title with the site": {"<title>Ferry sails - Port</title><h2>Harbour</h2><h3>Ferry sails</h3>", "Ferry sails"},
		"of the first rank":       {"<title>News</title><h2>Harbour</h2><h1>Ferry sails</h1>", "Ferry sails"},
		"the first of two":        {"<h1>Ferry sails</h1><h1>Harbour</h1>", "Ferry sails"},
		"og:title first":          {`<meta property="og:title" content="Ferry sails"><title>Harbour</title><h1>Harbour</h1><h2>Ferry sails</h2>`, "Ferry sails"},
		"other marks":             {"<title>“Ferry” sails!</title><h1>Harbour</h1><h2>Ferry sails</h2>", "Ferry sails"},
		"a paragraph is none":     {"<title>Ferry sails</title><p>Ferry sails</p>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := finderOf(t, test.source)
			got := ""
			if f.headline != none {
				got = f.blocks[f.headline].text
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestTeasers counts the pointers to other articles on a page.
func TestTeasers(t *testing.T) {
	card := func(tag, more string) string {
		return `<div><` + tag + `><a href="/b">Another story of the day</a></` + tag + `>` + more + `</div>`
	}
	for name, test := range map[string]struct {
		source string
		want   int
	}{
		"three cards":               {strings.Repeat(card("h3", "<p>Some words.</p>"), 3), 3},
		"four, with a time":         {strings.Repeat(card("h3", "<p>Some words.</p><span>today</span>"), 4), 4},
		"two":                       {strings.Repeat(card("h3", "<p>Some words.</p>"), 2), 0},
		"three without words":       {strings.Repeat(card("h3", ""), 3), 0},
		"a line that is no heading": {strings.Repeat(card("div", "<p>Some words.</p>"), 3), 3},
		"paragraphs that are links": {strings.Repeat(card("p", "<p>Some words.</p>"), 3), 0},
		"of two sentences":          {strings.Repeat(card("h3", "<p>"+said+"</p><p>"+said+"</p>"), 3), 0},
		"long":                      {strings.Repeat(card("h3", "<p>"+strings.Repeat(said, 9)+"</p>"), 3), 0},
		"short titles":              {strings.ReplaceAll(strings.Repeat(card("h3", "<p>Some words.</p>"), 3), "Another story of the day", "Ferry"), 0},
		"not links":                 {strings.ReplaceAll(strings.Repeat(card("h3", "<p>Some words.</p>"), 3), `<a href="/b">`, `<a href="#b">`), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := 0
			for _, is := range finderOf(t, "<section>"+test.source+"</section>").teasers {
				if is {
					got++
				}
			}
			if got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// TestSift names the rule by which each block of a page is left out.
func TestSift(t *testing.T) {
	text := "<p>" + said + "</p>"
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"all kept":                    {text + text, []string{"", ""}},
		"a short line above":          {"<div><p>By Jo Example</p>" + text + text + "</div>", []string{"above_text", "", ""}},
		"a short line below":          {"<div>" + text + text + "<p>The Harbour Times</p></div>", []string{"", "", "below_text"}},
		"a short line between":        {"<div>" + text + "<p>Three ships</p>" + text + "</div>", []string{"", "", ""}},
		"an item below":               {"<div>" + text + text + "<ul><li>Three ships</li></ul></div>", []string{"", "", ""}},
		"a heading below":             {"<div>" + text + text + "<h2>Weather</h2></div>", []string{"", "", "heading_alone"}},
		"two headings below":          {"<div>" + text + text + "<h2>Weather</h2><h3>Wind</h3></div>", []string{"", "", "heading_alone", "heading_alone"}},
		"a caption":                   {"<div>" + text + "<figcaption>" + said + "</figcaption>" + text + "</div>", []string{"", "caption", ""}},
		"links":                       {"<div>" + text + `<ul><li><a href="/a">One</a></li><li><a href="/b">Two</a></li></ul>` + text + "</div>", []string{"", "links", "links", ""}},
		"the headline twice":          {"<title>Ferry sails</title><div><h1>Ferry sails</h1><p>Ferry sails</p>" + text + text + "</div>", []string{"headline", "headline", "", ""}},
		"comments to the end":         {"<div>" + text + text + "<h3>Comments (3)</h3>" + text + "</div>", []string{"", "", "comments", "comments"}},
		"an hour":                     {"<div>" + text + "<time>9.30 am</time>" + text + "</div>", []string{"", "date", ""}},
		"an hour in a line":           {"<div>" + text + "<p>It was <time>9.30 am</time> by then.</p>" + text + "</div>", []string{"", "", ""}},
		"outside of the article":      {"<div>" + text + text + text + text + "</div><div><p>Letters go to the old town.</p></div>", []string{"", "", "", "", outside}},
		"a heading of no comments":    {"<div>" + text + "<h3>What the comments say</h3>" + text + "</div>", []string{"", "", ""}},
		"an article in it, named":     {"<article>" + text + text + `<article class="related"><p>It rained, and the ships were late.</p></article>` + text + "</article>", []string{"", "", "related", ""}},
		"an article in it, not named": {"<article>" + text + text + `<article class="type-post category-news"><p>It rained, and the ships were late.</p></article>` + text + "</article>", []string{"", "", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, drops(foundIn(t, test.source))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReadingAgain says how a page was read where the first way gives too little.
func TestReadingAgain(t *testing.T) {
	text := strings.Repeat("<p>"+said+"</p>", 9)
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"at once":                     {text, nil},
		"names that are wrong":        {`<div><div class="promo">` + text + `</div><div class="related">` + text + `</div><p>` + said + `</p></div>`, []string{"names_not_trusted"}},
		"hidden until a script comes": {`<div style="visibility:hidden">` + text + `</div><p>Please wait.</p>`, []string{"hidden_text"}},
		"short":                       {"<p>" + said + "</p>", nil},
	} {
		t.Run(name, func(t *testing.T) {
			tree, err := plant([]byte(test.source))
			if err != nil {
				t.Fatal(err)
			}
			if got := newReading(newFacts(tree, "", Hint{})).rules; !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSure(t *testing.T) {
	named := []string{"comments", "related", "", "navigation", "promo", "footer", "sidebar"}
	want := []string{"comments", "", "", "navigation", "", "footer", ""}
	if diff := cmp.Diff(want, sure(named)); diff != "" || named[1] != "related" {
		t.Errorf("%s, and it was given %q", diff, named)
	}
}

func TestAround(t *testing.T) {
	f := finderOf(t, "<div><p>a</p><p>b</p></div><div><ul><li>c</li></ul></div>")
	at := func(tag atom.Atom, nth int) int32 {
		for i := range f.nodes {
			if f.nodes[i].tag == tag && !f.nodes[i].isText {
				if nth == 0 {
					return int32(i)
				}
				nth--
			}
		}
		t.Fatalf("no <%s>", tag)
		return none
	}
	for _, test := range []struct{ a, b, want int32 }{
		{at(atom.P, 0), at(atom.P, 1), at(atom.Div, 0)},
		{at(atom.P, 1), at(atom.P, 0), at(atom.Div, 0)},
		{at(atom.P, 0), at(atom.P, 0), at(atom.P, 0)},
		{at(atom.Div, 0), at(atom.P, 1), at(atom.Div, 0)},
		{at(atom.Div, 1), at(atom.Li, 0), at(atom.Div, 1)},
		{at(atom.P, 0), at(atom.Li, 0), 0},
	} {
		if got := f.around(test.a, test.b); got != test.want {
			t.Errorf("around %d and %d: got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestTags(t *testing.T) {
	for tag, want := range map[atom.Atom][4]bool{ // void, block, inline, silent
		atom.Br:       {true, false, false, false},
		atom.Img:      {true, false, false, false},
		atom.P:        {false, true, false, false},
		atom.Td:       {false, true, false, false},
		atom.B:        {false, false, true, false},
		atom.Time:     {false, false, true, false},
		atom.Script:   {false, false, false, true},
		atom.Svg:      {false, false, false, true},
		atom.Noscript: {false, false, false, true},
		atom.Input:    {true, false, false, true},
		atom.Dialog:   {false, true, false, true},
		atom.Mark:     {false, false, false, false},
		0:             {false, false, false, false},
	} {
		if got := [4]bool{text.IsVoid(tag), isBlock(tag), isInline(tag), isSilent(tag)}; got != want {
			t.Errorf("<%s>: got %v, want %v", tag, got, want)
		}
	}
	for tag, want := range map[atom.Atom]int{atom.H1: 1, atom.H2: 2, atom.H3: 3, atom.H4: 4, atom.H5: 5, atom.H6: 5, atom.P: 0, atom.Header: 0} {
		if got := headingRank(tag); got != want {
			t.Errorf("<%s>: got %d, want %d", tag, got, want)
		}
	}
}

func TestCaptionsAndWordsForReaders(t *testing.T) {
	for names, want := range map[string][2]bool{ // of a <span>: a caption, for screen readers
		"caption":            {true, false},
		"wp-caption-text":    {true, false},
		"image__caption":     {true, false},
		"photoCredit":        {false, false},
		"bildunterschrift":   {true, false},
		"copyright":          {true, false},
		"captions-off":       {false, false},
		"sr-only":            {false, true},
		"u-visually-hidden":  {false, true},
		"screen-reader-text": {false, true},
		"":                   {false, false},
	} {
		n := node{tag: atom.Span, names: names}
		if got := [2]bool{isCaption(&n), isForReaders(&n)}; got != want {
			t.Errorf("%q: got %v, want %v", names, got, want)
		}
	}
	if n := (node{tag: atom.Div, names: "sr-only"}); isForReaders(&n) {
		t.Error("a block is for screen readers: it may be the article")
	}
	if n := (node{tag: atom.Body, names: "caption"}); isCaption(&n) {
		t.Error("the page is a caption")
	}
}

// TestFirstHeading keeps the heading right above the text where it is one of those
// that part it, and not the name of a section of the paper.
func TestFirstHeading(t *testing.T) {
	text := "<p>" + said + "</p>"
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"one of two":          {"<h2>1. Wind</h2>" + text + "<h2>2. Rain</h2>" + text, []string{"", "", "", ""}},
		"alone":               {"<h2>Weather</h2>" + text + text, []string{"above_text", "", ""}},
		"of another rank":     {"<h2>Weather</h2>" + text + "<h3>Rain</h3>" + text, []string{"above_text", "", "", ""}},
		"a line between":      {"<h2>Wind</h2><p>By Jo Example</p>" + text + "<h2>Rain</h2>" + text, []string{"above_text", "above_text", "", "", ""}},
		"the second of two":   {"<h2>News</h2><h2>Wind</h2>" + text + "<h2>Rain</h2>" + text, []string{"above_text", "", "", "", ""}},
		"an hour between":     {"<h2>Wind</h2><time>3 pm</time>" + text + "<h2>Rain</h2>" + text, []string{"", "date", "", "", ""}},
		"the other at an end": {"<h2>Wind</h2>" + text + text + "<h2>More</h2>", []string{"above_text", "", "", "heading_alone"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, drops(foundIn(t, "<div>"+test.source+"</div>"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
