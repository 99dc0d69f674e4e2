package page_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

// The paragraphs of the article that stands in every layout.
const (
	bridge1 = "The old bridge over the river was closed to lorries on Wednesday, after divers had found a crack in the second pillar."
	bridge2 = "Engineers will look at the pillar for a week, the council said, and only then is it known what the repair may cost."
	bridge3 = "Bakers and brewers on the far bank now drive eleven miles further to bring their goods to the market on Saturday."
	bridge4 = "“We have asked for a second bridge since my father was mayor,” said Ada Miller, who leads the traders of the town."
)

func bridge() []string { return []string{bridge1, bridge2, bridge3, bridge4} }

// paragraphs are lines, each in an element of its own.
func paragraphs(open, closed string, lines ...string) string {
	var s strings.Builder
	for _, line := range lines {
		s.WriteString(open + line + closed + "\n")
	}
	return s.String()
}

// layout is a page of which the lines that are wanted are known.
type layout struct {
	name   string
	source string
	want   []string
}

func newsroom(body string) string {
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bridge closed to lorries - The River Post</title>
<meta property="og:site_name" content="The River Post"><meta property="og:title" content="Bridge closed to lorries"></head>
<body><header class="masthead"><a href="/">The River Post</a>
<nav><ul><li><a href="/town">Town</a></li><li><a href="/river">River</a></li><li><a href="/letters">Letters</a></li></ul></nav></header>
` + body + `
<footer><p>The River Post is printed by the river, and has been for longer than anybody there can remember.</p></footer></body></html>`
}

// layouts are the ways in which publishers write the same article.
func layouts() []layout {
	plain := paragraphs("<p>", "</p>", bridge()...)
	h1 := "<h1>Bridge closed to lorries</h1>"
	return []layout{
		{"paragraphs", newsroom(`<main><article>` + h1 + plain + `</article></main>`), bridge()},
		{"a div for each paragraph", newsroom(`<div id="c">` + h1 + paragraphs("<div>", "</div>", bridge()...) + `</div>`), bridge()},
		{"a div in a div in a div", newsroom(h1 + paragraphs(`<div class="a"><div class="b"><div class="c">`, "</div></div></div>", bridge()...)), bridge()},
		{"a span in a div", newsroom(h1 + paragraphs(`<div><span class="t">`, "</span></div>", bridge()...)), bridge()},
		{"one text with breaks", newsroom(h1 + `<div>` + strings.Join(bridge(), "<br><br>") + `</div>`), bridge()},
		{"one text with breaks and spaces", newsroom(h1 + `<div>` + strings.Join(bridge(), "<br>\n&nbsp;<br/>\n") + `</div>`), bridge()},
		{"a section for each paragraph", newsroom(`<main>` + h1 + paragraphs("<section><p>", "</p></section>", bridge()...) + `</main>`), bridge()},
		{"a table that lays out", newsroom(`<table><tr><td width="150"><a href="/">Home</a></td><td>` + h1 + plain + `</td></tr></table>`), bridge()},
		{"a row of a table for each", newsroom(h1 + `<table>` + paragraphs("<tr><td><p>", "</p></td></tr>", bridge()...) + `</table>`), bridge()},
		{"a form around all", newsroom(`<form id="aspnetForm">` + h1 + plain + `</form>`), bridge()},
		{"elements of the publisher", newsroom(`<river-story>` + h1 + paragraphs("<river-text>", "</river-text>", bridge1) + paragraphs("<p>", "</p>", bridge()[1:]...) + `</river-story>`), bridge()},
		{"without a heading", newsroom(`<div>` + plain + `</div>`), bridge()},
		{"the headline in a header far above", newsroom(`<div><div>` + h1 + `</div><div><img src="a.jpg"></div></div><div><div>` + plain + `</div></div>`), bridge()},
		{"the paragraphs in two columns", newsroom(h1 + `<div><div>` + paragraphs("<p>", "</p>", bridge1, bridge2) + `</div><div>` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</div></div>`), bridge()},
		{"an ad between columns", newsroom(h1 + `<div><div>` + paragraphs("<p>", "</p>", bridge1, bridge2) + `</div><div class="ad"><p>Lorries for hire at small prices.</p></div><div>` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</div></div>`), bridge()},

		{"an article in an article", newsroom(`<article>` + h1 + paragraphs("<p>", "</p>", bridge1, bridge2) +
			`<article class="embed related"><h3><a href="/flood">The flood of last spring</a></h3><p>It took two boats and a shed.</p></article>` +
			paragraphs("<p>", "</p>", bridge3, bridge4) + `</article>`), bridge()},
		{"cards of articles below", newsroom(`<article>` + h1 + plain + `</article>` + cards()), bridge()},
		{"cards of articles above", newsroom(cards() + `<article>` + h1 + plain + `</article>`), bridge()},
		{"an article below the first", newsroom(`<article>` + h1 + plain + `</article><article><h1>Market hall gets a roof</h1>` + paragraphs("<p>", "</p>", market()...) + `</article>`), bridge()},
		{"comments without a heading", newsroom(`<article>` + h1 + plain + `</article><div id="comments"><div><b>Otto</b><p>` + bridge4 + ` I was there when it was said, and clapped.</p></div></div>`), bridge()},
		{"a box of facts", newsroom(`<article>` + h1 + paragraphs("<p>", "</p>", bridge1, bridge2) + `<aside><h3>The bridge</h3><p>Built in 1874, it has five pillars and one lamp.</p></aside>` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</article>`), bridge()},

		{"captions in figures", newsroom(`<article>` + h1 + `<figure><img src="1.jpg"><figcaption>The second pillar, seen from a boat.</figcaption></figure>` + paragraphs("<p>", "</p>", bridge1, bridge2) +
			`<figure><img src="2.jpg"><figcaption><p>Lorries wait on the near bank on Wednesday.</p><span>Photo: Jo Example</span></figcaption></figure>` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</article>`), bridge()},
		{"captions in divs", newsroom(`<article>` + h1 + `<div class="wp-caption"><img src="1.jpg"><p class="wp-caption-text">The second pillar, seen from a boat.</p></div>` + plain + `</article>`), bridge()},
		{"a gallery", newsroom(`<article>` + h1 + paragraphs("<p>", "</p>", bridge1, bridge2) + `<ul class="gallery">` +
			strings.Repeat(`<li><figure><img src="1.jpg"><figcaption>The river at noon, with two boats and a duck.</figcaption></figure></li>`, 4) + `</ul>` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</article>`), bridge()},
		{"a video and its words", newsroom(`<article>` + h1 + `<video controls><p>Your browser shows no videos, so you miss one of the river.</p></video>` + plain + `</article>`), bridge()},
		{"words for those without scripts", newsroom(`<article>` + h1 + `<noscript><p>Please switch scripts on to read this page as it was meant.</p></noscript>` + plain + `</article>`), bridge()},
		{"a drawing", newsroom(`<article>` + h1 + paragraphs("<p>", "</p>", bridge1) + `<svg><title>Map</title><text>River</text></svg>` + paragraphs("<p>", "</p>", bridge()[1:]...) + `</article>`), bridge()},

		{"a paywall below the start", newsroom(`<article>` + h1 + paragraphs("<p>", "</p>", bridge1, bridge2) + `<div class="paywall-overlay"><p>Read on with a subscription.</p><button>Buy</button></div></article>`), []string{bridge1, bridge2}},
		{"a paywall around the rest", newsroom(`<article>` + h1 + paragraphs("<p>", "</p>", bridge1, bridge2) + `<div class="paywall">` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</div></article>`), bridge()},
		{"a marker of a paywall in each paragraph", newsroom(`<article>` + h1 + paragraphs(`<p class="paywall premium-content">`, "</p>", bridge()...) + `</article>`), bridge()},
		{"paragraphs that come in by and by", newsroom(`<article>` + h1 + paragraphs(`<p class="fade-in lazy" data-lazy="1">`, "</p>", bridge()...) + `</article>`), bridge()},

		{"AMP", `<!doctype html><html amp lang="en"><head><title>Bridge closed to lorries</title><style amp-boilerplate>body{-webkit-animation:none}</style></head><body>` +
			`<amp-sidebar><ul><li><a href="/">Home</a></li></ul></amp-sidebar><article>` + h1 + `<amp-img src="1.jpg" width="9" height="9"></amp-img><div class="amp-article-content">` +
			paragraphs("<p>", "</p>", bridge1, bridge2) + `<amp-ad type="x"><div fallback></div></amp-ad>` + paragraphs("<p>", "</p>", bridge3, bridge4) + `</div></article></body></html>`, bridge()},
		{"XHTML", `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Bridge closed to lorries</title></head><body><div>` + h1 + "<hr/><p/>" + plain + `</div></body></html>`, bridge()},
		{"nothing but paragraphs", plain, bridge()},
		{"no ends at all", "<title>Bridge closed to lorries</title><h1>Bridge closed to lorries</h1><p>" + strings.Join(bridge(), "<p>"), bridge()},
	}
}

func market() []string {
	return []string{
		"The market hall has a roof again, three years after the fire, and the first stalls open on Monday.",
		"It is made of oak and copper, and the carpenters say that it will outlive everybody who paid for it.",
	}
}

func cards() string {
	return `<section class="grid"><div><h3><a href="/roof">Market hall gets a roof of oak</a></h3><p>The first stalls open on Monday.</p></div>
<div><h3><a href="/duck">A duck is the mayor of the pond</a></h3><p>Nobody else had stood for it.</p></div>
<div><h3><a href="/lamp">The lamp on the bridge burns again</a></h3><p>A sailor had brought oil.</p></div></section>`
}

func TestLayouts(t *testing.T) {
	for _, l := range layouts() {
		t.Run(l.name, func(t *testing.T) {
			p := read(t, l.source, page.Hint{})
			if diff := cmp.Diff(l.want, p.Lines()); diff != "" {
				t.Errorf("%s\nrules %q", diff, p.Rules)
			}
			check(t, p)
		})
	}
}

// TestLayoutsHaveOneHeadline holds that the headline is found in all of them that
// have one, and is no line of the text.
func TestLayoutsHaveOneHeadline(t *testing.T) {
	for _, l := range layouts() {
		if !strings.Contains(l.source, "Bridge closed to lorries</") {
			continue
		}
		p := read(t, l.source, page.Hint{})
		if p.Headline != "Bridge closed to lorries" || slices.Contains(p.Lines(), p.Headline) {
			t.Errorf("%s: headline %q, lines %q", l.name, p.Headline, p.Lines())
		}
	}
}

// TestKindsOfReports reads reports that are not paragraphs alone.
func TestKindsOfReports(t *testing.T) {
	h1 := "<h1>Bridge closed to lorries</h1>"
	for _, l := range []layout{
		{"an interview", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p>
<p><strong>Did you know of the crack?</strong></p><p>No. We heard of it when the divers came up, and one of them looked pale.</p>
<p><strong>What will you do?</strong></p><p>Wait for the engineers. I have never been good at it, but I am told that I have no choice.</p></article>`),
			[]string{bridge1, "Did you know of the crack?", "No. We heard of it when the divers came up, and one of them looked pale.",
				"What will you do?", "Wait for the engineers. I have never been good at it, but I am told that I have no choice."}},
		{"a list of ten things", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><h2>1. The ferry</h2><p>It takes two lorries at a time, and is proud of it.</p>
<h2>2. The ford</h2><p>In summer the river is low enough, or so the farmers say.</p><h2>3. The long way</h2><p>Eleven miles, with a good inn half way.</p></article>`),
			[]string{bridge1, "1. The ferry", "It takes two lorries at a time, and is proud of it.", "2. The ford", "In summer the river is low enough, or so the farmers say.",
				"3. The long way", "Eleven miles, with a good inn half way."}},
		{"a table of data", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><table><caption>Lorries a day</caption><thead><tr><th>Bridge</th><th>2020</th><th>2021</th></tr></thead>
<tbody><tr><td>Old</td><td>310</td><td>295</td></tr><tr><td>New</td><td>–</td><td>12</td></tr></tbody></table><p>` + bridge2 + `</p></article>`),
			[]string{bridge1, "Bridge; 2020; 2021", "Old; 310; 295", "New; –; 12", bridge2}},
		{"a recipe", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><h2>For the bread</h2><ul><li>500 g of flour</li><li>a pinch of salt</li><li>300 ml of water</li></ul>
<h2>How it is made</h2><ol><li>Mix all and let it rest for an hour.</li><li>Bake it for forty minutes.</li></ol><p>` + bridge2 + `</p></article>`),
			[]string{bridge1, "For the bread", "500 g of flour", "a pinch of salt", "300 ml of water", "How it is made", "Mix all and let it rest for an hour.", "Bake it for forty minutes.", bridge2}},
		{"a quotation", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><blockquote><p>It was always going to crack.</p><footer>A diver</footer></blockquote><p>` + bridge2 + `</p></article>`),
			[]string{bridge1, "It was always going to crack.", bridge2}},
		{"a live blog", newsroom(`<article class="liveblog">` + h1 + `<p>` + bridge1 + `</p>
<div class="entry"><time datetime="2022-01-12T14:05Z">2.05 pm</time><h3>First lorry turns back</h3><p>The driver had not read the sign, he said, and needed a while to turn.</p></div>
<div class="entry"><time datetime="2022-01-12T13:40Z">1.40 pm</time><h3>Divers are out of the water</h3><p>All three are well, and have asked for tea and for something to eat.</p></div></article>`),
			[]string{bridge1, "First lorry turns back", "The driver had not read the sign, he said, and needed a while to turn.",
				"Divers are out of the water", "All three are well, and have asked for tea and for something to eat."}},
		{"questions and answers that unfold", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><details><summary>May cars cross?</summary><p>Yes, one at a time, and slowly.</p></details><p>` + bridge2 + `</p></article>`),
			[]string{bridge1, "May cars cross?", "Yes, one at a time, and slowly.", bridge2}},
		{"a poem", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><p>O bridge of stone,<br>so old, so grey,<br>who carries bread<br>to us today?</p><p>` + bridge2 + `</p></article>`),
			[]string{bridge1, "O bridge of stone, so old, so grey, who carries bread to us today?", bridge2}},
		{"a letter set in type", newsroom(`<article>` + h1 + `<p>` + bridge1 + `</p><pre>Dear reader,
the bridge is closed.</pre><p>` + bridge2 + `</p></article>`), []string{bridge1, "Dear reader, the bridge is closed.", bridge2}},
	} {
		t.Run(l.name, func(t *testing.T) {
			p := read(t, l.source, page.Hint{})
			if diff := cmp.Diff(l.want, p.Lines()); diff != "" {
				t.Errorf("%s\nrules %q", diff, p.Rules)
			}
		})
	}
}

