package stories

import (
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

// Latest is the last version of each story, in the order of the stream.
func Latest(versions []schema.Story) []schema.Story {
	seen := map[string]bool{}
	var latest []schema.Story
	for _, v := range slices.Backward(versions) {
		if !seen[v.ID] {
			seen[v.ID] = true
			latest = append(latest, v)
		}
	}
	slices.Reverse(latest)
	return latest
}
