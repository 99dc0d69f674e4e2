package cut_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	rssHead  = `<rss version="2.0"><channel><title>Paper</title>`
	rssTail  = `</channel></rss>`
	atomHead = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title>`
	jsonHead = `{"version":"https://jsonfeed.org/version/1.1","title":"Paper","items":[`
)

func TestCut(t *testing.T) {
	for name, test := range map[string]struct {
		doc    string
		format schema.Format
		items  []string
		torn   string // "", "feed" or "item"
	}{
		"RSS 2.0":              {rssHead + "<item><title>a</title></item>\n<item>b</item>" + rssTail, schema.FormatRSS, []string{"<item><title>a</title></item>", "<item>b</item>"}, ""},
		"no items":             {rssHead + rssTail, schema.FormatRSS, nil, ""},
		"empty root":           {`<rss version="2.0"/>`, schema.FormatRSS, nil, ""},
		"empty items":          {rssHead + "<item/><item /><item></item>" + rssTail, schema.FormatRSS, []string{"<item/>", "<item />", "<item></item>"}, ""},
		"upper case":           {"<RSS><Channel><ITEM>a</ITEM></Channel></RSS>", schema.FormatRSS, []string{"<ITEM>a</ITEM>"}, ""},
		"RSS 0.91 items after": {"<rss><channel><title>t</title></channel><item>a</item></rss>", schema.FormatRSS, []string{"<item>a</item>"}, ""},
		"RSS 1.0":              {`<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel><title>t</title></channel><item rdf:about="a">a</item><item>b</item></rdf:RDF>`, schema.FormatRSS, []string{`<item rdf:about="a">a</item>`, "<item>b</item>"}, ""},
		"RSS 1.0 with prefix":  {`<rdf:RDF xmlns:r="http://purl.org/rss/1.0/"><r:channel></r:channel><r:item>a</r:item><x:item>no</x:item></rdf:RDF>`, schema.FormatRSS, []string{"<r:item>a</r:item>"}, ""},
		"Atom":                 {atomHead + "<entry>a</entry><item>no</item></feed>", schema.FormatAtom, []string{"<entry>a</entry>"}, ""},
		"Atom with prefix":     {`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry>a</a:entry></a:feed>`, schema.FormatAtom, []string{"<a:entry>a</a:entry>"}, ""},
		"prefix on entries":    {`<feed><atom:entry>a</atom:entry></feed>`, schema.FormatAtom, []string{"<atom:entry>a</atom:entry>"}, ""},
		"JSON Feed":            {jsonHead + ` {"id":"1"}, {"id":"2","a":[{}]} ]}`, schema.FormatJSON, []string{`{"id":"1"}`, `{"id":"2","a":[{}]}`}, ""},
		"JSON members behind":  {`{"items":[{"id":"1"}],"version":"https:\/\/jsonfeed.org\/version\/1"}`, schema.FormatJSON, []string{`{"id":"1"}`}, ""},
		"JSON without version": {`{"feed_url":"a","items":[{"id":"1"}]}`, schema.FormatJSON, []string{`{"id":"1"}`}, ""},
		"JSON, no items":       {jsonHead + `]}`, schema.FormatJSON, nil, ""},

		"item in a comment":   {rssHead + "<!-- <item>no</item> --><item>a<!-- </item><item> --></item>" + rssTail, schema.FormatRSS, []string{"<item>a<!-- </item><item> --></item>"}, ""},
		"item in CDATA":       {rssHead + "<item><![CDATA[</item><item>]]></item>" + rssTail, schema.FormatRSS, []string{"<item><![CDATA[</item><item>]]></item>"}, ""},
		"items of an element": {rssHead + "<item>a<list><item>x</item></list>b</item><item>c</item>" + rssTail, schema.FormatRSS, []string{"<item>a<list><item>x</item></list>b</item>", "<item>c</item>"}, ""},
		"empty item in item":  {rssHead + "<item>a<item />b</item><item>c</item>" + rssTail, schema.FormatRSS, []string{"<item>a<item />b</item>", "<item>c</item>"}, ""},
		"item directly in item": {rssHead + "<item>a<item>b</item>rest</item><item>c</item>" + rssTail, schema.FormatRSS,
			[]string{"<item>a", "<item>b</item>", "<item>c</item>"}, ""},

		"no close tag":            {rssHead + "<item>a\n<item>b</item>" + rssTail, schema.FormatRSS, []string{"<item>a", "<item>b</item>"}, ""},
		"no close tags":           {rssHead + "<item>a<item>b<item>c" + rssTail, schema.FormatRSS, []string{"<item>a", "<item>b", "<item>c"}, ""},
		"two close tags missing":  {rssHead + "<item><title>a<item><title>b</title></item><item>c</item>" + rssTail, schema.FormatRSS, []string{"<item><title>a", "<item><title>b</title></item>", "<item>c</item>"}, ""},
		"damaged close tag":       {rssHead + "<item>a</itm><item>b</item>" + rssTail, schema.FormatRSS, []string{"<item>a</itm>", "<item>b</item>"}, ""},
		"damaged start tag":       {rssHead + "<itm>a</item><item>b</item>" + rssTail, schema.FormatRSS, []string{"<item>b</item>"}, ""},
		"start tag without end":   {rssHead + "<item<title>a</title></item><item>b</item>" + rssTail, schema.FormatRSS, []string{"<item<title>a</title></item>", "<item>b</item>"}, ""},
		"stray tags":              {rssHead + "</div><item>a</b></item></div><item>b</item>" + rssTail, schema.FormatRSS, []string{"<item>a</b></item>", "<item>b</item>"}, ""},
		"stray <":                 {rssHead + "<item>a < b</item><item>1<2</item>" + rssTail, schema.FormatRSS, []string{"<item>a < b</item>", "<item>1<2</item>"}, ""},
		"quote missing":           {rssHead + `<item><a b="c></a></item><item d="e">b</item>` + rssTail, schema.FormatRSS, []string{`<item><a b="c></a></item>`, `<item d="e">b</item>`}, ""},
		"unclosed before items":   {rssHead + "<category><item>a</item><item>b</item>" + rssTail, schema.FormatRSS, []string{"<item>a</item>", "<item>b</item>"}, ""},
		"footer":                  {rssHead + "<item>a</item>" + rssTail + "<script>x</script>", schema.FormatRSS, []string{"<item>a</item>"}, ""},
		"root lost":               {"<title>t</title><item>a</item>" + rssTail, schema.FormatRSS, []string{"<item>a</item>"}, ""},
		"root of Atom lost":       {"<subtitle>t</subtitle><entry>a</entry></feed>", schema.FormatAtom, []string{"<entry>a</entry>"}, ""},
		"channel alone":           {"<channel><item>a</item></channel>", schema.FormatRSS, []string{"<item>a</item>"}, ""},
		"end of the root missing": {rssHead + "<item>a</item></channel>", schema.FormatRSS, []string{"<item>a</item>"}, ""},
		"feed in a page":          {"<html><body>" + atomHead + "<entry>a</entry></feed></body></html>", schema.FormatAtom, []string{"<entry>a</entry>"}, ""},

		"torn between items":         {rssHead + "<item>a</item>\n", schema.FormatRSS, []string{"<item>a</item>"}, "feed"},
		"torn in the header":         {rssHead + "<descr", schema.FormatRSS, nil, "feed"},
		"torn item with enough":      {rssHead + "<item>a</item><item><title>b</title><link>c</link><description>d", schema.FormatRSS, []string{"<item>a</item>", "<item><title>b</title><link>c</link>"}, "item"},
		"torn item without link":     {rssHead + "<item>a</item><item><title>b</title><media:link/><x", schema.FormatRSS, []string{"<item>a</item>"}, "feed"},
		"torn in CDATA":              {rssHead + "<item><title>b</title><link>c</link><p><![CDATA[ <b>x</b>", schema.FormatRSS, []string{"<item><title>b</title><link>c</link>"}, "item"},
		"torn in a close tag":        {rssHead + "<item><title>b</title><link>c</link></it", schema.FormatRSS, []string{"<item><title>b</title><link>c</link>"}, "item"},
		"torn entry":                 {atomHead + "<entry><title>b</title><link href='c'/><updated>2020", schema.FormatAtom, []string{"<entry><title>b</title><link href='c'/>"}, "item"},
		"torn JSON":                  {jsonHead + `{"id":"1"},{"id":"2","title":"b","text":"c`, schema.FormatJSON, []string{`{"id":"1"}`, `{"id":"2","title":"b"`}, "item"},
		"torn JSON without enough":   {jsonHead + `{"id":"1"},{"id":"2","tit`, schema.FormatJSON, []string{`{"id":"1"}`}, "feed"},
		"torn JSON before its items": {`{"version":"https://jsonfeed.org/version/1","title":"a`, schema.FormatJSON, nil, "feed"},
		"torn JSON in a number":      {jsonHead + `{"id":"1"}],"x":1`, schema.FormatJSON, []string{`{"id":"1"}`}, "feed"},

		"JSON, a quote missing":   {jsonHead + `{"id":"1","a":"b},{"id":"2"},{"id":"3"}]}`, schema.FormatJSON, []string{`{"id":"1","a":"b}`, `{"id":"2"}`, `{"id":"3"}`}, ""},
		"JSON, a bracket missing": {jsonHead + `{"id":"1","a":["b"},{"id":"2"},{"id":"3"}]}`, schema.FormatJSON, []string{`{"id":"1","a":["b"}`, `{"id":"2"}`, `{"id":"3"}`}, ""},
		"JSON, a brace too many":  {jsonHead + `{"id":"1"}},{"id":"2"}]}`, schema.FormatJSON, []string{`{"id":"1"}`, `{"id":"2"}`}, ""},
		"JSON, commas missing":    {jsonHead + `{"id":"1"}{"id":"2"} {"id":"3"}]}`, schema.FormatJSON, []string{`{"id":"1"}`, `{"id":"2"}`, `{"id":"3"}`}, ""},
		"JSON, header damaged":    {`{"version":"https://jsonfeed.org/version/1","title":"Paper,"items":[{"id":"1"}]}`, schema.FormatJSON, []string{`{"id":"1"}`}, ""},
		"JSON, items damaged":     {`{"version":"https://jsonfeed.org/version/1.1","authors":[{"name":"a"}],"ite&s":[{"id":"1"},{"id":"2"}]}`, schema.FormatJSON, []string{`{"id":"1"}`, `{"id":"2"}`}, ""},
		"JSON, items gone":        {`{"version":"https://jsonfeed.org/version/1.1","ti{"id":"1"},{"id":"2"}]}`, schema.FormatJSON, []string{`{"id":"1"}`, `{"id":"2"}`}, ""},
		"JSON, line break":        {jsonHead + "{\"id\":\"1\n2\"}]}", schema.FormatJSON, []string{"{\"id\":\"1\n2\"}"}, ""},
		"JSON, item is no object": {jsonHead + `7,"a",{"id":"1"}]}`, schema.FormatJSON, []string{`7`, `"a"`, `{"id":"1"}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc := []byte(test.doc)
			d := cutInto(t, doc, test.items)
			torn := ""
			switch {
			case d.TornItem:
				torn = "item"
			case d.Torn:
				torn = "feed"
			}
			if torn != test.torn || d.Format != test.format {
				t.Errorf("got %s torn %q, want %s torn %q", d.Format, torn, test.format, test.torn)
			}
			checkPieces(t, doc, d)
		})
	}
}

// checkPieces checks that the items are slices of doc in order, and each alone
// is a feed of one item.
func checkPieces(t *testing.T, doc []byte, d cut.Document) {
	t.Helper()
	pos := 0
	for i, item := range d.Items {
		start := pos
		for start < len(doc) && (len(item) == 0 || &doc[start] != &item[0]) {
			start++
		}
		if start == len(doc) {
			t.Fatalf("item %d %q is no part of the document behind item %d", i, item, i-1)
		}
		pos = start + len(item)
		one := d.One(i)
		if err := valid(d.Format, one); err != nil {
			if d.Format == schema.FormatJSON {
				continue // Damage in an item of JSON can't always be mended.
			}
			t.Fatalf("item %d alone: %v: %s", i, err, one)
		}
		again, err := cut.Cut(one)
		if err != nil || len(again.Items) != 1 || again.Torn || again.Format != d.Format {
			t.Fatalf("item %d alone: %d %s items, torn %v, %v: %s", i, len(again.Items), again.Format, again.Torn, err, one)
		}
	}
}

// valid reads doc as strictly as the standard library does.
func valid(format schema.Format, doc []byte) error {
	if format == schema.FormatJSON {
		return json.Unmarshal(doc, new(any))
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func TestOne(t *testing.T) {
	for name, test := range map[string]struct{ doc, want string }{
		"RSS": {
			`<rss version="2.0" xmlns:dc="urn:dc" xml:base="http://a/"><channel><title>T</title><link>http://a/</link><item><dc:date>d</dc:date></item><item>b</item><language>en</language></channel></rss>`,
			`<rss version="2.0" xmlns:dc="urn:dc" xml:base="http://a/"><channel><title>T</title>` + "\n<link>http://a/</link>\n<language>en</language>\n" + `<item><dc:date>d</dc:date></item></channel></rss>`},
		"undamaged item as it is": {
			"<rss><channel><item >a<b  c = 'd' /> &#x41; <!-- e --></item ></channel></rss>",
			"<rss><channel><item >a<b  c = 'd' /> &#x41; <!-- e --></item ></channel></rss>"},
		"RSS 1.0": {
			`<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel rdf:about="c"><title>T</title><items><rdf:Seq/></items></channel><image>i</image><item>a</item></rdf:RDF>`,
			`<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel rdf:about="c"><title>T</title>` + "\n</channel><image>i</image>\n<item>a</item></rdf:RDF>"},
		"Atom": {
			`<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="en"><a:title>T</a:title><a:link href="x"/><a:entry>a</a:entry></a:feed>`,
			`<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="en"><a:title>T</a:title>` + "\n" + `<a:link href="x"/>` + "\n<a:entry>a</a:entry></a:feed>"},
		"JSON": {
			`{"version":"https://jsonfeed.org/version/1","title":"T","items":[{"id":"1"},{"id":"2"}],"language":"en"}`,
			`{"version":"https://jsonfeed.org/version/1","title":"T","language":"en","items":[{"id":"1"}]}`},
		"JSON torn": {
			`{"title":"T","feed_url":"f","items":[{"id":"1","title":"t","x":[1`,
			`{"version":"https://jsonfeed.org/version/1.1","title":"T","feed_url":"f","items":[{"id":"1","title":"t"}]}`},
		"JSON mended": {
			jsonHead + "{\"id\":\"1\n\\x\\\"\",\"a\":[{\"b\":1]}]}",
			jsonHead + `{"id":"1\u000a\\x\"","a":[{"b":1}]}]}`},
		"undeclared version, no quotes": {
			`<rss rss:version=2.0 a a='1'><rss:channel><rss:item>a</rss:item></rss:channel></rss>`,
			`<rss rss:version="2.0" a=""><rss:channel><rss:item>a</rss:item></rss:channel></rss>`},
		"header element unclosed": {
			"<rss><channel><category><title>T</title>\n<item>a</item></channel></rss>",
			"<rss><channel><category></category>\n<title>T</title>\n<item>a</item></channel></rss>"},
		"no root": {"<channel><item>a</item></channel>", `<rss version="2.0"><channel><item>a</item></channel></rss>`},
		"no end of the item": {
			"<rss><channel><item><title>a</title>\n<item>b",
			"<rss><channel><item><title>a</title></item></channel></rss>"},
		"no end of an element": {
			"<rss><channel><item><title>a<link>b</link><p>c<br>d</p><q>e</item></channel></rss>",
			"<rss><channel><item><title>a</title><link>b</link><p>c<br></br>d</p><q>e</q></item></channel></rss>"},
		"CDATA as it is": {
			"<rss><channel><item ><a>]]<![CDATA[<b>&c]]>></a><![CDATA[]]]]></item ></channel></rss>",
			"<rss><channel><item ><a>]]<![CDATA[<b>&c]]>></a><![CDATA[]]]]></item ></channel></rss>"},
		"CDATA in a damaged comment": {
			"<rss><channel><item>a<!-- <![CDATA[ -- ]]> --><b></item></channel></rss>",
			"<rss><channel><item>a<b></b></item></channel></rss>"},
		"no end of CDATA's element": {
			"<rss><channel><item><p><![CDATA[a<b>]]> c<link/></item></channel></rss>",
			"<rss><channel><item><p><![CDATA[a<b>]]> c</p><link/></item></channel></rss>"},
		"stray characters": {
			"<rss><channel><item>a < b & c &nbsp;&bogus;&#65;&#0;&amp; ]]> <me@x> </i></item></channel></rss>",
			"<rss><channel><item>a &lt; b &amp; c &#160;&amp;bogus;&#65;&amp;#0;&amp; ]]&gt; &lt;me@x&gt; </item></channel></rss>"},
		"damaged tags": {
			"<rss><channel><item><a b=\"1&2<c d='e\"' f=g b=2/><é>x</é></item></channel></rss>",
			"<rss><channel><item><a b=\"1&amp;2\"></a><c d=\"e&quot;\" f=\"g\" b=\"2\"/>&lt;é&gt;x&lt;/é&gt;</item></channel></rss>"},
		"comments dropped from damage": {
			"<rss><channel><item>a<!-- b -- c --><?d?><!e></item></channel></rss>",
			"<rss><channel><item>a</item></channel></rss>"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := []byte(test.doc)
			d, err := cut.Cut(doc)
			if err != nil || len(d.Items) == 0 {
				t.Fatalf("%d items, %v", len(d.Items), err)
			}
			if got := string(d.One(0)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			checkPieces(t, doc, d)
		})
	}
}

