package parse_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// repair is a document and what one field of its item must be.
type repair[T any] struct {
	document string
	want     T
}

func testRepairs[T any](t *testing.T, field func(parse.Item) T, tests map[string]repair[T]) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, field(one(t, test.document))); diff != "" {
				t.Errorf("%s\n%s", diff, test.document)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	testRepairs(t, func(i parse.Item) string { return i.Title }, map[string]repair[string]{
		"plain":           {rss("<title>Ships meet</title>"), "Ships meet"},
		"CDATA":           {rss("<title><![CDATA[ Ships & boats ]]></title>"), "Ships & boats"},
		"line breaks":     {rss("<title>\n  Ships\n\tmeet \n</title>"), "Ships meet"},
		"no-break spaces": {rss("<title>Ships&#160;&amp;nbsp;meet</title>"), "Ships meet"},
		"escaped markup":  {rss("<title>&lt;b&gt;Ships&lt;/b&gt; meet</title>"), "Ships meet"},
		"markup in CDATA": {
			rss("<title><![CDATA[<em>Ships</em> meet<br/>today]]></title>"),
			"Ships meet today",
		},
		"bare markup": {rss("<title><i>Ships</i> meet</title>"), "Ships meet"},
		"escaped twice": {
			rss("<title>Ships &amp;amp; boats &amp;#8217;22</title>"),
			"Ships & boats ’22",
		},
		"escaped three times":  {rss("<title>Ships &amp;amp;amp; boats</title>"), "Ships & boats"},
		"markup escaped twice": {rss("<title>&amp;lt;b&amp;gt;Ships&amp;lt;/b&amp;gt;</title>"), "Ships"},
		"unknown entity":       {rss("<title>A &bogus; B</title>"), "A &bogus; B"},
		"HTML entity":          {rss("<title>Caf&eacute;</title>"), "Café"},
		"less than":            {rss("<title>5 &lt; 6 &amp;&amp; 7 &gt; 6</title>"), "5 < 6 && 7 > 6"},
		"not a tag":            {rss("<title>Option&lt;T&gt; in Go</title>"), "Option<T> in Go"},
		"a heart":              {rss("<title>We &lt;3 ships</title>"), "We <3 ships"},
		"an open tag":          {rss("<title>Ships &lt;b</title>"), "Ships <b"},
		"a torn tag":           {rss("<title>Ships &lt;img src=x onerror=y</title>"), "Ships"},
		"no tag of HTML":       {rss("<title>Ships &lt;x onfocus=y autofocus&gt; meet</title>"), "Ships meet"},
		"about a tag":          {rss("<title>Why &lt;script&gt; has to end</title>"), "Why has to end"},
		"tags in scripts":      {rss("<title>&lt;script&gt;&lt;style&gt;&lt;script&gt;&lt;style&gt;&lt;img src=x&gt;Ships</title>"), "Ships"},
		"tags around tags":     {rss("<title>&lt;&lt;&lt;&lt;b&gt;b&gt;b&gt;script&gt;Ships</title>"), "<<< b>b>script>Ships"},
		"a tag of two parts":   {rss("<title>&lt;&lt;!-- --&gt;script&gt;Ships</title>"), "< script>Ships"},
		"Dublin Core":          {rss("<dc:title>Ships</dc:title>"), "Ships"},
		"Media RSS":            {rss("<link>/a</link><media:title>Ships</media:title>"), "Ships"},
		"Atom HTML": {
			atom(`<title type="html">&lt;b&gt;Ships&lt;/b&gt; &amp;amp; boats</title>`),
			"Ships & boats",
		},
		"Atom XHTML": {
			atom(`<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>Ships</b> meet</div></title>`), "Ships meet",
		},
		"JSON":           {jsonFeed(`{"title":"Ships\nmeet &amp; part"}`), "Ships meet & part"},
		"JSON, a number": {jsonFeed(`{"title":1984}`), "1984"},
	})
}

