// Package status gathers what a pipeline holds and how far its services are.
package status

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// Status is the state of a pipeline.
type Status struct {
	// Time is when it was read, by the clock of this machine.
	Time time.Time `json:"time"`
	// Server is the address of the NATS server that was asked.
	Server string `json:"server"`
	NATS   NATS   `json:"nats"`
	Root   string `json:"root"`
	// Interval is the seconds that rates are over, 0 when there are none: they
	// take a second reading, see Watch.
	Interval  float64    `json:"interval_seconds,omitempty"`
	Streams   []Stream   `json:"streams"`
	Consumers []Consumer `json:"consumers"`
	// Feeds counts the registered feeds by state; see FeedState.
	Feeds map[string]int `json:"feeds"`
	// Dead counts the dead letters by the stage that set them aside.
	Dead map[string]uint64 `json:"dead"`
	// Jobs counts the jobs by state.
	Jobs map[string]int `json:"jobs"`
	// Paused says why a fetcher stands still, nil when none does.
	Paused *schema.Health `json:"paused,omitempty"`
}

// NATS is the server that was asked.
type NATS struct {
	Version string `json:"version"`
	Name    string `json:"name"`
	// Cluster is the name of its cluster, empty without one.
	Cluster string `json:"cluster,omitempty"`
}

// Stream is what a stream holds.
type Stream struct {
	Name     string `json:"name"`
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	// Limit is the bytes at which it is full, 0 for no limit.
	Limit int64 `json:"limit,omitempty"`
	// First and Last are when its oldest and newest messages were stored.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// LastSequence is that of its newest message, or of the last that it had.
	LastSequence uint64 `json:"last_sequence"`
	// PerSecond is how many messages were stored a second; see Status.Interval.
	PerSecond float64 `json:"per_second,omitempty"`
	// Replicas is how many servers are to hold it.
	Replicas int `json:"replicas"`
	// Leader is the server that takes its messages; empty without a cluster, and
	// in one while there is no leader and nothing can be stored.
	Leader string `json:"leader,omitempty"`
	// Behind are the other servers that lack messages, or are not there.
	Behind []Replica `json:"behind,omitempty"`
}

// Replica is a server that does not have all of a stream.
type Replica struct {
	Name    string `json:"name"`
	Lag     uint64 `json:"lag"`
	Offline bool   `json:"offline,omitempty"`
}

// Consumer is how far a service is with a stream.
type Consumer struct {
	Name   string `json:"name"`
	Stream string `json:"stream"`
	// Pending are the messages that it has not been given yet.
	Pending uint64 `json:"pending"`
	// Unacked are those that it has in hand.
	Unacked int `json:"unacked"`
	// Redelivered are those in hand that it has been given more than once.
	Redelivered int `json:"redelivered"`
	// Waiting are the requests of workers for messages that wait for some. With
	// none, and messages that are pending, no worker is there.
	Waiting int `json:"waiting"`
	// Done is how many deliveries are settled.
	Done uint64 `json:"done"`
	// PerSecond is how many were settled a second; see Status.Interval.
	PerSecond float64 `json:"per_second,omitempty"`
}

// Read gathers the status of the pipeline that b is connected to.
func Read(ctx context.Context, b *bus.Bus) (Status, error) {
	return new(Watch).Next(ctx, b)
}

// read gathers all but the states of feeds.
func read(ctx context.Context, b *bus.Bus) (Status, error) {
	nc := b.JetStream().Conn()
	s := Status{
		Time: time.Now().UTC(), Server: b.Server(), Root: string(b.Root()),
		NATS: NATS{Version: nc.ConnectedServerVersion(), Name: nc.ConnectedServerName(), Cluster: nc.ConnectedClusterName()},
		Dead: map[string]uint64{}, Jobs: map[string]int{},
	}
	want := topology.DefaultOptions()
	want.Root = b.Root()
	top := topology.New(want)
	for _, c := range top.Streams {
		stream, err := readStream(ctx, b.JetStream(), c.Name)
		if err != nil {
			return s, err
		}
		s.Streams = append(s.Streams, stream)
	}
	for _, c := range top.Consumers {
		consumer, err := readConsumer(ctx, b.JetStream(), c)
		if err != nil {
			return s, err
		}
		s.Consumers = append(s.Consumers, consumer)
	}
	if err := s.countDead(ctx, b); err != nil {
		return s, err
	}
	if paused, ok, err := fetcher.Paused(ctx, b); err != nil {
		return s, err
	} else if ok {
		s.Paused = &paused
	}
	return s, s.countJobs(ctx, b)
}

