// Package discover finds the feeds of a web site: those that its page names,
// those that its page points to, those that its page of feeds lists, the news
// sitemaps of its robots.txt, and those at the addresses where sites commonly have
// them. What it returns has been read
// and is a feed.
package discover

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/schema"
)

// From says where the address of a feed was found.
type From string

// The places, the best first.
const (
	FromAddress From = "address" // it is the address that was given
	FromLink    From = "link"    // a link element of the page: what the site calls its feed
	FromAnchor  From = "anchor"  // a link in the text of the page
	FromList    From = "list"    // a page of feeds that the page links to
	FromSitemap From = "sitemap" // a news sitemap that robots.txt names
	FromPath    From = "path"    // a path where sites commonly have a feed
)

// Feed is a feed that was found. As JSON it is one line of the output of
// "dateline feeds discover --output json".
type Feed struct {
	// URL is its address as the site gives it, FinalURL the one after redirects.
	URL      string `json:"url"`
	FinalURL string `json:"final_url"`
	// From says where its address was found.
	From From `json:"from"`
	// Main says that it is the first that the site names: its main feed.
	Main bool `json:"main,omitempty"`
	// Title is the feed's own, or else that of the link to it, cut when long.
	Title string `json:"title,omitempty"`
	// Language is the BCP 47 tag that it declares.
	Language string `json:"language,omitempty"`
	// Format is rss, atom, json or sitemap.
	Format schema.Format `json:"format"`
	// Items is how many items it has; a sitemap index has those of its newest
	// sitemap.
	Items int `json:"items"`
	// Newest is the date of the newest item among the first and the last of
	// them, zero when none has a date.
	Newest time.Time `json:"newest,omitzero"`
}

// Answer is what an address answered.
type Answer struct {
	// FinalURL is the address after redirects.
	FinalURL string
	// ContentType is the header of that name.
	ContentType string
	// Body is the document, unpacked.
	Body []byte
}

// Ask gets an address once, within bounds of bytes and time. An error says that
// there is nothing to be had; one that is ErrBusy ends the search.
type Ask func(ctx context.Context, url string) (Answer, error)

var (
	// ErrBusy says that a site wants to be left alone.
	ErrBusy = errors.New("the site wants to be left alone")
	// ErrNone says that an address is no feed and leads to none. The error that
	// wraps it says what the address is.
	ErrNone = errors.New("no feed was found from there")
	// ErrUnreadable says that the address itself answers with something that is
	// beyond the bounds of a feed, or damaged beyond use.
	ErrUnreadable = errors.New("cannot be read")
	// ErrTime says that a search was ended by its bound of time.
	ErrTime = errors.New("the search for feeds took too long")
)

// Finder finds feeds.
type Finder struct {
	// Ask gets addresses, one at a time.
	Ask Ask
	// Limits bound each document that may be a feed.
	Limits feed.Limits
	// Time bounds one search.
	Time time.Duration
}

// Find yields the feeds of a web site, given its address or that of one of its
// pages, the best first. An address that is a feed yields that alone.
//
// It asks as it goes, so a caller that stops spares the site the rest: at most
// some 50 addresses, one after another, with a pause after each that is as long
// as the site took to answer.
//
// The last pair has an error where there is one: that of Ask for the address
// itself, ErrUnreadable, ErrNone, ErrBusy, ErrTime, or the end of ctx.
func (f Finder) Find(ctx context.Context, address string) iter.Seq2[Feed, error] {
	return func(yield func(Feed, error) bool) {
		ctx, cancel := context.WithTimeoutCause(ctx, f.Time, ErrTime)
		defer cancel()
		s := search{Finder: f, known: map[string]bool{}, yield: yield}
		err := s.run(ctx, address)
		if ctx.Err() != nil && err != nil && !errors.Is(err, errStopped) {
			err = fmt.Errorf("%s: %w", address, context.Cause(ctx))
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(Feed{}, err)
		}
	}
}
