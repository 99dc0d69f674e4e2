package cut_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/cut"
)

// In each of these Skim finds what Cut does.
func TestSkim(t *testing.T) {
	for name, test := range map[string]struct {
		doc   string
		items int
	}{
		"RSS":                      {rssHead + "<item><title>a</title></item>\n<item>b</item>" + rssTail, 2},
		"RDF":                      {`<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel><items><rdf:li/></items></channel><item rdf:about="a">a</item></rdf:RDF>`, 1},
		"Atom":                     {atomHead + `<entry xml:lang="en"><title>a</title></entry></feed>`, 1},
		"Atom with a prefix":       {`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry>a</a:entry><a:entry>b</a:entry></a:feed>`, 2},
		"sitemap":                  {"<urlset><url><loc>a</loc></url> <url><loc>b</loc></url></urlset>", 2},
		"upper case":               {"<RSS><CHANNEL><ITEM>a</ITEM></CHANNEL></RSS>", 1},
		"byte order mark":          {"\ufeff\n<?xml version='1.0'?>" + rssHead + "<item>a</item>" + rssTail, 1},
		"DOCTYPE":                  {"<!DOCTYPE rss [<!ENTITY a '<item>'>]>" + rssHead + "<item>a</item>" + rssTail, 1},
		"junk before":              {"Warning: &#8217;\n" + rssHead + "<item>a</item>" + rssTail, 1},
		"comments around":          {rssHead + "<!-- <item> --><item>a</item><!-- b -->" + rssTail + "<!-- <item> in 0.2 s -->", 1},
		"elements behind":          {rssHead + "<item>a</item><title>b</title>" + rssTail + "<script>c</script>", 1},
		"items of an extension":    {rssHead + "<x:item>a</x:item><item><x:item>b</x:item><items/></item>" + rssTail, 1},
		"section with an item":     {rssHead + "<item><![CDATA[</item><item>]]></item>" + rssTail, 1},
		"empty section":            {rssHead + "<item><![CDATA[]]></item>" + rssTail, 1},
		"comment in an item":       {rssHead + "<item><!-- </item> --><?a </item>?></item>" + rssTail, 1},
		"end tag with space":       {rssHead + "<item >a</item\n>" + rssTail, 1},
		"no end of an element":     {rssHead + "<image><item><br><b>a</item>" + rssTail, 1},
		"end of another feed":      {rssHead + "</feed><item>a</item>" + rssTail, 1},
		"item behind the end":      {rssHead + "<item>a</item>" + rssTail + "<item>b</item>", 2},
		"a name that starts alike": {rssHead + "<item><author>a</author><itunes:image/><rating/></item>" + rssTail, 1},
		"JSON":                     {jsonHead + `{"id":"1"}, {"id":"2"} ]}`, 2},
		"JSON, items first":        {`{"items":[{"id":"1"}],"author":{"name":"a"},"title":"b","home_page_url":"c"}` + "\n", 1},
		"JSON that goes on":        {jsonHead + `{"id":"1"}]}{}`, 1},
		"JSON with a damaged end":  {jsonHead + `{"id":"1"}],x,"b":2}`, 1},
		"JSON strings":             {jsonHead + `{"id":"\\","a":"\"}","b":"\\\"]},{","c":["]",{}]},{"id":"\\\\"}]}`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			regions, ok := cut.Skim([]byte(test.doc))
			d, err := cut.Cut([]byte(strings.TrimLeft(test.doc, "\ufeff\n")))
			if got, want := fmt.Sprintf("%q", regions), fmt.Sprintf("%q", d.Items); !ok || got != want || len(regions) != test.items || err != nil {
				t.Errorf("skimmed %s, %v; cut %s, %v", got, ok, want, err)
			}
		})
	}
}

