package bus

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

var errNoLeader = &jetstream.APIError{Code: 503, ErrorCode: 10008, Description: "JetStream system temporarily unavailable"}

func TestLookup(t *testing.T) {
	for name, test := range map[string]struct {
		errs     []error // of each try, the last for ever
		patience time.Duration
		want     error
		tries    int
	}{
		"at once":              {[]error{nil}, time.Minute, nil, 1},
		"a leader comes":       {[]error{context.DeadlineExceeded, errNoLeader, nats.ErrTimeout, nil}, time.Minute, nil, 4},
		"without patience":     {[]error{errNoLeader}, 0, errNoLeader, 1},
		"it is not there":      {[]error{errNoLeader, jetstream.ErrStreamNotFound}, time.Minute, jetstream.ErrStreamNotFound, 2},
		"another error":        {[]error{nats.ErrConnectionClosed}, time.Minute, nats.ErrConnectionClosed, 1},
		"it may not be looked": {[]error{&jetstream.APIError{Code: 403}}, time.Minute, &jetstream.APIError{Code: 403}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				core, logged := observer.New(zap.WarnLevel)
				b := &Bus{patience: test.patience, log: zap.New(core)}
				tries := 0
				got, err := lookup(t.Context(), b, "stream ITEMS", func() (int, error) {
					tries++
					return tries, test.errs[min(tries, len(test.errs))-1]
				})
				if !errors.Is(err, test.want) && err.Error() != test.want.Error() || tries != test.tries || got != tries {
					t.Errorf("got %d, %v after %d tries", got, err, tries)
				}
				if logged.Len() != tries-1 || tries > 1 && logged.All()[0].ContextMap()["for"] != "stream ITEMS" {
					t.Errorf("%d tries, logged %v", tries, logged.All())
				}
			})
		})
	}
}

// The look-ups of a start end, with its patience or with its context.
func TestLookupEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &Bus{patience: time.Minute, log: zap.NewNop()}
		begun := time.Now()
		never := func() (int, error) { return 0, errNoLeader }
		if _, err := lookup(t.Context(), b, "x", never); !errors.Is(err, errNoLeader) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(begun); took < 50*time.Second || took > time.Minute {
			t.Errorf("it took %s", took)
		}
		begun = time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := lookup(ctx, b, "x", never); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 3*time.Second {
			t.Errorf("got %v after %s", err, time.Since(begun))
		}
	})
}

// starting is a server without JetStream, for which somebody answers: so many times
// that there is no leader, and then what is given.
func starting(t *testing.T, refusals int32, then map[string]any) (s *server.Server, asked *atomic.Int32) {
	t.Helper()
	s, err := server.NewServer(&server.Options{DontListen: true, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Shutdown)
	nc, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	asked = &atomic.Int32{}
	_, err = nc.Subscribe("$JS.API.>", func(m *nats.Msg) {
		var answer any = map[string]any{}
		if m.Subject != "$JS.API.INFO" {
			if answer = then; asked.Add(1) <= refusals {
				answer = map[string]any{"error": errNoLeader}
			}
		}
		data, _ := json.Marshal(answer) // of maps and strings alone
		_ = m.Respond(data)             // fails when the test is over
	})
	if err == nil {
		err = nc.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, asked
}

// A worker that is started before its streams have leaders waits for them.
func TestStartsBeforeTheLeaders(t *testing.T) {
	t.Parallel()
	info := map[string]any{"stream_name": "KV_feeds", "name": "normalizer", "config": map[string]any{"name": "KV_feeds", "max_msgs_per_subject": 1, "durable_name": "normalizer"}}
	s, asked := starting(t, 1, info)
	b, err := Connect(t.Context(), Options{InProcess: s, Patience: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if kv, err := b.Bucket(t.Context(), "feeds"); err != nil || kv.Bucket() != "feeds" || asked.Load() != 2 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
	impatient, err := Connect(t.Context(), Options{InProcess: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(impatient.Close)
	asked.Store(0)
	if _, err := impatient.Bucket(t.Context(), "feeds"); err == nil || errors.Is(err, ErrNotSetUp) || asked.Load() != 1 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

// A worker that is stopped while it waits has not failed.
func TestStopsBeforeTheLeaders(t *testing.T) {
	s, asked := starting(t, 1<<30, nil)
	b, err := Connect(t.Context(), Options{InProcess: s, Patience: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stage := DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = "normalizer", "ITEMS", "normalizer"
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, b, stage, func(context.Context, *Worker, Delivery) (string, error) { return "", nil })
	}()
	for asked.Load() == 0 {
		select {
		case err := <-ended:
			t.Fatalf("ended by %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("got %v", err)
	}
}
