package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/guard"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// read turns the answer into items, and says how the poll went. An error is
// one of the pipeline; what is wrong with the feed is an outcome.
func (r *round) read(ctx context.Context) (schedule.Outcome, error) {
	if r.failure != nil {
		return r.unfetched(ctx, r.failure)
	}
	if r.resp.NotModified {
		r.result.Verdict = "not-modified"
		return schedule.Unchanged, nil
	}
	if err := r.recall(ctx); err != nil {
		return 0, err
	}
	// Most documents have nothing new, and to see that costs less than a hash.
	if items, ok := cut.Skim(r.resp.Body); ok && r.readToday() && r.known.Shows(items) {
		r.tally(0, len(items))
		r.result.Verdict = "nothing-new"
		r.remember(r.state.BodyHash)
		return schedule.Unchanged, nil
	}
	hash := schema.RegionHash(r.resp.Body)
	if hash == r.state.BodyHash && r.readToday() {
		r.result.Verdict = "same-body"
		r.remember(hash)
		return schedule.Unchanged, nil
	}
	document, problem, err := r.open(ctx, r.resp)
	switch {
	case err != nil:
		return 0, err
	case problem != nil:
		r.unread(problem)
		return schedule.Failed, nil
	}
	r.keepHints(document)
	r.deleted = document.Deleted
	pieces, inPart, whole := r.wholePieces(&document), document.Torn, !document.Torn
	if len(document.Sitemaps) > 0 {
		// What an index lists may change while the index does not, so it is always
		// asked for whole.
		inPart, whole = true, false
		if pieces, problem, err = r.listed(ctx, document.Sitemaps); err != nil {
			return 0, err
		}
		if problem != nil {
			return r.unlisted(ctx, problem)
		}
	}
	published, err := r.items(ctx, pieces, inPart, hash)
	if err != nil {
		return 0, err
	}
	if whole {
		r.remember(hash)
	} else {
		// What is missing may be in the same document another time: without its
		// validators the server sends it again.
		r.state.ETag, r.state.LastModified, r.state.BodyHash = "", "", ""
	}
	if published == 0 {
		r.result.Verdict = "nothing-new"
		return schedule.Unchanged, nil
	}
	r.result.Verdict = "new-items"
	return schedule.Changed, nil
}

// wholePieces are the items of a document but for a last one that is torn. The
// next poll asks for the whole again; until then an article that is known would
// have a revision without the rest of its text. Of a feed of which nothing is known
// it is taken: some are cut for good.
func (r *round) wholePieces(document *cut.Document) []piece {
	pieces := piecesOf(document)
	if document.TornItem && r.encoded != nil {
		r.result.Counts["items-torn"]++
		pieces = pieces[:len(pieces)-1]
	}
	return pieces
}

// readToday says that a document of the feed came on this day (UTC) already. Once a
// day one is read although its items are known, for what its header asks of those
// who poll it, and for its hub, which may not have been looked for before. Answers
// 304 bring none; httpfetch.PlanValidators asks without validators now and then.
func (r *round) readToday() bool {
	const day = 24 * time.Hour
	return r.state.Trust.WholeAt.UTC().Truncate(day).Equal(r.now.UTC().Truncate(day))
}

// open reads an answer as a feed. A problem is one of the document.
func (r *round) open(ctx context.Context, resp httpfetch.Response) (document cut.Document, problem, err error) {
	if err := r.Reading.Acquire(ctx, 1); err != nil {
		return cut.Document{}, nil, err
	}
	defer r.Reading.Release(1)
	document, _, problem = feed.Read(resp.Body, resp.ContentType, r.Limits)
	return document, problem, nil
}

// remember keeps the validators of a document whose items are all stored by
// the time that the state is.
func (r *round) remember(hash string) {
	r.state.ETag, r.state.LastModified, r.state.BodyHash = r.resp.ETag, r.resp.LastModified, hash
	r.state.ValidatorsFrom = ""
	if r.resp.FinalURL != r.feed.URL {
		r.state.ValidatorsFrom = r.resp.FinalURL
	}
}

// unfetched is the outcome of a request that got no document.
func (r *round) unfetched(ctx context.Context, err error) (schedule.Outcome, error) {
	var failure *httpfetch.Error
	if !errors.As(err, &failure) {
		return 0, fmt.Errorf("fetch: %w", errors.Join(err, ctx.Err()))
	}
	r.fail(string(failure.Code), errors.New(failure.Detail()))
	switch failure.Code {
	case httpfetch.CodeBlockedAddress, httpfetch.CodeBlockedScheme:
		return schedule.Blocked, nil
	case httpfetch.CodeGone:
		return schedule.Gone, nil
	case httpfetch.CodeRateLimited:
		return schedule.Limited, nil
	default:
		return schedule.Failed, nil
	}
}

// unread notes a document that is no feed, or too much of one.
func (r *round) unread(err error) {
	var bound *guard.Error
	if errors.As(err, &bound) {
		r.result.Counts["bound:"+bound.Bound]++
	}
	r.fail(feed.CodeOf(err), err)
}

// fail notes what was wrong with the feed.
func (r *round) fail(code string, err error) {
	r.state.Error = code
	r.state.Detail = bounded(err.Error(), 300)
	r.result.Verdict = "failed"
	r.result.Counts["error:"+code]++
}

// keepHints keeps what the feed's document asks of those who poll it. A header that
// cannot be read asks nothing.
func (r *round) keepHints(document cut.Document) {
	head, err := parse.Head(document.Header, document.Format, r.base())
	if err != nil {
		r.state.Hints = schema.Hints{}
		return
	}
	if head.Title != "" {
		r.state.Title = bounded(head.Title, 200)
	}
	r.keepHub(head)
	days := make([]int, len(head.SkipDays))
	for i, day := range head.SkipDays {
		days[i] = int(day)
	}
	r.state.Hints = schema.Hints{
		TTL: head.TTL.Seconds(), Update: head.UpdateEvery.Seconds(),
		SkipHours: head.SkipHours, SkipDays: days,
	}
}