func TestLink(t *testing.T) {
	title := "<title>x</title>"
	testRepairs(t, func(i parse.Item) string { return i.Link }, map[string]repair[string]{
		"absolute": {
			rss("<link>https://a.example/1?b=2&amp;c=3</link>"),
			"https://a.example/1?b=2&c=3",
		},
		"absolute, as written": {rss("<link>HTTPS://A.example/ü</link>"), "HTTPS://A.example/ü"},
		"white space":          {rss("<link>\n https://a.example/\n1 </link>"), "https://a.example/1"},
		"a space inside":       {rss("<link>https://a.example/a b</link>"), "https://a.example/a%20b"},
		"a stray percent": {
			rss("<link>https://a.example/100%/%41</link>"),
			"https://a.example/100%25/%41",
		},
		"CDATA": {rss("<link><![CDATA[https://a.example/1]]></link>"), "https://a.example/1"},
		"unescaped ampersand": {
			rss("<link>https://a.example/?a=1&b=2</link>"),
			"https://a.example/?a=1&b=2",
		},
		"escaped twice": {
			rss("<link>https://a.example/?a=1&amp;amp;b=2</link>"),
			"https://a.example/?a=1&b=2",
		},
		"root relative":  {rss("<link>/1</link>"), "https://news.example/1"},
		"relative":       {rss("<link>1</link>"), "https://news.example/feeds/1"},
		"without scheme": {rss("<link>//a.example/1</link>"), "https://a.example/1"},
		"without //":     {rss("<link>www.a.example/1</link>"), "https://www.a.example/1"},
		"as href":        {rss(`<link href="https://a.example/1"/>`), "https://a.example/1"},
		"as atom:link": {
			rss(title + `<atom:link rel="self" href="/s"/><atom:link href="/1"/>`),
			"https://news.example/1",
		},
		"the first of two": {rss("<link>/1</link><link>/2</link>"), "https://news.example/1"},
		"FeedBurner": {
			rss("<link>https://feedproxy.example/~r/1</link><feedburner:origLink>https://a.example/1</feedburner:origLink>"),
			"https://a.example/1",
		},
		"guid": {rss(title + "<guid>https://a.example/1</guid>"), "https://a.example/1"},
		"guid, declared": {
			rss(title + `<guid isPermaLink="TRUE">https://a.example/1</guid>`),
			"https://a.example/1",
		},
		"guid, no permalink": {rss(title + `<guid isPermaLink="false">https://a.example/1</guid>`), ""},
		"guid, no address":   {rss(title + "<guid>17</guid>"), ""},
		"not of the web":     {rss(title + "<link>javascript:void(0)</link>"), ""},
		"no host":            {rss(title + "<link>https://</link>"), ""},
		"no address":         {rss(title + "<link>http://[::1</link>"), ""},
		"empty":              {rss(title + "<link/>"), ""},
		"xml:base on the item": {
			strings.Replace(rss("<link>1</link>"), "<item>", `<item xml:base="https://b.example/x/y">`, 1), "https://b.example/x/1",
		},
		"xml:base on the channel": {
			strings.Replace(rss("<link>1</link>"), "<channel>", `<channel xml:base="/x/">`, 1), "https://news.example/x/1",
		},
		"xml:base on the link": {rss(`<link xml:base="https://b.example/">1</link>`), "https://b.example/1"},
		"xml:base in Atom": {
			strings.Replace(atom(title+`<link href="1"/>`), "<feed", `<feed xml:base="https://b.example/x/feed.xml"`, 1),
			"https://b.example/x/1",
		},
		"Atom alternate by type": {
			atom(`<link type="application/json" href="/1.json"/><link href="/1.any"/><link rel="alternate" type="text/html" href="/1.html"/>`),
			"https://news.example/1.html",
		},
		"Atom untyped": {
			atom(`<link rel="self" href="/s"/><link rel="related" href="/r"/><link href="/1"/>`),
			"https://news.example/1",
		},
		"Atom no alternate": {atom(title + `<link rel="related" href="/r"/>`), ""},
		"Atom content elsewhere": {
			atom(title + `<content type="text/html" src="/1"/>`), "https://news.example/1",
		},
		"Atom id": {atom(title + "<id>https://a.example/1</id>"), "https://a.example/1"},
		"JSON url": {
			jsonFeed(`{"url":"/1","external_url":"https://a.example/"}`),
			"https://news.example/1",
		},
		"JSON external_url": {jsonFeed(`{"external_url":"https://a.example/1"}`), "https://a.example/1"},
		"JSON id":           {jsonFeed(`{"id":"https://a.example/1","title":"x"}`), "https://a.example/1"},
	})
}

