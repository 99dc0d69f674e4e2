package fetchertest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Feed is a feed of a site. It has validators that change with its bytes and
// not otherwise, answers conditional requests, and compresses when asked.
type Feed struct {
	url string

	mu       sync.Mutex
	title    string
	format   schema.Format
	items    []Item
	hub      string
	modified time.Time
	body     []byte // the document; nil when it must be rendered
	zipped   []byte // the same compressed; nil when nobody asked yet
	etag     string
}

func newFeed(url string) *Feed {
	return &Feed{
		url:      url,
		title:    "The Daily Sample",
		format:   schema.FormatRSS,
		modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// URL is the address of the feed.
func (f *Feed) URL() string { return f.url }

// SetItems makes these the items of the feed, newest first.
func (f *Feed) SetItems(items ...Item) {
	f.change(func() { f.items = slices.Clone(items) })
}

// Add puts items before those that are there.
func (f *Feed) Add(items ...Item) {
	f.change(func() { f.items = slices.Concat(items, f.items) })
}

// Items returns the items of the feed.
func (f *Feed) Items() []Item {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.items)
}

// SetTitle names the feed.
func (f *Feed) SetTitle(title string) {
	f.change(func() { f.title = title })
}

// SetFormat makes it an RSS 2.0, Atom 1.0 or JSON 1.1 feed; other formats are
// served as RSS.
func (f *Feed) SetFormat(format schema.Format) {
	f.change(func() { f.format = format })
}

// SetHub has the feed name a hub in its Link header, and itself; none when empty.
func (f *Feed) SetHub(url string) {
	f.change(func() { f.hub = url })
}

// change changes the feed, which is a second younger after it: Last-Modified
// has no finer unit.
func (f *Feed) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	f.modified = f.modified.Add(time.Second)
	f.body, f.zipped = nil, nil
}

// ServeHTTP answers a request for the feed.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	format, err := f.render()
	body, etag, modified := f.body, f.etag, f.modified
	if f.hub != "" {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, f.hub, f.url))
	}
	if err == nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		body, err = f.compressed()
	}
	f.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", format.contentType)
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

// render makes the document, if it changed. It wants the lock.
func (f *Feed) render() (format, error) {
	format := formatOf(f.format)
	if f.body != nil {
		return format, nil
	}
	c := channel{title: f.title, url: f.url, updated: f.modified}
	for _, i := range f.items {
		if i.Deleted.IsZero() {
			c.items = append(c.items, i)
		} else {
			c.deleted = append(c.deleted, i)
		}
	}
	body, err := format.render(c)
	if err != nil {
		return format, fmt.Errorf("render %s: %w", f.url, err)
	}
	f.body = body
	sum := sha256.Sum256(body)
	f.etag = fmt.Sprintf(`"%x"`, sum[:8])
	return format, nil
}

// compressed is the document with gzip. It wants the lock.
func (f *Feed) compressed() ([]byte, error) {
	if f.zipped != nil {
		return f.zipped, nil
	}
	zipped, err := zip(f.body)
	f.zipped = zipped
	return zipped, err
}

func zip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return b.Bytes(), nil
}
