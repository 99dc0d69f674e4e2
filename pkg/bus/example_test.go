package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// pipeline is a bus on a server in this process, with the streams set up. In a
// program it is bus.Connect with the address of a server.
func pipeline(ctx context.Context) (b *bus.Bus, end func(), err error) {
	dir, err := os.MkdirTemp("", "dateline")
	if err != nil {
		return nil, nil, err
	}
	server, err := embedded.Start(ctx, embedded.Options{Dir: dir, Store: 20 << 30, SyncInterval: time.Minute})
	if err != nil {
		return nil, nil, err
	}
	if b, err = bus.Connect(ctx, bus.Options{InProcess: server, Name: "example"}); err != nil {
		return nil, nil, err
	}
	if _, err = topology.New(topology.DefaultOptions()).Ensure(ctx, b.JetStream()); err != nil {
		return nil, nil, err
	}
	return b, func() { b.Close(); server.Close(); _ = os.RemoveAll(dir) }, nil
}

// enriched is an enriched article with one headline, as a message.
func enriched(root schema.Root, id, headline string) (bus.Message, error) {
	a := schema.Article{ID: id, Revision: 1, Headline: headline, Language: "en", Source: schema.Source{Token: "example_org"}}
	data, err := bus.Encode(schema.Enriched{Article: a})
	return bus.Message{Subject: root.Enriched(a), Data: data, Type: schema.TypeArticleEnriched, ID: schema.RevisionID(id, 1)}, err
}

// A consumer reads the enriched articles of one source, and would go on with
// what comes next by setting Follow.
func ExampleBus_Read() {
	ctx := context.Background()
	b, end, err := pipeline(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer end()
	if err := publishHeadlines(ctx, b, "No boats this week", "Crews back at sea"); err != nil {
		fmt.Println(err)
		return
	}

	options := bus.ReadOptions{Stream: schema.StreamEnriched, Filters: []string{"news.enriched.*.example_org.>"}}
	for d, err := range b.Read(ctx, options) {
		if err != nil {
			fmt.Println(err)
			return
		}
		article, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(d.Sequence, d.Subject, article.Headline)
	}
	// Output:
	// 1 news.enriched.en.example_org.article0 No boats this week
	// 2 news.enriched.en.example_org.article1 Crews back at sea
}

// publishHeadlines publishes an enriched article for each headline.
func publishHeadlines(ctx context.Context, b *bus.Bus, headlines ...string) error {
	for i, headline := range headlines {
		m, err := enriched(b.Root(), fmt.Sprint("article", i), headline)
		if err != nil {
			return err
		}
		if _, err := b.Publish(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// A program with a durable settles each message, and goes on there when it is
// started again: here by the second loop.
func ExampleBus_Subscribe() {
	ctx := context.Background()
	b, end, err := pipeline(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer end()
	if err := publishHeadlines(ctx, b, "No boats this week", "Crews back at sea", "Harbour reopens"); err != nil {
		fmt.Println(err)
		return
	}

	options := bus.SubscribeOptions{Stream: schema.StreamEnriched, Filters: []string{"news.enriched.en.>"}, Durable: "headlines"}
	for _, until := range []uint64{2, 3} {
		for m, err := range b.Subscribe(ctx, options) {
			if err != nil {
				fmt.Println(err)
				return
			}
			article, err := bus.Decode[schema.Enriched](m.Delivery)
			if err != nil {
				_ = m.Term("no article") // it is as bad the next time
				continue
			}
			fmt.Println(m.Sequence, article.Headline)
			if err := m.Ack(); err != nil {
				fmt.Println(err)
			}
			if m.Sequence == until {
				break
			}
		}
		fmt.Println("stopped")
	}
	// Output:
	// 1 No boats this week
	// 2 Crews back at sea
	// stopped
	// 3 Harbour reopens
	// stopped
}

// A handler says by its error what becomes of a message. One at a time, so that the
// order is kept, and each revision once.
func ExampleBus_Handle() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b, end, err := pipeline(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer end()
	if err := publishHeadlines(ctx, b, "No boats this week", "", "Harbour reopens"); err != nil {
		fmt.Println(err)
		return
	}

	options := bus.SubscribeOptions{Stream: schema.StreamEnriched, Durable: "headlines", InFlight: 1, Once: 10_000}
	err = b.Handle(ctx, options, func(_ context.Context, d bus.Delivery) error {
		article, err := bus.Decode[schema.Enriched](d)
		switch {
		case err != nil:
			return bus.Permanent(err) // never again
		case d.Delivered == 1:
			fmt.Printf("%q: not now\n", article.Headline)
			return bus.After(time.Millisecond, errors.New("the database is away"))
		case article.Headline == "":
			return bus.Permanent(errors.New("it has no headline"))
		}
		fmt.Printf("%q: done\n", article.Headline)
		if d.Sequence == 3 {
			stop() // what is in hand is finished, and Handle returns
		}
		return nil
	})
	fmt.Println("ended with", err)
	// Output:
	// "No boats this week": not now
	// "No boats this week": done
	// "": not now
	// "Harbour reopens": not now
	// "Harbour reopens": done
	// ended with <nil>
}

// A stage of its own reads items, and publishes a shout for each on a subject
// of the stream REPLAY. It runs until it is told to stop.
func ExampleRun() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b, end, err := pipeline(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer end()
	if _, err := b.Publish(ctx, bus.Message{Subject: b.Root().Item("example_org"), Data: []byte(`{"document":"no boats"}`),
		Type: schema.TypeItemFound, ID: "item-1", Dedup: true}); err != nil {
		fmt.Println(err)
		return
	}

	s := bus.DefaultStage()
	s.Name, s.Stream, s.Consumer = "shouter", schema.StreamItems, topology.ConsumerNormalizer
	shout := func(_ context.Context, item schema.Item, d bus.Delivery) (bus.Result, error) {
		if item.Document == "" {
			return bus.Result{}, bus.Permanent(fmt.Errorf("item %d is empty", d.Sequence))
		}
		stop() // one is enough: what is in hand is finished
		return bus.Result{Verdict: "shouted", Groups: [][]bus.Message{{{
			Subject: b.Root().Replay("shouts", "one"), Data: []byte(strings.ToUpper(item.Document)), ID: "shout-1", Dedup: true,
		}}}}, nil
	}
	if err := bus.Run(ctx, b, s, bus.Produce(shout)); err != nil {
		fmt.Println(err)
		return
	}

	for d, err := range b.Read(context.Background(), bus.ReadOptions{Stream: schema.StreamReplay}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s\n", d.Subject, d.Data)
	}
	fmt.Println(b.Stats().Stage("shouter").Counts())
	// Output:
	// news.replay.shouts.one: NO BOATS
	// map[shouted:1]
}
