package export_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/export"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// encode writes messages in a format to memory, a buffer a table.
func encode(r *rapid.T, format, kind string, all ...bus.Delivery) []*bytes.Buffer {
	f, err := export.New(format, kind)
	if err != nil {
		r.Fatal(err)
	}
	var files []io.Writer
	var buffers []*bytes.Buffer
	for range f.Tables {
		buffers = append(buffers, new(bytes.Buffer))
		files = append(files, buffers[len(buffers)-1])
	}
	e, err := f.New(files)
	if err != nil {
		r.Fatal(err)
	}
	add(r, e, all)
	return buffers
}

func add(r *rapid.T, e archive.Encoder, all []bus.Delivery) {
	for _, d := range all {
		if err := e.Add(d); err != nil {
			r.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		r.Fatal(err)
	}
}

// anyArticle is an article with any text in its fields, and any number of things
// in its lists.
func anyArticle(r *rapid.T) schema.Enriched {
	text := rapid.String()
	texts := rapid.SliceOfN(text, 0, 4)
	e := schema.Enriched{
		Article: schema.Article{
			ID: text.Draw(r, "id"), Revision: int(rapid.Int32().Draw(r, "revision")), Headline: text.Draw(r, "headline"), Lead: text.Draw(r, "lead"),
			Date: rapid.SampledFrom([]string{"", "0001-01-01", "1969-12-31", "1970-01-01", "2026-03-12", "9999-12-31", "2026-02-30"}).Draw(r, "date"),
			Body: texts.Draw(r, "body"), Authors: texts.Draw(r, "authors"), Language: text.Draw(r, "language"), URL: text.Draw(r, "url"),
		},
		Countries: texts.Draw(r, "countries"),
	}
	for range rapid.IntRange(0, 3).Draw(r, "entities") {
		entity := schema.Entity{ID: text.Draw(r, "entity"), Name: text.Draw(r, "name"), Salience: rapid.Float64Range(0, 1).Draw(r, "salience")}
		for _, t := range texts.Draw(r, "mentions") {
			entity.Mentions = append(entity.Mentions, schema.Mention{Field: schema.FieldBody, Index: len(t), Text: t})
		}
		e.Entities = append(e.Entities, entity)
	}
	return e
}

// Whatever articles hold, their rows hold the same.
func TestParquetOfAnyArticle(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var articles []schema.Enriched
		var all []bus.Delivery
		for i := range rapid.IntRange(1, 5).Draw(r, "n") {
			articles = append(articles, anyArticle(r))
			all = append(all, delivery(t, i+1, "s", articles[i]))
		}
		tables := encode(r, export.FormatParquet, render.KindEnriched, all...)
		rowsA, rowsE := rows(t, tables[0].Bytes()), rows(t, tables[1].Bytes())
		if len(rowsA) != len(articles) {
			r.Fatalf("%d rows, want %d", len(rowsA), len(articles))
		}
		for i, a := range articles {
			row := rowsA[i]
			if plain(row["headline"]) != a.Headline || plain(row["lead"]) != a.Lead || plain(row["id"]) != a.ID || plain(row["revision"]) != fmt.Sprint(a.Revision) ||
				!slices.Equal(list(row["body"]), a.Body) || !slices.Equal(list(row["authors"]), a.Authors) || !slices.Equal(list(row["countries"]), a.Countries) {
				r.Errorf("article %d: %v, want %+v", i, row, a)
			}
			if got := plain(row["date"]); got != date(a.Date) {
				r.Errorf("date %s: %s, want %s", a.Date, got, date(a.Date))
			}
			for _, e := range a.Entities {
				got := rowsE[0]
				rowsE = rowsE[1:]
				if plain(got["article_id"]) != a.ID || plain(got["seq"]) != fmt.Sprint(i+1) || plain(got["name"]) != e.Name || plain(got["salience"]) != fmt.Sprint(e.Salience) {
					r.Errorf("entity %v, want %+v", got, e)
				}
			}
		}
		if len(rowsE) > 0 {
			r.Errorf("%d entities too many", len(rowsE))
		}
	})
}

// members are the members of a gzip file: each is a record.
func members(r *rapid.T, data []byte) []string {
	var all []string
	for in := bytes.NewReader(data); in.Len() > 0; {
		member, err := gzip.NewReader(in)
		if err != nil {
			r.Fatal(err)
		}
		member.Multistream(false)
		text, err := io.ReadAll(member)
		if err != nil {
			r.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

// list are the texts of a list, as the reader gives them.
func list(v any) []string {
	var all []string
	values, ok := v.([]any)
	if !ok {
		return nil
	}
	for _, v := range values {
		all = append(all, plain(v))
	}
	return all
}

// date is what a column says of a date: days since 1970.
func date(text string) string {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "<nil>"
	}
	return fmt.Sprint(at.Unix() / (24 * 60 * 60))
}

// Whatever an item holds, its records hold its document and page to the byte, and
// there are as many as there should be.
func TestWARCOfAnyItem(t *testing.T) {
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n", "\n", "https://example.org/"}))
		i := schema.Item{
			ID: text.Draw(r, "id"), Feed: schema.FeedRef{URL: text.Draw(r, "feed")}, Document: text.Draw(r, "document"), Format: schema.Format(text.Draw(r, "format")),
			Fetch: schema.Fetch{URL: text.Draw(r, "url"), ETag: text.Draw(r, "etag"), LastModified: text.Draw(r, "modified"), Status: rapid.Int().Draw(r, "status")},
		}
		want := 3
		html := rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(r, "html")
		if rapid.Bool().Draw(r, "page") {
			want += 2
			i.Page = &schema.Page{URL: text.Draw(r, "page url"), ContentType: text.Draw(r, "type"), HTML: pack.EncodeAll(html, nil)}
		}
		records := members(r, encode(r, export.FormatWARC, render.KindItems, delivery(t, 1, "s", i))[0].Bytes())
		if len(records) != want {
			r.Fatalf("%d records, want %d", len(records), want)
		}
		for n, block := range map[int]string{1: i.Document, 3: string(html)} {
			if n < len(records) && !strings.HasSuffix(records[n], "\r\n\r\n"+block+"\r\n\r\n") {
				r.Errorf("record %d: %q, want a block %q", n, records[n], block)
			}
		}
	})
}
