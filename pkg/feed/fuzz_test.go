package feed_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// FuzzRead reads anything: it gives items that are slices of the document in
// their order, in valid UTF-8, or an error of a known kind.
func FuzzRead(f *testing.F) {
	f.Add([]byte(paper(3)), "text/xml")
	f.Add([]byte(strings.ReplaceAll(paper(2), "</item>", "")), "text/xml; charset=shift_jis")
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00<\x00i\x00t\x00e\x00m\x00/\x00>\x00"), "")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"},{"id":2,"a":[`), "application/json")
	f.Add([]byte("<urlset><url><loc>a</loc></url><url><loc>b</urlset>"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		d, _, err := feed.Read(body, contentType, feed.DefaultLimits())
		if err != nil {
			known := false
			for _, kind := range []error{cut.ErrNotFeed, cut.ErrEmpty, guard.ErrHostile, decode.ErrTooLarge, decode.ErrGzip} {
				known = known || errors.Is(err, kind)
			}
			if !known {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		text, err := decode.UTF8(body, contentType, 0)
		if err != nil {
			t.Fatal(err)
		}
		pos := 0
		for i, item := range d.Items {
			at := bytes.Index(text.Bytes[pos:], item)
			if at < 0 {
				t.Fatalf("item %d %q is no part of the document behind item %d", i, item, i-1)
			}
			pos += at + len(item)
			if !utf8.Valid(d.One(i)) {
				t.Fatalf("item %d is not UTF-8: %q", i, d.One(i))
			}
		}
	})
}

// FuzzSame reads a sound feed of what the fuzzer thinks of, whole and item by
// item: each item must be the same, and none may change another.
func FuzzSame(f *testing.F) {
	f.Add("<title>a</title><link>b</link>", "<title>&lt;c&gt;</title><description><![CDATA[<p>d</p>]]></description>", true)
	f.Add("<guid>a</guid><list><item>b</item></list>", "<dc:date>c</dc:date><!-- d -->", false)
	f.Add("<title>a</title><content type='xhtml'><div>b</div></content>", "<category>c</category><link href='d'/>", true)
	f.Fuzz(func(t *testing.T, a, b string, atom bool) {
		head, item, tail := `<rss version="2.0"><channel><title>T</title>`, "item", "</channel></rss>"
		if atom {
			head, item, tail = `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>`, "entry", "</feed>"
		}
		doc := head
		for _, inner := range []string{a, b, a} {
			one := "<" + item + ">" + inner + "</" + item + ">"
			if strings.Contains(inner, item) || valid("", []byte(one)) != nil {
				return
			}
			doc += one
		}
		doc += tail
		text, err := decode.UTF8([]byte(doc), "text/xml; charset=utf-8", 0)
		if err != nil || !bytes.Equal(text.Bytes, []byte(doc)) {
			return
		}
		checkSame(t, text.Bytes)
	})
}

// checkSame reads a sound document whole and item by item.
func checkSame(t *testing.T, doc []byte) {
	t.Helper()
	d, _, err := feed.Read(doc, "", feed.DefaultLimits())
	if errors.Is(err, guard.ErrHostile) {
		return
	}
	whole, wholeErr := gofeed.NewParser().Parse(bytes.NewReader(doc))
	if wholeErr != nil {
		return
	}
	if err != nil || len(d.Items) != len(whole.Items) {
		t.Fatalf("%d items of %d, %v in %s", len(d.Items), len(whole.Items), err, doc)
	}
	for i, want := range whole.Items {
		alone, err := gofeed.NewParser().Parse(bytes.NewReader(d.One(i)))
		if err != nil || len(alone.Items) != 1 {
			t.Fatalf("item %d: %v in %s", i, err, d.One(i))
		}
		if diff := cmp.Diff(want, alone.Items[0]); diff != "" {
			t.Errorf("item %d alone is another: %s", i, diff)
		}
	}
}

// TestSame reads the real feeds that gofeed reads whole, in UTF-8.
func TestSame(t *testing.T) {
	checkSame(t, []byte(paper(20)))
	dir := shared(t)
	same := 0
	for _, s := range samples(t, dir) {
		body, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			t.Fatal(err)
		}
		text, err := decode.UTF8(body, s.contentType, 0)
		if err != nil || s.items == 0 || refused[s.file] != nil || strings.HasSuffix(s.file, ".json") || items[s.file] != 0 {
			continue
		}
		if whole, err := gofeed.NewParser().Parse(bytes.NewReader(text.Bytes)); err != nil || len(whole.Items) < s.items {
			continue // gofeed has lost some.
		}
		checkSame(t, text.Bytes)
		same += s.items
	}
	t.Logf("%d items are the same, whole and alone", same)
}
