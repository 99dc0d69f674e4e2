package replay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestReplayIntoAStream(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const n = 450 // several windows
	enriched(t, b, 0, n)
	s, p := all(t, b)
	var reported schema.Progress
	for range 2 { // The second finds each message there.
		got, err := deliver(t.Context(), b, s, p, publisher(t, b, "job", "news.replay.job.>"), replay.Options{
			Report: func(p schema.Progress) { reported = p },
		})
		if err != nil || got.Done != n || !got.Marked || got.Sequence != s.Last || got.Output == 0 {
			t.Fatalf("got %+v: %v", got, err)
		}
		if reported != got {
			t.Errorf("reported %+v, want %+v", reported, got)
		}
	}
	checkOutput(t, b, "job", n, n)
}

func TestReplayToAStreamWithoutBatches(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 50)
	_, err := b.JetStream().CreateStream(t.Context(), jetstream.StreamConfig{Name: "MINE", Subjects: []string{"mine"}})
	if err != nil {
		t.Fatal(err)
	}
	s, p := all(t, b)
	if p, err = deliver(t.Context(), b, s, p, publisher(t, b, "job", "mine"), replay.Options{}); err != nil || p.Done != 50 {
		t.Fatalf("got %+v: %v", p, err)
	}
	mine, err := b.JetStream().Stream(t.Context(), "MINE")
	if err != nil {
		t.Fatal(err)
	}
	for i, original := range originals(t, b, 50) {
		msg, err := mine.GetMsg(t.Context(), uint64(i+1))
		if err != nil || !bytes.Equal(msg.Data, original.Data) {
			t.Fatalf("message %d: %v, %v", i, msg, err)
		}
	}
}

func TestReplayToSubscribers(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 250)
	got := make(chan *nats.Msg, 300)
	if _, err := b.JetStream().Conn().ChanSubscribe("mine.>", got); err != nil {
		t.Fatal(err)
	}
	s, p := all(t, b)
	if p, err := deliver(t.Context(), b, s, p, publisher(t, b, "job", "mine.>"), replay.Options{}); err != nil || p.Done != 250 {
		t.Fatalf("got %+v: %v", p, err)
	}
	for _, original := range originals(t, b, 250) {
		msg := <-got
		checkCopy(t, b.Root(), original, bus.Delivery{Subject: msg.Subject, Header: msg.Header, Data: msg.Data}, "job", "mine")
	}
	if end := <-got; end.Subject != "mine.end" || end.Header.Get(schema.HeaderReplayEnd) != "250" {
		t.Errorf("end: %v", end)
	}
}

// Stretches by filter, time and sequence have the messages that they say.
func TestStretches(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 30)
	first, last := originals(t, b, 30)[0].Time, originals(t, b, 30)[29].Time
	for name, test := range map[string]struct {
		stretch schema.Stretch
		want    uint64
	}{
		"all":            {schema.Stretch{}, 30},
		"a source":       {schema.Stretch{Filter: "news.enriched.*.source1.*"}, 15},
		"later":          {schema.Stretch{Since: last.Add(time.Second)}, 0},
		"earlier":        {schema.Stretch{Until: first}, 0},
		"until now":      {schema.Stretch{Until: last.Add(time.Hour), Since: first}, 30},
		"backwards":      {schema.Stretch{Since: last.Add(time.Second), Until: first}, 0},
		"from a number":  {schema.Stretch{First: 11}, 20},
		"to a number":    {schema.Stretch{Last: 11}, 11},
		"numbers":        {schema.Stretch{First: 5, Last: 6, Filter: "news.enriched.*.source1.*"}, 1},
		"beyond the end": {schema.Stretch{First: 31}, 0},
		"too far":        {schema.Stretch{First: 30, Last: 100}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := stretch(t, b, test.stretch)
			if p.Total != test.want {
				t.Errorf("total %d, want %d", p.Total, test.want)
			}
			delivered, ends := uint64(0), 0
			p, err := deliver(t.Context(), b, s, p, &spy{deliver: func(d []bus.Delivery) { delivered += uint64(len(d)) }, end: func() { ends++ }}, replay.Options{})
			if err != nil || delivered != test.want || p.Done != test.want || !p.Marked || ends != int(min(test.want, 1)) {
				t.Errorf("delivered %d with %d ends, %+v, %v, want %d", delivered, ends, p, err, test.want)
			}
		})
	}
}

// spy is an output that is looked at.
type spy struct {
	replay.Func
	deliver func([]bus.Delivery)
	end     func()
}

