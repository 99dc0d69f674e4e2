package discover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/schema"
)

// search is one search.
type search struct {
	Finder
	yield func(Feed, error) bool
	known map[string]bool // addresses that were asked, or that answered
	asked int
	found int
	took  time.Duration // by the last answer
}

// candidate is an address that may be a feed's.
type candidate struct {
	url, title string
	from       From
	main       bool
}

// errStopped says that the caller wants no more.
var errStopped = errors.New("stopped")

func (s *search) run(ctx context.Context, address string) error {
	answer, err := s.ask(ctx, address)
	if err != nil {
		return err
	}
	given, _, err := s.read(answer)
	switch {
	case err == nil:
		return s.give(given, candidate{url: address, from: FromAddress})
	case !errors.Is(err, cut.ErrNotFeed) && !errors.Is(err, cut.ErrEmpty):
		return fmt.Errorf("%s: %w: %w", answer.FinalURL, ErrUnreadable, err)
	}
	notFeed := err
	if err := s.site(ctx, readPage(answer, maxAnchors)); err != nil {
		return err
	}
	if s.found == 0 {
		return fmt.Errorf("%s: %w; %w (%d addresses asked)", answer.FinalURL, notFeed, ErrNone, s.asked)
	}
	return nil
}

// site tries what a page leads to, the best first.
func (s *search) site(ctx context.Context, page page) error {
	if err := s.each(ctx, page.links, len(page.links)); err != nil {
		return err
	}
	if err := s.text(ctx, slices.Concat(page.anchors, page.lists)); err != nil {
		return err
	}
	if err := s.sitemaps(ctx, page.url); err != nil {
		return err
	}
	if s.found > 0 {
		return nil
	}
	return s.each(ctx, commonPaths(page.url), 1)
}

// maxOfLists bounds the feeds of the lists that a page links to, of all together.
const maxOfLists = 10

// text tries what the text of a page links to. What is no feed may be a page of
// feeds, and is read for them; a page that one of those links to is not.
func (s *search) text(ctx context.Context, linked []candidate) error {
	var listed []candidate
	for _, c := range linked {
		answer, err := s.get(ctx, c.url)
		if err != nil {
			return err
		}
		if answer == nil {
			continue
		}
		if found := s.feed(*answer); found == nil {
			listed = append(listed, s.list(*answer)...)
		} else if err := s.give(*found, c); err != nil {
			return err
		}
	}
	return s.each(ctx, listed[:min(len(listed), maxOfLists)], maxOfLists)
}

// list are the feeds that a page of feeds names, without those that are known.
func (s *search) list(a Answer) (listed []candidate) {
	page := readPage(a, maxOfLists)
	for _, c := range slices.Concat(page.links, page.anchors) {
		if !s.known[c.url] {
			listed = append(listed, candidate{url: c.url, title: c.title, from: FromList})
		}
	}
	return listed
}

// each tries candidates in their order, until so many are feeds.
func (s *search) each(ctx context.Context, list []candidate, most int) error {
	for _, c := range list {
		if most == 0 {
			return nil
		}
		found, err := s.try(ctx, c)
		if err != nil {
			return err
		}
		if found == nil {
			continue
		}
		most--
		if err := s.give(*found, c); err != nil {
			return err
		}
	}
	return nil
}

// give hands a feed to the caller.
func (s *search) give(found Feed, c candidate) error {
	s.found++
	found.URL, found.From, found.Main = c.url, c.from, c.main
	if found.Title == "" {
		found.Title = short(c.title)
	}
	if !s.yield(found, nil) {
		return errStopped
	}
	return nil
}

// try asks for a candidate; nil when it is no feed, or one that is known. The
// error is one that ends the search.
func (s *search) try(ctx context.Context, c candidate) (*Feed, error) {
	answer, err := s.get(ctx, c.url)
	if answer == nil || err != nil {
		return nil, err
	}
	return s.feed(*answer), nil
}

// feed is the feed that an answer is, nil when it is something else.
func (s *search) feed(a Answer) *Feed {
	found, document, err := s.read(a)
	if err != nil || document.Format == schema.FormatSitemap && !titled(document, a.FinalURL) {
		return nil
	}
	return &found
}

// get asks for an address that may be there; nil when it is not, or is known.
func (s *search) get(ctx context.Context, url string) (*Answer, error) {
	if s.known[url] {
		return nil, nil
	}
	if err := s.rest(ctx); err != nil {
		return nil, err
	}
	answer, err := s.ask(ctx, url)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, ErrBusy):
		return nil, fmt.Errorf("%s: %w", url, ErrBusy)
	case err != nil:
		return nil, nil
	}
	known := s.known[answer.FinalURL] && answer.FinalURL != url
	s.known[answer.FinalURL] = true
	if known {
		return nil, nil
	}
	return &answer, nil
}

func (s *search) ask(ctx context.Context, url string) (Answer, error) {
	s.asked++
	s.known[url] = true
	start := time.Now()
	answer, err := s.Ask(ctx, url)
	s.took = time.Since(start)
	return answer, err
}

// maxRest is the longest pause between two requests.
const maxRest = 2 * time.Second

// rest waits as long as the last answer took, so that a site is busy with a
// search for half of the time at most.
func (s *search) rest(ctx context.Context) error {
	timer := time.NewTimer(min(s.took, maxRest))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}
