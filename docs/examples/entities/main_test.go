package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// put stores articles with their mentions as the enricher does. Article n names
// each entity of ids(n).
func put(t testing.TB, b *bus.Bus, from, to int, entities func(n int) []string) {
	t.Helper()
	var mentions []bus.Message
	for n := from; n < to; n++ {
		e := schema.Enriched{Article: schema.Article{
			ID: fmt.Sprintf("%032x", n), Revision: 1, Language: "en", Headline: fmt.Sprint("Article ", n), Source: schema.Source{Token: "example_org"},
		}}
		for _, id := range entities(n) {
			e.Entities = append(e.Entities, schema.Entity{ID: id, Type: schema.Person, Name: id, Salience: 0.5})
		}
		data, err := bus.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		acks, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Enriched(e.Article), Data: data, Type: schema.TypeArticleEnriched, ID: schema.RevisionID(e.ID, 1)})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range enricher.Pointers(e, acks[0].Sequence) {
			data, err := bus.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			mentions = append(mentions, bus.Message{Subject: b.Root().Mention(e.Entities[i]), Data: data, ID: schema.MentionMessageID(p), Dedup: true})
		}
		if len(mentions) > 500 || n == to-1 {
			if _, err := b.Publish(t.Context(), mentions...); err != nil {
				t.Fatal(err)
			}
			mentions = mentions[:0]
		}
	}
}

// followed are the entities that the tests follow.
func followed(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint("q", i)
	}
	return all
}

// shown keeps what a follower shows.
type shown struct {
	mu       sync.Mutex
	articles map[string]int
}

func (s *shown) show(_ string, e schema.Enriched) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.articles[e.Headline]++
}

func (s *shown) await(t *testing.T, n int) {
	t.Helper()
	bustest.Eventually(t, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.articles) < n {
			return fmt.Errorf("%d articles shown, want %d", len(s.articles), n)
		}
		return nil
	})
}

// isSetUp waits until the consumer of a follower is there.
func isSetUp(t *testing.T, b *bus.Bus, name string) jetstream.Consumer {
	t.Helper()
	var consumer jetstream.Consumer
	bustest.Eventually(t, func() (err error) {
		consumer, err = b.JetStream().Consumer(t.Context(), schema.StreamMentions, name)
		return err
	})
	return consumer
}

// A thousand entities, one consumer: each article that names some of them comes
// once, none that does not, and what came while nobody looked comes after.
func TestFollow(t *testing.T) {
	b := bustest.New(t)
	const entities, articles = 1000, 600
	names := func(n int) []string {
		if n%3 == 0 { // of no interest
			return []string{fmt.Sprint("other", n), fmt.Sprint("q", entities+n)}
		}
		return []string{fmt.Sprint("q", n%entities), fmt.Sprint("other", n), fmt.Sprint("q", (7*n+1)%entities), fmt.Sprint("q", (11*n+500)%entities)}
	}
	got := &shown{articles: map[string]int{}}
	follow := func() (stop func()) {
		f := &follower{js: b.JetStream(), name: "test", show: got.show}
		return bustest.Start(t, func(ctx context.Context) error { return f.follow(ctx, followed(entities)) })
	}
	stop := follow()
	isSetUp(t, b, "test")
	put(t, b, 0, articles/2, names)
	got.await(t, articles/3)
	stop()
	put(t, b, articles/2, articles, names)
	follow()
	got.await(t, 2*articles/3)
	got.mu.Lock()
	defer got.mu.Unlock()
	again := 0
	for n := range articles {
		switch times := got.articles[fmt.Sprint("Article ", n)]; {
		case n%3 == 0 && times != 0, n%3 != 0 && times == 0:
			t.Errorf("article %d: shown %d times", n, times)
		case times > 1:
			again++
		}
	}
	if again > 1 { // only the one in hand at the stop may come again
		t.Errorf("%d articles were shown again", again)
	}
}

