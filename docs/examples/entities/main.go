// Command entities follows any number of entities with one durable consumer, and
// prints each article that names one of them once.
//
//	go run ./docs/examples/entities q159 q212 sergei_ryabkov
//	go run ./docs/examples/entities < ids.txt
//
// It goes on where it stopped. To follow others, start it with others.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// follower reads the mentions of entities.
type follower struct {
	js   jetstream.JetStream
	name string // of the durable consumer
	show func(entity string, article schema.Enriched)
	seen recent
}

// filters are the subjects of entities: a Wikidata id or a name's token is on any
// of the three types. No two filters of a consumer may overlap.
func filters(ids []string) []string {
	subjects := make([]string, len(ids))
	for i, id := range ids {
		subjects[i] = "news.mention.*." + schema.Token(id)
	}
	slices.Sort(subjects)
	return slices.Compact(subjects)
}

// follow shows the articles that name the entities, from now on or from where it
// stopped, until ctx ends.
func (f *follower) follow(ctx context.Context, ids []string) error {
	consumer, err := f.js.CreateOrUpdateConsumer(ctx, schema.StreamMentions, jetstream.ConsumerConfig{
		Durable:        f.name,
		FilterSubjects: filters(ids),
		DeliverPolicy:  jetstream.DeliverNewPolicy, // history: see docs/consume.md
		AckPolicy:      jetstream.AckExplicitPolicy,
	})
	if err != nil {
		return fmt.Errorf("consumer %s: %w", f.name, err)
	}
	enriched, err := f.js.Stream(ctx, schema.StreamEnriched)
	if err != nil {
		return fmt.Errorf("stream %s: %w", schema.StreamEnriched, err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("consumer %s: %w", f.name, err)
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("consumer %s: %w", f.name, err)
		}
		if err := f.take(ctx, enriched, msg); err != nil {
			log.Print(err)
			_ = msg.NakWithDelay(5 * time.Second) // else it comes again by itself, later
			continue
		}
		_ = msg.Ack() // a lost one brings the message again
	}
}

// take shows the article of a mention, unless it was shown for another entity.
func (f *follower) take(ctx context.Context, enriched jetstream.Stream, msg jetstream.Msg) error {
	var p schema.Pointer
	if err := json.Unmarshal(msg.Data(), &p); err != nil {
		return nil // no pointer, and never will be one
	}
	revision := schema.RevisionID(p.ArticleID, p.Revision)
	if f.seen.has(revision) {
		return nil
	}
	stored, err := enriched.GetMsg(ctx, p.EnrichedSeq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil // older than what is kept
	}
	if err != nil {
		return fmt.Errorf("article %s: %w", p.ArticleID, err)
	}
	var e schema.Enriched
	if err := json.Unmarshal(stored.Data, &e); err != nil {
		return nil
	}
	f.show(p.EntityID, e)
	f.seen.add(revision)
	return nil
}

// maxSeen is how many revisions are remembered: those of one article come one after
// another, so a few would do.
const maxSeen = 20_000

// recent remembers what was added last, twice maxSeen at most.
type recent struct{ now, before map[string]bool }

func (r *recent) has(s string) bool { return r.now[s] || r.before[s] }

func (r *recent) add(s string) {
	if r.now == nil || len(r.now) >= maxSeen {
		r.before, r.now = r.now, map[string]bool{}
	}
	r.now[s] = true
}

// ids are the arguments, or the words of the standard input without any.
func ids() []string {
	if len(os.Args) > 1 {
		return os.Args[1:]
	}
	var all []string
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		all = append(all, strings.Fields(lines.Text())...)
	}
	return all
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	nc, err := nats.Connect(nats.DefaultURL, nats.MaxReconnects(-1))
	if err != nil {
		log.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		log.Fatal(err)
	}
	f := follower{js: js, name: "entities-example", show: func(entity string, e schema.Enriched) {
		fmt.Println(e.Date, entity, e.Source.Name, e.Headline)
	}}
	if err := f.follow(ctx, ids()); err != nil {
		log.Fatal(err)
	}
}
