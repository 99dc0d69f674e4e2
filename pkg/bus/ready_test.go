package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// disk is one that a test fills and frees.
type disk struct{ full atomic.Bool }

var errDiskFull = errors.New("the disk is full")

func (d *disk) check() error {
	if d.full.Load() {
		return errDiskFull
	}
	return nil
}

// onDisk is a bus that asks the disk, on a server of its own.
func onDisk(t *testing.T, d *disk) *bus.Bus {
	t.Helper()
	s := bustest.Server(t)
	b, err := bus.Connect(t.Context(), bus.Options{InProcess: s, Name: "test", Check: d.check, Logger: bustest.Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadyAsksTheCheck(t *testing.T) {
	t.Parallel()
	d := &disk{}
	b := onDisk(t, d)
	if err := b.AwaitReady(t.Context()); err != nil {
		t.Errorf("with room: %v", err)
	}
	d.full.Store(true)
	if err := b.Ready(); !errors.Is(err, errDiskFull) {
		t.Errorf("full: ready is %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := b.AwaitReady(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting, and stopped: %v", err)
	}
	waited := make(chan error, 1)
	go func() { waited <- b.AwaitReady(t.Context()) }()
	d.full.Store(false)
	if err := within(t, "the end of waiting", waited); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := b.AwaitReady(ended); err != nil {
		t.Errorf("with room, and stopped: %v", err)
	}
}

// A server that takes a message and never answers, as one does whose disk is
// full, makes the bus unready before its publish is given up and tried again.
func TestReadyTellsOfAnOverdueAnswer(t *testing.T) {
	t.Parallel()
	s := bustest.Server(t)
	b := bustest.Connect(t, s, "test")
	mute, err := bustest.Connect(t, s, "mute").JetStream().Conn().SubscribeSync("mute")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := b.Publish(ctx, bus.Message{Subject: "mute", Data: []byte("?")})
		done <- err
	}()
	if _, err := mute.NextMsg(bustest.Limit); err != nil {
		t.Fatal(err)
	}
	if err := b.Ready(); err != nil {
		t.Errorf("just asked: %v", err)
	}
	begun := time.Now()
	bustest.Eventually(t, func() error {
		if err := b.Ready(); err == nil || !strings.Contains(err.Error(), "acknowledged nothing for") {
			return fmt.Errorf("ready after %s: %v", time.Since(begun), err)
		}
		return nil
	})
	if b.Stats().PushedBack.Load() != 0 {
		t.Error("it was told only when the publish was given up")
	}
	cancel()
	if err := within(t, "the end of Publish", done); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := b.Ready(); err != nil {
		t.Errorf("nothing waits: %v", err)
	}
	if quiet := b.Quiet(); quiet <= 0 || quiet > time.Since(begun)+time.Minute {
		t.Errorf("quiet for %s", quiet)
	}
}

// A stage that brings things in takes no message while the bus is not ready, and
// does not begin with one that it has. Another stage works on.
func TestWhenReady(t *testing.T) {
	t.Parallel()
	d := &disk{}
	b := onDisk(t, d)
	if _, err := b.Publish(t.Context(), item(b, "a")); err != nil {
		t.Fatal(err)
	}
	worked := make(chan string, 10)
	handler := func(_ context.Context, _ *bus.Worker, m bus.Delivery) (string, error) {
		worked <- m.Header.Get(schema.HeaderID)
		return "done", nil
	}
	careful := stage()
	careful.WhenReady = true
	ackWait(t, b, time.Second)
	d.full.Store(true)
	stop := bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, careful, handler) })
	consumer := normalizer(t, b)
	never(t, worked, "with a full disk")
	if info, err := consumer.Info(t.Context()); err != nil || info.NumAckPending != 0 {
		t.Errorf("with a full disk it has taken %+v, %v", info, err)
	}
	d.full.Store(false)
	if id := within(t, "a", worked); id != "a" {
		t.Errorf("got %s", id)
	}

	// One that waits for it is left as it is when the stage is stopped.
	d.full.Store(true)
	if _, err := b.Publish(t.Context(), item(b, "b")); err != nil {
		t.Fatal(err)
	}
	never(t, worked, "with a full disk again")
	stop()
	settled := b.Stats().Stage(careful.Name).In.Load()
	if settled != 1 || len(worked) > 0 {
		t.Errorf("%d messages are settled, want 1", settled)
	}
	careful.WhenReady = false
	stop = bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, careful, handler) })
	if id := within(t, "b", worked); id != "b" {
		t.Errorf("got %s", id)
	}
	stop()
}

// never expects that nothing comes for as long as several looks take.
func never[T any](t *testing.T, c <-chan T, when string) {
	t.Helper()
	timer := time.NewTimer(700 * time.Millisecond)
	defer timer.Stop()
	select {
	case v := <-c:
		t.Fatalf("%s: got %v", when, v)
	case <-timer.C:
	}
}

// Both bounds hold of a stage that takes its share only, and only when ready.
func TestWhenReadyWithShare(t *testing.T) {
	t.Parallel()
	d := &disk{}
	b := onDisk(t, d)
	for i := range 3 {
		if _, err := b.Publish(t.Context(), item(b, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	var asked atomic.Int64
	worked := make(chan struct{}, 10)
	careful := stage()
	careful.WhenReady = true
	careful.Share = func(ctx context.Context, _ int) int {
		if asked.Add(1) > 2 { // two messages, and no more
			<-ctx.Done()
			return 0
		}
		return 1
	}
	d.full.Store(true)
	stop := bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, careful, func(context.Context, *bus.Worker, bus.Delivery) (string, error) {
			worked <- struct{}{}
			return "done", nil
		})
	})
	never(t, worked, "with a full disk")
	if n := asked.Load(); n != 0 {
		t.Errorf("asked %d times for its share while it may take nothing", n)
	}
	d.full.Store(false)
	within(t, "the first", worked)
	within(t, "the second", worked)
	stop()
	if len(worked) != 0 {
		t.Error("took more than its share")
	}
}
