package poll

import (
	"context"
	"errors"
	"slices"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// maxListed is how many sitemaps of an index are read in one poll: those that
// changed last. News is in one or two of them.
const maxListed = 4

// listed reads the newest sitemaps that an index lists, one after another. What
// cannot be read is counted and left for the next poll: whole is false then.
func (r *round) listed(ctx context.Context, index []cut.Sitemap) (pieces []piece, whole bool, err error) {
	whole = true
	for _, s := range newest(index) {
		document, problem, err := r.sitemap(ctx, s.Loc)
		switch {
		case err != nil:
			return nil, false, err
		case problem != nil:
			r.result.Counts["sitemaps-unread"]++
			whole = false
		default:
			pieces = append(pieces, piecesOf(&document)...)
			whole = whole && !document.Torn
		}
	}
	return pieces, whole, nil
}

// sitemap gets and cuts one sitemap. A problem is one of it or its server.
func (r *round) sitemap(ctx context.Context, url string) (document cut.Document, problem, err error) {
	resp, err := r.get(ctx, httpfetch.Request{URL: url})
	var failure *httpfetch.Error
	var later *polite.Later
	switch {
	case errors.As(err, &failure), errors.As(err, &later):
		return cut.Document{}, err, nil
	case err != nil:
		return cut.Document{}, nil, err
	}
	return r.open(ctx, resp)
}

// newest are the sitemaps of an index that changed last, the newest first. Of
// those that do not say when they changed the first come first.
func newest(index []cut.Sitemap) []cut.Sitemap {
	changed := make(map[string]date.Date, len(index))
	for _, s := range index {
		changed[s.Loc], _ = date.Parse(s.LastMod)
	}
	index = slices.Clone(index)
	slices.SortStableFunc(index, func(a, b cut.Sitemap) int {
		return changed[b.Loc].Time.Compare(changed[a.Loc].Time)
	})
	return index[:min(len(index), maxListed)]
}
