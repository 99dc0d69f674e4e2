package feed_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/parse"
)

// damages are what may happen to a document, each at a random place, and the
// share of items that feedparser keeps then, as measured on 82 real feeds.
var damages = []struct {
	name       string
	apply      func(r *rand.Rand, b []byte) (damaged []byte, at int)
	feedparser float64
}{
	{"an invalid byte", insert("\xff"), 0.999},
	{"a byte changed", func(r *rand.Rand, b []byte) ([]byte, int) {
		i := r.IntN(len(b))
		b[i] = byte(' ' + r.IntN(95))
		return b, i
	}, 0.999},
	{"truncated at 25-100 %", func(r *rand.Rand, b []byte) ([]byte, int) {
		i := len(b)/4 + r.IntN(len(b)-len(b)/4)
		return b[:i], i
	}, 0.675},
	{"64 bytes missing", func(r *rand.Rand, b []byte) ([]byte, int) {
		i := r.IntN(len(b) - 64)
		return slices.Delete(b, i, i+64), i
	}, 0.991},
	{"a close tag missing", func(r *rand.Rand, b []byte) ([]byte, int) {
		tags := closeTag.FindAllIndex(b, -1)
		tag := tags[r.IntN(len(tags))]
		return slices.Delete(b, tag[0], tag[1]), tag[0]
	}, 0.997},
	{"a stray <", insert("< "), 0.999},
	{"a stray &", insert("&"), 0.999},
}

var closeTag = regexp.MustCompile(`</[a-zA-Z:]+>`)

func insert(what string) func(r *rand.Rand, b []byte) ([]byte, int) {
	return func(r *rand.Rand, b []byte) ([]byte, int) {
		i := r.IntN(len(b))
		return slices.Insert(b, i, []byte(what)...), i
	}
}

// tries is how often each kind of damage is done: DATELINE_DAMAGE times when it
// is set, as for the figures of the documentation.
func tries(t *testing.T) int {
	t.Helper()
	set := os.Getenv("DATELINE_DAMAGE")
	switch {
	case set == "" && raceEnabled:
		return 50
	case set == "":
		return 300
	}
	n, err := strconv.Atoi(set)
	if err != nil {
		t.Fatalf("DATELINE_DAMAGE: %v", err)
	}
	return n
}

// score is what is left of documents, in the sum of the shares of each.
type score struct{ lost, theirs, ours, due, begun float64 }

// TestDamage counts the items that survive damage, beside gofeed on the whole
// document, and prints the table. An item is kept when it can be read alone and
// is the same as in the whole document, or when it is the one that was hit and
// still has a title or a link. Of a truncated document no reader has more than
// the items that begin before its end (possible); of these the last one is due
// when its title and its link are whole. What feedparser keeps was measured on the
// sample feeds: without these gofeed is what is compared with.
func TestDamage(t *testing.T) {
	docs := wholeFeeds(t)
	n := tries(t)
	t.Logf("%d documents\n%-21s %6s %12s %12s %10s %10s %10s", len(docs), "damage", "times", "gofeed: lost", "gofeed: kept", "dateline", "possible", "feedparser")
	for _, damage := range damages {
		r := rand.New(rand.NewPCG(1, 2))
		var s score
		for i := range n {
			doc := docs[i%len(docs)]
			body, at := damage.apply(r, bytes.Clone(doc.text))
			s.add(doc, body, at)
		}
		percent := 100 / float64(n)
		t.Logf("%-21s %6d %12.1f %12.2f %10.2f %10.2f %10.1f", damage.name, n, s.lost*percent, s.theirs*percent, s.ours*percent, s.begun*percent, 100*damage.feedparser)
		want := min(damage.feedparser*float64(n), s.due-0.001*float64(n))
		if sharedDir() == "" {
			want = s.theirs
		}
		if s.ours < want {
			t.Errorf("%s: %.2f %% kept, want %.2f %%", damage.name, s.ours*percent, want*percent)
		}
	}
}

