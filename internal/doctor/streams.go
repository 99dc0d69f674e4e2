package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// streams compares the streams with what is wanted.
func (e *examination) streams(ctx context.Context) {
	changes, err := e.wanted(ctx).Check(ctx, e.bus.JetStream())
	if err != nil {
		e.add("streams", Fail, err.Error(), "look at the server's log; in a cluster a majority of its servers must be up")
		return
	}
	if len(changes) == 0 {
		e.add("streams", OK, "all streams, buckets and consumers are as wanted", "")
		return
	}
	const most = 5
	for i, c := range changes {
		if i == most {
			e.add("streams", Fail, fmt.Sprintf("and %d more", len(changes)-most), "dateline setup --check lists them all")
			return
		}
		e.add("streams", Fail, c.String(), "run: dateline setup, with the --replicas and --store that are wanted")
	}
}

// wanted is the topology with the replicas and the store that were given, or else
// those that most streams have.
func (e *examination) wanted(ctx context.Context) topology.Topology {
	o := topology.DefaultOptions()
	o.Root = e.bus.Root()
	replicas, stores := map[int]int{}, map[int64]int{}
	for _, usual := range topology.New(o).Streams {
		s, err := e.bus.JetStream().Stream(ctx, usual.Name)
		if err != nil {
			continue // Check tells of it
		}
		is := s.CachedInfo().Config
		replicas[is.Replicas]++
		if part := usual.MaxBytes / (o.Store / 100); part > 0 {
			stores[is.MaxBytes/part*100]++
		}
	}
	o.Replicas, o.Store = e.Replicas, e.Store
	if o.Replicas == 0 {
		o.Replicas = mostCommon(replicas, topology.DefaultOptions().Replicas)
	}
	if o.Store == 0 {
		o.Store = mostCommon(stores, topology.DefaultOptions().Store)
	}
	return topology.New(o)
}

// mostCommon is the value that was counted most often.
func mostCommon[T int | int64](counts map[T]int, otherwise T) T {
	best := 0
	for value, n := range counts {
		if n > best || n == best && value == otherwise {
			best, otherwise = n, value
		}
	}
	return otherwise
}

// work looks at what the streams hold and whether somebody works on it.
func (e *examination) work(ctx context.Context) {
	s, err := status.Read(ctx, e.bus)
	if err != nil {
		e.add("work", Skip, err.Error(), "")
		return
	}
	e.full(s.Streams)
	e.replicas(s)
	if slices.ContainsFunc(s.Consumers, alone) {
		// A request of a worker that has ended is followed by its next in a moment.
		if later, err := lookLater(ctx, e.bus); err == nil {
			s = later
		}
	}
	e.workers(s.Consumers)
	e.feeds(s.Feeds)
	if n := total(s.Dead); n > 0 {
		e.add("dead letters", Warn, fmt.Sprintf("%d", n), "look at them: dateline dead ls; when what is wrong is mended: dateline dead retry --all")
	} else {
		e.add("dead letters", OK, "none", "")
	}
	e.disk(s.Streams)
}

// full looks for streams that push back, or soon will.
func (e *examination) full(streams []status.Stream) {
	found := false
	for _, s := range streams {
		if s.Limit == 0 || s.Bytes < uint64(s.Limit)/5*4 || dropsOldest(e.bus.Root(), s.Name) {
			continue
		}
		found = true
		level, what := Warn, "when it is full, it takes no more and the stages before it wait"
		if s.Bytes >= uint64(s.Limit)/100*98 {
			level, what = Fail, "it takes no more, and the stages before it wait"
		}
		e.add("limits", level, fmt.Sprintf("%s has %s of %s: %s", s.Name, size(int64(s.Bytes)), size(s.Limit), what), "dateline setup --store with more, after the server's max_file_store; or keep less (docs/operations.md, Retention)")
	}
	if !found {
		e.add("limits", OK, "no stream is above 80 % of its bytes", "")
	}
}

// dropsOldest reports whether a stream that is full makes room by itself.
func dropsOldest(root schema.Root, name string) bool {
	o := topology.DefaultOptions()
	o.Root = root
	for _, s := range topology.New(o).Streams {
		if s.Name == name {
			return s.Discard == jetstream.DiscardOld
		}
	}
	return false
}

// replicas looks at the servers of a cluster.
func (e *examination) replicas(s status.Status) {
	if s.NATS.Cluster == "" {
		return
	}
	var without, behind []string
	single := false
	for _, stream := range s.Streams {
		if stream.Leader == "" {
			without = append(without, stream.Name)
		}
		for _, r := range stream.Behind {
			behind = append(behind, stream.Name+" on "+r.Name)
		}
		single = single || stream.Replicas == 1
	}
	switch {
	case len(without) > 0:
		e.add("replicas", Fail, "no leader: "+strings.Join(without, ", "), "start the servers that are down: two of three must be up")
	case len(behind) > 0:
		e.add("replicas", Warn, "not up to date: "+strings.Join(behind, ", "), "start the servers that are down, and wait; their logs say why if it lasts")
	case single:
		e.add("replicas", Warn, "streams are on one server of the cluster only", "dateline setup --replicas 3")
	default:
		e.add("replicas", OK, "every server has all of every stream", "")
	}
}

// alone reports whether nobody asks for a consumer's messages or has some in hand.
func alone(c status.Consumer) bool { return c.Waiting == 0 && c.Unacked == 0 }

// lookLater reads the status again, a moment later.
func lookLater(ctx context.Context, b *bus.Bus) (status.Status, error) {
	const moment = 300 * time.Millisecond
	select {
	case <-ctx.Done():
		return status.Status{}, ctx.Err()
	case <-time.After(moment):
		return status.Read(ctx, b)
	}
}

// workers looks for messages that nobody asks for.
func (e *examination) workers(consumers []status.Consumer) {
	idle := true
	for _, c := range consumers {
		if !alone(c) {
			continue
		}
		level, program := OK, service(c.Name)
		switch {
		case c.Pending > 0:
			level = Fail
		case c.Name != topology.ConsumerWalker:
			level = Warn
		}
		if level != OK {
			idle = false
			e.add("workers", level, fmt.Sprintf("nobody takes messages as %s of %s; %d wait", c.Name, c.Stream, c.Pending), "start the "+program+", or look at its log (dateline health asks it)")
		}
	}
	if idle {
		e.add("workers", OK, "every stage is asked for", "")
	}
}

// service is the program with the stage that uses a consumer.
func service(consumer string) string {
	switch consumer {
	case topology.ConsumerPoller, topology.ConsumerPager, topology.ConsumerWalker:
		return "fetcher"
	case topology.ConsumerEnricher:
		return "enricher"
	default:
		return "normalizer"
	}
}

// feeds looks at how many feeds fail.
func (e *examination) feeds(states map[string]int) {
	all := total(states)
	text := fmt.Sprintf("%d registered, %d of them failing", all, states[status.FeedFailing])
	switch {
	case all == 0:
		e.add("feeds", Warn, "none is registered", "dateline feeds add ADDRESS")
	case states[status.FeedFailing] > all/2:
		e.add("feeds", Warn, text, "dateline feeds ls says why; when all fail, look at DNS and the way out of this network")
	default:
		e.add("feeds", OK, text, "")
	}
}

func total[N int | uint64](counts map[string]N) (sum N) {
	for _, n := range counts {
		sum += n
	}
	return sum
}
