package status_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// rates are those that are not 0, by stream and consumer.
func rates(s status.Status) map[string]float64 {
	all := map[string]float64{}
	for _, stream := range s.Streams {
		all[stream.Name] = stream.PerSecond * s.Interval
	}
	for _, consumer := range s.Consumers {
		all[consumer.Name] = consumer.PerSecond * s.Interval
	}
	for name, rate := range all {
		if rate < 0.5 {
			delete(all, name)
		} else {
			all[name] = float64(int(rate + 0.5))
		}
	}
	return all
}

// The first reading has no rates, and those after it what came between.
func TestWatch(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, 0, 2)
	var w status.Watch
	first := next(t, &w, b)
	if first.Interval != 0 || len(rates(first)) != 0 {
		t.Errorf("the first reading is over %v seconds: %v", first.Interval, rates(first))
	}
	publish(t, b, 2, 5)
	settle(t, b, 3)
	second := next(t, &w, b)
	if diff := cmp.Diff(map[string]float64{"ITEMS": 3, "normalizer": 3}, rates(second)); diff != "" || second.Interval <= 0 {
		t.Errorf("the second, over %v seconds: %s", second.Interval, diff)
	}
	if third := next(t, &w, b); len(rates(third)) != 0 {
		t.Errorf("the third: %v", rates(third))
	}
}

// A stream that is made anew begins at 0, which is no rate below 0.
func TestWatchOfAStreamMadeAnew(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, 0, 4)
	var w status.Watch
	next(t, &w, b)
	s, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	config := s.CachedInfo().Config
	if err := b.JetStream().DeleteStream(t.Context(), schema.StreamItems); err != nil {
		t.Fatal(err)
	}
	if _, err := b.JetStream().CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Next(t.Context(), b); err == nil {
		t.Error("the consumer that went with the stream is not missed")
	}
}

// What is read tells of the server, and of jobs.
func TestReadServerAndJobs(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketJobs)
	if err != nil {
		t.Fatal(err)
	}
	for i, state := range []schema.JobState{schema.JobRunning, schema.JobDone, schema.JobDone} {
		data, err := bus.Encode(schema.Job{ID: fmt.Sprint(i), State: state})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kv.Put(t.Context(), fmt.Sprint(i), data); err != nil {
			t.Fatal(err)
		}
	}
	s, err := status.Read(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"running": 1, "done": 2}, s.Jobs); diff != "" {
		t.Error(diff)
	}
	if s.NATS.Version == "" || s.NATS.Name != "dateline" || s.NATS.Cluster != "" || time.Since(s.Time) > time.Minute {
		t.Errorf("server: %+v at %s", s.NATS, s.Time)
	}
	for _, stream := range s.Streams {
		if stream.Replicas != 1 || len(stream.Behind) != 0 {
			t.Errorf("%s: %+v", stream.Name, stream)
		}
	}
}

func next(t *testing.T, w *status.Watch, b *bus.Bus) status.Status {
	t.Helper()
	s, err := w.Next(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func publish(t *testing.T, b *bus.Bus, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Item("a"), Data: []byte("x"), ID: fmt.Sprint(i), Dedup: true}); err != nil {
			t.Fatal(err)
		}
	}
}

// settle acknowledges messages of ITEMS as the normalizer.
func settle(t *testing.T, b *bus.Bus, n int) {
	t.Helper()
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamItems, "normalizer")
	if err != nil {
		t.Fatal(err)
	}
	batch, err := c.Fetch(n)
	if err != nil {
		t.Fatal(err)
	}
	for m := range batch.Messages() {
		if err := m.DoubleAck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
