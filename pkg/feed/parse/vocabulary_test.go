package parse_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/parse"
)

// vocabulary is all that Item.Repairs may name.
var vocabulary = []string{
	parse.RepairTitle, parse.RepairTitleElement, parse.RepairBase, parse.RepairLinkForm, parse.RepairLinkChoice,
	parse.RepairLinkOrigin, parse.RepairLinkGUID, parse.RepairGUIDElement, parse.RepairSummaryElement,
	parse.RepairFullText, parse.RepairPlainText, parse.RepairAuthors, parse.RepairAuthorInherited,
	parse.RepairCategories, parse.RepairDateElement, parse.RepairDateForm, parse.RepairDateOrder, parse.RepairLanguage,
	parse.RepairMedia, parse.RepairRights, parse.RepairRightsInherited, parse.RepairJSON,
}

// TestRepairs reads documents of which each wants the repairs that are named,
// in the order in which they are made, and no other.
func TestRepairs(t *testing.T) {
	x, link := "<title>x</title>", "<link>https://a.example/1</link>"
	tests := map[string]repair[[]string]{
		"nothing in RSS": {
			rss(x + link + `<guid isPermaLink="false">1</guid><pubDate>Mon, 10 Jan 2022 18:30:00 GMT</pubDate><category>Sea</category>` +
				`<author>ada@a.example (Ada Byron)</author><description>&lt;b&gt;x&lt;/b&gt;</description>` +
				`<content:encoded>y</content:encoded><enclosure url="https://a.example/a.jpg" type="image/jpeg"/>`),
			nil,
		},
		"nothing in Atom": {
			atom(x + `<id>1</id><link href="https://a.example/1"/><published>2022-01-10T18:30:00+01:00</published><updated>2022-01-10T18:30:00Z</updated>` +
				`<author><name>Ada</name></author><summary>y</summary><content type="html">z</content><category term="a"/>`),
			nil,
		},
		"nothing in JSON": {
			jsonFeed(`{"id":"1","url":"https://a.example/1","title":"x","content_html":"y","summary":null,"tags":["a"],` +
				`"authors":[{"name":"Ada"}],"date_published":"2022-01-10T18:30:00Z"}`),
			nil,
		},
		"nothing in RDF": {
			rss(x + link + "<dc:date>2022-01-10</dc:date><dc:creator>Ada</dc:creator><dc:subject>Sea</dc:subject>"),
			nil,
		},
		"title, markup":       {rss("<title>&lt;b&gt;x&lt;/b&gt;</title>" + link), []string{parse.RepairTitle}},
		"title, a line break": {rss("<title>x\ny</title>" + link), []string{parse.RepairTitle}},
		"title, escaped":      {rss("<title>x &amp;amp; y</title>" + link), []string{parse.RepairTitle}},
		"title of a file":     {rss("<media:title>x</media:title>" + link), []string{parse.RepairTitleElement}},
		"a relative link":     {rss(x + "<link>/1</link>"), []string{parse.RepairBase}},
		"a relative file":     {rss(x + link + `<enclosure url="/a.jpg"/>`), []string{parse.RepairBase}},
		"a space in a link":   {rss(x + "<link>https://a.example/a b</link>"), []string{parse.RepairLinkForm}},
		"the first link":      {rss(x + link + "<link>https://a.example/2</link>"), []string{parse.RepairLinkChoice}},
		"a link of Atom":      {rss(x + `<atom:link href="https://a.example/1"/>`), []string{parse.RepairLinkChoice}},
		"the link to a page": {
			atom(x + `<link type="application/json" href="https://a.example/1.json"/><link type="text/html" href="https://a.example/1"/>`),
			[]string{parse.RepairLinkChoice},
		},
		"the origin": {
			rss(x + link + "<feedburner:origLink>https://b.example/1</feedburner:origLink>"),
			[]string{parse.RepairLinkOrigin},
		},
		"a permalink": {rss(x + "<guid>https://a.example/1</guid>"), []string{parse.RepairLinkGUID}},
		"dc:identifier": {
			rss(x + link + "<dc:identifier>1</dc:identifier>"),
			[]string{parse.RepairGUIDElement},
		},
		"an abstract": {rss(x + link + "<abstract>y</abstract>"), []string{parse.RepairSummaryElement}},
		"media:description": {
			rss(x + link + "<media:description>y</media:description>"),
			[]string{parse.RepairSummaryElement},
		},
		"yandex": {
			rss(x + link + "<yandex:full-text>y</yandex:full-text>"),
			[]string{parse.RepairFullText},
		},
		"full-text": {rss(x + link + "<full-text>y</full-text>"), []string{parse.RepairFullText}},
		"XHTML in Atom": {
			atom(x + `<link href="https://a.example/1"/><xhtml:body>y</xhtml:body>`),
			[]string{parse.RepairFullText},
		},
		"plain text in Atom": {
			atom(x + `<link href="https://a.example/1"/><content type="text">y</content>`),
			[]string{parse.RepairPlainText},
		},
		"plain text in JSON": {jsonFeed(`{"title":"x","content_text":"y"}`), []string{parse.RepairPlainText}},
		"several creators": {
			rss(x + link + "<dc:creator>Ada</dc:creator><dc:creator>Mary</dc:creator>"),
			[]string{parse.RepairAuthors},
		},
		"name <mail>": {
			rss(x + link + "<author>Ada &lt;ada@a.example&gt;</author>"),
			[]string{parse.RepairAuthors},
		},
		"name (agency)": {rss(x + link + "<author>Ada (Reuters)</author>"), []string{parse.RepairAuthors}},
		"the feed's author": {
			strings.Replace(atom(x), "<entry>", "<author><name>The Desk</name></author><entry>", 1),
			[]string{parse.RepairAuthorInherited},
		},
		"JSON's author": {
			`{"authors":[{"name":"The Desk"}],"items":[{"title":"x"}]}`,
			[]string{parse.RepairAuthorInherited},
		},
		"a label twice": {
			rss(x + link + "<category>a</category><category>A</category>"),
			[]string{parse.RepairCategories},
		},
		"dc:subject in Atom": {atom(x + "<dc:subject>a</dc:subject>"), []string{parse.RepairCategories}},
		"dcterms": {
			rss(x + link + "<dcterms:created>2022-01-10T18:30Z</dcterms:created>"),
			[]string{parse.RepairDateElement},
		},
		"a date of no RFC": {
			rss(x + link + "<pubDate>10.01.2022 18:30</pubDate>"),
			[]string{parse.RepairDateForm},
		},
		"a zone by name": {
			rss(x + link + "<pubDate>Mon, 10 Jan 2022 18:30:00 JST</pubDate>"),
			[]string{parse.RepairDateForm},
		},
		"a date settled by another": {
			rss(x + link + "<pubDate>05/03/2019</pubDate><atom:updated>2019-05-13</atom:updated><dcterms:modified>05/13/2019</dcterms:modified>"),
			[]string{parse.RepairDateForm, parse.RepairDateOrder},
		},
		"a date in markup": {
			rss(x + link + "<pubDate>&lt;time datetime='2022-01-10'&gt;x&lt;/time&gt;</pubDate>"),
			[]string{parse.RepairDateForm},
		},
		"a date not read":   {rss(x + link + "<pubDate>soon</pubDate>"), nil},
		"a language":        {rss(x + link + "<dc:language>fr</dc:language>"), []string{parse.RepairLanguage}},
		"a feed's language": {strings.Replace(rss(x+link), "<item>", "<language>en_us</language><item>", 1), nil},
		"a picture": {
			rss(x + link + `<media:content url="https://a.example/a.jpg"/>`),
			[]string{parse.RepairMedia},
		},
		"a credit": {
			rss(x + link + `<enclosure url="https://a.example/a.jpg"/><media:content url="https://a.example/a.jpg"><media:credit>Ada</media:credit></media:content>`),
			[]string{parse.RepairMedia},
		},
		"JSON's picture": {
			jsonFeed(`{"title":"x","image":"https://a.example/a.jpg"}`),
			[]string{parse.RepairMedia},
		},
		"terms": {rss(x + link + "<dc:rights>© Ada</dc:rights>"), []string{parse.RepairRights}},
		"terms of the feed": {
			strings.Replace(rss(x+link), "<item>", "<copyright>© x</copyright><item>", 1),
			[]string{parse.RepairRightsInherited},
		},
		"JSON, a tag":    {jsonFeed(`{"title":"x","tags":"a"}`), []string{parse.RepairJSON}},
		"JSON, a name":   {jsonFeed(`{"title":"x","authors":["Ada"]}`), []string{parse.RepairJSON}},
		"JSON, a number": {jsonFeed(`{"title":7}`), []string{parse.RepairJSON}},
		"JSON, one attachment": {
			jsonFeed(`{"title":"x","attachments":{"url":"https://a.example/a.jpg"}}`),
			[]string{parse.RepairJSON},
		},
		"several": {
			rss("<title>x\ny</title><link>/1</link><pubDate>10.01.2022</pubDate>"),
			[]string{parse.RepairTitle, parse.RepairBase, parse.RepairDateForm},
		},
	}
	testRepairs(t, func(i parse.Item) []string { return i.Repairs }, tests)

	named := map[string]bool{}
	for _, test := range tests {
		for _, name := range test.want {
			named[name] = true
		}
	}
	for _, name := range vocabulary {
		if !named[name] {
			t.Errorf("no case for %s", name)
		}
		delete(named, name)
	}
	if len(named) > 0 {
		t.Errorf("not of the vocabulary: %v", named)
	}
}
