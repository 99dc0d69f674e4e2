package normalize_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// BenchmarkNormalize takes items as feeds carry them: a full text of about 700
// words in quotes and sentences, a teaser, and a text in Cyrillic letters.
func BenchmarkNormalize(b *testing.B) {
	for name, text := range map[string]string{
		"full text": story("The ferry from Cardiff reached the harbour late on Sunday", "“Nobody was hurt,” said Anna Berg of Oslo"),
		"teaser":    "",
		"cyrillic":  story("Паром из порта прибыл поздно вечером в воскресенье", "«Никто не пострадал», сказала Анна Берг"),
	} {
		item := rssDocument(`<title>Example News - World</title><language>en</language>`,
			`<title>Ferry reaches the harbour late</title><link>https://www.example.com/2024/05/01/ferry</link>`+
				`<guid isPermaLink="false">urn:example:17</guid><pubDate>Wed, 01 May 2024 23:30:00 -0500</pubDate>`+
				`<dc:creator>Anna Berg</dc:creator><description>The ferry was two hours late, its owner said.</description>`+
				`<content:encoded><![CDATA[`+text+`]]></content:encoded>`)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := normalize.Normalize(item); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWithPage takes an item that came with its page, and the messages around
// it: what a worker does with one.
func BenchmarkWithPage(b *testing.B) {
	item := withPage(b, teaser(), pageOf("Ferry waits for the tide", "", paragraphs(20)...))
	article, err := normalize.Normalize(item)
	if err != nil {
		b.Fatal(err)
	}
	data, err := json.Marshal(item)
	if err != nil {
		b.Fatal(err)
	}
	for name, work := range map[string]func() error{
		"decode item":    func() error { var i schema.Item; return json.Unmarshal(data, &i) },
		"normalize":      func() error { _, err := normalize.Normalize(item); return err },
		"encode article": func() error { _, err := json.Marshal(article); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := work(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSampleFeeds takes the items of the sample feeds in turn.
func BenchmarkSampleFeeds(b *testing.B) {
	var items []schema.Item
	dir := sharedFeeds(b)
	for _, row := range manifest(b, dir) {
		body, err := os.ReadFile(filepath.Join(dir, row[0]))
		if err != nil {
			b.Fatal(err)
		}
		document, _, err := feed.Read(body, row[7], feed.DefaultLimits())
		for i := 0; err == nil && i < len(document.Items); i++ {
			items = append(items, sampleItem(row[0], document, i))
		}
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		_, _ = normalize.Normalize(items[n%len(items)]) // some have no headline
	}
}

// story is 20 paragraphs of HTML, no two of them the same.
func story(first, second string) string {
	var b strings.Builder
	for n := range 20 {
		fmt.Fprintf(&b, "<p>%s, on trip %d of the year. %s. %[1]s.</p>\n", first, n, second)
	}
	return b.String()
}
