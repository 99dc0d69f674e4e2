package parse_test

import (
	"bytes"
	"html"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// BenchmarkOne reads an item as most are and one with a full text of 700 words,
// each lifted and, beside it, whole.
func BenchmarkOne(b *testing.B) {
	item := `<title>Two ships meet at sea</title><link>https://news.example/ships</link>
		<guid>https://news.example/ships</guid><pubDate>Mon, 10 Jan 2022 18:30:00 GMT</pubDate>
		<dc:creator>Ada Byron</dc:creator><category>Sea</category>
		<description>` + strings.Repeat("They met and went on. ", 8) + `</description>
		<media:content url="https://news.example/a.jpg" width="640" height="480"/>`
	text := strings.Repeat("<p>“It was late,” said the captain of the ferry, which had been at sea for two days.</p>\n", 40)
	usual := namespaces[:strings.Index(namespaces, " xmlns:yandex")] // as many as most feeds declare
	header := "<channel><lastBuildDate>Mon, 10 Jan 2022 18:30:00 GMT</lastBuildDate><description>News of the sea</description>" +
		"<image><url>https://news.example/logo.png</url><title>The Example</title></image><ttl>15</ttl>"
	for _, document := range []struct{ name, text string }{
		{"summary", rss(item)},
		{"cdata", rss(item + "<content:encoded><![CDATA[" + text + "]]></content:encoded>")},
		{"escaped", rss(item + "<content:encoded>" + html.EscapeString(text) + "</content:encoded>")},
		{"json", jsonFeed(`{"title":"Two ships meet","url":"/ships","date_published":"2022-01-10T18:30:00Z","content_html":"` +
			strings.ReplaceAll(text, "\n", "\\n") + `"}`)},
	} {
		whole := []byte(strings.Replace(document.text, "<channel>", header, 1))
		whole = bytes.Replace(whole, []byte(namespaces), []byte(usual), 1)
		for _, way := range []struct {
			name string
			one  func([]byte, schema.Format, string) (parse.Item, error)
		}{{"lifted", parse.One}, {"whole", parse.OneWhole}} {
			b.Run(document.name+"/"+way.name, func(b *testing.B) {
				b.SetBytes(int64(len(whole)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := way.one(whole, formatOf(document.text), feedURL); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
