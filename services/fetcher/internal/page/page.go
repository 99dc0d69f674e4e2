// Package page gets the page of an article, for an item that says too little of
// it by itself. What goes wrong with a page is noted in its item, which goes on:
// an item is never lost for its page.
package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// MaxDeliveries is how often the message of an item may come, whatever for: its
// page failed, its host had to be waited for, its worker was killed. After that
// the item goes on without its page, so a page that kills its worker loses no
// item.
const MaxDeliveries = 10

// Worker gets pages. It keeps nothing between two of them.
type Worker struct {
	// Root builds the subjects.
	Root schema.Root
	// Fetch makes a request in its host's turn, if robots.txt allows it.
	Fetch func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error)
	// Registry tells through which proxy a feed is asked.
	Registry interface {
		// Get returns a feed; false when it is not registered.
		Get(ctx context.Context, feedID string) (schema.Feed, bool, error)
	}
	// Packer compresses what comes.
	Packer *Packer
	// Retry is the wait before a page that failed is asked for a second time. It
	// is four times as long before the third and last.
	Retry time.Duration
	// Wait is the longest that an item waits for its host at a time.
	Wait time.Duration
	// Cooled is told when a page's host is left alone from now on, or for longer.
	Cooled func(context.Context, schema.FeedRef, hosts.CoolDown)
	// Now is the clock.
	Now func() time.Time
}

// Page gets the page of an item and passes the item on, with the page or with
// the reason why there is none. The error of one that is to be tried again is
// of bus.After.
func (w *Worker) Page(ctx context.Context, item schema.Item, d bus.Delivery) (bus.Result, error) {
	address, ok := addressOf(item)
	if !ok {
		return w.pass(item, d)
	}
	page, err := w.get(ctx, address, item, d)
	if delay, isLater := bus.AsAfter(err); isLater {
		if delay <= w.Wait {
			return bus.Result{}, bus.After(max(delay, least(d.Delivered)), fmt.Errorf("page %s: %w", address, err))
		}
		page.Error, err = cmp.Or(page.Error, CodeBusy), nil
	}
	if err != nil {
		return bus.Result{}, fmt.Errorf("page %s: %w", address, err)
	}
	page.URL, page.FetchedAt = address, w.Now().UTC()
	item.Page = &page
	return w.pass(item, d)
}

// least is the least time to wait after a delivery, so that those that an item
// has last for a while.
func least(delivered uint64) time.Duration {
	return min(time.Second<<min(delivered, 8)/8, 30*time.Second)
}

// get asks for a page, if its site and the time allow: through the proxy of its
// feed, but without the feed's user and headers, as it is the feed that chooses
// the address. An error is one of the pipeline, or says when to try again.
func (w *Worker) get(ctx context.Context, address string, item schema.Item, d bus.Delivery) (schema.Page, error) {
	if d.Delivered > MaxDeliveries {
		return schema.Page{Error: CodeBusy}, nil
	}
	feed, registered, err := w.Registry.Get(ctx, item.Feed.ID)
	if err != nil || !registered {
		return schema.Page{Error: CodeUnregistered}, err
	}
	ask := polite.Ask{Of: item.ID, Work: d.Place(), Obey: true}
	if d.Delivered > 1 {
		// It was given back until its turn. Which that was is not known here: each
		// delivery may be another worker's.
		ask.Turn = polite.Come()
	}
	answer, err := w.Fetch(ctx, ask, httpfetch.Request{URL: address, Accept: accept, Proxy: feed.Proxy})
	if !answer.Cooled.Until.IsZero() {
		w.Cooled(ctx, item.Feed, answer.Cooled)
	}
	resp := answer.Response
	page := schema.Page{FinalURL: resp.FinalURL, Status: resp.Status, ContentType: bounded(resp.ContentType)}
	if err != nil {
		return w.failed(page, resp, err, d.Delivered)
	}
	if page.Error = fault(resp); page.Error == "" {
		page.HTML = w.Packer.Pack(resp.Body)
	}
	return page, nil
}

// addressOf is the address of an item's page, if it has one that can be asked.
// It starts from what the normalizer starts from, so that both mean one page.
func addressOf(item schema.Item) (string, bool) {
	base := cmp.Or(item.Fetch.FinalURL, item.Fetch.URL, item.Feed.URL)
	read, err := parse.One([]byte(item.Document), item.Format, base)
	return read.Link, err == nil && askable(read.Link)
}

// askable reports whether a link is an address that a request can be made of.
func askable(link string) bool {
	u, err := url.Parse(link)
	return err == nil && len(link) <= httpfetch.MaxURL && u.Hostname() != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// pass is the result that publishes the item, as the poller would have. Its
// message id is the same, so an item whose worker was killed is there once. A
// page that has no room is left out; without it the item fits, as it has before.
func (w *Worker) pass(item schema.Item, d bus.Delivery) (bus.Result, error) {
	data, err := bus.Encode(item)
	if err == nil && len(data) > schema.MaxItem && item.Page != nil {
		item.Page.HTML, item.Page.Error = nil, cmp.Or(item.Page.Error, CodeOversize)
		data, err = bus.Encode(item)
	}
	if err != nil {
		return bus.Result{}, err
	}
	result := bus.Result{Verdict: "with-page", Groups: [][]bus.Message{{{
		Subject: w.Root.Item(w.Root.SourceOf(d.Subject)), Data: data, Type: schema.TypeItemFound, Schema: "item",
		ID: messageID(d), Dedup: true, About: item.ID, Time: item.Fetch.FetchedAt,
	}}}}
	if item.Page == nil || item.Page.Error != "" {
		result.Verdict = "without-page"
	}
	if item.Page != nil && item.Page.Error != "" {
		result.Counts = map[string]int64{"error:" + item.Page.Error: 1}
	}
	return result, nil
}

// messageID is the id that the poller gave the message; of one that somebody
// else has put there without any it is where it stands.
func messageID(d bus.Delivery) string {
	return cmp.Or(d.Header.Get(schema.HeaderID), d.Place())
}

// failed is the page of a request that failed, or was not made. The error says
// when to try again, if that may help.
func (w *Worker) failed(page schema.Page, resp httpfetch.Response, err error, delivered uint64) (schema.Page, error) {
	var later *polite.Later
	if errors.As(err, &later) {
		return schema.Page{}, bus.After(later.For, err)
	}
	var failure *httpfetch.Error
	if !errors.As(err, &failure) {
		return schema.Page{}, err
	}
	page.Error = string(failure.Code)
	page.FinalURL = cmp.Or(page.FinalURL, failure.URL)
	if delay, again := w.again(failure, resp.RetryAfter, delivered); again {
		return page, bus.After(delay, err)
	}
	return page, nil
}
