package parse_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// leafCases are what might be read otherwise once its leaves are lifted.
var leafCases = map[string]string{
	"each":                    rss("<title>a</title><link>/b</link><guid>c</guid><pubDate>2022-01-10</pubDate><author>d@e.example (F)</author><category>g</category><description>h</description>"),
	"in capitals":             rss("<TITLE>a</TITLE><PubDate>2022-01-10</PubDate><GUID ISPERMALINK='false'>b</GUID><Link>/c</Link>"),
	"CDATA":                   rss("<title> <![CDATA[ a &amp; b ]]> c </title><description><![CDATA[]]></description>"),
	"two titles":              rss("<title>a</title><title>b</title>"),
	"two titles, one odd":     rss("<title>a</title><title x='y'>b</title><title>c</title>"),
	"two titles, rss:":        rss("<rss:title>a</rss:title><title>b</title>"),
	"two titles, of RDF":      rss("<title>b</title><rdf:title>a</rdf:title>"),
	"two titles, of media":    rss("<media:title>a</media:title><title>b</title><media:title>c</media:title>"),
	"many categories":         rss("<title>x</title><category>a</category><category domain='&#0;'>b</category><category domain='c'>&eacute;</category>"),
	"many links":              rss("<link>/a</link><link/><link href='/b'/><link>/c</link>"),
	"an empty link":           rss("<title>x</title><link/>"),
	"a link by reference":     rss("<link href='/b'></link>"),
	"guids":                   rss("<guid isPermaLink='false'>http://a.example/</guid>"),
	"guids, true":             rss("<guid isPermaLink='true'>http://a.example/</guid>"),
	"guids, another form":     rss("<guid isPermalink='false'>http://a.example/</guid>"),
	"guids, two attributes":   rss("<guid isPermaLink='false' isPermaLink='true'>http://a.example/</guid>"),
	"a language of its own":   rss("<title xml:lang='fr'>a</title><description xml:lang='de'>b</description>"),
	"a base of its own":       rss("<title>x</title><link xml:base='http://b.example/'>c</link>"),
	"a comment in it":         rss("<title>a<!-- b -->c</title>"),
	"an unknown reference":    rss("<title>a &b; c &nbsp; &#150;</title>"),
	"bad bytes":               rss("<title>a\xff</title>"),
	"bad bytes beside":        rss("<title>a</title>\xff<link>/b</link>"),
	"text beside":             rss("a<title>a</title>b &#0; <link>/b</link>"),
	"a mark by reference":     rss("<title>x</title><abstract>" + long + "</abstract><description>&#x10FFFD;0</description>"),
	"modules":                 rss("<dc:creator> a </dc:creator><dc:creator>b</dc:creator><dc:Creator>c</dc:Creator><dc:subject>d</dc:subject><dc:identifier>e</dc:identifier><dc:title>f</dc:title>"),
	"modules, mixed":          rss("<dc:creator>a</dc:creator><dc:creator><b/>b</dc:creator><dc:creator>c</dc:creator>"),
	"modules, attributes":     rss(`<media:content url="a.jpg?b=1&amp;c=2" width='640' HEIGHT="480" type="image/jpeg"/><media:thumbnail url="b.jpg"/>`),
	"modules, addresses":      rss(`<title>x</title><atom:link href="/a b" rel="alternate"/><atom:link href=" %zz" rel=""/><atom:link href="HTTP://a.example/é"/>`),
	"modules, a base":         rss(`<title>x</title><atom:link xml:base="http://b.example/" href="a"/>`),
	"modules, line ends":      rss("<media:content url='a\r\nb\tc\n.jpg'/><media:text>a\r\nb\rc</media:text>"),
	"modules, bad attribute":  rss("<title>x</title><media:content url='\xff.jpg'/>"),
	"modules, references":     rss("<title>x</title><media:content url='a&bogus;.jpg'/><media:title>a &amp;amp; &#x26;</media:title>"),
	"modules, a section":      rss("<title>x</title><media:content url='a.jpg?]]&gt;'/><media:title><![CDATA[a]]>b</media:title>"),
	"modules, dates":          rss("<title>x</title><dc:date> 2022-01-10 </dc:date><dc:date>2022-01-11</dc:date><atom:updated>2022-01-12</atom:updated><dcterms:modified>2022-01-13</dcterms:modified>"),
	"modules, full text":      rss("<content:encoded>&lt;p&gt;a&lt;/p&gt;</content:encoded><content:Encoded>b</content:Encoded>"),
	"modules, full text odd":  rss("<content:encoded x='y'>a</content:encoded><content:encoded>b</content:encoded>"),
	"modules, declared here":  rss(`<title>x</title><media:content xmlns:media="http://search.yahoo.com/mrss/" url="a.jpg"/>`),
	"modules, another here":   rss(`<title>x</title><media:content xmlns:media="http://purl.org/dc/elements/1.1/" url="a.jpg">a</media:content>`),
	"modules, by another":     rss(`<dc:creator>a</dc:creator><d:creator xmlns:d="http://purl.org/dc/elements/1.1/">b</d:creator><dc:creator>c</dc:creator>`),
	"modules, like another":   rss(`<media:title>a</media:title><m:title xmlns:m="http://search.yahoo.com/mrss">b</m:title>`),
	"modules, by default":     rss(`<dc:creator>a</dc:creator><creator xmlns="http://purl.org/dc/elements/1.1/">b</creator>`),
	"RSS by a prefix":         rss(`<title>a</title><r:title xmlns:r="http://purl.org/rss/1.0/">b</r:title>`),
	"RSS by no prefix":        rss(`<title>a</title><title xmlns="http://a.example/">b</title>`),
	"a namespace of spaces":   rss(`<title>a</title><r:title xmlns:r="  ">b</r:title>`),
	"RDF bound again":         rss(`<title>a</title><rdf:title xmlns:rdf="http://search.yahoo.com/mrss/">b</rdf:title>`),
	"a root by a prefix":      `<x:rss xmlns:x="http://a.example/"><channel><item><title>a</title><x:title>b</x:title></item></channel></x:rss>`,
	"a channel by a prefix":   `<rss><x:channel><item><title>a</title></item></x:channel><channel><item><title>b</title></item></channel></rss>`,
	"an item by a prefix":     `<rss><channel><x:item><title>a</title></x:item><item><title>b</title></item></channel></rss>`,
	"a namespace of one":      rss(`<post-id xmlns="com-wordpress:feed-additions:1">7</post-id><title>a</title><x xmlns="http://a.example/"><title>b</title></x>`),
	"a namespace of the item": strings.Replace(rss("<title>a</title>"), "<item>", `<item xmlns="http://a.example/">`, 1),
	"a namespace above":       strings.Replace(rss("<title>a</title>"), "<channel>", `<channel xmlns="http://a.example/">`, 1),
	"a prefix of the header":  header(`<d:creator xmlns:d="http://purl.org/dc/elements/1.1/">a</d:creator><title xmlns:media="http://a.example/">b</title><r:title xmlns:r="http://purl.org/rss/1.0/">c</r:title>`),
	"a prefix of the item":    strings.Replace(rss("<dc:creator>a</dc:creator><d:creator>b</d:creator><dc:creator>c</dc:creator>"), "<item>", `<item xmlns:d="http://purl.org/dc/elements/1.1/">`, 1),
	"a prefix far below":      rss(`<dc:creator>a</dc:creator><media:group><d:creator xmlns:d="http://purl.org/dc/elements/1.1/">b</d:creator></media:group>`),
	"a channel too many":      `<rss><channel><title>a</title></channel><channel><item><title>b</title></item></channel></rss>`,
	"RDF of another":          `<rdf:RDF xmlns:rdf="http://a.example/" xmlns:y="http://a.example/"><channel/><item><title>a</title><y:title>b</y:title></item></rdf:RDF>`,
	"two items":               `<rss><channel><item><title>a</title></item><item><title>b</title></item></channel></rss>`,
	"items of two kinds":      `<rss><channel><entry><title>a</title></entry><item><link>/b</link></item></channel></rss>`,
	"an item of Atom":         `<feed xmlns="http://www.w3.org/2005/Atom"><item><title>a</title></item><entry><link href="/b"/></entry></feed>`,
	"an item, no channel":     `<rss><item><title>a</title></item><channel><title>b</title></channel></rss>`,
	"two headers":             `<rss><channel><title>a</title><title>b</title><language>en</language><title x="">c</title><item><title>d</title></item></channel></rss>`,
	"links of the header":     header(`<atom:link rel="self" href="/a"/><atom:link rel="alternate" href="/b"/><atom:link rel="license" href="/c"/><atom:link rel="hub" x:rel="license" href="/d"/>`),
	"no link but of Atom":     `<rss><channel><atom:link rel="self" href="/a"/><atom:link href="/b"/><item><title>d</title></item></channel></rss>`,
}