func TestTombstones(t *testing.T) {
	d, err := cut.Cut([]byte(atomHead + `<at:deleted-entry ref="a" when="2024-01-02T00:00:00Z"/><entry>b</entry><at:deleted-entry ref="c"/><at:deleted-entry ref="d"/></feed>`))
	if err != nil || len(d.Deleted) != 3 || string(d.Deleted[2]) != `<at:deleted-entry ref="d"/>` {
		t.Errorf("got %q, %v", d.Deleted, err)
	}
	if bytes.Contains(d.Header, []byte("deleted")) {
		t.Errorf("header with tombstones: %s", d.Header)
	}
}

func TestHeaderBound(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	xmlns := strings.Repeat(` a="`+strings.Repeat("y", 900)+`"`, 1)
	for i := range 60 {
		xmlns += fmt.Sprintf(` a%d="%s"`, i, strings.Repeat("y", 900))
	}
	for name, test := range map[string]struct{ doc, want string }{
		"long description": {"<rss xmlns:a='b'><channel><title>T</title><description>" + long + "</description><link>l</link><ttl>1</ttl><item>a</item>" + rssTail,
			`<rss xmlns:a="b"><channel><title>T</title>` + "\n<link>l</link>\n"},
		"long title":      {"<rss><channel><title>" + long + "</title><language>en</language><item>a</item>" + rssTail, "<rss><channel><language>en</language>\n"},
		"long attributes": {"<rss" + xmlns + ` version="2.0" xmlns:b="c"><channel><title>T</title><item>a</item>` + rssTail, `<rss version="2.0" xmlns:b="c"><channel><title>T</title>` + "\n"},
		"long table":      {`<rdf:RDF><channel><items>` + long + `</items><title>T</title></channel><item>a</item></rdf:RDF>`, "<rdf:RDF><channel><title>T</title>\n</channel>"},
		"long JSON": {`{"version":"https://jsonfeed.org/version/1","title":"T","description":"` + long + `","items":[{"id":"1"}]}`,
			`{"version":"https://jsonfeed.org/version/1","title":"T","items":[`},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := cut.Cut([]byte(test.doc))
			if err != nil || len(d.Items) != 1 {
				t.Fatalf("%d items, %v", len(d.Items), err)
			}
			if got := string(d.Header); got != test.want {
				t.Errorf("got  %.300s\nwant %s", got, test.want)
			}
		})
	}
}

