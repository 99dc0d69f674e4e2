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
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// Status is the state of a pipeline.
type Status struct {
	// Server is the address of the NATS server that was asked.
	Server    string     `json:"server"`
	Root      string     `json:"root"`
	Streams   []Stream   `json:"streams"`
	Consumers []Consumer `json:"consumers"`
	// Feeds counts the registered feeds by state; see FeedState.
	Feeds map[string]int `json:"feeds"`
	// Dead counts the dead letters by the stage that set them aside.
	Dead map[string]uint64 `json:"dead"`
	// Paused says why a fetcher stands still, nil when none does.
	Paused *schema.Health `json:"paused,omitempty"`
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
}

// Read gathers the status of the pipeline that b is connected to.
func Read(ctx context.Context, b *bus.Bus) (Status, error) {
	s := Status{Server: b.Server(), Root: string(b.Root()), Dead: map[string]uint64{}}
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
	return s, s.countFeeds(ctx, b)
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
	s := Stream{Name: name, Messages: info.State.Msgs, Bytes: info.State.Bytes, Limit: max(info.Config.MaxBytes, 0)}
	if s.Messages > 0 {
		s.First, s.Last = info.State.FirstTime.UTC(), info.State.LastTime.UTC()
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
