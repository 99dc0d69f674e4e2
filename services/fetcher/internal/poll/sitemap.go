package poll

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// maxListed is how many sitemaps of an index are read in one poll: those that
// changed last. News is in one or two of them.
const maxListed = 4

// ListedTime bounds how long the sitemaps of an index are read in one poll.
const ListedTime = time.Minute

// listed reads the newest sitemaps that an index lists, one after another. One
// that cannot be read is counted and left for the next poll; when none can, the
// problem is that of the last.
func (r *round) listed(ctx context.Context, index []cut.Sitemap) (pieces []piece, problem, err error) {
	bounded, cancel := context.WithTimeout(ctx, ListedTime)
	defer cancel()
	var last error
	read := 0
	for _, s := range newest(index) {
		document, problem, err := r.sitemap(bounded, s.Loc)
		switch {
		case err != nil && (ctx.Err() != nil || bounded.Err() == nil):
			return nil, nil, err
		case err != nil:
			last = &httpfetch.Error{Code: httpfetch.CodeTotalDeadline, URL: s.Loc, Err: errors.New("the sitemaps of the index come too slowly")}
			r.result.Counts["sitemaps-unread"]++
		case problem != nil:
			last = problem
			r.result.Counts["sitemaps-unread"]++
		default:
			read++
			pieces = append(pieces, piecesOf(&document)...)
		}
	}
	if read == 0 {
		return nil, last, nil
	}
	if surplus := len(pieces) - memory.Max; surplus > 0 { // they would be new at every poll
		r.result.Counts["items-surplus"] += int64(surplus)
		pieces = pieces[:memory.Max]
	}
	return pieces, nil, nil
}

// unlisted is the outcome of an index of which no sitemap could be read.
func (r *round) unlisted(ctx context.Context, problem error) (schedule.Outcome, error) {
	var failure *httpfetch.Error
	var later *polite.Later
	if errors.As(problem, &failure) || errors.As(problem, &later) {
		return r.unfetched(ctx, problem)
	}
	r.unread(problem)
	return schedule.Failed, nil
}

// sitemap gets and cuts one sitemap, as the feed itself is asked. A problem is
// one of it or its server.
func (r *round) sitemap(ctx context.Context, url string) (document cut.Document, problem, err error) {
	request, err := r.request(url)
	if err != nil {
		return cut.Document{}, err, nil
	}
	resp, err := r.get(ctx, polite.Ask{Of: schema.FeedID(url), Turn: polite.Come()}, request)
	var failure *httpfetch.Error
	var later *polite.Later
	switch {
	case errors.As(err, &failure), errors.As(err, &later):
		r.resp.RetryAfter = max(r.resp.RetryAfter, resp.RetryAfter)
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