// add reads doc with damage at a place, with both readers.
func (s *score) add(doc *wholeFeed, body []byte, at int) {
	all := float64(len(doc.items))
	s.ours += float64(doc.kept(body, at)) / all
	begun, due := len(doc.items), len(doc.items)
	if len(body) < len(doc.text) && bytes.HasPrefix(doc.text, body) { // truncated
		begun, _ = slices.BinarySearch(doc.starts, at)
		if due = begun; begun > 0 && at < doc.stops[begun-1] && !enough.Match(doc.text[doc.starts[begun-1]:at]) {
			due--
		}
	}
	s.begun += float64(begun) / all
	s.due += float64(due) / all
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil || len(f.Items) == 0 {
		s.lost++
		return
	}
	s.theirs += float64(min(len(f.Items), len(doc.items))) / all
}

// enough is a title and a link, in either order.
var enough = regexp.MustCompile(`(?is)</title>.*(?:</link>|<link[^>]*/>)|(?:</link>|<link[^>]*/>).*</title>`)

// wholeFeed is a document before it is damaged.
type wholeFeed struct {
	name  string
	text  []byte
	items []known
	read  map[string]known // by the document of the item alone

	starts, stops []int // where each item is in text
}

// known is what an item is known by.
type known struct{ title, link string }

func (k known) same(other known) bool {
	return k.title != "" && k.title == other.title || k.link != "" && k.link == other.link
}

// newWholeFeed reads a sound document; ok is false when it is of no use here.
func newWholeFeed(t *testing.T, name string, body []byte, contentType string) (w *wholeFeed, ok bool) {
	t.Helper()
	text, err := decode.UTF8(body, contentType, 0)
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := feed.Read(text.Bytes, "", feed.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	w = &wholeFeed{name: name, text: text.Bytes, read: make(map[string]known)}
	pos := 0
	for i, item := range d.Items {
		k, ok := w.one(d, i)
		if !ok {
			return nil, false
		}
		pos += bytes.Index(w.text[pos:], item)
		w.starts = append(w.starts, pos)
		pos += len(item)
		w.items, w.stops = append(w.items, k), append(w.stops, pos)
		w.read[string(d.One(i))] = k
	}
	return w, len(w.items) > 0 && !d.Torn
}

// one reads item i of d alone, as strictly as can be.
func (w *wholeFeed) one(d cut.Document, i int) (known, bool) {
	document := d.One(i)
	if k, ok := w.read[string(document)]; ok {
		return k, true
	}
	if valid(d.Format, document) != nil {
		return known{}, false
	}
	item, err := parse.One(document, d.Format, "https://paper.example/feed")
	return known{title: item.Title, link: item.Link}, err == nil && cmp.Or(item.Title, item.Link) != ""
}

// kept returns how many items are still there when the document was damaged at
// a place: those at the front and at the back that are as they were, and between
// them those that are the same and the one that was hit.
func (w *wholeFeed) kept(body []byte, at int) int {
	d, _, _ := feed.Read(body, "", feed.DefaultLimits())
	var got []known
	for i := range d.Items {
		if k, ok := w.one(d, i); ok {
			got = append(got, k)
		}
	}
	want := w.items
	hit, _ := slices.BinarySearch(w.stops, at)
	n := 0
	for ; len(got) > 0 && len(want) > 0 && got[0] == want[0]; n++ {
		got, want, hit = got[1:], want[1:], hit-1
	}
	for ; len(got) > 0 && len(want) > 0 && got[len(got)-1] == want[len(want)-1]; n++ {
		got, want = got[:len(got)-1], want[:len(want)-1]
	}
	for i, k := range want {
		if j := slices.IndexFunc(got, k.same); j >= 0 {
			got = slices.Delete(got, j, j+1)
			n++
		} else if i == hit && len(got) > len(want)-i-1 {
			got = got[1:]
			n++
		}
	}
	return n
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

// wholeFeeds returns our own documents and the sound XML feeds of the samples.
func wholeFeeds(t *testing.T) (docs []*wholeFeed) {
	t.Helper()
	add := func(name string, body []byte, contentType string) {
		if w, ok := newWholeFeed(t, name, body, contentType); ok {
			docs = append(docs, w)
		}
	}
	add("paper of 10", []byte(paper(10)), "")
	add("paper of 25", []byte(paper(25)), "")
	dir := sharedDir()
	if dir == "" {
		t.Log("no sample feeds: own documents only")
		return docs
	}
	for _, s := range samples(t, dir) {
		if s.items < 1 || strings.HasSuffix(s.file, ".json") || !strings.HasPrefix(s.file, "real/") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			t.Fatal(err)
		}
		add(s.file, body, s.contentType)
	}
	return docs
}
