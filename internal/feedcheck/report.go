// Package feedcheck says of a feed what dateline would make of it: what it is,
// what had to be repaired, what is lost and why, and the articles that come out.
package feedcheck

import (
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Report is what is to be said of one feed. As JSON it is one line of the
// output of "dateline feeds check --output json".
type Report struct {
	// Source is the file or the address that was asked for.
	Source string `json:"source"`
	// FinalURL is the address after redirects, empty for a file.
	FinalURL string `json:"final_url,omitempty"`
	// Status is the status of HTTP, 0 for a file.
	Status int `json:"status,omitempty"`
	// ContentType is the header of that name.
	ContentType string `json:"content_type,omitempty"`
	// Bytes is how long the document is, unpacked.
	Bytes int `json:"bytes"`
	// Error is set when there is no feed to read.
	Error *Problem `json:"error,omitempty"`

	// Format is rss, atom, json or sitemap.
	Format schema.Format `json:"format,omitempty"`
	// Charset is the name (WHATWG Encoding) of the charset of the document.
	Charset string `json:"charset,omitempty"`
	// Title, Link and Language are what the feed says of itself.
	Title    string `json:"title,omitempty"`
	Link     string `json:"link,omitempty"`
	Language string `json:"language,omitempty"`
	// Pages are addresses of more of the feed (RFC 5005, next_url of JSON Feed):
	// the next page, then the archive before.
	Pages []string `json:"pages,omitempty"`
	// Hubs push the feed (WebSub).
	Hubs []string `json:"hubs,omitempty"`
	// Sitemaps are the documents that a sitemap index lists.
	Sitemaps []string `json:"sitemaps,omitempty"`
	// Repairs names what had to be mended in the document as a whole.
	Repairs []string `json:"repairs,omitempty"`
	// Torn says that the document ends before the feed does, or lacks a part.
	Torn bool `json:"torn,omitempty"`
	// Tombstones counts the entries that the publisher says it has deleted.
	Tombstones int `json:"tombstones,omitempty"`
	// Items are the feed's items in its order.
	Items []Item `json:"items"`
	// Lost counts the items that give no article.
	Lost int `json:"lost"`
}

// CodeUnreadableItem says that an item is read and gives no article.
const CodeUnreadableItem = "unreadable-item"

// Problem is why something cannot be read.
type Problem struct {
	// Code is one of the error codes in docs/configure.md.
	Code string `json:"code"`
	// Detail is what was seen.
	Detail string `json:"detail"`
}

// Item is one item of a feed, as the article that it gives.
type Item struct {
	// ID is the article's id.
	ID string `json:"id,omitempty"`
	// Headline, Date (YYYY-MM-DD), DateSource, URL, Language and Extent are the
	// article's, see schema.Article.
	Headline   string            `json:"headline,omitempty"`
	Date       string            `json:"date,omitempty"`
	DateSource schema.DateSource `json:"date_source,omitempty"`
	URL        string            `json:"url,omitempty"`
	Language   string            `json:"language,omitempty"`
	Extent     schema.Extent     `json:"extent,omitempty"`
	// Written is the date of publication as the feed writes it.
	Written string `json:"written,omitempty"`
	// Published is what that says, zero when it could not be read.
	Published time.Time `json:"published,omitzero"`
	// Rules are the rules that decided in the normalizer, as in the article's
	// provenance.
	Rules []string `json:"rules,omitempty"`
	// Repairs names what was mended in the item.
	Repairs []string `json:"repairs,omitempty"`
	// Torn says that the document ends within the item.
	Torn bool `json:"torn,omitempty"`
	// Lost is set when the item gives no article.
	Lost *Problem `json:"lost,omitempty"`
}
