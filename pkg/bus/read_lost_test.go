package bus_test

import (
	"bytes"
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// leaky is a server to which requests for messages do not come, so many of them. It
// is as when the server that a consumer was on is killed, and the connection is to
// another: nobody says that the request is lost.
type leaky struct {
	nats.InProcessConnProvider
	lost atomic.Int32 // that are still to be lost
}

// InProcessConn implements nats.InProcessConnProvider.
func (l *leaky) InProcessConn() (net.Conn, error) {
	conn, err := l.InProcessConnProvider.InProcessConn()
	return leak{conn, l}, err
}

type leak struct {
	net.Conn
	of *leaky
}

// Write sends requests for messages elsewhere.
func (l leak) Write(data []byte) (int, error) {
	request, elsewhere := []byte("CONSUMER.MSG.NEXT."), []byte("CONSUMER.MSG.LOST.")
	if bytes.Contains(data, request) && l.of.lost.Add(-1) >= 0 {
		if _, err := l.Conn.Write(bytes.ReplaceAll(data, request, elsewhere)); err != nil {
			return 0, err
		}
		return len(data), nil
	}
	return l.Conn.Write(data)
}

// leaking connects through such a server. Somebody listens where the lost requests
// go: else the server would say at once that nobody does.
func leaking(t *testing.T) (*bus.Bus, *leaky) {
	t.Helper()
	server := bustest.Server(t)
	l := &leaky{InProcessConnProvider: server}
	b := bustest.Connect(t, l, "test")
	ensure(t, b)
	listener := bustest.Connect(t, server, "listener").JetStream().Conn()
	if _, err := listener.SubscribeSync("$JS.API.CONSUMER.MSG.LOST.>"); err != nil {
		t.Fatal(err)
	}
	if err := listener.Flush(); err != nil {
		t.Fatal(err)
	}
	return b, l
}

// A request that is lost does not hold up a reading for ever, be it the first or
// one in the middle, with Follow or without: what the reading hears nothing of is
// made anew, and each message comes once.
func TestReadOutlivesLostRequests(t *testing.T) {
	t.Parallel()
	for name, follow := range map[string]bool{"a stretch": false, "follow": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, l := leaking(t)
			publishItems(t, b, 0, 100)
			l.lost.Store(2) // the second is of the consumer that was made anew
			ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
			defer cancel()
			next := uint64(1)
			for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems, Follow: follow}) {
				if err != nil || d.Sequence != next {
					t.Fatalf("got %d: %v, want %d", d.Sequence, err, next)
				}
				if next++; follow && next > 100 {
					break
				}
			}
			if next != 101 || l.lost.Load() > 0 {
				t.Errorf("%d messages came, and %d requests were to be lost", next-1, l.lost.Load())
			}
		})
	}
}

// The end of a stretch was removed while its reader was at the first message: the
// reading ends, as soon as the server has nothing more for it.
func TestReadOfWhatIsRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publishItems(t, b, 0, 6000) // more than is read ahead
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	n := 0
	for _, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			if err := stream.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n == 0 || n == 6000 {
		t.Errorf("%d messages came", n)
	}
}
