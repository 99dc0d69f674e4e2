package why

import (
	"fmt"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/identity"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// judge tells what the normalizer did with an item: what is stored, or else what
// its rules say of it now. Everything up to floor is done.
func judge(item schema.Item, seq, floor uint64, revisions []Revision) (outcome, reason string) {
	for _, r := range revisions {
		if r.article.Provenance.ItemSeq == seq && r.article.Provenance.FetchedAt.Equal(item.Fetch.FetchedAt) {
			return Published, fmt.Sprintf("revision %d", r.Revision)
		}
	}
	a, err := normalize.Normalize(item)
	if err != nil {
		return Dead, err.Error()
	}
	if seq > floor {
		return Waiting, "the normalizer has not done it yet"
	}
	previous := before(seq, revisions)
	if previous == nil {
		return Forgotten, "it was a revision that is no longer kept, or the rules have changed since"
	}
	_, verdict := identity.Decide(previous, a)
	switch {
	case verdict.Publishes():
		return Forgotten, "it was a revision that is no longer kept, or the rules have changed since"
	case verdict == identity.Duplicate && a.Source.FeedID != previous.Source.FeedID:
		return verdict.String(), fmt.Sprintf("the article belongs to the feed %s, and this one holds no more of it", previous.Source.FeedURL)
	case verdict == identity.Duplicate:
		return verdict.String(), fmt.Sprintf("it says the same as revision %d", previous.Revision)
	case verdict == identity.Superseded:
		return verdict.String(), fmt.Sprintf("revision %d was fetched later", previous.Revision)
	default:
		return verdict.String(), fmt.Sprintf("it is stored as revision %d", previous.Revision)
	}
}

// before is the revision that an item was compared with: the last one made of an
// item that was stored before it, or else the first that there is.
func before(seq uint64, revisions []Revision) *schema.Article {
	var last *schema.Article
	for i := range revisions {
		a := &revisions[i].article
		if last == nil || a.Provenance.ItemSeq < seq {
			last = a
		}
	}
	return last
}
