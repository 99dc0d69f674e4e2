package poll

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// WalkStage is the name of the stage that reads archives: in dead letters.
const WalkStage = "walker"

// Archive is a document of a feed's history, to be read.
type Archive struct {
	Feed schema.Feed
	// URL is its address; that of the feed itself for what it shows today.
	URL string
	// Turn is Later.Until of the last attempt, if its host had no time.
	Turn time.Time
	// Job is who asks, and Asked when that job was made.
	Job   string
	Asked time.Time
	// Number is how many documents the job has read before.
	Number int
}

// Page is a document of a feed's history that was read.
type Page struct {
	// FinalURL is the address that answered, after redirects.
	FinalURL string
	Format   schema.Format
	// Head is what it says of itself.
	Head parse.Feed
	// WordPress says that the program of that name made it.
	WordPress bool
	// Sitemaps are what it lists, if it is an index.
	Sitemaps []cut.Sitemap
	// Print stands for the items that it shows, in their order; 0 for none.
	Print uint64
	// Items is how many it shows, and Known how many of them polls have shown.
	Items, Known int
	// Oldest and Newest are the dates of those that are not known, zero when none
	// has any.
	Oldest, Newest time.Time
	// Messages are what is new in it, to be published.
	Messages []bus.Message
	// Counts are for the counters of the stage.
	Counts map[string]int64
}

// Unread is why a document of a feed's history could not be read.
type Unread struct {
	// Code is one of the documented error codes.
	Code string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// RetryAfter is how long the server wants to be left alone, 0 when it does
	// not say.
	RetryAfter time.Duration
	// Cause says more.
	Cause error
}

// Error implements error.
func (u *Unread) Error() string { return u.Code + ": " + u.Cause.Error() }

// Unwrap returns the cause.
func (u *Unread) Unwrap() error { return u.Cause }

// ReadArchive reads a document of a feed's history as a poll reads the feed, but
// for the feed's memory and state, which it leaves as they are. Its items carry
// the job, and when it was made, as their place in the order: in a walk each is
// before those of the documents that were read before. The error is an *Unread,
// a *polite.Later, or one of ctx or the pipeline.
func (p *Poller) ReadArchive(ctx context.Context, a Archive, due bus.Delivery) (Page, error) {
	r := p.round(a.Feed, due)
	r.walk, r.archive, r.reading, r.now = a.Job, a.URL, uint64(a.Asked.UnixNano()), p.Now()
	request, err := r.archiveRequest(a.URL)
	if err == nil {
		r.resp, err = r.get(ctx, polite.Ask{Of: schema.FeedID(a.URL), Work: due.Place(), Turn: a.Turn}, request)
	}
	if failure := new(httpfetch.Error); errors.As(err, &failure) {
		return Page{}, &Unread{Code: string(failure.Code), Status: r.resp.Status, RetryAfter: r.resp.RetryAfter, Cause: errors.New(failure.Detail())}
	}
	if err != nil {
		return Page{}, fmt.Errorf("archive %s: %w", a.URL, err)
	}
	document, problem, err := r.open(ctx, r.resp)
	switch {
	case err != nil:
		return Page{}, err
	case problem != nil:
		return Page{}, &Unread{Code: feed.CodeOf(problem), Status: r.resp.Status, Cause: problem}
	}
	if err := r.recall(ctx); err != nil {
		return Page{}, err
	}
	return r.page(ctx, document, a)
}

// archiveRequest is a request for an archive. A password in the feed's own
// address is sent as the feed's secrets are: to its site alone.
func (r *round) archiveRequest(address string) (httpfetch.Request, error) {
	request, err := r.request(address)
	if u, parseErr := url.Parse(r.feed.URL); parseErr == nil && request.Auth == nil {
		request.Auth = u.User
	}
	return request, err
}

// page makes of a document what the walk needs of it.
func (r *round) page(ctx context.Context, document cut.Document, a Archive) (Page, error) {
	if err := r.Reading.Acquire(ctx, 1); err != nil {
		return Page{}, err
	}
	defer r.Reading.Release(1)
	r.pieces, r.state.Identity = piecesOf(&document), r.known.Policy()
	page := Page{
		FinalURL: r.base(), Format: document.Format, Sitemaps: document.Sitemaps,
		Items: len(r.pieces), Print: printOf(document.Items), Counts: r.result.Counts,
	}
	if head, err := parse.Head(document.Header, document.Format, r.base()); err == nil { // or it says nothing
		page.Head = head
	}
	page.WordPress = r.isWordPress(page.Head)
	// Torn: what is not in an archive is still in the feed.
	delta := r.known.Compare(memory.Document{Items: document.Items, Torn: true, Fold: r.parse})
	page.Known = len(delta.Unchanged)
	stamp := a.Asked.Add(-time.Duration(a.Number) * time.Millisecond).UTC()
	for n, i := range delta.New {
		page.date(appeared(r.parsed[i]))
		if r.untold(i) {
			continue
		}
		message, dead, err := r.item(i, stamp.Add(-time.Duration(n)*time.Nanosecond), "")
		if err != nil {
			return Page{}, err
		}
		if !dead {
			r.result.Counts["items-published"]++
		}
		page.Messages = append(page.Messages, message)
	}
	r.result.Counts["items-unchanged"] += int64(page.Known)
	page.Messages = append(page.Messages, r.ops...)
	return page, nil
}

// date notes the date of an item.
func (p *Page) date(t time.Time) {
	if t.IsZero() {
		return
	}
	if p.Oldest.IsZero() || t.Before(p.Oldest) {
		p.Oldest = t.UTC()
	}
	if t.After(p.Newest) {
		p.Newest = t.UTC()
	}
}

// printOf stands for items and their order.
func printOf(items [][]byte) uint64 {
	if len(items) == 0 {
		return 0
	}
	h := xxh3.New()
	for _, item := range items {
		_, _ = h.Write(item)        // a hash takes everything
		_, _ = h.Write([]byte{0x0}) // in no feed
	}
	return h.Sum64()
}

// isWordPress reports whether WordPress has made the feed: it says so, or, where
// that was hidden, has its guids.
func (r *round) isWordPress(head parse.Feed) bool {
	if strings.Contains(strings.ToLower(head.Generator), "wordpress") {
		return true
	}
	if len(r.pieces) == 0 {
		return false
	}
	item, err := parse.One(r.one(0), r.pieces[0].document.Format, r.base())
	return err == nil && isShortLink(item.GUID)
}

// isShortLink reports whether an address is one that WordPress makes of the
// number of a post, which stands in its feeds as the guid: https://example.org/?p=7
func isShortLink(guid string) bool {
	_, query, _ := strings.Cut(guid, "?")
	number, ok := strings.CutPrefix(query[strings.LastIndexAny(query, "&;")+1:], "p=")
	return ok && strings.HasPrefix(guid, "http") && number != "" && strings.Trim(number, "0123456789") == ""
}

// replayed are the headers of what a walk has found.
func (r *round) replayed() map[string]string {
	if r.walk == "" {
		return nil
	}
	return map[string]string{schema.HeaderReplay: r.walk}
}

// stage is who reads.
func (r *round) stage() string {
	if r.walk == "" {
		return "poller"
	}
	return WalkStage
}
