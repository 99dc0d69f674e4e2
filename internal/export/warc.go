package export

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/warc"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// warcFormat is the one-item documents and the pages of items as records of a web
// archive. They are resources, not responses: the pipeline does not keep what a
// server sent around them, and invents nothing.
func warcFormat() archive.Format {
	return archive.Format{Name: FormatWARC, Tables: []archive.Table{{Name: "items", Suffix: ".warc.gz"}}, New: func(files []io.Writer) (archive.Encoder, error) {
		unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return &warcEncoder{w: warc.NewWriter(files[0]), unpack: unpack}, nil
	}}
}

// maxPage bounds a page that is unpacked, in bytes.
const maxPage = 32 << 20

type warcEncoder struct {
	w      *warc.Writer
	unpack *zstd.Decoder
	info   string // the id of the file's first record
}

// Close implements archive.Encoder.
func (e *warcEncoder) Close() error {
	e.unpack.Close()
	return nil
}

// Add implements archive.Encoder.
func (e *warcEncoder) Add(d bus.Delivery) error {
	item, err := bus.Decode[schema.Item](d)
	if err != nil {
		return archive.LeaveOut(d, err)
	}
	var page []byte
	if item.Page != nil && len(item.Page.HTML) > 0 {
		if page, err = e.unpack.DecodeAll(item.Page.HTML, nil); err != nil {
			return archive.LeaveOut(d, fmt.Errorf("page: %w", err))
		}
	}
	if err := e.begin(d); err != nil {
		return err
	}
	if err := e.document(d, item); err != nil || page == nil {
		return err
	}
	return e.page(d, item.Page, page)
}

// begin writes the record that a file begins with.
func (e *warcEncoder) begin(d bus.Delivery) error {
	if e.info != "" {
		return nil
	}
	e.info = id(d, warc.Info)
	return e.w.Write(warc.Record{Type: warc.Info, ID: e.info, Date: d.Time, ContentType: warc.ContentTypeFields, Block: warc.Fields(
		"software", "dateline",
		"format", "WARC File Format 1.1",
		"conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
		"description", "entries of news feeds, each as a feed of its own, and the pages that they link to",
	)})
}

// id is the id of a record about a message.
func id(d bus.Delivery, what ...any) string {
	return warc.ID(append([]any{d.Stream, " ", d.Sequence, " ", d.Time.UnixNano(), " "}, what...)...)
}

// document writes the feed of one item, and how it was fetched.
func (e *warcEncoder) document(d bus.Delivery, item schema.Item) error {
	f := item.Fetch
	return e.resource(d, "document", warc.Record{
		Date: when(f.FetchedAt, d), TargetURI: cmp.Or(f.FinalURL, f.URL, item.Feed.URL), ContentType: mediaType(item.Format), Block: []byte(item.Document),
	}, warc.Fields(
		"sequence", strconv.FormatUint(d.Sequence, 10), "message-id", d.Header.Get(schema.HeaderID), "article", item.ID,
		"feed", item.Feed.URL, "feed-id", item.Feed.ID, "requested", f.URL, "status", status(f.Status), "etag", f.ETag,
		"last-modified", f.LastModified, "region-hash", item.RegionHash, "feed-hash", f.BodyHash,
	))
}

// page writes the page of an item, and how it was fetched.
func (e *warcEncoder) page(d bus.Delivery, p *schema.Page, html []byte) error {
	return e.resource(d, "page", warc.Record{
		Date: when(p.FetchedAt, d), TargetURI: cmp.Or(p.FinalURL, p.URL), ContentType: cmp.Or(p.ContentType, "text/html"), Block: html,
	}, warc.Fields(
		"sequence", strconv.FormatUint(d.Sequence, 10), "message-id", d.Header.Get(schema.HeaderID), "requested", p.URL, "status", status(p.Status),
	))
}

// resource writes a resource and the record of what is known of it.
func (e *warcEncoder) resource(d bus.Delivery, what string, r warc.Record, known []byte) error {
	r.Type, r.ID, r.InfoID = warc.Resource, id(d, what), e.info
	if err := e.w.Write(r); err != nil {
		return err
	}
	return e.w.Write(warc.Record{
		Type: warc.Metadata, ID: id(d, what, " metadata"), InfoID: e.info, RefersTo: r.ID, Date: r.Date, TargetURI: r.TargetURI,
		ContentType: warc.ContentTypeFields, Block: known,
	})
}

// when is when something was fetched, or else when its message was stored.
func when(fetched time.Time, d bus.Delivery) time.Time {
	if fetched.IsZero() {
		return d.Time
	}
	return fetched
}

func status(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// mediaType is that of a one-item document, which is UTF-8.
func mediaType(f schema.Format) string {
	switch f {
	case schema.FormatRSS:
		return "application/rss+xml; charset=utf-8"
	case schema.FormatAtom:
		return "application/atom+xml; charset=utf-8"
	case schema.FormatJSON:
		return "application/feed+json"
	case schema.FormatDated:
		return "text/vnd.dateline.dated; charset=utf-8"
	default:
		return "application/xml; charset=utf-8"
	}
}
