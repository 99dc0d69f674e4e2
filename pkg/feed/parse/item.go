package parse

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Date is a date as the feed wrote it and what it says; see date.Parse.
type Date = date.Date

// Item is one entry of a feed, read and repaired.
type Item struct {
	// FeedTitle, FeedLink and FeedLanguage are the feed's own: its title on one
	// line, the absolute address of its web site, and its declared language.
	FeedTitle, FeedLink, FeedLanguage string
	// Title is the headline: one line of plain text, as long as it was written.
	Title string
	// Link is the absolute address of the article, empty when there is none.
	Link string
	// GUID is the entry's identifier as written, without white space around it.
	GUID string
	// Summary is the teaser, HTML or text as given.
	Summary string
	// Content is the HTML of the full text, when the feed has it.
	Content string
	// Published and Updated keep what was written in Raw, also where it could
	// not be read; their Time is zero then.
	Published, Updated Date
	// Authors and Categories are in the order of the feed, without duplicates.
	Authors, Categories []string
	// Language is a BCP 47 tag, empty when the feed declares none.
	Language string
	// LanguageSource is where Language comes from: item, feed, or empty.
	LanguageSource string
	// Media are pictures, sound and video that belong to the entry.
	Media []schema.Media
	// Rights are the terms of use of the entry, or else of the feed.
	Rights *schema.Rights
	// Base is the address that relative links in Summary and Content start from.
	Base string
	// Repairs names what was repaired, each once; see RepairTitle and the others.
	Repairs []string
}

// empty reports whether there is nothing to read in an item.
func (i Item) empty() bool {
	return i.Title == "" && i.Link == "" && i.Summary == "" && i.Content == ""
}

// Fold is a short hash of what a reader would call the article: link, headline,
// text and dates. Two versions of an entry that differ in a count of comments
// fold the same.
func (i Item) Fold() uint64 {
	h := sha256.New()
	for _, s := range []string{i.Link, i.Title, i.Summary, i.Content, said(i.Published), said(i.Updated)} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(s)))
		h.Write(length[:])
		io.WriteString(h, s)
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// said is what a date says, however it is spelled.
func said(d Date) string {
	if d.Time.IsZero() {
		return d.Raw
	}
	return d.Time.Format(time.RFC3339Nano)
}