func TestBase(t *testing.T) {
	testRepairs(t, func(i parse.Item) string { return i.Base }, map[string]repair[string]{
		"the feed": {rss("<title>x</title>"), feedURL},
		"the channel": {
			strings.Replace(rss("<title>x</title>"), "<channel>", `<channel xml:base="https://b.example/">`, 1), "https://b.example/",
		},
		"nested": {
			strings.Replace(atom(`<title>x</title><content xml:base="c/" type="html">x</content>`), "<entry>", `<entry xml:base="https://b.example/a/">`, 1),
			"https://b.example/a/c/",
		},
		"the summary": {atom(`<summary xml:base="https://b.example/">x</summary>`), "https://b.example/"},
		"an escape in it": {
			strings.Replace(rss("<title>x</title>"), "<item>", `<item xml:base='https://b.example/?a=1&amp;b=&#50;'>`, 1), "https://b.example/?a=1&b=2",
		},
		"white space around it": {
			strings.Replace(rss("<title>x</title>"), "<item>", "<item xml:base = \"\n https://b.example/ \">", 1), "https://b.example/",
		},
		"on an empty element": {
			rss(`<title>x</title><description xml:base="https://b.example/"/>`), "https://b.example/",
		},
		"two of a name": {
			rss(`<title>x</title><description xml:base="/a/">y</description><description xml:base="/b/">y</description>`), "https://news.example/a/",
		},
		"of another item's child": {
			rss(`<title>x</title><author><content xml:base="/a/"/></author>`), feedURL,
		},
		"not an address": {
			strings.Replace(rss("<title>x</title>"), "<channel>", `<channel xml:base="http://[">`, 1), feedURL,
		},
		"deep inside the text": {
			atom(`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" xml:base="https://b.example/"><a href="1">x</a></div></content>`), feedURL,
		},
	})
	// The text is left to whoever reads it, and so is the word in it.
	i := one(t, atom(`<content xml:base="/b/" type="html">&lt;a href="1"&gt;about xml:base&lt;/a&gt;</content>`))
	if want := `<a href="1">about xml:base</a>`; i.Content != want {
		t.Errorf("got %q, want %q", i.Content, want)
	}
}

func TestText(t *testing.T) {
	type text struct{ Summary, Content string }
	field := func(i parse.Item) text { return text{i.Summary, i.Content} }
	html := "&lt;p&gt;They met.&lt;/p&gt;"
	testRepairs(t, field, map[string]repair[text]{
		"description": {rss("<description>" + html + "</description>"), text{"<p>They met.</p>", ""}},
		"content:encoded": {
			rss("<description>x</description><content:encoded>" + html + "</content:encoded>"),
			text{"x", "<p>They met.</p>"},
		},
		"undeclared prefix": {
			strings.Replace(rss("<content:encoded>"+html+"</content:encoded>"), "xmlns:content=", "xmlns:no=", 1),
			text{"", "<p>They met.</p>"},
		},
		"encoded, no prefix": {rss("<encoded>" + html + "</encoded>"), text{"", "<p>They met.</p>"}},
		"yandex:full-text": {
			rss("<description>x</description><yandex:full-text>" + html + "</yandex:full-text>"),
			text{"x", "<p>They met.</p>"},
		},
		"full text as markup": {
			rss("<yandex:full-text>At <b>sea</b>, <i>they</i> met.</yandex:full-text>"),
			text{"", "At <b>sea</b>, <i>they</i> met."},
		},
		"full text as markup, with a comment": {
			rss("<full-text><!-- x --><p>They met.</p></full-text>"),
			text{"", "<!-- x --><p>They met.</p>"},
		},
		"full text as markup, with a section": {
			rss("<yandex:full-text><p>They</p><![CDATA[</yandex:full-text>]]></yandex:full-text>"),
			text{"", "<p>They</p><![CDATA[</yandex:full-text>]]>"},
		},
		"full text as markup, with a base": {
			rss(`<yandex:full-text><p xml:base="/x/">They met.</p></yandex:full-text>`),
			text{"", `<p xml:base="/x/">They met.</p>`},
		},
		"full text as markup, empty first": {
			rss("<title>x</title><yandex:full-text/><yandex:full-text><p>They met.</p></yandex:full-text>"),
			text{"", "<p>They met.</p>"},
		},
		"full text, empty first": {
			rss("<title>x</title><yandex:full-text/><yandex:full-text>They met.</yandex:full-text>"),
			text{"", "They met."},
		},
		"another prefix": {
			strings.ReplaceAll(rss("<yandex:full-text>"+html+"</yandex:full-text>"), "yandex:", "ya:"),
			text{"", "<p>They met.</p>"},
		},
		"full-text": {rss("<full-text>" + html + "</full-text>"), text{"", "<p>They met.</p>"}},
		"fulltext":  {rss("<fulltext>" + html + "</fulltext>"), text{"", "<p>They met.</p>"}},
		"fullitem":  {rss("<fullitem>" + html + "</fullitem>"), text{"", "<p>They met.</p>"}},
		"xhtml:body": {
			rss("<xhtml:body><xhtml:p>They <xhtml:b>met</xhtml:b>.</xhtml:p></xhtml:body>"),
			text{"", "<p>They <b>met</b>.</p>"},
		},
		"body of XHTML": {
			rss(`<body xmlns="http://www.w3.org/1999/xhtml"><p>They met.</p></body>`),
			text{"", "<p>They met.</p>"},
		},
		"atom:content in RSS": {
			rss("<atom:content>" + html + "</atom:content>"),
			text{"", "<p>They met.</p>"},
		},
		"atom:summary in RSS": {rss("<atom:summary>x</atom:summary>"), text{"x", ""}},
		"itunes:summary":      {rss("<itunes:summary>x</itunes:summary>"), text{"x", ""}},
		"media:description":   {rss("<media:description>x</media:description>"), text{"x", ""}},
		"in a media:group": {
			rss("<media:group><media:description>x</media:description></media:group>"),
			text{"x", ""},
		},
		"media:content": {rss(`<title>x</title><media:content url="/a.jpg"/>`), text{"", ""}},
		"abstract":      {rss("<abstract>x</abstract>"), text{"x", ""}},
		"Atom text": {
			atom("<content type='text'>One &lt; two.\n\nThree\nfour.</content>"),
			text{"", "<p>One &lt; two.</p><p>Three<br>four.</p>"},
		},
		"Atom XHTML": {
			atom(`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>They met.</p></div></content>`),
			text{"", "<p>They met.</p>"},
		},
		"Atom picture": {
			atom(`<title>x</title><content type="image/png">aGVsbG8=</content>`),
			text{"", ""},
		},
		"Atom Media RSS": {
			atom(`<media:group><media:description>x</media:description></media:group>`),
			text{"x", ""},
		},
		"JSON HTML": {
			jsonFeed(`{"content_html":"<p>x</p>","content_text":"y","summary":"z"}`),
			text{"z", "<p>x</p>"},
		},
		"JSON text": {
			jsonFeed(`{"content_text":"a < b\n\nc"}`),
			text{"", "<p>a &lt; b</p><p>c</p>"},
		},
	})
}

