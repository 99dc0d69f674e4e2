package parse_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// sameWhole checks that lifting changes nothing in what is read.
func sameWhole(t *testing.T, document string, format schema.Format, base string) {
	t.Helper()
	got, err := parse.One([]byte(document), format, base)
	want, wantErr := parse.OneWhole([]byte(document), format, base)
	if kind(err) != kind(wantErr) {
		t.Errorf("lifted: %v; whole: %v\n%s", err, wantErr, document)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, document)
	}
}

// kind returns the error of the package that err is.
func kind(err error) error {
	for _, kind := range []error{parse.ErrUnreadable, parse.ErrNoItem, parse.ErrManyItems, parse.ErrEmptyItem} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return err
}

// TestLiftCorpus reads every item of the reference data in both ways.
func TestLiftCorpus(t *testing.T) {
	folder := filepath.Join(sharedFolder(t), "feeds")
	files, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	items := 0
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() || filepath.Base(filepath.Dir(file)) == "opml" {
			continue
		}
		d, _ := cutFile(t, file)
		for n := range d.Items {
			items++
			sameWhole(t, string(d.One(n)), d.Format, feedURL)
		}
	}
	t.Logf("%d items", items)
}

// long is text enough to be lifted.
var long = strings.Repeat("Two ships met at sea. ", 5)