// TestDataAgainstThePage reads pages whose JSON-LD says another thing than they
// show: what is shown is the text, unless it is next to nothing.
func TestDataAgainstThePage(t *testing.T) {
	shown := `<article><h1>Bridge closed to lorries</h1>` + paragraphs("<p>", "</p>", bridge()...) + `</article>`
	with := func(document string) string {
		return strings.Replace(newsroom(shown), "</head>", `<script type="application/ld+json">`+document+`</script></head>`, 1)
	}
	other := strings.Repeat(strings.Join(market(), " ")+" ", 3)
	for name, test := range map[string]struct {
		source   string
		headline string
	}{
		"the text of another article":      {with(`{"@type":"NewsArticle","headline":"Bridge closed to lorries","articleBody":"` + other + `"}`), "Bridge closed to lorries"},
		"a list of other articles":         {with(`{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Market hall gets a roof","url":"https://example.com/roof"}]}`), "Market hall gets a roof"},
		"other articles, and this one":     {with(`[{"@type":"NewsArticle","headline":"Market hall gets a roof"},{"@type":"NewsArticle","headline":"Bridge closed to lorries","url":"https://example.com/news/ferry"}]`), "Bridge closed to lorries"},
		"a headline for searchers":         {with(`{"@type":"NewsArticle","headline":"Bridge: what drivers must know"}`), "Bridge: what drivers must know"},
		"a body that is only its start":    {with(`{"@type":"NewsArticle","headline":"Bridge closed to lorries","articleBody":"` + bridge1 + ` The rest is for those who have a subscription."}`), "Bridge closed to lorries"},
		"a body that is a number":          {with(`{"@type":"NewsArticle","headline":"Bridge closed to lorries","articleBody":42}`), "Bridge closed to lorries"},
		"a body of markup":                 {with(`{"@type":"NewsArticle","headline":"Bridge closed to lorries","articleBody":"&lt;p&gt;` + bridge1 + `&lt;/p&gt;"}`), "Bridge closed to lorries"},
		"an author that is a list of none": {with(`{"@type":"NewsArticle","headline":"Bridge closed to lorries","author":[]}`), "Bridge closed to lorries"},
		"no object":                        {with(`"NewsArticle"`), "Bridge closed to lorries"},
	} {
		t.Run(name, func(t *testing.T) {
			p := read(t, test.source, page.Hint{})
			if diff := cmp.Diff(bridge(), p.Lines()); diff != "" {
				t.Error(diff)
			}
			if p.Headline != test.headline {
				t.Errorf("headline %q", p.Headline)
			}
		})
	}
}

// TestHintChoosesTheArticle reads a page of two articles, of which the feed's item
// is the second.
func TestHintChoosesTheArticle(t *testing.T) {
	data := `<script type="application/ld+json">[{"@type":"NewsArticle","headline":"Bridge closed to lorries","author":"Jo Example"},
{"@type":"NewsArticle","headline":"Market hall gets a roof","author":"Sam Sample"}]</script>`
	source := strings.Replace(newsroom("<article><h1>x</h1>"+paragraphs("<p>", "</p>", market()...)+"</article>"), "</head>", data+"</head>", 1)
	for headline, author := range map[string]string{"": "Jo Example", "Market hall gets a roof": "Sam Sample", "MARKET HALL gets a roof!": "Sam Sample", "Something else": "Jo Example"} {
		if got := read(t, source, page.Hint{Headline: headline}).Byline; !slices.Equal(got, []string{author}) {
			t.Errorf("%q: got %q", headline, got)
		}
	}
}
