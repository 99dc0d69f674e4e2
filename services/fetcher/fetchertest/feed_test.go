package fetchertest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func TestFeedFormats(t *testing.T) {
	items := fetchertest.Generate(fetchertest.Spec{Seed: 7, Count: 3, Words: 60})
	items[2].Title = `Fish & "chips" <now>`
	items = append(items, fetchertest.Item{GUID: "bare", Title: "Bare " + items[0].Token[:5]})
	for format, test := range map[schema.Format]struct {
		contentType, item string
		valid             func([]byte) error
	}{
		schema.FormatRSS:  {"application/rss+xml; charset=utf-8", "<item>", isXML},
		schema.FormatAtom: {"application/atom+xml; charset=utf-8", "<entry>", isXML},
		schema.FormatJSON: {"application/feed+json; charset=utf-8", `{"id":`, isJSON},
	} {
		t.Run(string(format), func(t *testing.T) {
			feed := fetchertest.New(t).Feed("/feed")
			feed.SetFormat(format)
			feed.SetTitle("The <Morning> Sample")
			feed.SetItems(items...)
			resp, body, err := get(t, feed.URL())
			if err != nil || resp.Header.Get("Content-Type") != test.contentType {
				t.Fatalf("content type %q, %v", resp.Header.Get("Content-Type"), err)
			}
			if err := test.valid(body); err != nil {
				t.Errorf("%v in %s", err, body)
			}
			if n := strings.Count(string(body), test.item); n != len(items) {
				t.Errorf("%d items, want %d", n, len(items))
			}
			for _, item := range items[:2] { // guid, link, title and text
				if n := strings.Count(string(body), item.Token); n != 4 {
					t.Errorf("%s occurs %d times", item.Token, n)
				}
			}
		})
	}
}

// An item that was taken back has a tombstone where the format has such, and is
// in no list of items.
func TestFeedTombstones(t *testing.T) {
	items := fetchertest.Generate(fetchertest.Spec{Seed: 7, Count: 2, Words: 60})
	items[1].Deleted = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	for format, stones := range map[schema.Format]int{schema.FormatRSS: 0, schema.FormatAtom: 1, schema.FormatJSON: 0} {
		feed := fetchertest.New(t).Feed("/feed")
		feed.SetFormat(format)
		feed.SetItems(items...)
		_, body, err := get(t, feed.URL())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), items[1].Title) || !strings.Contains(string(body), items[0].Title) {
			t.Errorf("%s shows what was taken back, or not what is there: %s", format, body)
		}
		stone := `<deleted-entry xmlns="http://purl.org/atompub/tombstones/1.0" ref="` + items[1].GUID + `" when="2026-03-02T08:30:00Z">`
		if n := strings.Count(string(body), stone); n != stones {
			t.Errorf("%s has %d tombstones, want %d: %s", format, n, stones, body)
		}
	}
}

func isXML(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func isJSON(body []byte) error {
	var v any
	return json.Unmarshal(body, &v)
}

func TestFeedConditional(t *testing.T) {
	feed := fetchertest.New(t).Feed("/feed")
	items := fetchertest.Generate(fetchertest.Spec{Count: 2})
	feed.SetItems(items[1])
	first, before, _ := get(t, feed.URL())
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	for _, condition := range [][]string{{"If-None-Match", etag}, {"If-Modified-Since", modified}} {
		resp, body, err := get(t, feed.URL(), condition...)
		if err != nil || resp.StatusCode != 304 || len(body) != 0 || resp.Header.Get("ETag") != etag {
			t.Errorf("%v: status %d, %v", condition, resp.StatusCode, err)
		}
	}
	feed.Add(items[0])
	for _, condition := range [][]string{{"If-None-Match", etag}, {"If-Modified-Since", modified}} {
		resp, body, err := get(t, feed.URL(), condition...)
		if err != nil || resp.StatusCode != 200 || bytes.Equal(body, before) {
			t.Errorf("changed, %v: status %d, %v", condition, resp.StatusCode, err)
		}
	}
	feed.SetItems(items[1])
	if resp, again, _ := get(t, feed.URL()); !bytes.Equal(again, before) || resp.Header.Get("ETag") != etag {
		t.Error("the same items are another document")
	}
	if got := feed.Items(); len(got) != 1 || got[0].GUID != items[1].GUID {
		t.Errorf("items %v", got)
	}
}

func TestFeedGzip(t *testing.T) {
	feed := fetchertest.New(t).Feed("/feed")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Count: 5})...)
	_, plain, _ := get(t, feed.URL())
	for range 2 { // the second is kept
		resp, zipped, err := get(t, feed.URL(), "Accept-Encoding", "gzip, zstd")
		if err != nil || resp.Header.Get("Content-Encoding") != "gzip" || len(zipped) > len(plain)/2 {
			t.Fatalf("%d of %d bytes, %v", len(zipped), len(plain), err)
		}
		z, err := gzip.NewReader(bytes.NewReader(zipped))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes, want %d, %v", len(got), len(plain), err)
		}
	}
}

func TestGenerate(t *testing.T) {
	few := fetchertest.Generate(fetchertest.Spec{Seed: 3, Count: 5})
	many := fetchertest.Generate(fetchertest.Spec{Seed: 3, Count: 20})
	for i, item := range few {
		if item.HTML() != many[i].HTML() || item.Title != many[i].Title || item.GUID != many[i].GUID {
			t.Errorf("item %d depends on the count", i)
		}
	}
	tokens := map[string]bool{}
	for i, item := range append(many, fetchertest.Generate(fetchertest.Spec{Seed: 4, Count: 20})...) {
		words := len(strings.Fields(strings.Join(item.Paragraphs, " ")))
		if words < 800 || words > 900 {
			t.Errorf("item %d has %d words", i, words)
		}
		if tokens[item.Token] || !strings.Contains(item.Title, item.Token) || !strings.Contains(item.HTML(), item.Token) {
			t.Errorf("item %d: token %s", i, item.Token)
		}
		tokens[item.Token] = true
	}
	if !many[0].Published.After(many[1].Published) {
		t.Error("the first is not the newest")
	}
}

func TestGenerateSpec(t *testing.T) {
	newest := time.Date(2025, 4, 1, 0, 5, 0, 0, time.UTC)
	items := fetchertest.Generate(fetchertest.Spec{Count: 2, Words: 40, Base: "http://127.0.0.1:1", Newest: newest})
	if want := "http://127.0.0.1:1/2025/03/31/"; !strings.HasPrefix(items[1].Link, want) {
		t.Errorf("link %s, want it under %s", items[1].Link, want)
	}
	if words := len(strings.Fields(items[0].HTML())); words < 40 || words > 140 {
		t.Errorf("%d words", words)
	}
}
