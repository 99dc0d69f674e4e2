package feed_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
)

// damages are what may happen to a document, each at a random place.
var damages = map[string]struct {
	apply func(r *rand.Rand, b []byte) []byte
	keep  float64 // the share of items that must survive
}{
	"an invalid byte": {func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)), 0xff)
	}, 0.999},
	"a byte changed": {func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] = byte(' ' + r.IntN(95))
		return b
	}, 0.998},
	"truncated": {func(r *rand.Rand, b []byte) []byte {
		return b[:len(b)/4+r.IntN(len(b)*3/4)]
	}, 0.58},
	"64 bytes missing": {func(r *rand.Rand, b []byte) []byte {
		i := r.IntN(len(b) - 64)
		return slices.Delete(b, i, i+64)
	}, 0.985},
	"a close tag missing": {func(r *rand.Rand, b []byte) []byte {
		tags := closeTag.FindAllIndex(b, -1)
		tag := tags[r.IntN(len(tags))]
		return slices.Delete(b, tag[0], tag[1])
	}, 0.997},
	"a stray <": {func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)), '<', ' ')
	}, 0.999},
	"a stray &": {func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)), '&')
	}, 0.999},
}

var closeTag = regexp.MustCompile(`</[a-zA-Z:]+>`)

// TestDamage counts the items that survive damage. Over all samples, 20 times
// each, that was 99.99 % for single bytes and stray characters, 99.97 % without a
// close tag, 99.8 % without 64 bytes, and 98 % of the items that a truncated
// document starts. The bounds leave room for the luck of fewer tries.
func TestDamage(t *testing.T) {
	docs := [][]byte{[]byte(paper(20)), []byte(paper(50))}
	if !testing.Short() {
		docs = append(docs, realFeeds(t)...)
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			all, kept := 0, 0
			for _, doc := range docs {
				whole, _, err := feed.Read(doc, "text/xml", feed.DefaultLimits())
				if err != nil {
					t.Fatal(err)
				}
				for range 4 {
					damaged := damage.apply(r, bytes.Clone(doc))
					d, _, _ := feed.Read(damaged, "text/xml", feed.DefaultLimits())
					all += len(whole.Items)
					kept += min(len(d.Items), len(whole.Items))
					if len(d.Items) > 0 {
						checkOne(t, d, r.IntN(len(d.Items)))
					}
				}
			}
			if share := float64(kept) / float64(all); share < damage.keep {
				t.Errorf("%.4f of %d items kept, want %.4f", share, all, damage.keep)
			}
		})
	}
}

// paper is a feed of n items.
func paper(n int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Paper</title><link>https://paper.example/</link>` + "\n")
	for i := range n {
		fmt.Fprintf(&b, `<item><title>Headline number %d – “news”</title><link>https://paper.example/%d?a=1&amp;b=2</link>`+
			`<guid isPermaLink="false">p%d</guid><dc:creator>A. Writer</dc:creator>`+
			`<description><![CDATA[<p>What happened, in a few words.</p>]]></description></item>`+"\n", i, i, i)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// realFeeds returns the whole XML feeds of the samples, none without them.
func realFeeds(t *testing.T) (docs [][]byte) {
	t.Helper()
	dir := sharedDir()
	if dir == "" {
		t.Log("no sample feeds: own documents only")
		return nil
	}
	for _, s := range samples(t, dir) {
		if s.items < 5 || strings.HasSuffix(s.file, ".json") || !strings.HasPrefix(s.file, "real/") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, body)
	}
	return docs
}
