// Package cut cuts a feed document into its header and its items, by bytes, so
// that damage in one item harms no other and an item that is known already
// need not be parsed. Each item can be had as a feed document of its own.
package cut

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/internal/root"
	"github.com/dateline-news/dateline/pkg/schema"
)

var (
	// ErrNotFeed says that a document is something else; the error that wraps
	// it says what, as far as that can be seen.
	ErrNotFeed = errors.New("not a feed")
	// ErrBlocked says that a document is the page of a bot wall, which the error
	// that wraps it names: the feed may be there for others. It is an ErrNotFeed.
	ErrBlocked = fmt.Errorf("%w: blocked", ErrNotFeed)
	// ErrEmpty says that there is no document at all. A feed without items is
	// not an error.
	ErrEmpty = errors.New("empty document")
)

// Document is a feed cut into pieces.
type Document struct {
	Format schema.Format
	// Header is what all items share: the start of a feed document with what
	// it says of itself, up to where its first item goes. It is well-formed and
	// at most 64 KiB: of a larger one the root and the channel with their
	// namespaces, title, link, language and author are kept.
	Header []byte
	// Items are the items in their order, as they are written. They are slices
	// of the document and do not overlap.
	Items [][]byte
	// Deleted are the tombstones of an Atom feed (RFC 6721): its elements
	// deleted-entry, well-formed.
	Deleted [][]byte
	// Sitemaps are what a sitemap index lists: documents to be fetched. An index
	// has no items.
	Sitemaps []Sitemap
	// Torn says that the document ends before the feed does.
	Torn bool
	// TornItem says that the last of Items is not whole: it ends after its last
	// whole element. A torn item without a title and a link is no item.
	TornItem bool

	root    root.Root
	name    []byte       // of items, for one that has lost its own
	damaged map[int]bool // of the items of a JSON Feed, those that want mending
	tail    string       // closes what Header opens
}

// Sitemap is an entry of a sitemap index.
type Sitemap struct {
	// Loc is the address of the sitemap.
	Loc string
	// LastMod is when it changed last, as written (W3C date and time), if that
	// is told.
	LastMod string
}

// Cut cuts a feed in clean UTF-8, as package decode makes it and package guard
// passes it, in time linear to its length.
func Cut(doc []byte) (Document, error) {
	r, err := find(doc)
	switch {
	case err != nil:
		return Document{}, err
	case r.Format == schema.FormatJSON:
		return cutJSON(doc, r.Pos)
	}
	return cutXML(doc, r)
}

// Format returns the format of a document without cutting it.
func Format(doc []byte) (schema.Format, error) {
	r, err := find(doc)
	return r.Format, err
}

// One returns a feed document, in UTF-8 and well-formed, that holds item i alone.
// An undamaged item stands in it as it is in Items.
func (d Document) One(i int) []byte {
	item := d.Items[i]
	out := make([]byte, 0, len(d.Header)+len(item)+len(d.tail)+64)
	out = append(out, d.Header...)
	switch {
	case d.Format != schema.FormatJSON:
		out = d.mendItem(out, item)
	case d.damaged[i]:
		out = mendJSON(out, item)
	default:
		out = append(out, item...)
	}
	return append(out, d.tail...)
}

// headerLimit is the most that the header of a feed of n items may take, so that
// the documents of all items together stay bounded too.
func headerLimit(n int) int {
	const (
		most  = 64 << 10
		least = 4 << 10
		all   = 64 << 20
	)
	return min(most, max(least, all/max(n, 1)))
}

// essential reports whether an element of the header stays in a large one.
func essential(name string) bool {
	switch strings.ToLower(name) {
	case "title", "link", "language", "author", "authors", "id", "version", "home_page_url", "feed_url":
		return true
	}
	return false
}

func find(doc []byte) (root.Root, error) {
	if len(bytes.TrimSpace(doc)) == 0 {
		return root.Root{}, ErrEmpty
	}
	r := root.Find(doc)
	if r.Format == "" {
		return r, notFeed(doc, describe(doc, r))
	}
	return r, nil
}
