package discover

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
)

// The bounds of the search in sitemaps.
const (
	maxRobots   = 500 << 10 // bytes of a robots.txt (RFC 9309)
	maxSitemaps = 3         // sitemaps of it that are asked for
	maxListed   = 2         // sitemaps of an index that are asked for
)

// sitemaps tries the sitemaps that robots.txt names: those of news are feeds.
func (s *search) sitemaps(ctx context.Context, site *url.URL) error {
	robots := url.URL{Scheme: site.Scheme, Host: site.Host, Path: "/robots.txt"}
	answer, err := s.get(ctx, robots.String())
	if answer == nil || err != nil {
		return err
	}
	named := namedSitemaps(answer.Body)
	for _, address := range named[:min(len(named), maxSitemaps)] {
		if err := s.sitemap(ctx, address, true); err != nil {
			return err
		}
	}
	return nil
}

// namedSitemaps are the sitemaps of a robots.txt, those first that are of news
// by their names.
func namedSitemaps(robots []byte) []string {
	var list []string
	for line := range bytes.Lines(robots[:min(len(robots), maxRobots)]) {
		name, value, ok := strings.Cut(string(line[:min(len(line), maxAddress+64)]), ":")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "sitemap") {
			continue
		}
		if u, err := url.Parse(strings.TrimSpace(value)); err == nil && isWeb(u) {
			list = append(list, u.String())
		}
	}
	return newsFirst(list)
}

func newsFirst(addresses []string) []string {
	slices.SortStableFunc(addresses, func(a, b string) int {
		switch {
		case isNewsName(a) == isNewsName(b):
			return 0
		case isNewsName(a):
			return -1
		default:
			return 1
		}
	})
	return addresses
}

// isNewsName reports whether an address says that it is of news, in its path, as
// the host of a site of news may well do so.
func isNewsName(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.Contains(strings.ToLower(u.RequestURI()), "news")
}

// sitemap tries one sitemap, and those that it lists when it is an index.
func (s *search) sitemap(ctx context.Context, address string, index bool) error {
	answer, err := s.get(ctx, address)
	if answer == nil || err != nil {
		return err
	}
	found, document, err := s.read(*answer)
	if err != nil || document.Format != schema.FormatSitemap {
		return nil // It is something else.
	}
	c := candidate{url: address, from: FromSitemap}
	switch {
	case titled(document, answer.FinalURL):
		return s.give(found, c)
	case !index || len(document.Sitemaps) == 0:
		return nil
	case isNewsName(address):
		return s.newsIndex(ctx, c, found, document.Sitemaps)
	}
	return s.listed(ctx, document.Sitemaps)
}

// newsIndex gives an index whose newest sitemap is one of news: polling it goes
// on when that has another name tomorrow.
func (s *search) newsIndex(ctx context.Context, c candidate, found Feed, index []cut.Sitemap) error {
	answer, err := s.get(ctx, newest(index).Loc)
	if answer == nil || err != nil {
		return err
	}
	child, document, err := s.read(*answer)
	if err != nil || !titled(document, answer.FinalURL) {
		return nil
	}
	found.Items, found.Newest = child.Items, child.Newest
	return s.give(found, c)
}

// listed tries the sitemaps of an index that are of news by their names.
func (s *search) listed(ctx context.Context, index []cut.Sitemap) error {
	tried := 0
	for _, child := range index {
		if tried == maxListed {
			break
		}
		if u, err := url.Parse(child.Loc); err != nil || !isWeb(u) || !isNewsName(child.Loc) {
			continue
		}
		tried++
		if err := s.sitemap(ctx, child.Loc, false); err != nil {
			return err
		}
	}
	return nil
}

// newest is the sitemap of an index that changed last, the first where that is
// not told.
func newest(index []cut.Sitemap) cut.Sitemap {
	last := index[0]
	at, _ := date.Parse(last.LastMod)
	for _, child := range index[1:] {
		if d, ok := date.Parse(child.LastMod); ok && d.Time.After(at.Time) {
			last, at = child, d
		}
	}
	return last
}
