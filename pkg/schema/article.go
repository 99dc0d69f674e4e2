package schema

import "time"

// Event is what a message says of an article.
type Event string

// The events of an article.
const (
	EventPublished Event = "published" // first sight, always revision 1
	EventRevised   Event = "revised"   // its content changed
	EventWithdrawn Event = "withdrawn" // its publisher took it back
)

// DateSource is where an article's date comes from.
type DateSource string

// The sources of an article's date, best first.
const (
	DatePublished DateSource = "published"  // the item's date of publication
	DatePage      DateSource = "page"       // the article's page
	DateUpdated   DateSource = "updated"    // the item's date of change
	DateURL       DateSource = "url"        // a date in the article's address
	DateFirstSeen DateSource = "first_seen" // the time of the fetch
)

// Extent is how much of an article's text the message holds.
type Extent string

// The extents of an article's text.
const (
	ExtentFull     Extent = "full"     // the whole text
	ExtentSummary  Extent = "summary"  // a teaser or an abstract
	ExtentHeadline Extent = "headline" // the headline alone
)

// LanguageUndetermined is the language of an article when nothing tells it
// (BCP 47).
const LanguageUndetermined = "und"

// Article is one news article in one of its revisions, dated, cleaned and
// identified. The normalizer publishes it.
type Article struct {
	// ID is 32 hex digits, the same however the article was found; see ArticleID.
	ID string `json:"id"`
	// Revision counts the article's versions from 1.
	Revision int `json:"revision"`
	// Event is what this revision is.
	Event Event `json:"event"`
	// Date is the day of publication (YYYY-MM-DD) in the publisher's own zone.
	Date string `json:"date"`
	// Published is the instant of publication, with the offset that the
	// publisher wrote, when it is known.
	Published *time.Time `json:"published,omitempty"`
	// Updated is the instant of the last change that the publisher declares.
	Updated *time.Time `json:"updated,omitempty"`
	// DateSource is where Date comes from.
	DateSource DateSource `json:"date_source"`
	// Headline is the article's title, one line.
	Headline string `json:"headline"`
	// Lead is the article's standfirst or first paragraph, one line.
	Lead string `json:"lead,omitempty"`
	// Body is the article's paragraphs, one line each, the lead not repeated.
	Body []string `json:"body,omitempty"`
	// Attribution is the section and the source, as the dated format prints them.
	Attribution *Attribution `json:"attribution,omitempty"`
	// Authors are the names of the people who wrote it, as declared.
	Authors []string `json:"authors,omitempty"`
	// Credits are lines on who else had a part in it, such as "(Reporting by …)".
	Credits []string `json:"credits,omitempty"`
	// Language is a BCP 47 tag, LanguageUndetermined when unknown.
	Language string `json:"language"`
	// LanguageSource is where Language comes from: item, feed, registry or page where
	// it is declared and the text does not speak against it, detected where the
	// text alone tells it, or none.
	LanguageSource string `json:"language_source"`
	// DeclaredLanguage is the language that is declared nearest to the item, a
	// BCP 47 tag.
	DeclaredLanguage string `json:"declared_language,omitempty"`
	// URL is the article's canonical address.
	URL string `json:"url,omitempty"`
	// AlternateURLs are other addresses of the same article.
	AlternateURLs []string `json:"alternate_urls,omitempty"`
	// Source is who published it.
	Source Source `json:"source"`
	// Categories are the publisher's own labels.
	Categories []string `json:"categories,omitempty"`
	// Media are pictures, sound and video that belong to the article.
	Media []Media `json:"media,omitempty"`
	// Rights are the terms of use, when the publisher declares any.
	Rights *Rights `json:"rights,omitempty"`
	// Paywalled says that the page is not free for all to read, as it says itself.
	Paywalled bool `json:"paywalled,omitempty"`
	// Extent is how much of the text this is.
	Extent Extent `json:"extent"`
	// ContentHash covers headline, lead, body and date; see Article.Hash.
	ContentHash string `json:"content_hash"`
	// PreviousHash is the ContentHash of the revision before this one.
	PreviousHash string `json:"previous_hash,omitempty"`
	// Changed names the fields that differ from the revision before this one:
	// headline, lead, body, date, event.
	Changed []string `json:"changed,omitempty"`
	// Fingerprint is a near-duplicate signature of the body, when that has 60
	// words: base64 of 129 big-endian 32-bit numbers. The first is how many
	// different shingles the body has, the others are their MinHash (one
	// permutation, 128 bins). Provenance.Versions has its version; two of one
	// version can be compared.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Provenance is how the article came to be.
	Provenance Provenance `json:"provenance"`
}

// Attribution says whose article it is.
type Attribution struct {
	// Section is the part of the publication, such as UK, without the word news.
	Section string `json:"section,omitempty"`
	// Source is the name of the publication.
	Source string `json:"source"`
}

// Source is a publication and the feed that the article came by.
type Source struct {
	// Token is the subject token of the article's host; see SourceToken.
	Token string `json:"token"`
	// Name is the name of the publication.
	Name string `json:"name,omitempty"`
	// Host is the host name that Token was made from.
	Host string `json:"host,omitempty"`
	// FeedID is the id of the feed; see FeedID.
	FeedID string `json:"feed_id"`
	// FeedURL is the feed's address as it was registered.
	FeedURL string `json:"feed_url"`
}

// Media is a picture, a sound or a video.
type Media struct {
	// URL is its address.
	URL string `json:"url"`
	// Type is its media type, such as image/jpeg.
	Type string `json:"type,omitempty"`
	// Width and Height are in pixels.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
	// Credit names who made it.
	Credit string `json:"credit,omitempty"`
	// Caption describes it.
	Caption string `json:"caption,omitempty"`
}

// Rights are declared terms of use.
type Rights struct {
	// Text is the declaration as written.
	Text string `json:"text,omitempty"`
	// License is the address of a licence.
	License string `json:"license,omitempty"`
	// Holder is who has the copyright.
	Holder string `json:"holder,omitempty"`
	// RSL is the address of a licence for machines (Really Simple Licensing 1.0).
	RSL string `json:"rsl,omitempty"`
	// TDMReserved says that text and data mining is reserved (TDM Reservation
	// Protocol), TDMPolicy is the address of the terms on which it is not.
	TDMReserved bool   `json:"tdm_reserved,omitempty"`
	TDMPolicy   string `json:"tdm_policy,omitempty"`
}

// Provenance is how an article came to be: enough to do it again.
type Provenance struct {
	// ItemSeq is the item's sequence in the stream ITEMS.
	ItemSeq uint64 `json:"item_seq,omitempty"`
	// ItemID is the item's message id.
	ItemID string `json:"item_id,omitempty"`
	// FetchedAt is the item's order stamp; see Fetch.
	FetchedAt time.Time `json:"fetched_at"`
	// History is the job of the walk that found the item; see Fetch.
	History string `json:"history,omitempty"`
	// Rules are the names of the rules that decided something, such as
	// identity:link or lead:first_paragraph.
	Rules []string `json:"rules,omitempty"`
	// Versions are the versions of what made it, by name.
	Versions map[string]string `json:"versions,omitempty"`
}