// liftCases are what might be read otherwise once it is lifted.
var liftCases = map[string]string{
	"text":  rss("<description>" + long + "</description>"),
	"CDATA": rss("<description><![CDATA[ <p>" + long + "</p> ]]></description>"),
	"text around CDATA": rss(
		"<description> a &amp; <![CDATA[ <p>" + long + "]]> b &lt; <![CDATA[c&amp;]]> </description>",
	),
	"references": rss(
		"<description>&lt;p&gt;&quot;&apos;&#8217;&#x41;&#160;&#xa0;" + long + "&amp;nbsp;&amp;lt;&#160;</description>",
	),
	"strange references": rss(
		"<description>&copy;&copy=2;&#150;&#0;&#xD800;&#x110000;&bogus;&;&#;&#x;&#X41;& " + long + "</description>",
	),
	"a Windows reference":   rss("<description>&#150; " + long + "</description>"),
	"a control in the text": rss("<description>a\x01b" + long + "</description>"),
	"line ends of XML": rss(
		"<yandex:full-text>a\r\nb\rc\r\r\n" + long + "<![CDATA[a\r\n\r]]>\nb&#13;\nc</yandex:full-text>",
	),
	"a header's end tag": header("<image></image x>"),
	"references, no end": rss("<description>" + long + "a &amp b &lt</description>"),
	"line ends": rss(
		"<description>a\r\nb\rc\r\n" + long + "&#13;\r</description><dc:x>\r\na\r\nb\r\r\n" + long + "&#13;&#10;<![CDATA[a\r\n\r]]>\n</dc:x>",
	),
	"in another namespace": rss("<yandex:full-text>&lt;p&gt;&#160;" + long + "&#160;</yandex:full-text>"),
	"in itunes":            rss("<itunes:summary>&#160;" + long + "</itunes:summary><itunes:author>A</itunes:author>"),
	"in dc":                rss("<dc:description>" + long + "</dc:description><dc:creator>" + long + "</dc:creator>"),
	"in custom elements":   rss("<fullText>" + long + "</fullText><summary>x" + long + "</summary>"),
	"the last of two":      rss("<description>" + long + "</description><description>b" + long + "</description>"),
	"white space only": rss(
		"<title>x</title><description>" + strings.Repeat(" ", 300) + "</description><summary>" + long + "</summary>",
	),
	"an empty section": rss(
		"<title>x</title><description>" + strings.Repeat("<![CDATA[]]>", 30) + "</description><media:description>" + long + "</media:description>",
	),
	"markup":               rss("<description>" + long + "<b>x</b>" + long + "</description>"),
	"a comment inside":     rss("<description>" + long + "<!-- x --></description>"),
	"a damaged comment":    rss("<!-- a -- b --><description>" + long + "</description>"),
	"an instruction":       rss("<description>" + long + "</description><?xml encoding='x'?>"),
	"an illegal character": rss("<description>" + long + "\uFFFE</description>"),
	"a control character":  rss("<descr\x01iption>" + long + "</descr\x01iption>"),
	"no UTF-8":             rss("<description>" + long + "\xff</description>"),
	"the end of a section": rss("<description>" + long + "]]></description>"),
	"less than":            rss("<description>" + long + " a < b</description>"),
	"a mark":               rss("<title>\U0010FFFD0</title><description>" + long + "</description>"),
	"a mark's date":        rss("<title>01 Jan 70 00:00 +0000</title><pubDate>Mon, 10 Jan 2022 18:30:00 GMT</pubDate>"),
	"the mark of a date":   rss("<title>x</title><pubDate>01 Jan 70 00:01 +0000</pubDate><dc:date>2022-01-10</dc:date>"),
	"dates": rss(
		"<title>x</title><pubDate> <![CDATA[ Mon, 10 Jan 2022 18:30:00 GMT ]]> </pubDate><atom:updated>2022-01-11</atom:updated><date>x</date>",
	),
	"dates, many": rss(
		"<title>x</title>" + strings.Repeat("<dc:date>soon</dc:date>", 70) + "<dc:date>2022-01-10</dc:date>",
	),
	"an ambiguous date, two":  rss("<title>x</title><pubDate>05/03/2019</pubDate><dcterms:modified>05/13/2019</dcterms:modified>"),
	"an ambiguous date, feed": strings.Replace(rss("<title>x</title><pubDate>05/03/2019</pubDate>"), "<item>", "<lastBuildDate>05/13/2019</lastBuildDate><item>", 1),
	"a date of markup":        rss("<title>x</title><pubDate><![CDATA[<time datetime='2022-01-10'>x</time>]]></pubDate>"),
	"a date of an image": atom(
		`<title>x</title><published type="image/png">2022</published><updated mode="base64">2022</updated>`,
	),
	"a long title": rss(
		"<title>" + long + "</title><guid>" + long + "</guid><category>" + long + "</category><link>" + long + "</link>",
	),
	"Atom": atom(
		`<summary>` + long + `</summary><content type="html">&lt;p&gt;` + long + `</content><rights>` + long + `</rights>`,
	),
	"Atom text/plain":      atom(`<content type="text/plain">a &lt; b` + long + `</content>`),
	"Atom XHTML":           atom(`<content type="xhtml">&lt;p&gt;` + long + `</content>`),
	"Atom XHTML in CDATA":  atom(`<content type="xhtml"><![CDATA[<div><p>` + long + `</p></div>]]></content>`),
	"Atom of another type": atom(`<content type="application/x">&lt;` + long + `</content>`),
	"Atom base64":          atom(`<content mode="base64">` + strings.Repeat("YWFh", 60) + `</content>`),
	"Atom picture": atom(
		`<title>x</title><content type="image/png">` + strings.Repeat("YWFh", 60) + `</content>`,
	),
	"Atom two types": atom(`<content type="html" x:type="xhtml">&lt;` + long + `</content>`),
	"Atom 0.3":       `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><content type="text/html" mode="escaped">&lt;p&gt;` + long + `</content></entry></feed>`,
	"Atom long id":   atom(`<id>http://a.example/` + strings.ReplaceAll(long, " ", "%") + `</id>`),
	"a base, usual":  atom(`<content xml:base="/b/" type="html">&lt;a href='x'&gt;` + long + `</content>`),
	"a base, by a prefix": atom(
		`<content xmlns:y="http://www.w3.org/XML/1998/namespace" y:base="http://b.example/" type="html">&lt;a href='x'&gt;` + long + `</content>`,
	),
	"attributes, no quotes": rss(`<description a=b>` + long + `</description>`),
	"attributes, no value":  rss(`<description a>` + long + `</description>`),
	"attributes in quotes":  rss(`<description a = '>"' b=">">` + long + `</description>`),
	"a name of two colons":  rss(`<a:b:c>` + long + `</a:b:c><title>x</title>`),
	"a name, not ASCII":     rss(`<é>` + long + `</é><title>x</title>`),
	"a stray end tag":       rss(`<description>` + long + `</description></b>`),
	"an end tag missing":    rss(`<b><description>` + long + `</description>`),
	"an end tag with junk":  rss(`<description>` + long + `</description x>`),
	"an end tag with space": rss("<description>" + long + "</description\n>"),
	"an item in an item":    rss(`<item><description>` + long + `</description></item>`),
	"an item in a group":    rss(`<x:item><description>` + long + `</description></x:item><title>x</title>`),
	"no channel":            `<rss><item><description>` + long + `</description></item></rss>`,
	"two channels":          `<rss><channel><item><title>a</title></item></channel><channel><item><description>` + long + `</description></item></channel></rss>`,
	"comments": rss(
		"<title>x</title><comments>/c</comments><wfw:commentRss>/r</wfw:commentRss><slash:comments>3</slash:comments><comments>\xff</comments>",
	),
	"usual prefixes":         strings.Replace(rss("<dc:creator>A</dc:creator><media:title>x</media:title><content:encoded>y</content:encoded>"), "<rss", `<rss xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:sy = 'http://purl.org/rss/1.0/modules/syndication/'`, 1),
	"usual prefix, another":  `<rss xmlns:dc="http://search.yahoo.com/mrss/" xmlns:media="http://purl.org/dc/elements/1.1/"><channel><item><dc:title>x</dc:title><media:date>y</media:date></item></channel></rss>`,
	"a prefix like a prefix": `<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:foo="dc"><channel><item><dc:title>x</dc:title><foo:date>y</foo:date></item></channel></rss>`,
	"a prefix bound again":   `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item xmlns:dc="http://search.yahoo.com/mrss/"><dc:title>x</dc:title><date xmlns="http://purl.org/dc/elements/1.1/">2022-01-10</date></item></channel></rss>`,
	"Atom by a prefix":       `<atom:feed xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><atom:entry><atom:title>x</atom:title><dc:date>2022-01-10</dc:date></atom:entry></atom:feed>`,
	"no quotes in the root":  `<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version=2.0><channel><item><dc:title>x</dc:title></item></channel></rss>`,
	"RDF":                    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><description>` + long + `</description><items/></channel><image><url>x</url></image><item rdf:about="http://a.example/"><description>` + long + `</description></item></rdf:RDF>`,
	"a header": header(
		`<description>` + long + `</description><image><url>x</url><!-- x --></image><cloud a="b"/><lastBuildDate>x</lastBuildDate>`,
	),
	"a header's comment":     header(`<image><!-- a -- b --></image>`),
	"a header's bad bytes":   header("<image>\xff</image>"),
	"a header's bad tags":    header("<image><a b=<c></image>"),
	"a header's bad section": header("<image>]]></image>"),
	"a header's rights": header(
		"<media:copyright>© x</media:copyright><dc:rights>© y</dc:rights><creativeCommons:license>http://l.example/</creativeCommons:license>",
	),
	"a header's dates": header(
		"<pubDate>x</pubDate><dc:date>y</dc:date><dc:language>fr</dc:language><dc:title>z</dc:title>",
	),
	"JSON": jsonFeed(
		`{"content_html":"<p>\u00e9\"\\n","content_text":"a < b","summary":"x","date_published":"2022-01-10T18:30:00Z","date_modified":1641839400}`,
	),
	"JSON, other letters": jsonFeed(`{"CONTENT_HTML":"a","content_html":"","Summary":"b","title":"x"}`),
	"JSON, no texts":      jsonFeed(`{"content_html":null,"summary":[],"date_published":{},"title":"x"}`),
	"JSON, not UTF-8":     jsonFeed("{\"content_html\":\"a\xff\\ud800\u2028\",\"title\":\"x\"}"),
	"JSON, two":           jsonFeed(`{"content_html":"a"},{"content_html":"b"}`),
	"JSON, none":          `{"items":[]}`,
	"JSON, all texts": `{"title":"a","home_page_url":"/b","language":"de","description":"\u00e9","items":[{"id":"c","url":"/d","title":"e","content_text":"f\n\ng","summary":"h",` +
		`"image":"/i.jpg","banner_image":"/j.jpg","language":"fr","date_published":"10.1.2022","date_modified":"2022-01-11","external_url":"/k"}]}`,
	"JSON, a name twice":       jsonFeed(`{"title":"a","title":"b","url":"/c"}`),
	"JSON, twice, one no text": jsonFeed(`{"title":"a","title":null,"url":"/c"}`),
	"JSON, a name alike":       jsonFeed(`{"title":"a","Title":"b","url":"/c","URL":"/d"}`),
	"JSON, a name with K":      jsonFeed(`{"tıtle":"a","title":"b","date_publiſhed":"2022-01-10"}`),
	"JSON, a name escaped":     jsonFeed(`{"t\u0069tle":"a","title":"b"}`),
	"JSON, items twice":        `{"items":[{"title":"a"}],"items":[{"title":"b"}]}`,
	"JSON, items alike":        `{"Items":[{"title":"a","summary":"c"}],"items":[{"title":"b"}]}`,
	"JSON, items no list":      `{"items":{"title":"a"}}`,
	"JSON, items no objects":   `{"items":[1,{"title":"a"}]}`,
	"JSON, null":               jsonFeed(`{"title":null,"id":null,"url":"/c","image":null,"tags":null}`),
	"JSON, numbers":            jsonFeed(`{"title":1984,"id":7,"summary":1.50}`),
	"JSON, extensions":         `{"_a":{"title":[]},"items":[{"title":"a","_b":{"x":1},"_c":tru}]}`,
	"JSON, extensions, sound":  `{"_a":{"title":[]},"items":[{"title":"a","_b":{"x":1},"_c":[null]}]}`,
	"JSON, people": `{"author":{"name":"A","url":"/a"},"items":[{"title":"a","authors":[{"name":"B"},{"Name":"C"},null,"D"],"author":{"avatar":"/e"},` +
		`"tags":["x",null,7,""],"attachments":[{"url":"/a.mp3","mime_type":"audio/mpeg","size_in_bytes":"12","title":"y"},null]}]}`,
	"JSON, a comma too many":  jsonFeed(`{"title":"a",}`),
	"JSON, a comma too few":   jsonFeed(`{"title":"a" "url":"/b"}`),
	"JSON, no value":          jsonFeed(`{"title":"a","url":}`),
	"JSON, a bad text":        jsonFeed(`{"title":"a","url":"/b","summary":"\x"}`),
	"JSON, a line in a text":  jsonFeed("{\"title\":\"a\nb\"}"),
	"JSON, brackets mixed":    jsonFeed(`{"title":"a","tags":["b"}}`),
	"JSON, more behind":       jsonFeed(`{"title":"a"}`) + "x",
	"JSON, space":             " \n{ \"items\" : [ { \"title\" : \"a\" } ] , \"title\" : \"b\" }\t",
	"JSON, a byte order mark": "\ufeff" + jsonFeed(`{"title":"a"}`),
	"bare":                    `<rss version="2.0" xmlns:a="http://a.example/"><channel><item><title>x</title></item></channel></rss>`,
	"bare, of a namespace":    `<rss xmlns="http://a.example/"><channel><item><title>x</title></item></channel></rss>`,
	"bare, an odd attribute":  `<rss version="&nbsp;"><channel><item><title>x</title></item></channel></rss>`,
	"bare, a bad attribute":   "<rss version='\xff'><channel><item><title>x</title></item></channel></rss>",
}

// header makes an RSS document whose channel says more.
func header(elements string) string {
	return strings.Replace(rss("<title>x</title>"), "<item>", elements+"<item>", 1)
}

func TestLift(t *testing.T) {
	for name, document := range liftCases {
		t.Run(name, func(t *testing.T) {
			format := formatOf(document)
			if strings.HasPrefix(name, "JSON") {
				format = schema.FormatJSON
			}
			sameWhole(t, document, format, feedURL)
		})
	}
}

// TestLiftTornJSON joins the pieces of JSON Feeds at random.
func TestLiftTornJSON(t *testing.T) {
	var pieces []string
	for name, document := range liftCases {
		if strings.HasPrefix(name, "JSON") {
			pieces = append(pieces, strings.SplitAfter(document, ",")...)
			pieces = append(pieces, strings.SplitAfter(document, "{")...)
		}
	}
	slices.Sort(pieces)
	r := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		sameWhole(t, b.String(), schema.FormatJSON, feedURL)
		sameWhole(t, jsonFeed("{"+b.String()+"}"), schema.FormatJSON, feedURL)
	}
}

// TestLiftTorn joins the pieces of the cases at random, so that most of what
// comes out is damaged.
func TestLiftTorn(t *testing.T) {
	var pieces []string
	for _, document := range liftCases {
		if formatOf(document) != schema.FormatJSON {
			pieces = append(pieces, strings.SplitAfter(document, ">")...)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		var b strings.Builder
		for range r.IntN(8) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		sameWhole(t, rss(b.String()), schema.FormatRSS, feedURL)
		sameWhole(t, atom(b.String()), schema.FormatAtom, feedURL)
	}
}

func FuzzLift(f *testing.F) {
	for _, document := range liftCases {
		f.Add(document, true)
		f.Add(document, false)
	}
	f.Fuzz(func(t *testing.T, document string, isAtom bool) {
		format := schema.FormatRSS
		if isAtom {
			format = schema.FormatAtom
		}
		sameWhole(t, document, format, feedURL)
		sameWhole(t, document, schema.FormatJSON, feedURL)
		sameWhole(t, rss(document), schema.FormatRSS, feedURL)
		sameWhole(t, atom(document), schema.FormatAtom, feedURL)
	})
}
