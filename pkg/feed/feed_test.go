package feed_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// with returns a feed of 20 items and item as the 21st.
func with(item string) string {
	return strings.Replace(paper(20), "</channel>", "<item><title>x</title>"+item+"</item></channel>", 1)
}

func TestRead(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(paper(20))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		body, contentType string
		items             int
		has               string // in the last item alone
		repairs           []string
	}{
		"a feed":             {paper(20), "text/xml", 20, "“news”", nil},
		"an empty feed":      {paper(0), "text/xml", 0, "", nil},
		"billion laughs":     {`<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>` + with("<description>&b;</description>"), "text/xml", 21, "<description>&amp;b;</description>", nil},
		"an external entity": {`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>` + with("<description>&x;</description>"), "text/xml", 21, "<description>&amp;x;</description>", nil},
		"bad bytes":          {with("a\xff\xfe\xc0\xafb"), "text/xml", 21, "a\ufffd\ufffd\ufffd\ufffdb", []string{decode.RepairBytes}},
		"illegal references": {with("a&#0;&#xD800;b"), "text/xml", 21, "ab", []string{decode.RepairReference}},
		"bare ampersand":     {with("<link>http://x/?a=1&b=2&nbsp;&bogus;</link>"), "text/xml", 21, "<link>http://x/?a=1&amp;b=2&#160;&amp;bogus;</link>", nil},
		"UTF-16":             {utf16, "text/xml", 20, "“news”", nil},
		"long comment first": {"<!--" + strings.Repeat("x", 5<<10) + "-->" + paper(20), "text/xml", 20, "", nil},
		"blank lines first":  {strings.Repeat("\n", 5<<10) + paper(20), "text/xml", 20, "", nil},
		"windows-1252":       {"<?xml version='1.0' encoding='windows-1252'?><rss><channel><item>\x93a\x94</item></channel></rss>", "", 1, "“a”", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, info, err := feed.Read([]byte(test.body), test.contentType, feed.DefaultLimits())
			if err != nil || len(d.Items) != test.items || d.Torn {
				t.Fatalf("got %d items, torn %v, %v, want %d", len(d.Items), d.Torn, err, test.items)
			}
			if !slices.Equal(info.Repairs, test.repairs) {
				t.Errorf("got repairs %v, want %v", info.Repairs, test.repairs)
			}
			for i := range d.Items {
				checkOne(t, d, i)
			}
			if n := test.items - 1; n >= 0 && !bytes.Contains(d.One(n), []byte(test.has)) {
				t.Errorf("no %q in %s", test.has, d.One(n))
			}
		})
	}
}

func TestReadTorn(t *testing.T) {
	body := paper(21)
	body = body[:strings.LastIndex(body, "<guid")+10]
	d, _, err := feed.Read([]byte(body), "text/xml", feed.DefaultLimits())
	if err != nil || len(d.Items) != 21 || !d.Torn || !d.TornItem {
		t.Fatalf("got %d items, torn %v %v, %v", len(d.Items), d.Torn, d.TornItem, err)
	}
	checkOne(t, d, 20)
}

func TestReadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"deep extension beside good items": {with(strings.Repeat("<x:a>", 1_000_000)), "depth"},
		"15 MB attribute":                  {with(`<a b="` + strings.Repeat("x", 15<<20) + `"/>`), "body"},
		"300,000 empty items":              {`<rss><channel>` + strings.Repeat("<item></item>", 300_000), "items"},
		"deep JSON":                        {`{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 100_000), "json_depth"},
		"a page of many elements":          {"<html>" + strings.Repeat("<div>", 1_000), "not a feed"},
		"nothing":                          {"", "empty"},
		"half a gzip":                      {"\x1f\x8b\x08\x00", "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := feed.Read([]byte(test.body), "text/xml", feed.DefaultLimits())
			if got := reason(err); got != test.want {
				t.Errorf("got %q, want %q: %v", got, test.want, err)
			}
		})
	}
}

// reason tells errors apart as a poller does.
func reason(err error) string {
	var structure *guard.Error
	var size *decode.LimitError
	switch {
	case errors.As(err, &structure):
		return structure.Bound
	case errors.As(err, &size):
		return size.Bound
	case errors.Is(err, decode.ErrGzip):
		return "gzip"
	case errors.Is(err, cut.ErrNotFeed):
		return "not a feed"
	case errors.Is(err, cut.ErrEmpty):
		return "empty"
	}
	return fmt.Sprint(err)
}

func BenchmarkRead(b *testing.B) {
	body := []byte(paper(50))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := feed.Read(body, "text/xml", feed.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOne(b *testing.B) {
	d, _, err := feed.Read([]byte(paper(50)), "text/xml", feed.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.One(25)
	}
}
