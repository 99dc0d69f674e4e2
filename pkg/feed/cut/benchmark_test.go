package cut_test

import (
	"html"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/cut"
)

// BenchmarkOne takes an item with a full text, in the two ways to write it.
func BenchmarkOne(b *testing.B) {
	text := strings.Repeat("<p>“It was late,” said the captain of the ferry, which had been at sea for two days.</p>\n", 45)
	for name, written := range map[string]string{
		"cdata":   "<![CDATA[" + text + "]]>",
		"escaped": html.EscapeString(text),
	} {
		d, err := cut.Cut([]byte(rssHead + "<item><title>Ferry late</title><description>" + written + "</description></item>" + rssTail))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.One(0)
			}
		})
	}
}
