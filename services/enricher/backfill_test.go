package enricher_test

import (
	"context"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// rename finds another entity than shout does.
type rename struct{ shout }

func (r rename) Enrich(ctx context.Context, e *schema.Enriched) error {
	err := r.shout.Enrich(ctx, e)
	e.Entities[0].ID = "q2"
	return err
}

// done runs a job to its end.
func done(t *testing.T, b *bus.Bus, id string, into schema.Into) schema.Job {
	t.Helper()
	_, err := backfill.Begin(t.Context(), b, backfill.Options{
		Job: id, Stage: enricher.Stage, Stretch: schema.Stretch{Stream: schema.StreamArticles}, Into: into,
	})
	if err != nil {
		t.Fatal(err)
	}
	store, err := jobs.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	for job, err := range store.Follow(ctx, id) {
		if err != nil {
			t.Fatal(err)
		}
		if job.State.Ended() {
			return job
		}
	}
	return schema.Job{}
}

func messages(t *testing.T, b *bus.Bus, stream string) uint64 {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

// With the same steps history comes out the same: a shadow is made, and nothing is
// published live. With others each last revision is replaced, and pointed to.
func TestBackfills(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	run := func(step enricher.Step) (stop func()) {
		return bustest.Start(t, func(ctx context.Context) error { return enricher.Run(ctx, b, enricher.DefaultConfig(), step) })
	}
	stop := run(shout{})
	put(t, b, article(1, "High water"))
	settled(t, b, 1)
	put(t, b, article(2, "High water again"))
	settled(t, b, 2)
	if job := done(t, b, "shadow", schema.IntoShadow); job.State != schema.JobDone || messages(t, b, schema.StreamMentions) != 2 {
		t.Errorf("%+v, %d pointers", job, messages(t, b, schema.StreamMentions))
	}
	shadow := bustest.Next(t, b, 2, schema.StreamReplay)
	for i, d := range bustest.Next(t, b, 2, schema.StreamEnriched) {
		if shadow[i].Subject != "news.replay.shadow.enriched.en.example_org.a1" || string(shadow[i].Data) != string(d.Data) {
			t.Errorf("shadow %d: %s %s, want %s", i, shadow[i].Subject, shadow[i].Data, d.Data)
		}
	}
	job := done(t, b, "same", schema.IntoLive)
	if n := messages(t, b, schema.StreamEnriched); job.State != schema.JobDone || n != 2 || messages(t, b, schema.StreamMentions) != 2 {
		t.Errorf("%+v: %d enriched", job, n)
	}
	stop()

	run(rename{})
	done(t, b, "other", schema.IntoLive)
	last := bustest.Next(t, b, 3, schema.StreamEnriched)[2]
	e, err := bus.Decode[schema.Enriched](last)
	if err != nil || e.Revision != 2 || e.Entities[0].ID != "q2" || last.Header.Get(schema.HeaderReplay) != "other" {
		t.Errorf("%+v, %v, %v", e, last.Header, err)
	}
	pointer, err := bus.Decode[schema.Pointer](bustest.Next(t, b, 1, schema.StreamMentions, "news.mention.location.q2")[0])
	if err != nil || pointer.EnrichedSeq != last.Sequence || pointer.Revision != 2 {
		t.Errorf("%+v, %v", pointer, err)
	}
	done(t, b, "again", schema.IntoLive)
	if n := messages(t, b, schema.StreamEnriched); n != 3 {
		t.Errorf("%d enriched after the same backfill again", n)
	}
}

// An article that a backfill of the normalizer has made anew, under its revision,
// is enriched again as it is now.
func TestArticlesThatWereMadeAnew(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	bustest.Start(t, func(ctx context.Context) error { return enricher.Run(ctx, b, enricher.DefaultConfig(), shout{}) })
	put(t, b, article(1, "High water"))
	settled(t, b, 1)
	anew := article(1, "High water")
	anew.Categories = []string{"Sea"}
	data, err := bus.Encode(anew)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 { // the second is as it was stored
		m := bus.Message{Subject: b.Root().Article(anew), Data: data, Type: schema.TypeArticlePublished, ID: "a1:1", About: "a1", Header: map[string]string{schema.HeaderReplay: "live"}}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		settled(t, b, int64(2+i))
	}
	got := bustest.Next(t, b, 2, schema.StreamEnriched)[1]
	e, err := bus.Decode[schema.Enriched](got)
	if err != nil || e.Revision != 1 || len(e.Categories) != 1 || messages(t, b, schema.StreamEnriched) != 2 {
		t.Errorf("%+v, %v", e, err)
	}
	if counts := b.Stats().Stage(enricher.Stage).Counts(); counts["remade"] != 1 || counts["unchanged"] != 1 {
		t.Errorf("counts: %v", counts)
	}
}
