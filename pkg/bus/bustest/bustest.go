// Package bustest gives a test a bus on a real NATS server of its own.
package bustest

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server/ats"
	"github.com/nats-io/nats.go"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
)

// New starts a server in the process, sets the whole topology up and connects.
// All of it ends with the test.
func New(t testing.TB) *bus.Bus {
	t.Helper()
	b := Connect(t, Server(t), "test")
	SetUp(t, b)
	return b
}

// SetUp sets the whole topology up.
func SetUp(t testing.TB, b *bus.Bus) {
	t.Helper()
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
}

// Server starts a server that is in the process only. It syncs at intervals:
// what a test asserts is not what a power cut would do.
func Server(t testing.TB) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), Store: 20 << 30, SyncInterval: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Connect connects a service called name to a server in the process.
func Connect(t testing.TB, s nats.InProcessConnProvider, name string) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(t.Context(), bus.Options{InProcess: s, Name: name, Logger: Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// Logger logs warnings and errors to the test.
func Logger(t testing.TB) *zap.Logger {
	t.Helper()
	return zaptest.NewLogger(t, zaptest.Level(zap.WarnLevel))
}

// Limit is how long a test waits for what has to come.
const Limit = 30 * time.Second

// Next reads the first n messages of a stream on the filters, waiting for them.
func Next(t testing.TB, b *bus.Bus, n int, stream string, filters ...string) []bus.Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Limit)
	defer cancel()
	var got []bus.Delivery
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: stream, Filters: filters, Follow: true}) {
		if err != nil {
			t.Fatalf("message %d of %d on %s: %v", len(got)+1, n, stream, err)
		}
		if got = append(got, d); len(got) == n {
			break
		}
	}
	return got
}

// Eventually waits until check returns nil.
func Eventually(t testing.TB, check func() error) {
	t.Helper()
	EventuallyWithin(t, Limit, check)
}

// EventuallyWithin is Eventually with another limit than Limit.
func EventuallyWithin(t testing.TB, within time.Duration, check func() error) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	limit := time.NewTimer(within)
	defer limit.Stop()
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-ticker.C:
		case <-limit.C:
			t.Fatal(err)
		}
	}
}

// Start runs a worker and stops it with the test, which fails when the worker
// ends with an error.
func Start(t testing.TB, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// AllowBubbles lets servers be started in bubbles of testing/synctest, where
// time is not real, until the test ends. It is called outside of them: the
// server's clock of accesses is one for the whole process, and what the first
// server starts in a bubble would be waited for there.
func AllowBubbles(t testing.TB) {
	t.Helper()
	ats.Register()
	t.Cleanup(ats.Unregister)
}

// Setting is a number from the environment by which a long test is run with
// more, or with another seed.
func Setting(t testing.TB, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
