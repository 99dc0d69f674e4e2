package memory_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
)

// BenchmarkNothingNew polls a document whose items are all known, beside gofeed,
// which reads all of it each time:
//
//	go test -bench NothingNew -run - ./services/fetcher/internal/memory
//
// A poll skims the document; where that says nothing it reads all of it. The ways
// take turns, so that what else the machine does hits them alike. Times are the
// medians, in microseconds; x is how many times as fast as gofeed.
func BenchmarkNothingNew(b *testing.B) {
	for _, document := range benchDocuments(b) {
		d, _, err := feed.Read(document.body, "", feed.DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		encoded := memory.Memory{}.Compare(memory.Document{Items: d.Items, Fold: func(int) memory.Fold { return 1 }}).Next.Encode()
		b.Run(document.name, func(b *testing.B) {
			gofeed, skim, read := way{poll: gofeedReads, times: 1}, way{poll: skimmed, times: 32}, way{poll: read, times: 4}
			for b.Loop() {
				for _, w := range []*way{&gofeed, &skim, &read} {
					w.time(b, encoded, document.body)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(gofeed.median(), "gofeed-us")
			b.ReportMetric(skim.median(), "skim-us")
			b.ReportMetric(gofeed.median()/skim.median(), "skim-x")
			b.ReportMetric(gofeed.median()/read.median(), "read-x")
		})
	}
}

// way is one way to find that there is nothing new.
type way struct {
	poll  func(encoded, body []byte) bool
	times int // how often it is done in a turn
	took  []float64
}

// time takes a turn.
func (w *way) time(b *testing.B, encoded, body []byte) {
	start := time.Now()
	for range w.times {
		if !w.poll(encoded, body) {
			b.Fatal("there is something new")
		}
	}
	w.took = append(w.took, time.Since(start).Seconds()*1e6/float64(w.times))
}

func (w *way) median() float64 {
	slices.Sort(w.took)
	return w.took[len(w.took)/2]
}

func gofeedReads(_, body []byte) bool {
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	return err == nil && len(f.Items) > 0
}

// skimmed says whether a skim shows that there is nothing new.
func skimmed(encoded, body []byte) bool {
	m, err := memory.Decode(encoded)
	regions, ok := cut.Skim(body)
	return err == nil && ok && m.Shows(regions)
}

// read says whether reading the document shows that there is nothing new.
func read(encoded, body []byte) bool {
	m, err := memory.Decode(encoded)
	if err != nil {
		return false
	}
	d, _, err := feed.Read(body, "", feed.DefaultLimits())
	return err == nil && len(m.Compare(memory.Document{Items: d.Items}).Unchanged) == len(d.Items)
}

type benchDocument struct {
	name string
	body []byte
}

// benchDocuments are a feed of summaries as most are, one of full texts, and
// real ones where they are at hand.
func benchDocuments(b *testing.B) []benchDocument {
	b.Helper()
	documents := []benchDocument{{"summaries", newsFeed(25, 0)}, {"full-texts", newsFeed(25, 38)}}
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared") // beside the repository
	}
	for _, name := range []string{
		"FeedReader--Rss20NYTimes.xml", "feedjira--TechCrunch.xml", "rss-parser--guardian.rss",
		"FeedReader--Rss20IndianExpress.xml", "FeedReader--AtomTheVerge.xml", "NetNewsWire--inessential.json",
	} {
		body, err := os.ReadFile(filepath.Join(dir, "feeds", "real", name))
		if err != nil {
			b.Logf("not at hand: %v", err)
			continue
		}
		documents = append(documents, benchDocument{name, body})
	}
	return documents
}

// newsFeed is a feed of n items with a summary each, and so many paragraphs of
// full text.
func newsFeed(n, paragraphs int) []byte {
	var b bytes.Buffer
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
		if paragraphs > 0 {
			fmt.Fprintf(&b, "<content:encoded><![CDATA[%s]]></content:encoded>",
				strings.Repeat("<p>“It was late,” said the captain of the ferry, which had been at <a href=\"/sea\">sea</a> for two days.</p>\n", paragraphs))
		}
		b.WriteString("</item>\n")
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}