func readStream(ctx context.Context, js jetstream.JetStream, name string) (Stream, error) {
	stream, err := js.Stream(ctx, name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return Stream{}, fmt.Errorf("stream %s is %w", name, bus.ErrNotSetUp)
	}
	if err != nil {
		return Stream{}, fmt.Errorf("stream %s: %w", name, err)
	}
	info := stream.CachedInfo()
	s := Stream{Name: name, Messages: info.State.Msgs, Bytes: info.State.Bytes, Limit: max(info.Config.MaxBytes, 0),
		LastSequence: info.State.LastSeq, Replicas: info.Config.Replicas}
	if s.Messages > 0 {
		s.First, s.Last = info.State.FirstTime.UTC(), info.State.LastTime.UTC()
	}
	if cluster := info.Cluster; cluster != nil {
		s.Leader = cluster.Leader
		for _, r := range cluster.Replicas {
			if !r.Current || r.Offline {
				s.Behind = append(s.Behind, Replica{Name: r.Name, Lag: r.Lag, Offline: r.Offline})
			}
		}
	}
	return s, nil
}

func readConsumer(ctx context.Context, js jetstream.JetStream, c topology.Consumer) (Consumer, error) {
	consumer, err := js.Consumer(ctx, c.Stream, c.Config.Durable)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return Consumer{}, fmt.Errorf("consumer %s of stream %s is %w", c.Config.Durable, c.Stream, bus.ErrNotSetUp)
	}
	if err != nil {
		return Consumer{}, fmt.Errorf("consumer %s of stream %s: %w", c.Config.Durable, c.Stream, err)
	}
	info := consumer.CachedInfo()
	return Consumer{
		Name: c.Config.Durable, Stream: c.Stream, Pending: info.NumPending, Unacked: info.NumAckPending, Redelivered: info.NumRedelivered,
		Waiting: info.NumWaiting, Done: info.AckFloor.Consumer,
	}, nil
}

// countDead counts dead letters by the stage in their subjects.
func (s *Status) countDead(ctx context.Context, b *bus.Bus) error {
	name := b.Root().Stream(schema.StreamDead)
	stream, err := b.JetStream().Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(b.Root().All("dead")))
	if err != nil {
		return fmt.Errorf("subjects of %s: %w", name, err)
	}
	for subject, n := range info.State.Subjects {
		s.Dead[stageOf(b.Root(), subject)] += n
	}
	return nil
}

// stageOf is the stage token of a dead letter's subject.
func stageOf(root schema.Root, subject string) string {
	tokens := strings.Split(root.Rest(subject), ".")
	if len(tokens) < 2 {
		return schema.Unknown
	}
	return tokens[1]
}

func (s *Status) countJobs(ctx context.Context, b *bus.Bus) error {
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return err
	}
	list, err := store.List(ctx)
	for _, job := range list {
		s.Jobs[string(job.State)]++
	}
	return err
}

func (s *Status) countFeeds(ctx context.Context, b *bus.Bus) error {
	registry, err := fetcher.OpenRegistry(ctx, b)
	if err != nil {
		return err
	}
	feeds, err := Feeds(ctx, registry)
	if err != nil {
		return err
	}
	s.Feeds = map[string]int{FeedOK: 0, FeedFailing: 0, FeedNew: 0}
	for _, f := range feeds {
		s.Feeds[f.State]++
	}
	return nil
}
