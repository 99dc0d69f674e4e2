package identity

import (
	"bytes"
	"encoding/json"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Again is Decide for an item that is normalized once more, as a backfill does. A
// version of the fetch that is stored takes its place: under the same revision
// when headline, lead, body and date are the same, else as the next one. There is
// nothing to publish when only its provenance differs. All other versions are
// decided on as they always are, and so is whatever concerns a withdrawal.
func Again(previous *schema.Article, next schema.Article) (schema.Article, Verdict) {
	if previous == nil || next.Source.FeedID != previous.Source.FeedID || later(next.Provenance, previous.Provenance) != 0 ||
		previous.Event == schema.EventWithdrawn || next.Event == schema.EventWithdrawn {
		return Decide(previous, next)
	}
	revision := revise(*previous, next)
	if previous.Revision == 1 { // its own day of publication is read anew, too
		revision.Date, revision.DateSource = next.Date, next.DateSource
		revision.ContentHash = revision.Hash()
		revision.Changed = changed(*previous, revision)
	}
	if revision.ContentHash != previous.ContentHash {
		return revision, Revised
	}
	revision.Revision, revision.Event = previous.Revision, previous.Event
	revision.PreviousHash, revision.Changed = previous.PreviousHash, previous.Changed
	if same(revision, *previous) {
		return *previous, Stored
	}
	return revision, Remade
}

// same reports whether two revisions differ in nothing but how they came to be.
func same(a, b schema.Article) bool {
	a.Provenance, b.Provenance = schema.Provenance{}, schema.Provenance{}
	one, err := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(one, other)
}
