package parse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/parse"
)

// TestHostile reads items that are as large as an item may be and made to be
// slow. What costs more than linear time takes minutes with these.
func TestHostile(t *testing.T) {
	const many = 20_000
	repeat := func(form string) string {
		var b strings.Builder
		for i := range many {
			fmt.Fprintf(&b, form, i)
		}
		return b.String()
	}
	for name, document := range map[string]string{
		"open tags in the title": rss("<title>x" + strings.Repeat("&lt;b ", 5*many) + "</title>"),
		"less-than signs":        rss("<title>x" + strings.Repeat("&lt;", 5*many) + "</title>"),
		"ampersands":             rss("<title>x" + strings.Repeat("&amp;amp;", 5*many) + "</title>"),
		"comments in the title":  rss("<title>x" + strings.Repeat("&lt;!--", 5*many) + "</title>"),
		"parentheses in a name":  rss("<title>x</title><author>" + strings.Repeat("(", 5*many) + "</author>"),
		"a long date":            rss("<title>x</title><pubDate>" + strings.Repeat("1 ", 5*many) + "</pubDate>"),
		"markup in a date":       rss("<title>x</title><pubDate>" + strings.Repeat("&lt;b&gt;", 5*many) + "</pubDate>"),
		"a long language":        rss("<title>x</title><dc:language>" + strings.Repeat("en-", 5*many) + "</dc:language>"),
		"a long link":            rss("<title>x</title><link>http://a.example/" + strings.Repeat("%/../", 5*many) + "</link>"),
		"many creators":          rss("<title>x</title>" + repeat("<dc:creator>Name %d</dc:creator>")),
		"many categories":        rss("<title>x</title>" + repeat("<category>Label %d</category>")),
		"many files":             rss("<title>x</title>" + repeat(`<media:content url="http://a.example/%d"/>`)),
		"many dates":             rss("<title>x</title>" + repeat("<dc:date>someday %d</dc:date>")),
		"many links":             rss("<title>x</title>" + repeat("<link>nowhere:%d</link>")),
		"many unknown elements":  rss("<title>x</title>" + repeat("<a%[1]d>x</a%[1]d>")),
		"many foreign elements":  rss("<title>x</title>" + repeat("<yandex:a%[1]d>x</yandex:a%[1]d>")),
		"many bases":             rss("<title>x</title>" + repeat(`<a xml:base="%d/">x</a>`)),
		"many languages":         atom("<title>x</title>" + repeat(`<content xml:lang="x%d">x</content>`)),
		"many long texts":        rss("<title>x</title>" + repeat("<a%[1]d>"+long+"&amp;%[1]d</a%[1]d>")),
		"many sections":          rss("<title>x</title><description>" + strings.Repeat("<![CDATA[a]]>&lt;", many) + "</description>"),
		"many unclosed tags":     rss("<title>x</title>" + repeat("<a%d>") + repeat("</a%d>")),
		"many texts of a header": strings.Replace(rss("<title>x</title>"), "<item>", repeat("<a%[1]d>x</a%[1]d>")+"<item>", 1),
		"many attributes":        rss("<title>x</title><description " + repeat(` a%d = "x"`) + ">" + long + "</description>"),
		"nested groups":          rss("<title>x</title>" + nested("media:group", 200)),
		"nested files":           rss("<title>x</title>" + nested("media:content", 200)),
		"nested text as markup":  rss("<title>x</title><yandex:full-text>" + nested("b", 200) + "</yandex:full-text>"),
		"many attachments":       jsonFeed(`{"title":"x","attachments":[` + repeat(`{"url":"http://a.example/%d"},`) + `{}]}`),
		"many tags":              jsonFeed(`{"title":"x","tags":"` + repeat("tag %d,") + `"}`),
		"nested lists":           jsonFeed(`{"title":"x","tags":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			i, err := parse.One([]byte(document), formatOf(document), feedURL)
			if err != nil || !strings.HasPrefix(i.Title, "x") {
				t.Fatalf("title %.20q, %v", i.Title, err)
			}
			checkItem(t, i, true)
			t.Logf("%d bytes took %v", len(document), time.Since(began))
		})
	}
}

func nested(name string, depth int) string {
	return strings.Repeat("<"+name+">", depth) + "x" + strings.Repeat("</"+name+">", depth)
}