func TestDates(t *testing.T) {
	type dates struct{ Published, Updated string }
	show := func(d parse.Date) string {
		switch {
		case d.Time.IsZero():
			return d.Raw
		case d.HasZone:
			return d.Time.Format("2006-01-02T15:04Z07:00")
		}
		return d.Time.Format("2006-01-02T15:04")
	}
	field := func(i parse.Item) dates { return dates{show(i.Published), show(i.Updated)} }
	x := "<title>x</title>"
	testRepairs(t, field, map[string]repair[dates]{
		"none": {rss(x), dates{"", ""}},
		"pubDate": {
			rss(x + "<pubDate>Mon, 10 Jan 2022 18:30:00 JST</pubDate>"),
			dates{"2022-01-10T18:30+09:00", ""},
		},
		"pubdate": {
			rss(x + "<pubdate>Mon, 10 Jan 2022 18:30:00 GMT+2</pubdate>"),
			dates{"2022-01-10T18:30+02:00", ""},
		},
		"unreadable": {rss(x + "<pubDate> yesterday </pubDate>"), dates{"yesterday", ""}},
		"unreadable, another": {
			rss(x + "<pubDate>soon</pubDate><dc:date>2022-01-10T18:30Z</dc:date>"),
			dates{"2022-01-10T18:30Z", ""},
		},
		"dc:date": {
			rss(x + "<dc:date>2022-01-10T18:30+01:00</dc:date>"),
			dates{"2022-01-10T18:30+01:00", ""},
		},
		"dcterms": {
			rss(x + "<dcterms:created>2022-01-10T18:30Z</dcterms:created><dcterms:modified>2022-01-11T08:00Z</dcterms:modified>"),
			dates{"2022-01-10T18:30Z", "2022-01-11T08:00Z"},
		},
		"dcterms in Atom": {
			atom(x + "<dcterms:issued>2022-01-10T18:30Z</dcterms:issued>"),
			dates{"2022-01-10T18:30Z", ""},
		},
		"Atom in RSS": {
			rss(x + "<atom:published>2022-01-10T18:30Z</atom:published><atom:updated>2022-01-11T08:00Z</atom:updated>"),
			dates{"2022-01-10T18:30Z", "2022-01-11T08:00Z"},
		},
		"prism": {
			rss(x + "<prism:publicationDate>2022-01-10T18:30Z</prism:publicationDate>"),
			dates{"2022-01-10T18:30Z", ""},
		},
		"a time element": {
			rss(x + `<pubDate><time datetime="2022-01-10T18:30:00+01:00">Mon, 18:30</time></pubDate>`),
			dates{"2022-01-10T18:30+01:00", ""},
		},
		"inside markup": {
			rss(x + `<pubDate>&lt;b&gt;10 Jan 2022 18:30&lt;/b&gt;</pubDate>`),
			dates{"2022-01-10T18:30", ""},
		},
		"ambiguous": {rss(x + "<pubDate>05/03/2019</pubDate>"), dates{"2019-03-05T00:00", ""}},
		"ambiguous, another date proves the order": {
			rss(x + "<pubDate>05/03/2019</pubDate><dcterms:modified>05/13/2019</dcterms:modified>"),
			dates{"2019-05-03T00:00", "2019-05-13T00:00"},
		},
		"ambiguous, the feed's date proves the order": {
			strings.Replace(rss(x+"<pubDate>05/03/2019</pubDate>"), "<channel>", "<channel><lastBuildDate>05/13/2019</lastBuildDate>", 1),
			dates{"2019-05-03T00:00", ""},
		},
		"ambiguous, others disagree": {
			rss(x + "<pubDate>05/03/2019</pubDate><dcterms:modified>05/13/2019</dcterms:modified><dc:date>13/05/2019</dc:date>"),
			dates{"2019-03-05T00:00", "2019-05-13T00:00"},
		},
		"Atom, updated only": {
			atom(x + "<updated>2022-01-10T18:30Z</updated>"),
			dates{"", "2022-01-10T18:30Z"},
		},
		"Atom 0.3": {
			`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>` + x + `<issued>2022-01-10T18:30Z</issued><modified>2022-01-11T08:00Z</modified></entry></feed>`,
			dates{"2022-01-10T18:30Z", "2022-01-11T08:00Z"},
		},
		"JSON": {
			jsonFeed(`{"title":"x","date_published":"2022-01-10T18:30","date_modified":"2022-01-11T08:00Z"}`),
			dates{"2022-01-10T18:30", "2022-01-11T08:00Z"},
		},
		"JSON, a number": {
			jsonFeed(`{"title":"x","date_published":1641839400}`),
			dates{"2022-01-10T18:30Z", ""},
		},
		"in the US": {
			strings.Replace(rss(x+"<pubDate>05/03/2019 - 15:21</pubDate>"), "<item>", "<language>en-us</language><item>", 1),
			dates{"2019-05-03T15:21", ""},
		},
		"in Italy": {
			strings.Replace(rss(x+"<pubDate>mer, 05/03/2019</pubDate>"), "<item>", "<language>IT-it</language><item>", 1),
			dates{"2019-03-05T00:00", ""},
		},
	})
}

