package stories

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Begin is where reading both streams begins to make the state anew: everything
// that was stored before cannot count any more. changed is when the article of
// the newest version of any story was stored, zero when there is none, and next
// when the article was that is to be taken next.
func Begin(c Config, changed, next time.Time) time.Time {
	// Articles after changed are taken again. They changed no story, so one that
	// lies too far back to have all that it was compared with gives none now.
	if changed.IsZero() || next.Sub(changed) > c.Horizon() || changed.After(next) {
		return next.Add(-c.Horizon())
	}
	return changed.Add(-c.Horizon())
}

// Latest is the last version of each story, in the order of the stream. It holds
// no more than one version of each; the first error ends it.
func Latest(versions iter.Seq2[schema.Story, error]) ([]schema.Story, error) {
	type numbered struct {
		n     int
		story schema.Story
	}
	last, n := map[string]numbered{}, 0
	for story, err := range versions {
		if err != nil {
			return nil, err
		}
		last[story.ID] = numbered{n, story}
		n++
	}
	inOrder := slices.SortedFunc(maps.Values(last), func(a, b numbered) int { return a.n - b.n })
	latest := make([]schema.Story, len(inOrder))
	for i, v := range inOrder {
		latest[i] = v.story
	}
	return latest, nil
}