// TestManyItems checks that the documents of many items with a long header do
// not add up to gigabytes.
func TestManyItems(t *testing.T) {
	doc := rssHead + "<description>" + strings.Repeat("x", 60<<10) + "</description>" + strings.Repeat("<item/>", 20_000) + rssTail
	d, err := cut.Cut([]byte(doc))
	if err != nil || len(d.Items) != 20_000 {
		t.Fatalf("%d items, %v", len(d.Items), err)
	}
	if n := len(d.Header) * len(d.Items); n > 100<<20 {
		t.Errorf("headers of %d bytes in all", n)
	}
}

// TestHostile cuts documents that would take hours if cutting were not linear.
func TestHostile(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, 512<<10/len(s)) }
	for name, doc := range map[string]string{
		"opening tags":         rssHead + many("<a>"),
		"items":                rssHead + many("<item>"),
		"items in elements":    rssHead + many("<item><a>"),
		"stray ends":           rssHead + "<item>" + many("</a>"),
		"deep and stray":       rssHead + "<item>" + many("<a></b>"),
		"nested and closed":    rssHead + many("<a><item>") + many("</item></a>"),
		"unclosed comments":    rssHead + many("<!--"),
		"unclosed CDATA":       rssHead + "<item>" + many("<![CDATA["),
		"quotes":               rssHead + many("<a b='"),
		"references":           rssHead + "<item></b>" + many("&#65;&") + "</item>",
		"JSON openings":        jsonHead + many(`{"id":[,`),
		"JSON damaged":         jsonHead + many(`{"id":1 x,`) + many("}"),
		"JSON quotes":          jsonHead + many(`"`),
		"JSON escaped quotes":  `{"version":"https://jsonfeed.org/version/1",` + many(`\"`),
		"JSON damaged members": `{"version":"https://jsonfeed.org/version/1",` + many(`"a" x,`),
		"JSON no next item":    jsonHead + many(`{x},`),
	} {
		t.Run(name, func(t *testing.T) {
			d, err := cut.Cut([]byte(doc))
			if err != nil && !errors.Is(err, cut.ErrNotFeed) {
				t.Fatal(err)
			}
			for i := range min(len(d.Items), 3) {
				d.One(i)
			}
		})
	}
}