func (s *spy) Deliver(_ context.Context, d []bus.Delivery) error { s.deliver(d); return nil }
func (s *spy) End(context.Context, uint64) error                 { s.end(); return nil }

func TestRateIsKept(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 40)
	s, p := all(t, b)
	begun, largest := time.Now(), 0
	o := replay.Options{Rate: 100}
	_, err := deliver(t.Context(), b, s, p, replay.Func(func(_ context.Context, d []bus.Delivery) error {
		largest = max(largest, len(d))
		return nil
	}), o)
	// The first ten go at once, the others take a hundredth of a second each.
	if took := time.Since(begun); err != nil || took < 290*time.Millisecond || largest > 10 {
		t.Errorf("40 messages at 100/s in %s, up to %d at once: %v", took, largest, err)
	}
}

func TestRunStops(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 250)
	s, p := all(t, b)
	failed := errors.New("full")
	delivered := uint64(0)
	got, err := deliver(t.Context(), b, s, p, replay.Func(func(_ context.Context, d []bus.Delivery) error {
		if delivered > 0 {
			return failed
		}
		delivered = uint64(len(d))
		return nil
	}), replay.Options{})
	if got.Done != delivered || !errors.Is(err, failed) || got.Marked {
		t.Errorf("got %+v, %v", got, err)
	}
	s.Stream = "MISSING"
	if _, err := deliver(t.Context(), b, s, p, replay.Func(nil), replay.Options{}); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Stream = schema.StreamEnriched
	if _, err := deliver(ctx, b, s, p, replay.Func(nil), replay.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A source that is no stream is replayed as well, with the spacing of its messages.
type listed []bus.Delivery

func (l listed) Count(_ context.Context, from uint64) (n uint64, err error) {
	for _, d := range l {
		if d.Sequence >= from {
			n++
		}
	}
	return n, nil
}

func (l listed) Read(_ context.Context, from uint64, _ bool) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		for _, d := range l {
			if d.Sequence >= from && !yield(d, nil) {
				return
			}
		}
	}
}

func TestRecordedPace(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var l listed
	for i, after := range []time.Duration{0, 200 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, time.Hour} {
		l = append(l, bus.Delivery{Sequence: uint64(10 * (i + 1)), Time: at.Add(after)})
	}
	for name, test := range map[string]struct {
		pace float64
		from uint64
		want []time.Duration
	}{
		"as it was":     {1, 0, []time.Duration{0, 200, 200, 400, 700}},
		"twice as fast": {2, 0, []time.Duration{0, 100, 100, 200, 500}},
		"from within":   {1, 30, []time.Duration{0, 200, 500}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				var came []time.Duration
				to := replay.Func(func(_ context.Context, window []bus.Delivery) error {
					for range window {
						came = append(came, time.Since(begun))
					}
					return nil
				})
				o := replay.Options{Last: 50, Pace: test.pace, MaxGap: 300 * time.Millisecond}
				if _, err := replay.Run(t.Context(), l, to, o, schema.Progress{Sequence: max(test.from, 1) - 1}); err != nil {
					t.Fatal(err)
				}
				if len(came) != len(test.want) {
					t.Fatalf("%d came, want %d", len(came), len(test.want))
				}
				for i, want := range test.want {
					if want *= time.Millisecond; came[i].Round(time.Millisecond) != want {
						t.Errorf("message %d came after %s, want %s", i, came[i], want)
					}
				}
			})
		})
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string][2]float64{"5/s": {5, 0}, "5": {5, 0}, "recorded": {0, 1}, "recorded×3": {0, 3}, "recordedx0.5": {0, 0.5}} {
		rate, pace, err := replay.ParseRate(text)
		if err != nil || [2]float64{rate, pace} != want {
			t.Errorf("%s: %g, %g, %v", text, rate, pace, err)
		}
	}
	for _, text := range []string{"", "fast", "recorded×", "recorded×-1", "recorded5", "0/s", "NaN", "Inf"} {
		if _, _, err := replay.ParseRate(text); !errors.Is(err, replay.ErrRate) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The headers that speak to the server are not those of the copy.
func TestHeaders(t *testing.T) {
	got := replay.Headers(bus.Delivery{Header: nats.Header{"Nats-Msg-Id": {"x"}, "nats-x": {"y"}, "ce-id": {"z"}, "empty": {}}})
	if fmt.Sprint(got) != "map[ce-id:z]" {
		t.Errorf("got %v", got)
	}
}