func TestAuthors(t *testing.T) {
	x := "<title>x</title>"
	testRepairs(t, func(i parse.Item) []string { return i.Authors }, map[string]repair[[]string]{
		"none":        {rss(x), nil},
		"name":        {rss(x + "<author>Ada Byron</author>"), []string{"Ada Byron"}},
		"mail (name)": {rss(x + "<author>ada@a.example (Ada Byron)</author>"), []string{"Ada Byron"}},
		"name (mail)": {rss(x + "<author>Ada Byron (ada@a.example)</author>"), []string{"Ada Byron"}},
		"name <mail>": {
			rss(x + "<author>Ada Byron &lt;ada@a.example&gt;</author>"),
			[]string{"Ada Byron"},
		},
		"mail alone": {rss(x + "<author>ada@a.example</author>"), nil},
		"name (agency)": {
			rss(x + "<author>Ada Byron (Reuters)</author>"),
			[]string{"Ada Byron (Reuters)"},
		},
		"by": {rss(x + "<dc:creator>By Ada Byron</dc:creator>"), []string{"Ada Byron"}},
		"entities": {
			rss(x + "<dc:creator>J&amp;uuml;rgen&nbsp;Roth</dc:creator>"),
			[]string{"Jürgen Roth"},
		},
		"several creators": {
			rss(x + "<dc:creator>Ada Byron</dc:creator><dc:creator>Mary Shelley</dc:creator>"),
			[]string{"Ada Byron", "Mary Shelley"},
		},
		"the same twice": {
			rss(x + "<author>Ada Byron</author><dc:creator>ADA BYRON</dc:creator>"),
			[]string{"Ada Byron"},
		},
		"iTunes": {rss(x + "<itunes:author>Ada Byron</itunes:author>"), []string{"Ada Byron"}},
		"atom:author": {
			rss(x + "<atom:author><atom:name>Ada Byron</atom:name></atom:author>"),
			[]string{"Ada Byron"},
		},
		"byline": {rss(x + "<byline>Ada Byron</byline>"), []string{"Ada Byron"}},
		"Atom, several": {
			atom(x + "<author><name>Ada Byron</name></author><author><name>Mary Shelley</name></author>"),
			[]string{"Ada Byron", "Mary Shelley"},
		},
		"Atom, the feed's": {
			strings.Replace(atom(x), "<entry>", "<author><name>The Desk</name></author><entry>", 1),
			[]string{"The Desk"},
		},
		"Atom, the source's": {
			strings.Replace(atom(x+"<source><author><name>The Agency</name></author></source>"), "<entry>", "<author><name>The Desk</name></author><entry>", 1),
			[]string{"The Agency"},
		},
		"Atom, the source's are none": {
			strings.Replace(atom(x+"<source><author><name>a@b.example</name></author></source>"), "<entry>", "<author><name>The Desk</name></author><entry>", 1),
			[]string{"The Desk"},
		},
		"JSON, several": {
			jsonFeed(`{"title":"x","authors":[{"name":"Ada Byron"},{"name":"Mary Shelley"}]}`),
			[]string{"Ada Byron", "Mary Shelley"},
		},
		"JSON 1.0":       {jsonFeed(`{"title":"x","author":{"name":"Ada Byron"}}`), []string{"Ada Byron"}},
		"JSON, a string": {jsonFeed(`{"title":"x","author":"Ada Byron"}`), []string{"Ada Byron"}},
		"JSON, strings": {
			jsonFeed(`{"title":"x","authors":["Ada Byron",null,7,{"url":"/a"}]}`),
			[]string{"Ada Byron", "7"},
		},
		"JSON, the feed's": {`{"author":"The Desk","items":[{"title":"x"}]}`, []string{"The Desk"}},
	})
}