func FuzzCut(f *testing.F) {
	f.Add([]byte(rssHead + "<item><title>a</title><![CDATA[<item>]]><b></item><item/><item>&nbsp;< x" + rssTail))
	f.Add([]byte(atomHead + "<entry><link href='a'/><item>a<entry/></item></entry><at:deleted-entry/><entry>b"))
	f.Add([]byte(`<rdf:RDF xmlns:r="http://purl.org/rss/1.0/"><channel><items/></channel><r:item>a</r:item>`))
	f.Add([]byte(jsonHead + `{"id":"1","a":[{"id":2}]},{"id":"2","title":"c\"","x":"`))
	f.Add([]byte("<channel><item>a<list><item>b</list></item><p a=b a='c>d</channel></rss>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		_, _ = cut.Cut(doc) // Whatever it is, this does not panic.
		text, err := decode.UTF8(doc, "text/xml; charset=utf-8", 0)
		if err != nil {
			return
		}
		d, err := cut.Cut(text.Bytes)
		if err != nil {
			if !errors.Is(err, cut.ErrNotFeed) && !errors.Is(err, cut.ErrEmpty) {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		if len(d.Header) > 70<<10 {
			t.Fatalf("header of %d bytes", len(d.Header))
		}
		checkPieces(t, text.Bytes, d)
	})
}

// cutInto cuts a document and checks that these are its items.
func cutInto(t *testing.T, doc []byte, items []string) cut.Document {
	t.Helper()
	d, err := cut.Cut(doc)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range d.Items {
		got = append(got, string(item))
	}
	if !slices.Equal(got, items) {
		t.Errorf("got  %q\nwant %q", got, items)
	}
	return d
}