func TestLeaves(t *testing.T) {
	for name, document := range leafCases {
		t.Run(name, func(t *testing.T) {
			sameWhole(t, document, formatOf(document), feedURL)
			sameNative(t, document, formatOf(document))
		})
	}
}

// TestLeavesTogether puts elements beside one another that may be leaves or not.
func TestLeavesTogether(t *testing.T) {
	names := []string{"title", "link", "description", "author", "pubDate", "guid", "category", "summary", "Title",
		"dc:creator", "dc:date", "dc:rights", "media:content", "media:title", "atom:link", "atom:updated", "content:encoded",
		"itunes:author", "rss:title", "rdf:link", "x:title", "language", "copyright"}
	attributes := []string{"", "", "", "", ` isPermaLink="false"`, ` domain="a&amp;b"`, ` href="/a%20b"`, ` url='é.jpg'`, ` type="html"`,
		` xml:lang="fr"`, ` xmlns="http://a.example/"`, ` xmlns:dc="http://purl.org/dc/elements/1.1/"`, ` xmlns:x="http://search.yahoo.com/mrss/"`}
	texts := []string{"", "a", " b ", "a &amp; b", "&nbsp;", "<![CDATA[<c>]]>", "\n", "a\r\nb", "2022-01-10", long, "<d>e</d>", "<!-- f -->g", "&#150;"}
	r := rand.New(rand.NewPCG(7, 8))
	one := func(list []string) string { return list[r.IntN(len(list))] }
	elements := func(most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			name := one(names)
			fmt.Fprintf(&b, "<%s%s>%s</%s>%s", name, one(attributes), one(texts), name, one([]string{"", "", "\n\t", "x"}))
		}
		return b.String()
	}
	read := 0
	for range 6_000 {
		document := strings.Replace(rss(elements(8)), "<item>", elements(4)+"<item>", 1)
		sameWhole(t, document, schema.FormatRSS, feedURL)
		sameNative(t, document, schema.FormatRSS)
		if _, err := parse.One([]byte(document), schema.FormatRSS, feedURL); err == nil {
			read++
		}
	}
	if read < 3_000 {
		t.Errorf("%d documents were read", read)
	}
}