func TestCategories(t *testing.T) {
	x := "<title>x</title>"
	testRepairs(t, func(i parse.Item) []string { return i.Categories }, map[string]repair[[]string]{
		"none": {rss(x), nil},
		"in order": {
			rss(x + "<category>Sea</category><category>Art</category><category>sea</category><category/>"),
			[]string{"Sea", "Art"},
		},
		"markup": {
			rss(x + "<category>&lt;b&gt;Sea &amp;amp; air&lt;/b&gt;</category>"),
			[]string{"Sea & air"},
		},
		"dc:subject": {rss(x + "<dc:subject>Sea</dc:subject>"), []string{"Sea"}},
		"Atom": {
			atom(x + `<category term="1" label="Sea"/><category term="Art"/><dc:subject>Air</dc:subject>`),
			[]string{"Sea", "Art", "Air"},
		},
		"JSON":           {jsonFeed(`{"title":"x","tags":["Sea","Art",7]}`), []string{"Sea", "Art", "7"}},
		"JSON, a string": {jsonFeed(`{"title":"x","tags":"Sea, Art"}`), []string{"Sea", "Art"}},
	})
	many := one(t, rss(x+strings.Repeat("<category>a</category>", 100)+labels(100)))
	if n := len(many.Categories); n != 64 {
		t.Errorf("%d categories, want 64", n)
	}
}

// labels makes n different categories.
func labels(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("<category>" + strings.Repeat("x", i+1) + "</category>")
	}
	return b.String()
}

