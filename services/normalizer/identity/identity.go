// Package identity decides what a normalized article is to the one that is
// stored under its id: the first, a revision, or nothing new.
package identity

import (
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxAlternates bounds the other addresses that an article remembers.
const maxAlternates = 16

// Verdict says what a version of an article is to the stored one.
type Verdict int

// The verdicts. Those of Publishes are published, all are counted.
const (
	New        Verdict = iota // nothing is stored: revision 1
	Revised                   // it differs: the next revision
	Duplicate                 // it says the same, or comes from a feed that the article does not belong to
	Superseded                // something fetched later is stored
	Stored                    // this fetch is stored: a message that came again
	Withdrawn                 // its publisher takes it back: the next revision
	Unknown                   // a withdrawal of what is not there
	Remade                    // the fetch that is stored, read otherwise than then: the same revision
)

// String is the verdict as a label of metrics.
func (v Verdict) String() string {
	switch v {
	case New:
		return "new"
	case Revised:
		return "revised"
	case Duplicate:
		return "duplicate"
	case Superseded:
		return "superseded"
	case Stored:
		return "stored"
	case Withdrawn:
		return "withdrawn"
	case Remade:
		return "remade"
	default:
		return "unknown"
	}
}

// Publishes reports whether the article is to be published.
func (v Verdict) Publishes() bool {
	return v == New || v == Revised || v == Withdrawn || v == Remade
}

// Decide completes next, a normalized article, by what is stored under its id:
// previous, the last revision in any language, or nil. It returns the article
// to publish, or the stored one when there is nothing to publish.
//
// Every revision is fetched later than the one before it, whichever feed it is
// from; see later. So messages may come twice and in any order, and two feeds can't take
// turns however often theirs come again. An article belongs to the feed that
// showed it first; another feed's version takes over when it holds more of the
// text. A withdrawn article comes back by a poll of its own feed alone, which
// alone can withdraw it. A withdrawal is never the first revision: an item whose
// page alone is gone is taken as its feed has it.
func Decide(previous *schema.Article, next schema.Article) (schema.Article, Verdict) {
	if previous == nil {
		if next.Headline == "" {
			return next, Unknown
		}
		return first(next), New
	}
	revision := revise(*previous, next)
	switch order := later(next.Provenance, previous.Provenance); {
	case next.Source.FeedID != previous.Source.FeedID && !takesOver(*previous, next):
		return *previous, Duplicate
	case order < 0 && next.Provenance.History != "" && revision.ContentHash == previous.ContentHash:
		return *previous, Duplicate // an archive that says the same, as most do
	case order < 0, next.Provenance.History != "" && previous.Event == schema.EventWithdrawn:
		return *previous, Superseded
	case order == 0:
		return *previous, Stored
	case next.Event == schema.EventWithdrawn && previous.Event == schema.EventWithdrawn:
		return *previous, Duplicate
	case next.Event == schema.EventWithdrawn:
		return withdraw(*previous, next), Withdrawn
	}
	if revision.ContentHash == previous.ContentHash && previous.Event != schema.EventWithdrawn {
		return *previous, Duplicate
	}
	return revision, Revised
}

// later compares when two versions were fetched. What a walk through a feed's
// history found comes before all that polls did, whenever that was: nobody knows
// of when an archived copy is.
func later(a, b schema.Provenance) int {
	if fromPoll := a.History == ""; fromPoll != (b.History == "") {
		if fromPoll {
			return 1
		}
		return -1
	}
	return a.FetchedAt.Compare(b.FetchedAt)
}

func first(next schema.Article) schema.Article {
	next.Revision = 1
	next.Event = schema.EventPublished
	next.PreviousHash = ""
	next.Changed = nil
	next.ContentHash = next.Hash()
	return next
}

// revise is next as the revision after previous. The day of publication stays
// that of the first revision, and the content hash is of that day.
func revise(previous, next schema.Article) schema.Article {
	if previous.Date != "" {
		next.Date, next.DateSource = previous.Date, previous.DateSource
	}
	next.Revision = previous.Revision + 1
	next.Event = schema.EventRevised
	next.PreviousHash = previous.ContentHash
	next.ContentHash = next.Hash()
	next.Changed = changed(previous, next)
	next.AlternateURLs = alternates(previous, next)
	return next
}

// withdraw is previous as it is taken back: its text stays.
func withdraw(previous, next schema.Article) schema.Article {
	revision := previous
	revision.Revision++
	revision.Event = schema.EventWithdrawn
	revision.PreviousHash = previous.ContentHash
	revision.Changed = []string{"event"}
	revision.Provenance = next.Provenance
	return revision
}

// takesOver reports whether another feed's version holds more of the text.
func takesOver(previous, next schema.Article) bool {
	return previous.Event != schema.EventWithdrawn && next.Event != schema.EventWithdrawn && rank(next.Extent) > rank(previous.Extent)
}

func rank(e schema.Extent) int {
	switch e {
	case schema.ExtentFull:
		return 2
	case schema.ExtentSummary:
		return 1
	default:
		return 0
	}
}

// changed names the fields that differ.
func changed(previous, next schema.Article) []string {
	var fields []string
	for _, field := range []struct {
		name    string
		differs bool
	}{
		{"headline", previous.Headline != next.Headline},
		{"lead", previous.Lead != next.Lead},
		{"body", !slices.Equal(previous.Body, next.Body)},
		{"date", previous.Date != next.Date},
		{"event", previous.Event == schema.EventWithdrawn},
	} {
		if field.differs {
			fields = append(fields, field.name)
		}
	}
	return fields
}

// alternates are the addresses of both revisions but the one that next has.
func alternates(previous, next schema.Article) []string {
	var urls []string
	for _, u := range slices.Concat(next.AlternateURLs, []string{previous.URL}, previous.AlternateURLs) {
		if u != "" && u != next.URL && !slices.Contains(urls, u) && len(urls) < maxAlternates {
			urls = append(urls, u)
		}
	}
	return urls
}