// Of these Skim must say nothing: each is damaged, or no feed of items alone, or
// not in clean UTF-8, or as good as any of that.
func TestSkimRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing":                  "",
		"text":                     "text <",
		"a page":                   "<html><item>a</item></html>",
		"no items":                 rssHead + rssTail,
		"torn":                     rssHead + "<item>a</item></channel>",
		"torn item":                rssHead + "<item>a</ite",
		"torn tag":                 rssHead + "<item>a<",
		"no end of an item":        rssHead + "<item>a<item>b</item>" + rssTail,
		"no start of an item":      rssHead + "<item>a</item><title>b</title></item>" + rssTail,
		"no root":                  "<channel><item>a</item></channel></rss>",
		"root without its end":     "<rss <channel><item>a</item></channel></rss>",
		"an empty root":            "<rss/><item>a</item></rss>",
		"an empty item":            rssHead + "<item>a</item><item/>" + rssTail,
		"an empty item in another": rssHead + "<item><item/></item>" + rssTail,
		"a nested item":            rssHead + "<item><b><rss:item>a</rss:item></b></item>" + rssTail,
		"an item's tag cut":        rssHead + "<item <b></item>" + rssTail,
		"an item's end cut":        rssHead + "<item>a</item <b>" + rssTail,
		"another end":              rssHead + "<item>a</ITEM>" + rssTail,
		"end with a known prefix":  `<rss xmlns:n="http://purl.org/rss/1.0/"><item>a</n:item></item></rss>`,
		"a stray <":                rssHead + "<title> < </title><item>a</item>" + rssTail,
		"a stray < behind":         rssHead + "<item>a</item>" + rssTail + "<",
		"a comment without end":    rssHead + "<!-- <item>a</item>" + rssTail,
		"one in an item":           rssHead + "<item><!-- a</item>" + rssTail,
		"a section without end":    rssHead + "<item><![CDATA[a</item>" + rssTail,
		"a section in a section":   rssHead + "<item><![CDATA[<![CDATA[a]]></item>" + rssTail,
		"a declaration":            rssHead + "<!x [ <item>a</item> ]>" + rssTail,
		"one in an item too":       rssHead + "<item><!x></item>" + rssTail,
		"a tombstone":              atomHead + `<at:deleted-entry ref="a"/><entry>a</entry></feed>`,
		"a tombstone behind":       atomHead + `<entry>a</entry><deleted-entry>b</deleted-entry></feed>`,
		"a sitemap index":          "<sitemapindex><sitemap><loc>a</loc></sitemap></sitemapindex>",
		"a bad byte":               rssHead + "\xff<item>a</item>" + rssTail,
		"a bad byte behind":        rssHead + "<item>a</item>" + rssTail + "\xff",
		"a bad byte before":        "\xe2" + rssHead + "<item>a</item>" + rssTail,
		"an illegal character":     rssHead + "<ite\x01m>b</ite\x01m><item>a</item>" + rssTail,
		"one above ASCII":          rssHead + "<ite\ufffem>b</ite\ufffem><item>a</item>" + rssTail,
		"an illegal reference":     rssHead + "<ite&#1;m>b</ite&#1;m><item>a</item>" + rssTail,
		"UTF-16":                   "\xff\xfe<\x00r\x00s\x00s\x00>\x00<\x00i\x00t\x00e\x00m\x00/\x00>\x00",
		"too many":                 rssHead + strings.Repeat("<item></item>", 20_001) + rssTail,
		"JSON that is no feed":     `{"items":[{"id":"1"}]}`,
		"JSON behind junk":         `a ` + jsonHead + `{"id":"1"}]}`,
		"JSON without items":       jsonHead + "]}",
		"JSON, no such member":     `{"version":"https://jsonfeed.org/version/1","title":"a"}`,
		"JSON, no array":           `{"version":"https://jsonfeed.org/version/1","items":{"id":"1"}}`,
		"torn JSON":                jsonHead + `{"id":"1"}`,
		"JSON torn in an item":     jsonHead + `{"id":"1"},{"id":`,
		"JSON torn in the header":  `{"version":"https://jsonfeed.org/version/1","title":"a`,
		"JSON torn behind a comma": jsonHead + `{"id":"1"},`,
		"JSON, objects behind it":  jsonHead + `{"id":"1"}]},{}`,
		"JSON without a comma":     jsonHead + `{"id":"1"}{"id":"2"}]}`,
		"JSON with other elements": jsonHead + `{"id":"1"},2]}`,
		"JSON, an object behind":   jsonHead + `{"id":"1"}],"hubs":[{"type":"a"},{"id":"2"}]}`,
		"JSON, illegal character":  jsonHead + `{"id":"1"}],"a":"` + "\x02" + `"}`,
		"JSON, too many":           jsonHead + strings.Repeat(`{},`, 20_000) + "{}]}",
	} {
		t.Run(name, func(t *testing.T) {
			if regions, ok := cut.Skim([]byte(doc)); ok {
				t.Errorf("skimmed %.200q", regions)
			}
		})
	}
}

// A skim takes time linear to the document, whatever is in it.
func TestSkimLinear(t *testing.T) {
	for _, part := range []string{"<item></item><!--", "<item><![CDATA[", "<item><!--</item>", "<item></item>\n", "<item", "<!-- -->", "<a", "&#", "{", `{"`} {
		for _, head := range []string{rssHead, jsonHead, ""} {
			cut.Skim([]byte(head + strings.Repeat(part, 500_000)))
		}
	}
}
