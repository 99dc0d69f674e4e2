package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
)

// watch has a server watched until the test, or the caller, stops it.
func watch(t *testing.T, s *embedded.Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var watching sync.WaitGroup
	watching.Go(func() {
		if err := s.Watch(ctx); err != nil {
			t.Error(err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); watching.Wait() })
	t.Cleanup(stop)
	return stop
}

// until waits until the server is ready, or is not ready for this reason.
func until(t *testing.T, s *embedded.Server, want error) time.Duration {
	t.Helper()
	begun := time.Now()
	bustest.Eventually(t, func() error {
		if err := s.Ready(); !errors.Is(err, want) {
			return fmt.Errorf("ready is %v, want %v", err, want)
		}
		return nil
	})
	return time.Since(begun)
}

// The first look is that of Start: nothing may be taken in before it.
func TestLowFromTheStart(t *testing.T) {
	t.Parallel()
	logged, logs := observer.New(zap.WarnLevel)
	s := start(t, embedded.Options{MinFree: math.MaxInt64 / 2, Logger: zap.New(logged)})
	defer s.Close()
	err := s.Ready()
	if !errors.Is(err, embedded.ErrLow) || !strings.Contains(err.Error(), "--min-free") || !strings.Contains(err.Error(), "MiB are free at ") {
		t.Errorf("got %v", err)
	}
	stop := watch(t, s)
	until(t, s, embedded.ErrLow)
	stop()
	if n := logs.FilterMessageSnippet("nothing is fetched").Len(); n != 1 {
		t.Errorf("it was logged %d times, want once", n)
	}
}

func TestReadyWithRoom(t *testing.T) {
	t.Parallel()
	for name, free := range map[string]int64{"off": 0, "a little": 1} {
		s := start(t, embedded.Options{MinFree: free})
		if err := s.Ready(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}

// What has fallen below the mark must come a tenth above it.
func TestLowAndRoomAgain(t *testing.T) {
	t.Parallel()
	const size, mark = 24 << 20, 4 << 20
	disk := bustest.NewDisk(t, size)
	s := start(t, embedded.Options{Dir: disk.Dir, MinFree: mark})
	defer s.Close()
	if err := s.Ready(); err != nil {
		t.Fatal(err)
	}
	defer watch(t, s)()
	disk.FillBut(t, mark/2)
	t.Logf("red after %s", until(t, s, embedded.ErrLow))
	disk.FillBut(t, mark+mark/20)
	bustest.Eventually(t, func() error {
		if err := s.Ready(); err == nil || !strings.Contains(err.Error(), "4.2 MiB are free") {
			return fmt.Errorf("just above the mark: %v", err)
		}
		return nil
	})
	disk.FillBut(t, mark+mark/8)
	t.Logf("green after %s", until(t, s, nil))
	disk.FillBut(t, mark+mark/20)
	if err := s.Ready(); err != nil {
		t.Errorf("just above the mark, falling: %v", err)
	}
}

// A stream that met a full disk is written again once there is room, and holds
// all that was acknowledged. Clients come back by themselves: those in the process,
// and those on the network, at the same address.
func TestWriteErrorAndRoomAgain(t *testing.T) {
	t.Parallel()
	disk := bustest.NewDisk(t, 24<<20)
	s := start(t, embedded.Options{Dir: disk.Dir, Listen: "127.0.0.1:0"})
	defer s.Close()
	defer watch(t, s)()
	address := s.URL()
	inside, err := nats.Connect("", nats.InProcessServer(s), nats.MaxReconnects(-1))
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	outside, err := nats.Connect(address, nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer outside.Close()
	js, err := jetstream.New(inside)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "S", Subjects: []string{"s"}, Discard: jetstream.DiscardNew}); err != nil {
		t.Fatal(err)
	}
	publish := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := js.Publish(ctx, "s", make([]byte, 64<<10), jetstream.WithRetryAttempts(0))
		return err
	}
	acked := uint64(0)
	for range 10 {
		if err := publish(); err != nil {
			t.Fatal(err)
		}
		acked++
	}
	disk.Fill(t)
	for publish() == nil { // what its last page has room for
		acked++
	}
	t.Logf("red after %s", until(t, s, embedded.ErrWrite))
	if err := s.Ready(); !strings.Contains(err.Error(), "no space left") {
		t.Errorf("it does not say why: %v", err)
	}
	disk.Free(t)
	t.Logf("green after %s", until(t, s, nil))
	if s.URL() != address {
		t.Errorf("it listens on %s now, and did on %s", s.URL(), address)
	}
	bustest.Eventually(t, publish)
	bustest.Eventually(t, outside.Flush)
	stream, err := js.Stream(t.Context(), "S")
	if err != nil {
		t.Fatal(err)
	}
	if got := stream.CachedInfo().State.Msgs; got < acked+1 {
		t.Errorf("%d messages are there, %d were acknowledged", got, acked+1)
	}
}

// One that is stopped while it is watched is closed all the same.
func TestWatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	stop := watch(t, s)
	stop()
	s.Close()
	if _, err := s.InProcessConn(); err == nil {
		t.Error("a closed server takes a connection")
	}
}