func TestLanguage(t *testing.T) {
	type lang struct{ Feed, Item, Source string }
	field := func(i parse.Item) lang { return lang{i.FeedLanguage, i.Language, i.LanguageSource} }
	x := "<title>x</title>"
	feed := func(tag, item string) string {
		return strings.Replace(rss(x+item), "<item>", "<language>"+tag+"</language><item>", 1)
	}
	testRepairs(t, field, map[string]repair[lang]{
		"none":         {rss(x), lang{}},
		"the feed's":   {feed("EN-us", ""), lang{"en-US", "en-US", "feed"}},
		"underscore":   {feed("pt_BR", ""), lang{"pt-BR", "pt-BR", "feed"}},
		"a country":    {feed("US", ""), lang{}},
		"a word":       {feed("English please", ""), lang{}},
		"undetermined": {feed("und", ""), lang{}},
		"too long":     {feed(strings.Repeat("en-", 1000)+"us", ""), lang{}},
		"dc:language":  {feed("de", "<dc:language>fr</dc:language>"), lang{"de", "fr", "item"}},
		"item, wrong":  {feed("de", "<dc:language>Klingon?</dc:language>"), lang{"de", "de", "feed"}},
		"xml:lang": {
			strings.Replace(feed("de", ""), "<item>", `<item xml:lang="fr-ch">`, 1),
			lang{"de", "fr-CH", "item"},
		},
		"in single quotes": {
			strings.Replace(rss(x), "<item>", "<item xml:lang=' fr '>", 1),
			lang{"", "fr", "item"},
		},
		"of the feed": {
			strings.Replace(atom(x), "<feed", `<feed xml:lang="nl"`, 1),
			lang{"nl", "nl", "feed"},
		},
		"of the entry": {
			strings.Replace(atom(x), "<entry", `<entry xml:lang="fr"`, 1),
			lang{"", "fr", "item"},
		},
		"of the content": {atom(x + `<content xml:lang="fr">y</content>`), lang{"", "fr", "item"}},
		"of the channel": {
			strings.Replace(rss(x), "<channel", `<channel xml:lang="nl"`, 1),
			lang{"nl", "nl", "feed"},
		},
		"JSON item": {jsonFeed(`{"title":"x","language":"fr"}`), lang{"", "fr", "item"}},
		"JSON feed": {`{"language":"de-DE","items":[{"title":"x"}]}`, lang{"de-DE", "de-DE", "feed"}},
	})
}

func TestMedia(t *testing.T) {
	x := "<title>x</title>"
	picture := func(m schema.Media) []schema.Media {
		m.URL = "https://news.example/a.jpg"
		m.Type = "image/jpeg"
		return []schema.Media{m}
	}
	testRepairs(t, func(i parse.Item) []schema.Media { return i.Media }, map[string]repair[[]schema.Media]{
		"none": {rss(x + `<enclosure/><media:content/>`), nil},
		"enclosure": {
			rss(x + `<enclosure url="/a.jpg" type="image/jpeg; x=y" length="9"/>`),
			picture(schema.Media{}),
		},
		"no type":      {rss(x + `<enclosure url="/a.jpg"/>`), picture(schema.Media{})},
		"a wrong type": {rss(x + `<enclosure url="/a.jpg" type="jpg"/>`), picture(schema.Media{})},
		"a page":       {rss(x + `<media:content url="/a.html" type="text/html"/>`), nil},
		"media:content": {
			rss(x + `<media:content url="/a.jpg" type="image/jpeg" width="640" height="480px"/>`),
			picture(schema.Media{Width: 640, Height: 480}),
		},
		"a wrong size": {
			rss(x + `<media:content url="/a.jpg" width="-1" height="NaN"/>`),
			picture(schema.Media{}),
		},
		"credit inside": {
			rss(x + `<media:content url="/a.jpg"><media:credit>Ada</media:credit><media:description>A ship.</media:description></media:content>`),
			picture(schema.Media{Credit: "Ada", Caption: "A ship."}),
		},
		"credit beside": {
			rss(x + `<media:content url="/a.jpg"/><media:credit>Ada &amp;amp; Co</media:credit><media:description>A ship.</media:description>`),
			picture(schema.Media{Credit: "Ada & Co", Caption: "A ship."}),
		},
		"title inside": {
			rss(x + `<media:title>The headline</media:title><media:content url="/a.jpg"><media:title>A ship</media:title></media:content>`),
			picture(schema.Media{Caption: "A ship"}),
		},
		"in a group": {
			rss(x + `<media:group><media:content url="/a.jpg" height="480"/><media:credit>Ada</media:credit></media:group>`),
			picture(schema.Media{Height: 480, Credit: "Ada"}),
		},
		"thumbnail": {
			rss(x + `<media:thumbnail url="/a.jpg" width="64"/>`),
			picture(schema.Media{Width: 64}),
		},
		"in the content": {
			rss(x + `<media:content><media:thumbnail url="/a.jpg" width="64"/></media:content>`),
			picture(schema.Media{Width: 64}),
		},
		"there twice": {
			rss(x + `<media:content url="/a.jpg" width="64"/><enclosure url="/a.jpg" type="image/jpeg"/>`),
			picture(schema.Media{Width: 64}),
		},
		"an image":      {rss(x + `<image>https://news.example/a.jpg</image>`), picture(schema.Media{})},
		"an image feed": {rss(x + `<image><url>https://news.example/a.jpg</url></image>`), nil},
		"iTunes":        {rss(x + `<itunes:image href="/a.jpg"/>`), picture(schema.Media{})},
		"Atom enclosure": {
			atom(x + `<link rel="enclosure" href="/a.jpg" type="image/jpeg"/>`),
			picture(schema.Media{}),
		},
		"JSON image":  {jsonFeed(`{"title":"x","image":"/a.jpg"}`), picture(schema.Media{})},
		"JSON object": {jsonFeed(`{"title":"x","image":{"url":"/a.jpg"}}`), picture(schema.Media{})},
		"JSON file": {
			jsonFeed(`{"title":"x","attachments":{"url":"/a.jpg","mime_type":"image/jpeg","size_in_bytes":"9"}}`),
			picture(schema.Media{}),
		},
		"JSON file with a title": {
			jsonFeed(`{"title":"x","attachments":[{"url":"/a.jpg","title":"A &amp; B"}]}`),
			picture(schema.Media{Caption: "A & B"}),
		},
		"a film":         {rss(x + `<enclosure url="/a.webm"/>`), []schema.Media{{URL: "https://news.example/a.webm", Type: "video/webm"}}},
		"a drawing":      {rss(x + `<enclosure url="/a.svg?x=1"/>`), []schema.Media{{URL: "https://news.example/a.svg?x=1", Type: "image/svg+xml"}}},
		"a sound":        {rss(x + `<enclosure url="/A.MP3"/>`), []schema.Media{{URL: "https://news.example/A.MP3", Type: "audio/mpeg"}}},
		"no known type":  {rss(x + `<enclosure url="/a.xyz"/>`), []schema.Media{{URL: "https://news.example/a.xyz"}}},
		"not of the web": {rss(x + `<enclosure url="data:image/png;base64,AA"/>`), nil},
	})
}

