package parse_test

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// sameNative checks that gofeed's own fields are the same, lifted and whole: to
// the byte, before any repair.
func sameNative(t *testing.T, document string, format schema.Format) {
	t.Helper()
	got, err := parse.ReadNative(document, format, true)
	if err != nil {
		return // It is read whole then.
	}
	want, err := parse.ReadNative(document, format, false)
	if err != nil {
		t.Errorf("whole: %v\n%s", err, document)
		return
	}
	// What nobody reads is left out.
	delete(want.Custom, "comments")
	for _, prefix := range []string{"slash", "wfw"} {
		for name := range want.Extensions[prefix] {
			if strings.HasPrefix(name, "comment") && got.Extensions[prefix][name] == nil {
				delete(want.Extensions[prefix], name)
			}
		}
		if len(want.Extensions[prefix]) == 0 {
			delete(want.Extensions, prefix)
		}
	}
	if len(want.Extensions) == 0 && len(got.Extensions) == 0 {
		got.Extensions, want.Extensions = nil, nil
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s\n%s", diff, document)
	}
}

func TestLiftNative(t *testing.T) {
	for name, document := range liftCases {
		if format := formatOf(document); format != schema.FormatJSON {
			t.Run(name, func(t *testing.T) { sameNative(t, document, format) })
		}
	}
}

// TestLiftText writes texts of all kinds of pieces into all kinds of elements.
func TestLiftText(t *testing.T) {
	pieces := []string{
		"They met at sea. ", "\n", "\r\n", "\r", "\t", " ", "\u00a0", "é", "船", "&lt;p&gt;", "&amp;", "&quot;", "&apos;",
		"&#160;", "&#xe9;", "&#8217;", "&#9;", "&#10;", "&#13;", "&#x1F6A2;", "&amp;lt;", "&amp;#160;",
		"<![CDATA[ <p>a & b</p> ]]>", "<![CDATA[]]>", "<![CDATA[\r\n]]>", "<![CDATA[&lt;]]>", "]]", ">",
		"&nbsp;", "&eacute;", "&copy", "&#150;", "&#127;", "&", "&;", "a & b;",
	}
	elements := []string{"description", "content:encoded", "dc:description", "itunes:summary", "yandex:full-text", "fulltext", "abstract"}
	r := rand.New(rand.NewPCG(3, 4))
	for range 4_000 {
		var text strings.Builder
		for text.Len() < 70 || r.IntN(4) > 0 {
			text.WriteString(pieces[r.IntN(len(pieces)-r.IntN(9))])
		}
		name := elements[r.IntN(len(elements))]
		element := "<" + name + ">" + text.String() + "</" + name + ">"
		sameNative(t, rss(element), schema.FormatRSS)
		sameNative(t, atom(`<summary type="html">`+text.String()+`</summary><content>`+text.String()+"</content>"), schema.FormatAtom)
	}
}

