package app

import (
	"context"
	"fmt"

	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// Summary is what a run came to.
type Summary struct {
	// Feeds were polled, Failing of them without getting a document.
	Feeds   int `json:"feeds"`
	Failing int `json:"failing"`
	// Items were new or changed in their feeds, Unchanged were known.
	Items     int64 `json:"items"`
	Unchanged int64 `json:"unchanged"`
	// Pages were asked for, for items that want them; PagesMissing are those of
	// them that could not be had.
	Pages        int64 `json:"pages"`
	PagesMissing int64 `json:"pages_missing"`
	// PagesWaiting are those that the run did not wait for, as their hosts let it
	// wait for too long. Their items are kept for the next run, or for "up".
	// WaitingFor counts them by source.
	PagesWaiting int64             `json:"pages_waiting,omitempty"`
	WaitingFor   map[string]uint64 `json:"waiting_for,omitempty"`
	// Articles and Revisions were stored; Duplicates said nothing new, and
	// Superseded were older than what was stored.
	Articles   int64 `json:"articles"`
	Revisions  int64 `json:"revisions"`
	Duplicates int64 `json:"duplicates"`
	Superseded int64 `json:"superseded"`
	// Withdrawn articles were taken back by their publishers.
	Withdrawn int64 `json:"withdrawn"`
	// Dead were set aside in the dead letters by any stage.
	Dead int64 `json:"dead"`
	// Enriched articles were stored with their entities; Entities counts each
	// entity once an article.
	Enriched int64   `json:"enriched"`
	Entities int64   `json:"entities"`
	Seconds  float64 `json:"seconds"`
	// Balanced says that every message is accounted for.
	Balanced bool `json:"balanced"`
	// Problems are the failing feeds.
	Problems []Problem `json:"problems,omitempty"`
}

// Problem is a feed that could not be read.
type Problem struct {
	URL    string `json:"url"`
	Error  string `json:"error"`
	Detail string `json:"detail,omitempty"`
}

// account is what the streams hold and what the stages say they did.
type account struct {
	last   map[string]uint64           // last sequences, by stream
	counts map[string]map[string]int64 // counters, by stage
	left   map[string]uint64           // messages on their way, by consumer
}

// In and dead are the counters that every stage has, beside its own.
const (
	countIn   = "in"
	countDead = "dead"
)

func (a *App) account(ctx context.Context) (account, error) {
	now := account{last: map[string]uint64{}, counts: map[string]map[string]int64{}}
	for _, name := range []string{schema.StreamFound, schema.StreamItems, schema.StreamArticles, schema.StreamEnriched, schema.StreamMentions, schema.StreamDead} {
		stream, err := a.Bus.JetStream().Stream(ctx, a.Bus.Root().Stream(name))
		if err != nil {
			return account{}, fmt.Errorf("stream %s: %w", name, err)
		}
		now.last[name] = stream.CachedInfo().State.LastSeq
	}
	for _, name := range []string{fetcher.Stage, fetcher.PageStage, normalizer.Stage, enricher.Stage} {
		stage := a.Bus.Stats().Stage(name)
		counts := stage.Counts()
		counts[countIn], counts[countDead] = stage.In.Load(), stage.Dead.Load()
		now.counts[name] = counts
	}
	var err error
	now.left, err = a.left(ctx)
	return now, err
}

// summarize tells what has come between two accounts.
func summarize(before, after account, feeds []schema.Feed, states map[string]schema.PollState) Summary {
	count := func(stage, name string) int64 { return after.counts[stage][name] - before.counts[stage][name] }
	stored := func(stream string) int64 { return int64(after.last[stream] - before.last[stream]) }
	s := Summary{
		Feeds:        len(feeds),
		Items:        count(fetcher.Stage, "items-published"),
		Unchanged:    count(fetcher.Stage, "items-unchanged"),
		Pages:        count(fetcher.PageStage, "with-page") + count(fetcher.PageStage, "without-page"),
		PagesMissing: count(fetcher.PageStage, "without-page"),
		PagesWaiting: int64(after.left[topology.ConsumerPager]),
		Articles:     count(normalizer.Stage, "new"),
		Revisions:    count(normalizer.Stage, "revised"),
		Duplicates:   count(normalizer.Stage, "duplicate") + count(normalizer.Stage, "stored"),
		Superseded:   count(normalizer.Stage, "superseded"),
		Withdrawn:    count(normalizer.Stage, "withdrawn"),
		Dead:         stored(schema.StreamDead),
		Enriched:     stored(schema.StreamEnriched),
		Entities:     stored(schema.StreamMentions),
	}
	for _, f := range feeds {
		if state := states[f.ID]; state.Error != "" {
			s.Failing++
			s.Problems = append(s.Problems, Problem{URL: f.URL, Error: state.Error, Detail: state.Detail})
		}
	}
	s.Balanced = balanced(count, stored, after.left)
	return s
}

// balanced reports whether every message is accounted for: each stage has
// settled at least what the stage before it has stored (and more, when a message
// came twice) and what is left to it, every settled message has an outcome, and what a stage says that
// it has stored is there.
func balanced(count func(stage, name string) int64, stored func(stream string) int64, left map[string]uint64) bool {
	for _, stage := range []struct {
		name, consumer, in, out string
		published               []string // outcomes that stored something
		other                   []string
	}{
		// What it has stored may be dropped as a duplicate, when a message came twice.
		{fetcher.PageStage, topology.ConsumerPager, schema.StreamFound, "", nil, []string{"with-page", "without-page"}},
		{normalizer.Stage, topology.ConsumerNormalizer, schema.StreamItems, schema.StreamArticles, []string{"new", "revised", "withdrawn"}, []string{"duplicate", "stored", "superseded", "unknown"}},
		{enricher.Stage, topology.ConsumerEnricher, schema.StreamArticles, schema.StreamEnriched, []string{"enriched"}, []string{"stored", "superseded"}},
	} {
		var published, other int64
		for _, name := range stage.published {
			published += count(stage.name, name)
		}
		for _, name := range stage.other {
			other += count(stage.name, name)
		}
		settled := count(stage.name, countIn)
		if settled+int64(left[stage.consumer]) < stored(stage.in) || settled != published+other+count(stage.name, countDead) || stored(stage.out) < published {
			return false
		}
	}
	return true
}
