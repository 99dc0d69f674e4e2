package export_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/export"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

type memory []bus.Delivery

func (m memory) Read(context.Context, bus.ReadOptions) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		for _, d := range m {
			if !yield(d, nil) {
				return
			}
		}
	}
}

var born = time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)

func delivery(t *testing.T, seq int, subject string, v any) bus.Delivery {
	t.Helper()
	data, err := bus.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return bus.Delivery{
		Stream: "STREAM", Sequence: uint64(seq), Time: born.Add(time.Duration(seq) * time.Second), Subject: subject,
		Header: nats.Header{"ce-id": {fmt.Sprint("id-", seq)}}, Data: data,
	}
}

// enriched is an article with everything that one can have.
func enriched(n int) schema.Enriched {
	at := time.Date(2026, 3, 12, 10, 30, 0, 123_456_000, time.FixedZone("", 3600))
	return schema.Enriched{
		Article: schema.Article{
			ID: fmt.Sprintf("%032x", n), Revision: n%3 + 1, Event: schema.EventPublished, Date: "2026-03-12", Published: &at, Updated: &at,
			DateSource: schema.DatePublished, Headline: fmt.Sprintf("Ferry %d waits – for “ice”", n), Lead: "A lead.", Body: []string{"One.", "Two\t…"},
			Attribution: &schema.Attribution{Section: "UK", Source: "The Example"}, Authors: []string{"A. Writer", "B. Writer"}, Credits: []string{"(By C)"},
			Language: "en", LanguageSource: "item", URL: fmt.Sprintf("https://example.org/%d", n), AlternateURLs: []string{"https://m.example.org/x"},
			Source:     schema.Source{Token: "example_org", Name: "Example", Host: "example.org", FeedID: "0123456789abcdef", FeedURL: "https://example.org/feed"},
			Categories: []string{"Sea"}, Media: []schema.Media{{URL: "https://example.org/i.jpg", Type: "image/jpeg", Width: 640, Height: 480, Credit: "D", Caption: "Ice"}},
			Rights: &schema.Rights{Text: "All reserved", License: "https://example.org/l", Holder: "H", RSL: "https://example.org/rsl", TDMReserved: true, TDMPolicy: "https://example.org/p"},
			Extent: schema.ExtentFull, ContentHash: "c", PreviousHash: "p", Changed: []string{"lead"}, Fingerprint: "f", Paywalled: true,
			Provenance: schema.Provenance{ItemSeq: uint64(n), FetchedAt: at},
		},
		Entities: []schema.Entity{
			{ID: "q1", Type: schema.Location, Name: "Norway", Wikidata: "Q20", GeoNames: "3144096", Country: "NO", Salience: 0.5,
				Mentions: []schema.Mention{{Field: schema.FieldBody, Index: 1, Start: 2, End: 8, Text: "Norway"}, {Field: schema.FieldLead, Text: "x"}}},
			{ID: "a_writer", Type: schema.Person, Name: "A. Writer"},
		},
		Quotes:    []schema.Quote{{Mention: schema.Mention{Field: schema.FieldBody, Text: "“ice”", End: 7}, Speaker: "a_writer", Cue: "said"}},
		Countries: []string{"NO"}, DatelinePlace: "q1", Topics: []string{"sea"},
	}
}

// item is an item with a page.
func item(t *testing.T, n int, html string) schema.Item {
	t.Helper()
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	i := schema.Item{
		ID: fmt.Sprintf("%032x", n), Feed: schema.FeedRef{ID: "0123456789abcdef", URL: "https://example.org/feed"},
		Fetch:      schema.Fetch{URL: "https://example.org/feed", Status: 200, FetchedAt: born.Add(time.Duration(n)), ETag: `"e"`, BodyHash: "b"},
		RegionHash: "r", Format: schema.FormatRSS, Document: fmt.Sprintf("<rss><channel><item><title>%d – ö</title></item></channel></rss>", n),
	}
	if html != "" {
		i.Page = &schema.Page{
			URL: "https://example.org/a", FinalURL: fmt.Sprintf("https://example.org/ä %d", n), Status: 200, FetchedAt: born.Add(time.Hour),
			ContentType: "text/html; charset=iso-8859-1", HTML: pack.EncodeAll([]byte(html), nil),
		}
	}
	return i
}

// write writes messages in a format, and returns the store and what was left out.
func write(t *testing.T, path, format, kind string, all memory) (store.Store, []error) {
	t.Helper()
	f, err := export.New(format, kind)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.NewDir(path, store.Write)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var left []error
	w, err := archive.NewWriter(t.Context(), s, archive.WriterOptions{
		Kind: kind, Stream: strings.ToUpper(kind), Created: born, Format: f, PartBytes: archive.DefaultPartBytes,
		LeftOut: func(err error) { left = append(left, err) },
	})
	if err == nil {
		_, err = archive.Copy(t.Context(), all, w, archive.CopyOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, left
}

// file is the whole of a file of the day that the tests are on.
func file(t *testing.T, s store.Store, kind, name string) []byte {
	t.Helper()
	f, err := s.Open(t.Context(), fmt.Sprintf("%s/day=2026-03-12/%s", kind, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it is only read
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func path(dir, kind, name string) string { return filepath.Join(dir, kind, "day=2026-03-12", name) }