// TestLifted checks what is lifted, as lifting must not be given up unnoticed:
// nothing but time shows it.
func TestLifted(t *testing.T) {
	const bare = "<rss><channel><item>"
	wrap := func(item string) string { return bare + item + "</item></channel></rss>" }
	for name, test := range map[string]struct {
		document, rest string
		texts, dates   int
	}{
		"a text": {
			wrap("<abstract>" + long + "</abstract>"),
			wrap("<abstract>\U0010FFFD0</abstract>"), 1, 0,
		},
		"two texts": {
			wrap("<a>" + long + "</a><b><![CDATA[" + long + "]]></b>"),
			wrap("<a>\U0010FFFD0</a><b>\U0010FFFD1</b>"), 2, 0,
		},
		"a short text": {wrap("<abstract>x</abstract>"), wrap("<abstract>x</abstract>"), 0, 0},
		"dates": {
			wrap("<date>Mon, 10 Jan 2022 18:30:00 GMT</date><dc:date x='&bogus;'> 2022 </dc:date>"),
			wrap("<date>01 Jan 70 00:00 +0000</date><dc:date x='&bogus;'>01 Jan 70 00:01 +0000</dc:date>"), 0, 2,
		},
		"a date in CDATA": {
			wrap("<prism:date><![CDATA[10 Jan 2022]]></prism:date>"),
			wrap("<prism:date>01 Jan 70 00:00 +0000</prism:date>"), 0, 1,
		},
		"an empty date": {wrap("<date/>"), wrap("<date/>"), 0, 0},
		"comments":      {wrap("<a>x</a><slash:comments>3</slash:comments>"), wrap("<a>x</a>"), 0, 0},
		"leaves": {
			wrap("<title>x</title><link/><description>" + long + "</description><pubDate>x</pubDate><guid isPermaLink='false'>x</guid>" +
				"<category domain='x'>x</category><author>x</author><content:encoded><![CDATA[<p>x</p>]]></content:encoded>" +
				"<dc:creator>x</dc:creator><dc:date>2022</dc:date><media:content url='a&amp;b'/>"), wrap(""), 0, 1,
		},
		"leaves of the channel": {
			"<rss><channel><title>x</title><link>x</link>\n<atom:link rel='self'/><language>x</language><copyright>x</copyright>\n<item/></channel></rss>",
			"<rss><channel><item/></channel></rss>", 0, 0,
		},
		"not leaves": {
			wrap("<title x='y'>x</title><link>&nbsp;</link><media:content><media:title>x</media:title></media:content><dc:creator xml:lang='en'>x</dc:creator>"),
			wrap("<title x='y'>x</title><link>&nbsp;</link><media:content><media:title>x</media:title></media:content><dc:creator xml:lang='en'>x</dc:creator>"), 0, 0,
		},
		"leaves and not, of one name": {
			wrap("<title>x</title><category>a</category><category>&nbsp;</category><category>b</category>"),
			wrap("<category>a</category><category>&nbsp;</category><category>b</category>"), 0, 0,
		},
		"leaves of who knows": {
			"<rss xmlns='http://a.example/'><channel><item><title>x</title></item></channel></rss>",
			"<rss xmlns='http://a.example/'><channel><item><title>x</title></item></channel></rss>", 0, 0,
		},
		"leaves of WordPress": {
			wrap("<title>x</title><post-id xmlns='com-wordpress:feed-additions:1'>7</post-id>"),
			wrap("<post-id xmlns='com-wordpress:feed-additions:1'>7</post-id>"), 0, 0,
		},
		"leaves of FeedBurner": {
			"<rss><channel><a:link xmlns:a='http://www.w3.org/2005/Atom' rel='self'/><item><title>x</title><atom:link href='x'/></item></channel></rss>",
			"<rss><channel><item></item></channel></rss>", 0, 0,
		},
		"leaves of RSS 1.0": {
			"<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel><title>x</title></channel><item><title>x</title></item></rdf:RDF>",
			"<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel></channel><item></item></rdf:RDF>", 0, 0,
		},
		"no leaves in Atom": {
			"<feed>\n<title>x</title><link rel='self' href='x'/>\n<entry>\n<title>x</title>\n</entry>\n</feed>",
			"<feed><title>x</title><entry><title>x</title></entry></feed>", 0, 0,
		},
		"a header": {
			"<rss><channel><title x='y'>x</title><image><url>x</url></image><ttl>5</ttl><item/></channel></rss>",
			"<rss><channel><title x='y'>x</title><item/></channel></rss>", 0, 0,
		},
		"namespaces": {
			`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:x="http://x.example/"><channel/></rss>`,
			`<rss version="2.0" xmlns:x="http://x.example/"><channel/></rss>`, 0, 0,
		},
		"markup is not lifted":    {wrap("<a>" + long + "<b/></a>"), wrap("<a>" + long + "<b/></a>"), 0, 0},
		"a comment is no text":    {wrap("<a>" + long + "<!-- x --></a>"), wrap("<a>" + long + "<!-- x --></a>"), 0, 0},
		"a child is not lifted":   {wrap("<a><b>" + long + "</b></a>"), wrap("<a><b>" + long + "</b></a>"), 0, 0},
		"not regular, not at all": {wrap("<a>" + long + "</a><b c=d/>"), wrap("<a>" + long + "</a><b c=d/>"), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			rest, texts, dates := parse.Lifted(test.document)
			if rest != test.rest || texts != test.texts || dates != test.dates {
				t.Errorf("got  %q, %d texts, %d dates\nwant %q, %d, %d", rest, texts, dates, test.rest, test.texts, test.dates)
			}
		})
	}
}

// TestLiftedJSON checks what is lifted out of a JSON Feed.
func TestLiftedJSON(t *testing.T) {
	for name, test := range map[string]struct{ document, rest string }{
		"texts":         {`{"version":"a","title":"b","items":[{"id":"c","url":null,"content_html":"\u00e9"}]}`, `{"items":[{}]}`},
		"extensions":    {`{"_a":{"b":1},"items":[{"title":"c","_d":[]}]}`, `{"items":[{}]}`},
		"no texts":      {`{"author":{"name":"a"},"items":[{"id":7,"title":"b","tags":["c"]}],"hubs":[]}`, `{"author":{"name":"a"},"items":[{"id":7,"tags":["c"]}],"hubs":[]}`},
		"two items":     {`{"items":[{"title":"a"},{"title":"b"}]}`, `{"items":[{"title":"a"},{"title":"b"}]}`},
		"no items":      {`{"title":"a"}`, `{"title":"a"}`},
		"a name twice":  {`{"items":[{"title":"a","title":"b"}]}`, `{"items":[{"title":"a","title":"b"}]}`},
		"a name alike":  {`{"items":[{"title":"a","URL":"b"}]}`, `{"items":[{"title":"a","URL":"b"}]}`},
		"a bad text":    {`{"items":[{"title":"a","url":"\x"}]}`, `{"items":[{"title":"a","url":"\x"}]}`},
		"a bad unknown": {`{"items":[{"title":"a","_b":tru}]}`, `{"items":[{"_b":tru}]}`},
	} {
		if got := parse.LiftedJSON(test.document); got != test.rest {
			t.Errorf("%s: got %s, want %s", name, got, test.rest)
		}
	}
}

