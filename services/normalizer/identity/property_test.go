package identity_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/identity"
)

// deliver runs versions through Decide as the normalizer does: what is
// published is what the next one finds.
func deliver(previous *schema.Article, versions []schema.Article) (*schema.Article, []identity.Verdict) {
	var verdicts []identity.Verdict
	for _, next := range versions {
		article, verdict := identity.Decide(previous, next)
		verdicts = append(verdicts, verdict)
		if verdict.Publishes() {
			previous = &article
		}
	}
	return previous, verdicts
}

func publications(verdicts []identity.Verdict) int {
	n := 0
	for _, v := range verdicts {
		if v.Publishes() {
			n++
		}
	}
	return n
}

// drawDelivery draws versions of one article and an order in which they come,
// each at least once.
func drawDelivery(t *rapid.T, feeds []string, headline func(*rapid.T, int) string) (versions, delivery []schema.Article) {
	extents := []schema.Extent{schema.ExtentFull, schema.ExtentSummary, schema.ExtentHeadline}
	for fetched := range rapid.IntRange(1, 8).Draw(t, "versions") {
		feed := rapid.SampledFrom(feeds).Draw(t, "feed")
		extent := rapid.SampledFrom(extents).Draw(t, "extent")
		v := version(feed, fetched, headline(t, fetched), extent)
		v.Date = fmt.Sprintf("2024-05-0%d", 1+fetched)
		versions = append(versions, v)
	}
	again := rapid.SliceOfN(rapid.SampledFrom(versions), 0, 8).Draw(t, "again")
	delivery = rapid.Permutation(slices.Concat(versions, again)).Draw(t, "delivery")
	return versions, delivery
}

func distinct(_ *rapid.T, i int) string { return fmt.Sprint("H", i) }

func recurring(t *rapid.T, _ int) string {
	return rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "headline")
}

// One feed: whatever comes twice or late, the newest text stands, and when all
// comes again nothing changes.
func TestNewestStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		versions, delivery := drawDelivery(t, []string{"f"}, distinct)
		newest := versions[len(versions)-1]
		last, verdicts := deliver(nil, delivery)
		if last.Headline != newest.Headline || !last.Provenance.FetchedAt.Equal(newest.Provenance.FetchedAt) {
			t.Fatalf("ends with %s of %s", last.Headline, last.Provenance.FetchedAt)
		}
		if last.Revision != publications(verdicts) {
			t.Fatalf("revision %d after %d publications", last.Revision, publications(verdicts))
		}
		if last.Date != delivery[0].Date {
			t.Fatalf("date %s, want that of the first revision, %s", last.Date, delivery[0].Date)
		}
		if _, again := deliver(last, delivery); publications(again) != 0 {
			t.Fatalf("once more: %v", again)
		}
	})
}

// One feed whose texts come back: a duplicate leaves no newer stamp, so that a
// late text may stand for a while. Each time that all comes again brings it one
// text further, until the newest stands.
func TestNewestStandsWhenTextsRecur(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		versions, delivery := drawDelivery(t, []string{"f"}, recurring)
		last, _ := deliver(nil, delivery)
		for range versions {
			last, _ = deliver(last, delivery)
		}
		if want := versions[len(versions)-1].Headline; last.Headline != want {
			t.Fatalf("ends with %s, want %s", last.Headline, want)
		}
		if _, again := deliver(last, delivery); publications(again) != 0 {
			t.Fatalf("once more: %v", again)
		}
	})
}

// Many feeds: every revision is fetched later than the one before, and no text is
// published twice in a row, so however often all comes again there are at most
// as many revisions as fetches.
func TestFeedsTakeNoTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		versions, delivery := drawDelivery(t, []string{"f", "g", "h"}, recurring)
		var last *schema.Article
		for _, next := range slices.Repeat(delivery, len(versions)+1) {
			article, verdict := identity.Decide(last, next)
			if !verdict.Publishes() {
				continue
			}
			if last != nil {
				checkStep(t, *last, article)
			}
			last = &article
		}
		if last.Revision > len(versions) {
			t.Fatalf("%d revisions of %d versions", last.Revision, len(versions))
		}
		if _, again := deliver(last, delivery); publications(again) != 0 {
			t.Fatalf("once more: %v", again)
		}
	})
}

func checkStep(t *rapid.T, last, next schema.Article) {
	if next.Revision != last.Revision+1 || next.PreviousHash != last.ContentHash || next.ContentHash == last.ContentHash {
		t.Fatalf("revision %d %s after %d %s", next.Revision, next.ContentHash, last.Revision, last.ContentHash)
	}
	if !next.Provenance.FetchedAt.After(last.Provenance.FetchedAt) {
		t.Fatalf("fetched %s after %s", next.Provenance.FetchedAt, last.Provenance.FetchedAt)
	}
	if next.Source.FeedID != last.Source.FeedID && (last.Extent == schema.ExtentFull || next.Extent == schema.ExtentHeadline) {
		t.Fatalf("feed %s with %s takes over from %s with %s", next.Source.FeedID, next.Extent, last.Source.FeedID, last.Extent)
	}
}

// Walks through the history of a feed beside its polls: in any order the newest
// that a poll has read stands, and a walk after it changes nothing.
func TestPollsStandOverWalks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		versions, _ := drawDelivery(t, []string{"f"}, distinct)
		want := ""
		for i := range versions {
			if rapid.Bool().Draw(t, "archived") {
				versions[i].Provenance.History = "history-f"
				continue
			}
			want = versions[i].Headline
		}
		if want == "" {
			want = versions[len(versions)-1].Headline
		}
		delivery := rapid.Permutation(slices.Concat(versions, versions)).Draw(t, "delivery")
		last, _ := deliver(nil, delivery)
		if last.Headline != want {
			t.Fatalf("ends with %s, want %s", last.Headline, want)
		}
		if _, again := deliver(last, delivery); publications(again) != 0 {
			t.Fatalf("once more: %v", again)
		}
	})
}