// What is followed may change: the durable keeps its place.
func TestFollowOthers(t *testing.T) {
	b := bustest.New(t)
	got := &shown{articles: map[string]int{}}
	f := &follower{js: b.JetStream(), name: "test", show: got.show}
	name := func(id string) func(int) []string { return func(int) []string { return []string{id} } }
	stop := bustest.Start(t, func(ctx context.Context) error { return f.follow(ctx, []string{"Q1", "q1", "Sergei Ryabkov"}) })
	isSetUp(t, b, "test")
	put(t, b, 0, 1, name("q1"))
	got.await(t, 1)
	stop()
	bustest.Start(t, func(ctx context.Context) error { return f.follow(ctx, []string{"q2"}) })
	bustest.Eventually(t, func() error {
		info := isSetUp(t, b, "test").CachedInfo().Config
		if len(info.FilterSubjects)+len(info.FilterSubject) == 0 || len(info.FilterSubjects) > 1 {
			return fmt.Errorf("filters %v", info.FilterSubjects)
		}
		return nil
	})
	put(t, b, 1, 2, name("q1"))
	put(t, b, 2, 3, name("q2"))
	got.await(t, 2)
	got.mu.Lock()
	defer got.mu.Unlock()
	if got.articles["Article 1"] != 0 || got.articles["Article 2"] != 1 {
		t.Errorf("shown %v", got.articles)
	}
}

func TestFollowSaysWhatIsMissing(t *testing.T) {
	b := bustest.Connect(t, bustest.Server(t), "empty")
	f := &follower{js: b.JetStream(), name: "test"}
	if err := f.follow(t.Context(), []string{"q1"}); err == nil {
		t.Error("a server without streams")
	}
}

func TestRecentIsBounded(t *testing.T) {
	var r recent
	for n := range 5 * maxSeen {
		s := fmt.Sprint(n)
		if r.has(s) {
			t.Fatalf("%s was never added", s)
		}
		r.add(s)
		if !r.has(s) || n > 0 && !r.has(fmt.Sprint(n-1)) || len(r.now)+len(r.before) > 2*maxSeen {
			t.Fatalf("at %d: %d remembered", n, len(r.now)+len(r.before))
		}
	}
}

// BenchmarkFilters reads MENTIONS as a follower does, by the number of filters and
// by whether the mentions were there before the consumer. It is a measure of the
// server: mentions a second that go in, of which one in ten is followed.
//
//	go test -run '^$' -bench Filters -benchtime 1x ./docs/examples/entities
func BenchmarkFilters(b *testing.B) {
	for _, n := range []int{1, 100, 1000, 3000} {
		for _, backlog := range []bool{false, true} {
			b.Run(fmt.Sprintf("entities=%d/backlog=%t", n, backlog), func(b *testing.B) {
				for b.Loop() {
					measure(b, followed(n), backlog)
				}
			})
		}
	}
}

// measure stores 50,000 mentions and reads those of the entities.
func measure(b *testing.B, ids []string, backlog bool) {
	b.StopTimer()
	bed := bustest.New(b)
	const articles, each = 5000, 10
	subjects := filters(ids)
	names := func(n int) []string {
		all := []string{ids[n%len(ids)]}
		for i := 1; i < each; i++ {
			all = append(all, fmt.Sprint("other", (n*each+i)%20_000))
		}
		return all
	}
	if backlog {
		put(b, bed, 0, articles, names)
	}
	b.StartTimer()
	begun := time.Now()
	consumer, err := bed.JetStream().CreateOrUpdateConsumer(b.Context(), schema.StreamMentions, jetstream.ConsumerConfig{
		Durable: "measured", FilterSubjects: subjects, AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 10_000,
	})
	if err != nil {
		b.Fatal(err)
	}
	created := time.Since(begun)
	var stored sync.WaitGroup
	if !backlog {
		stored.Go(func() { put(b, bed, 0, articles, names) })
	}
	messages, err := consumer.Messages()
	if err != nil {
		b.Fatal(err)
	}
	defer messages.Stop()
	for range articles {
		msg, err := messages.Next(jetstream.NextContext(b.Context()))
		if err != nil {
			b.Fatal(err)
		}
		if err := msg.Ack(); err != nil {
			b.Fatal(err)
		}
	}
	stored.Wait()
	b.ReportMetric(float64(created.Milliseconds()), "ms/create")
	b.ReportMetric(articles*each/time.Since(begun).Seconds(), "mentions/s")
}
