package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// version is a note with an order, and the revision it was stored as.
type version struct {
	ID       string `json:"id"`
	Order    int    `json:"order"`
	Revision int    `json:"revision"`
}

// reviser stores a version when its order is above the last one's.
func reviser(root schema.Root) bus.Revision[version, version] {
	subject := func(v version) string {
		return root.Article(schema.Article{ID: v.ID, Language: []string{"en", "fr"}[v.Order%2], Source: schema.Source{Token: "example_org"}})
	}
	return bus.Revision[version, version]{
		Stream: schema.StreamArticles,
		Make:   func(_ context.Context, v version, _ bus.Delivery) (version, error) { return v, nil },
		Filter: func(v version) string { return root.ArticleAnyLanguage("example_org", v.ID) },
		Decide: func(last *version, v version) (version, bus.Action, string) {
			switch {
			case last == nil:
				v.Revision = 1
				return v, bus.Publish, "new"
			case v.Order == last.Order:
				return *last, bus.Follow, "stored"
			case v.Order < last.Order:
				return *last, bus.Drop, "superseded"
			default:
				v.Revision = last.Revision + 1
				return v, bus.Publish, "revised"
			}
		},
		Message: func(v version) (bus.Message, error) {
			data, err := bus.Encode(v)
			return bus.Message{Subject: subject(v), Data: data, Type: schema.TypeArticleRevised,
				ID: schema.RevisionID(v.ID, v.Revision), About: v.ID, Revision: v.Revision}, err
		},
		After: func(v version, seq uint64) ([]bus.Message, error) {
			data, err := bus.Encode(v)
			return []bus.Message{{Subject: root.Mention(schema.Entity{ID: v.ID, Type: schema.Person}), Data: data,
				Type: schema.TypeEntityMentioned, ID: fmt.Sprintf("%s:%d:%d", v.ID, v.Revision, seq), Dedup: true}}, err
		},
	}
}

// Two workers get the versions of ten articles, shuffled and each twice. What
// is stored must be an unbroken line of revisions per article, in order, up to
// the newest, whichever worker came first.
func TestReviseIsExactUnderConcurrency(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	b := bustest.Connect(t, server, "one")
	ensure(t, b)
	other := bustest.Connect(t, server, "two")
	const articles, versions = 10, 20
	var messages []bus.Message
	for a := range articles {
		for v := range versions {
			for copy := range 2 {
				data, err := bus.Encode(version{ID: fmt.Sprintf("a%d", a), Order: v})
				if err != nil {
					t.Fatal(err)
				}
				messages = append(messages, bus.Message{Subject: b.Root().Item("example_org"), Data: data,
					Type: schema.TypeItemFound, ID: fmt.Sprintf("%d:%d:%d", a, v, copy), Dedup: true})
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
	if _, err := b.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
	for _, worker := range []*bus.Bus{b, other} {
		bustest.Start(t, func(ctx context.Context) error {
			return bus.Run(ctx, worker, stage(), bus.Revise(reviser(worker.Root())))
		})
	}
	bustest.Eventually(t, func() error {
		in := b.Stats().Stage("tester").In.Load() + other.Stats().Stage("tester").In.Load()
		if in < int64(len(messages)) {
			return fmt.Errorf("%d of %d settled", in, len(messages))
		}
		return nil
	})
	last := map[string]version{}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamArticles}) {
		if err != nil {
			t.Fatal(err)
		}
		v, err := bus.Decode[version](d)
		if err != nil {
			t.Fatal(err)
		}
		if before := last[v.ID]; v.Revision != before.Revision+1 || before.Revision > 0 && v.Order <= before.Order {
			t.Errorf("%s: revision %d order %d after revision %d order %d", v.ID, v.Revision, v.Order, before.Revision, before.Order)
		}
		last[v.ID] = v
	}
	for a := range articles {
		if v := last[fmt.Sprintf("a%d", a)]; v.Order != versions-1 {
			t.Errorf("a%d ends at %d, want %d", a, v.Order, versions-1)
		}
	}
	if dead := b.Stats().Stage("tester").Dead.Load(); dead > 0 {
		t.Errorf("%d dead letters", dead)
	}
}
