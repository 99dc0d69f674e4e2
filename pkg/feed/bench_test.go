package feed_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/parse"
)

// reading is one way to read a feed document, all of it. It returns how many
// items it read.
type reading func(body []byte) (items int, err error)

// BenchmarkFeed reads whole documents in all ways, to be compared in one run:
//
//	go test -bench Feed -run - ./pkg/feed
//
// A poll is first when all of its items are new, and one-new when one is. The one
// that has nothing new is timed beside the fetcher's memory, which it depends on.
func BenchmarkFeed(b *testing.B) {
	for _, document := range benchDocuments(b) {
		all := regions(b, document.body)
		b.Run(document.name, func(b *testing.B) {
			for _, way := range []struct {
				name string
				read reading
			}{
				{"gofeed", wholeByGofeed},
				{"gofeed-cheap", cheapByGofeed},
				{"first", poll{}.read},
				{"one-new", poll{known: all[1:]}.read},
			} {
				b.Run(way.name, func(b *testing.B) { benchReading(b, document.body, way.read) })
			}
		})
	}
}

func benchReading(b *testing.B, body []byte, read reading) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	items := 0
	for b.Loop() {
		n, err := read(body)
		if err != nil {
			b.Fatal(err)
		}
		items += n
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(items), "ns/item")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(items), "allocs/item")
}

func wholeByGofeed(body []byte) (int, error) {
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	return len(f.Items), nil
}

// cheapByGofeed spares gofeed its two needless costs: the scan of each text for
// a picture, and the layouts that it tries before the one of most dates.
func cheapByGofeed(body []byte) (int, error) {
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	f, err := p.Parse(bytes.NewReader(bytes.ReplaceAll(body, []byte(" GMT<"), []byte(" +0000<"))))
	if err != nil {
		return 0, err
	}
	return len(f.Items), nil
}

// poll reads a document as the fetcher does: items whose bytes are known are
// not parsed.
type poll struct{ known []region }

// region is the hash of an item's bytes.
type region [sha256.Size]byte

func (p poll) read(body []byte) (int, error) {
	d, _, err := feed.Read(body, "text/xml", feed.DefaultLimits())
	if err != nil {
		return 0, err
	}
	known := make(map[region]bool, len(p.known))
	for _, r := range p.known {
		known[r] = true
	}
	for i, item := range d.Items {
		if known[sha256.Sum256(item)] {
			continue
		}
		if _, err := parse.One(d.One(i), d.Format, "https://news.example/feed"); err != nil {
			return 0, err
		}
	}
	return len(d.Items), nil
}

// regions are the items of a document, as a memory of it has them.
func regions(b *testing.B, body []byte) (all []region) {
	b.Helper()
	d, _, err := feed.Read(body, "text/xml", feed.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	for _, item := range d.Items {
		all = append(all, sha256.Sum256(item))
	}
	return all
}

type benchDocument struct {
	name string
	body []byte
}

// benchDocuments are a feed of summaries as most are, one of full texts, and
// real ones where they are at hand.
func benchDocuments(b *testing.B) []benchDocument {
	b.Helper()
	documents := []benchDocument{
		{"summaries", []byte(newsFeed(25, 0))},
		{"full-texts", []byte(newsFeed(25, 700))},
	}
	for _, name := range []string{
		"FeedReader--Rss20NYTimes.xml", "feedjira--TechCrunch.xml", "FeedReader--AtomTheVerge.xml", "NetNewsWire--inessential.json",
	} {
		if dir := sharedDir(); dir != "" {
			body, err := os.ReadFile(filepath.Join(dir, "real", name))
			if err != nil {
				b.Fatal(err)
			}
			documents = append(documents, benchDocument{name, body})
		}
	}
	return documents
}

// newsFeed is a feed of n items with about 30 words of summary each, and a full
// text of so many words.
func newsFeed(n, words int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel>
	<title>The Paper</title><link>https://paper.example/</link><description>News of the harbour</description>
	<atom:link href="https://paper.example/feed" rel="self" type="application/rss+xml"/><language>en-gb</language>
	<lastBuildDate>Mon, 10 Jan 2022 18:30:00 GMT</lastBuildDate><copyright>© The Paper</copyright><ttl>15</ttl>` + "\n")
	for i := range n {
		fmt.Fprintf(&b, `<item><title>Headline number %d: ferry late again</title><link>https://paper.example/%d?a=1&amp;b=2</link>
	<guid isPermaLink="false">p%d</guid><dc:creator><![CDATA[A. Writer]]></dc:creator><category>Sea</category>
	<pubDate>Mon, 10 Jan 2022 18:%02d:00 GMT</pubDate><description>%s</description>
	<media:content url="https://paper.example/%d.jpg" type="image/jpeg" width="640" height="480"/>`,
			i, i, i, i%60, strings.Repeat("It was late, said the captain of ferry number three. ", 3), i)
		if words > 0 {
			fmt.Fprintf(&b, "<content:encoded><![CDATA[%s]]></content:encoded>",
				strings.Repeat("<p>“It was late,” said the captain of the ferry, which had been at <a href=\"/sea\">sea</a> for two days.</p>\n", words/18))
		}
		b.WriteString("</item>\n")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}
