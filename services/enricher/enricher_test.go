package enricher_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// shout finds one entity in every headline.
type shout struct{ fail error }

func (shout) Name() string { return "shout" }

func (s shout) Enrich(_ context.Context, e *schema.Enriched) error {
	e.Entities = append(e.Entities, schema.Entity{
		ID: "q1", Type: schema.Location, Name: "Universe", Wikidata: "Q1", Salience: 1,
		Mentions: []schema.Mention{{Field: schema.FieldHeadline, Start: 0, End: len(e.Headline), Text: e.Headline}},
	})
	return s.fail
}

func article(revision int, headline string) schema.Article {
	return schema.Article{
		ID: "a1", Revision: revision, Event: schema.EventPublished, Date: "2026-03-01", Headline: headline, Language: "en",
		Source: schema.Source{Token: "example_org"},
	}
}

// put stores an article as the normalizer does.
func put(t *testing.T, b *bus.Bus, a schema.Article) {
	t.Helper()
	data, err := bus.Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	m := bus.Message{Subject: b.Root().Article(a), Data: data, Type: schema.TypeOf(a.Event), ID: schema.RevisionID(a.ID, a.Revision), About: a.ID}
	if _, err := b.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func settled(t *testing.T, b *bus.Bus, n int64) {
	t.Helper()
	bustest.Eventually(t, func() error {
		if in := b.Stats().Stage(enricher.Stage).In.Load(); in != n {
			return fmt.Errorf("%d settled, want %d", in, n)
		}
		return nil
	})
}

func TestArticlesAreEnrichedOnceAndPointedTo(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	bustest.Start(t, func(ctx context.Context) error { return enricher.Run(ctx, b, enricher.DefaultConfig(), shout{}) })
	put(t, b, article(1, "High water"))
	settled(t, b, 1)
	put(t, b, article(2, "High water again"))
	settled(t, b, 2)
	put(t, b, article(2, "High water again")) // as a redelivery would bring it
	settled(t, b, 3)
	put(t, b, article(1, "High water"))
	settled(t, b, 4)

	got := bustest.Next(t, b, 2, schema.StreamEnriched)
	pointers := bustest.Next(t, b, 2, schema.StreamMentions)
	for i, d := range pointers {
		p, err := bus.Decode[schema.Pointer](d)
		if err != nil {
			t.Fatal(err)
		}
		if d.Subject != "news.mention.location.q1" || p.EnrichedSeq != got[i].Sequence || p.Revision != i+1 || p.ArticleID != "a1" {
			t.Errorf("pointer %d: %s %+v", i, d.Subject, p)
		}
	}
	counts := b.Stats().Stage(enricher.Stage).Counts()
	if counts["enriched"] != 2 || counts["stored"] != 1 || counts["superseded"] != 1 {
		t.Errorf("counts: %v", counts)
	}
	e, err := bus.Decode[schema.Enriched](got[0])
	if err != nil || len(e.Models) != 1 || e.Models[0].Step != "shout" {
		t.Errorf("models: %+v, %v", e.Models, err)
	}
}

func TestAStepThatFailsSetsTheArticleAside(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	c := enricher.DefaultConfig()
	bustest.Start(t, func(ctx context.Context) error {
		return enricher.Run(ctx, b, c, shout{fail: bus.Permanent(errors.New("no model"))})
	})
	put(t, b, article(1, "High water"))
	d := bustest.Next(t, b, 1, schema.StreamDead)[0]
	if d.Subject != "news.dead.enricher.example_org" || !strings.Contains(d.Header.Get(schema.HeaderDeadReason), "step shout: no model") {
		t.Errorf("got %s, %v", d.Subject, d.Header)
	}
}

func TestConfig(t *testing.T) {
	if err := enricher.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []enricher.Config{{Workers: 0, Timeout: time.Second}, {Workers: 1}, {Workers: 5000, Timeout: time.Second}} {
		if c.Validate() == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