func TestRights(t *testing.T) {
	x := "<title>x</title>"
	feed := func(rights, item string) string {
		return strings.Replace(rss(x+item), "<item>", rights+"<item>", 1)
	}
	testRepairs(t, func(i parse.Item) *schema.Rights { return i.Rights }, map[string]repair[*schema.Rights]{
		"none": {rss(x), nil},
		"copyright": {
			feed("<copyright>© The\nExample</copyright>", ""),
			&schema.Rights{Text: "© The Example"},
		},
		"the item's": {
			feed("<copyright>x</copyright>", "<dc:rights>© Ada</dc:rights>"),
			&schema.Rights{Text: "© Ada"},
		},
		"media:copyright": {
			rss(x + "<media:copyright>© Ada</media:copyright>"),
			&schema.Rights{Text: "© Ada"},
		},
		"prism:copyright": {rss(x + "<prism:copyright>© Ada</prism:copyright>"), &schema.Rights{Text: "© Ada"}},
		"copyright, the item's": {
			feed("<copyright>x</copyright>", "<copyright>© Ada</copyright>"),
			&schema.Rights{Text: "© Ada"},
		},
		"a license": {
			rss(x + "<creativeCommons:license>https://l.example/by</creativeCommons:license>"),
			&schema.Rights{License: "https://l.example/by"},
		},
		"the feed's": {
			feed("<creativeCommons:license>https://l.example/by</creativeCommons:license>", ""),
			&schema.Rights{License: "https://l.example/by"},
		},
		"a link": {
			rss(x + `<atom:link rel="license" href="/license"/>`),
			&schema.Rights{License: "https://news.example/license"},
		},
		"Atom": {
			atom(x + `<rights>© Ada</rights><link rel="license" href="https://l.example/by"/>`),
			&schema.Rights{Text: "© Ada", License: "https://l.example/by"},
		},
		"Atom, the feed's": {
			strings.Replace(atom(x), "<entry>", `<rights>© The Example</rights><link rel="license" href="/l"/><entry>`, 1),
			&schema.Rights{Text: "© The Example", License: "https://news.example/l"},
		},
	})
}

func TestJSONRepairs(t *testing.T) {
	for name, document := range map[string]string{
		"byte order mark":   "\ufeff" + jsonFeed(`{"title":"x"}`),
		"one item":          `{"items":{"title":"x"}}`,
		"numbers":           `{"version":1.1,"items":[{"id":17,"title":"x","summary":5,"image":null}]}`,
		"lists":             jsonFeed(`{"title":["x"],"tags":[["a"],{}],"authors":[[]]}`),
		"a null attachment": jsonFeed(`{"title":"x","attachments":[null,{"url":7}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			i, err := parse.One([]byte(document), schema.FormatJSON, feedURL)
			if err != nil || i.Title != "x" {
				t.Errorf("got title %q, %v", i.Title, err)
			}
		})
	}
}
