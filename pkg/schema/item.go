package schema

import "time"

// Format is the family of a feed document.
type Format string

// The formats of feed documents.
const (
	FormatRSS     Format = "rss"  // RSS 0.9x, 1.0 (RDF) and 2.0
	FormatAtom    Format = "atom" // Atom 0.3 and 1.0 (RFC 4287)
	FormatJSON    Format = "json" // JSON Feed 1.0 and 1.1
	FormatSitemap Format = "sitemap"
	FormatDated   Format = "dated" // no feed: one article in the dated format
	// FormatTombstone is no feed either: an element deleted-entry (RFC 6721) by
	// which a publisher, or the operator, takes an article back.
	FormatTombstone Format = "tombstone"
)

// MaxItem is how many bytes the data of an item's message may have, so that it
// fits into the 1 MiB that a server takes with its headers.
const MaxItem = 900 << 10

// MaxRepeated is how many repeated lines an item names.
const MaxRepeated = 8

// Item is one entry of a feed as its publisher wrote it: a feed document that
// holds that entry alone, and how it was fetched. It is what the fetcher
// publishes and what the normalizer reads.
type Item struct {
	// ID is the id of the article that the item is about, when the fetcher
	// could tell; see ArticleID.
	ID string `json:"id,omitempty"`
	// Feed is the feed that the item was read from.
	Feed FeedRef `json:"feed"`
	// Fetch is the request that the item was read by.
	Fetch Fetch `json:"fetch"`
	// RegionHash is the hash of the bytes of the entry in its feed; see RegionHash.
	RegionHash string `json:"region_hash"`
	// Format is the family of Document.
	Format Format `json:"format"`
	// Document is a whole feed document of one entry, in UTF-8.
	Document string `json:"document"`
	// DateOrder says which number of the item's date is the day, when that is
	// open in the item itself and other items of its feed prove it.
	DateOrder DateOrder `json:"date_order,omitempty"`
	// Identity is the feed's policy, when links and guids do not tell its items
	// apart as they do in other feeds.
	Identity IdentityPolicy `json:"identity,omitempty"`
	// Repeated are lines of the item's text, at most MaxRepeated, that other items
	// of the feed have too, so that they are no part of the article.
	Repeated []string `json:"repeated,omitempty"`
	// Page is the article's page, when it was wanted.
	Page *Page `json:"page,omitempty"`
	// Given is what is known of the article beside its document, of an item
	// whose format has no place for it: dated, tombstone.
	Given *Given `json:"given,omitempty"`
}

// Given is what somebody who imports or withdraws an article knows of it.
type Given struct {
	// GUID identifies the article within its feed or import.
	GUID string `json:"guid,omitempty"`
	// URL is its address. It identifies the article before GUID.
	URL string `json:"url,omitempty"`
	// Host is the host that the subjects of the article are made of, where its id
	// is known and nothing else.
	Host string `json:"host,omitempty"`
	// Language is its language, a BCP 47 tag.
	Language string `json:"language,omitempty"`
}

// DateOrder is the order of day and month in a date of numbers.
type DateOrder string

// The orders of day and month.
const (
	DayFirst   DateOrder = "day_first"
	MonthFirst DateOrder = "month_first"
)

// FeedRef names a feed within a message.
type FeedRef struct {
	// ID is the feed's id; see FeedID.
	ID string `json:"id"`
	// URL is the feed's address as it was registered.
	URL string `json:"url"`
	// Title is the feed's own title, or the one that the operator gave it.
	Title string `json:"title,omitempty"`
	// Link is the web site that the feed belongs to.
	Link string `json:"link,omitempty"`
	// Language is the feed's declared language, a BCP 47 tag.
	Language string `json:"language,omitempty"`
	// Section is the section that the operator gave the feed, such as UK.
	Section string `json:"section,omitempty"`
	// Source is the name of the publication that the operator gave the feed.
	Source string `json:"source,omitempty"`
	// Timezone and Quotes are those of the feed's entry in the registry; see Feed.
	Timezone string `json:"timezone,omitempty"`
	Quotes   string `json:"quotes,omitempty"`
}

// Fetch is one HTTP request for a feed document.
type Fetch struct {
	// URL is the address that was asked for.
	URL string `json:"url"`
	// FinalURL is the address that answered, after redirects.
	FinalURL string `json:"final_url,omitempty"`
	// Status is the HTTP status of the answer.
	Status int `json:"status"`
	// FetchedAt orders the items of one feed: it is set once by the poller to
	// something later than the feed's last, and kept by every later stage.
	FetchedAt time.Time `json:"fetched_at"`
	// History is the job of the walk through the feed's history that found the
	// item, empty when a poll did. Whatever it found counts as fetched before all
	// that polls did: an archived copy replaces no text that was news.
	History string `json:"history,omitempty"`
	// ETag is the answer's entity tag, byte for byte.
	ETag string `json:"etag,omitempty"`
	// LastModified is the answer's Last-Modified header, byte for byte.
	LastModified string `json:"last_modified,omitempty"`
	// BodyHash is the SHA-256 of the decoded body, in hex.
	BodyHash string `json:"body_hash,omitempty"`
}

// Page is the web page of an article.
type Page struct {
	// URL is the address that was asked for.
	URL string `json:"url"`
	// FinalURL is the address that answered, after redirects.
	FinalURL string `json:"final_url,omitempty"`
	// Status is the HTTP status of the answer.
	Status int `json:"status,omitempty"`
	// FetchedAt is when the answer was complete, or when it was given up.
	FetchedAt time.Time `json:"fetched_at"`
	// ContentType is the answer's Content-Type header.
	ContentType string `json:"content_type,omitempty"`
	// HTML is the page as it was served, compressed with Zstandard (RFC 8878).
	HTML []byte `json:"html,omitempty"`
	// Error is why there is no HTML: one of the documented error codes.
	Error string `json:"error,omitempty"`
}
