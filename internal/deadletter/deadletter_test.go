package deadletter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// bury runs a stage that refuses everything until n letters are there.
func bury(t *testing.T, b *bus.Bus, stage, stream, consumer string, n int) {
	t.Helper()
	s := bus.DefaultStage()
	s.Name, s.Stream, s.Consumer = stage, stream, consumer
	stop := bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(context.Context, schema.Item, bus.Delivery) (bus.Result, error) {
			return bus.Result{}, bus.Permanent(errors.New("no headline"))
		}))
	})
	bustest.Next(t, b, n, schema.StreamDead)
	stop()
}

func publish(t *testing.T, b *bus.Bus, m bus.Message) uint64 {
	t.Helper()
	acks, err := b.Publish(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return acks[0].Sequence
}

func item(b *bus.Bus, id string) bus.Message {
	return bus.Message{
		Subject: b.Root().Item("example_org"), Data: fmt.Appendf(nil, `{"id":%q}`, id),
		Type: schema.TypeItemFound, ID: "item-" + id, Dedup: true, About: id,
	}
}

// article is revision n of the article a1, and expects the one at sequence last.
func article(b *bus.Bus, n int, last uint64) bus.Message {
	return bus.Message{
		Subject: b.Root().Article(schema.Article{ID: "a1", Language: "en", Source: schema.Source{Token: "example_org"}}),
		Data:    fmt.Appendf(nil, `{"id":"a1","revision":%d}`, n),
		Type:    schema.TypeArticlePublished, ID: schema.RevisionID("a1", n), About: "a1", Revision: n,
		Expect: &bus.Expect{Last: last},
	}
}

func letters(t *testing.T, b *bus.Bus, f deadletter.Filter) []deadletter.Letter {
	t.Helper()
	var all []deadletter.Letter
	for l, err := range deadletter.Read(t.Context(), b, f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func TestReadAndGet(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, item(b, "1"))
	publish(t, b, item(b, "2"))
	bury(t, b, "normalizer", schema.StreamItems, topology.ConsumerNormalizer, 2)
	publish(t, b, article(b, 1, 0))
	bury(t, b, "enricher", schema.StreamArticles, topology.ConsumerEnricher, 3)

	got, err := deadletter.Get(t.Context(), b, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := deadletter.Letter{
		Sequence: 3, Stage: "enricher", Source: "example_org", Reason: "no headline", Attempts: 1, Bytes: 24,
		Original: deadletter.Original{ID: "a1:1", Subject: "news.article.en.example_org.a1", Stream: "ARTICLES", Sequence: 1},
		Data:     []byte(`{"id":"a1","revision":1}`),
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(deadletter.Letter{}, "Time", "Header")); diff != "" {
		t.Error(diff)
	}
	for name, test := range map[string]struct {
		filter deadletter.Filter
		want   int
	}{
		"all":             {deadletter.Filter{}, 3},
		"stage":           {deadletter.Filter{Stage: "normalizer"}, 2},
		"source":          {deadletter.Filter{Source: "example_org"}, 3},
		"both":            {deadletter.Filter{Stage: "enricher", Source: "example_org"}, 1},
		"another source":  {deadletter.Filter{Source: "example_com"}, 0},
		"a wildcard":      {deadletter.Filter{Stage: ">"}, 0},
		"since":           {deadletter.Filter{Since: got.Time.Add(-time.Hour)}, 3},
		"since the third": {deadletter.Filter{Since: got.Time}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := letters(t, b, test.filter); len(got) != test.want {
				t.Errorf("got %d, want %d", len(got), test.want)
			}
		})
	}
	if _, err := deadletter.Get(t.Context(), b, 99); !errors.Is(err, deadletter.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestNotSetUp(t *testing.T) {
	t.Parallel()
	b := bustest.Connect(t, bustest.Server(t), "test")
	if _, err := deadletter.Get(t.Context(), b, 1); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
	for _, err := range deadletter.Read(t.Context(), b, deadletter.Filter{}) {
		if !errors.Is(err, bus.ErrNotSetUp) {
			t.Errorf("got %v", err)
		}
	}
}

func TestContent(t *testing.T) {
	text := strings.Repeat("words ", 1000)
	compressed := func(limit int) deadletter.Letter {
		m, err := bus.DeadLetter{Root: schema.DefaultRoot, Stage: "poller"}.Compressed([]byte(text), limit)
		if err != nil {
			t.Fatal(err)
		}
		return deadletter.Letter{Data: m.Data, Encoding: m.Header["content-encoding"]}
	}
	for name, test := range map[string]struct {
		letter deadletter.Letter
		limit  int
		length int
		whole  bool
		fails  bool
	}{
		"plain":             {letter: deadletter.Letter{Data: []byte("abc")}, limit: 3, length: 3, whole: true},
		"plain, cut":        {letter: deadletter.Letter{Data: []byte("abc")}, limit: 2, length: 2},
		"compressed":        {letter: compressed(1 << 20), limit: 1 << 20, length: len(text), whole: true},
		"compressed, cut":   {letter: compressed(1 << 20), limit: 100, length: 100},
		"torn by its limit": {letter: compressed(40), limit: 1 << 20, length: -1},
		"not gzip":          {letter: deadletter.Letter{Data: []byte("abc"), Encoding: "gzip"}, limit: 10, fails: true},
		"unknown":           {letter: deadletter.Letter{Data: []byte("abc"), Encoding: "br"}, limit: 10, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			data, whole, err := test.letter.Content(test.limit)
			if (err != nil) != test.fails || whole != test.whole || test.length >= 0 && len(data) != test.length {
				t.Errorf("got %d bytes, whole %v, %v", len(data), whole, err)
			}
			if !test.fails && !strings.HasPrefix(text+"abc", string(data)) && string(data) != "abc" && string(data) != "ab" {
				t.Errorf("got %.20q", data)
			}
		})
	}
}
