package deadletter_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestRetryItem(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, item(b, "1"))
	bury(t, b, "normalizer", schema.StreamItems, topology.ConsumerNormalizer, 1)
	l := letters(t, b, deadletter.Filter{})[0]
	if err := deadletter.Retry(t.Context(), b, l); err != nil {
		t.Fatal(err)
	}
	if left := letters(t, b, deadletter.Filter{}); len(left) != 0 {
		t.Errorf("the letter is still there: %v", left)
	}
	got := bustest.Next(t, b, 2, schema.StreamItems)
	first, again := got[0], got[1]
	if string(again.Data) != string(first.Data) || again.Subject != first.Subject {
		t.Errorf("got %s %s", again.Subject, again.Data)
	}
	if again.Header.Get(jetstream.MsgIDHeader) != "retry:1" || again.Header.Get(schema.HeaderID) != "item-1" {
		t.Errorf("headers: %v", again.Header)
	}
	for name := range again.Header {
		if strings.HasPrefix(name, "dateline-dead") {
			t.Errorf("it carries %s", name)
		}
	}
	// As if the process had been killed before the letter was deleted.
	if err := deadletter.Retry(t.Context(), b, l); err == nil || !strings.Contains(err.Error(), "not deleted") {
		t.Errorf("second retry: %v", err)
	}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil || stream.CachedInfo().State.Msgs != 2 {
		t.Errorf("the second retry was stored: %v", err)
	}
}

// An item that the pager set aside goes to the pager again.
func TestRetryFound(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	m := item(b, "1")
	m.Subject = b.Root().Found("example_org")
	publish(t, b, m)
	bury(t, b, "pager", schema.StreamFound, topology.ConsumerPager, 1)
	if err := deadletter.Retry(t.Context(), b, letters(t, b, deadletter.Filter{})[0]); err != nil {
		t.Fatal(err)
	}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamFound)
	if err != nil {
		t.Fatal(err)
	}
	again, err := stream.GetLastMsgForSubject(t.Context(), m.Subject)
	if err != nil || again.Sequence != 2 || string(again.Data) != string(m.Data) || again.Header.Get(schema.HeaderID) != "item-1" {
		t.Errorf("got %+v, %v", again, err)
	}
}

func TestRetryArticle(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	seq := publish(t, b, article(b, 1, 0))
	bury(t, b, "enricher", schema.StreamArticles, topology.ConsumerEnricher, 1)
	l := letters(t, b, deadletter.Filter{})[0]
	if err := deadletter.Retry(t.Context(), b, l); err != nil {
		t.Fatal(err)
	}
	again := bustest.Next(t, b, 2, schema.StreamArticles)[1]
	if again.Header.Get(schema.HeaderReplay) != "dead-1" || again.Header.Get(schema.HeaderID) != "a1:1" {
		t.Errorf("headers: %v", again.Header)
	}
	if len(letters(t, b, deadletter.Filter{})) != 0 {
		t.Error("the letter is still there")
	}

	// The one that was retried is set aside again, and then the article moves on.
	bury(t, b, "enricher", schema.StreamArticles, topology.ConsumerEnricher, 1)
	publish(t, b, article(b, 2, seq+1))
	l = letters(t, b, deadletter.Filter{})[0]
	if l.Original.Sequence != seq+1 {
		t.Fatalf("the second letter is of %d", l.Original.Sequence)
	}
	if err := deadletter.Retry(t.Context(), b, l); !errors.Is(err, deadletter.ErrSuperseded) {
		t.Errorf("got %v", err)
	}
	if len(letters(t, b, deadletter.Filter{})) != 1 {
		t.Error("a letter that was not retried is gone")
	}
}

func TestNotRetryable(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	compressed, err := bus.DeadLetter{Root: b.Root(), Stage: "normalizer", Subject: "news.item.example_org"}.Compressed([]byte("x"), 100)
	if err != nil {
		t.Fatal(err)
	}
	letter := func(stage, subject string) deadletter.Letter {
		return deadletter.Letter{Sequence: 7, Stage: stage, Original: deadletter.Original{Subject: subject, Sequence: 1}, Header: nats.Header{}}
	}
	for name, l := range map[string]deadletter.Letter{
		"another stage's":  letter("normalizer", "news.found.example_org"),
		"poller":           letter("poller", "news.poll.due.0123456789abcdef"),
		"no subject":       letter("normalizer", ""),
		"wildcard":         letter("normalizer", "news.item.*"),
		"another stream":   letter("normalizer", "news.enriched.en.example_org.a1"),
		"another stage":    letter("enricher", "news.item.example_org"),
		"another pipeline": letter("normalizer", "papers.item.example_org"),
		"no sequence":      {Sequence: 7, Stage: "enricher", Original: deadletter.Original{Subject: "news.article.en.example_org.a1"}},
		"compressed":       {Sequence: 7, Stage: "normalizer", Encoding: "gzip", Data: compressed.Data, Original: deadletter.Original{Subject: "news.item.example_org"}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := deadletter.Retry(t.Context(), b, l); !errors.Is(err, deadletter.ErrNotRetryable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A letter that cannot be tried again says what can be done instead.
func TestWhatInstead(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for name, test := range map[string]struct {
		stage, subject string
		want           []string
	}{
		"a webhook's":  {"webhook", "news.enriched.en.example_org.a1", []string{"all readers", "--name", "--subject 'news.enriched.en.example_org.a1'"}},
		"a backfill's": {"normalizer-backfill", "news.item.example_org", []string{"dateline backfill normalizer --since seq:9 --until seq:10"}},
		"of another":   {"enricher-backfill", "news.article.en.example_org.a1", []string{"dateline backfill enricher --since seq:9"}},
		"a walk's":     {"walker", "news.walk.due.history-0123456789abcdef", []string{"dateline backfill feed"}},
		"a poll":       {"poller", "news.poll.due.0123456789abcdef", []string{"only items of the pager"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := deadletter.Letter{Sequence: 7, Stage: test.stage, Original: deadletter.Original{Subject: test.subject, Sequence: 9}, Header: nats.Header{}}
			err := deadletter.Retry(t.Context(), b, l)
			if !errors.Is(err, deadletter.ErrNotRetryable) {
				t.Fatalf("got %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
		})
	}
}