// TestIsBare checks that gofeed reads nothing in what it is spared.
func TestIsBare(t *testing.T) {
	const rest = "<channel><item></item></channel></rss>"
	for root, want := range map[string]bool{
		"<rss>": true, `<rss version="2.0">`: true, `<rss xmlns:a="http://a.example/" version="2.0">`: true,
		`<rss xmlns="http://a.example/">`: false, `<rss version="&amp;">`: false, "<rss a='\xff'>": false, "<rdf>": false, "<RSS>": false,
		"<rss><channel></channel>": false, "<rssx>": false, "": false,
	} {
		if got := parse.IsBare(root + rest); got != want {
			t.Errorf("%s: got %v", root, got)
		}
		if !want {
			continue
		}
		n, err := parse.ReadNative(root+rest, schema.FormatRSS, false)
		if diff := cmp.Diff(parse.Native{}, n, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v %s", root, err, diff)
		}
	}
}

// TestUsualNamespaces checks that gofeed takes a usual prefix without its
// declaration for the same.
func TestUsualNamespaces(t *testing.T) {
	for prefix, namespace := range parse.UsualNamespaces() {
		t.Run(prefix, func(t *testing.T) {
			document := `<rss xmlns:` + prefix + `="` + namespace + `"><channel><item><title>x</title><` + prefix + `:y>z</` + prefix + `:y></item></channel></rss>`
			if rest, _, _ := parse.Lifted(document); strings.Contains(rest, namespace) {
				t.Errorf("is left in %s", rest)
			}
			sameNative(t, document, schema.FormatRSS)
			n, err := parse.ReadNative(document, schema.FormatRSS, true)
			if err != nil || len(n.Extensions[prefix]["y"]) != 1 {
				t.Errorf("got %v, %v", n.Extensions, err)
			}
		})
	}
}

// TestPlainWeb checks that what is an address at first sight is one.
func TestPlainWeb(t *testing.T) {
	for address, want := range map[string]bool{
		"https://a.example/1?b=2&c=3": true, "http://a": true, "http://1.2.3.4/": true, "https://a.example/~b/c_d-e+f,g": true,
		"": false, "https://": false, "https:///a": false, "ftp://a.example/": false, "a.example": false, "https://.a": false,
		"https://a.example/%41": false, "https://a.example:80/": false, "https://a@b.example/": false, "https://a.example/ü": false,
		"HTTPS://a.example/": false, "https://a.example/a b": false, "https://[::1]/": false, "https://a.example/?a=1&amp;b=2": false,
	} {
		if got := parse.IsPlainWeb(address); got != want {
			t.Errorf("%q: got %v", address, got)
		}
	}
	const letters = "aZ09-._~/?=&+,:;@%#[]' \u00fc"
	r := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		b := []byte("http://")
		for range r.IntN(12) {
			b = append(b, letters[r.IntN(len(letters))])
		}
		address := string(b)
		if !parse.IsPlainWeb(address) {
			continue
		}
		if u, err := url.Parse(address); err != nil || u.Hostname() == "" {
			t.Errorf("%q is none: %v", address, err)
		}
		if tidied := parse.Tidy(address); tidied != address {
			t.Errorf("%q is tidied to %q", address, tidied)
		}
	}
}

func TestWellWritten(t *testing.T) {
	for date, want := range map[string]bool{
		"Mon, 10 Jan 2022 18:30:00 GMT":   true,
		"Mon, 10 Jan 2022 18:30:00 +0100": true,
		"Mon, 1 Jan 2022 18:30:00 +0100":  true,
		"2022-01-10T18:30:00Z":            true,
		"2022-01-10T18:30:00.5+01:00":     true,
		"2022-01-10T18:30+01:00":          true,
		"2022-01-10":                      true,
		"Mon, 10 Jan 2022 18:30:00 JST":   false,
		"Mon, 10 Jan 2022 18:30:00":       false,
		"Monday, 10 January 2022":         false,
		"2022-01-10 18:30:00":             false,
		"10.01.2022":                      false,
		"1641839400":                      false,
		"GMT":                             false,
		"":                                false,
	} {
		if got := parse.WellWritten(date); got != want {
			t.Errorf("%q: got %v", date, got)
		}
	}
}
