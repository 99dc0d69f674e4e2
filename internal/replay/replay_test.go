package replay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// enriched stores n messages, half of them of each of two sources.
func enriched(t *testing.T, b *bus.Bus, n int) {
	t.Helper()
	var messages []bus.Message
	for i := range n {
		id := fmt.Sprintf("%032x", i)
		subject := b.Root().Enriched(schema.Article{ID: id, Language: "en", Source: schema.Source{Token: fmt.Sprint("source", i%2)}})
		messages = append(messages, bus.Message{
			Subject: subject, Data: fmt.Appendf(nil, `{"id":%q}`, id), Type: schema.TypeArticleEnriched, ID: id + ":1", About: id,
			Revision: 1, Expect: &bus.Expect{},
		})
	}
	if _, err := b.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

func all(stream string) replay.Options {
	return replay.Options{Read: bus.ReadOptions{Stream: stream}}
}

func publisher(t *testing.T, b *bus.Bus, job, subject string) replay.Publisher {
	t.Helper()
	target, err := replay.ParseTarget(b.Root(), subject)
	if err == nil {
		target, err = target.Find(t.Context(), b.JetStream())
	}
	if err != nil {
		t.Fatal(err)
	}
	return replay.Publisher{Bus: b, Job: job, Target: target}
}

// originals are the messages of ENRICHED in their order.
func originals(t *testing.T, b *bus.Bus, n int) []bus.Delivery {
	t.Helper()
	return bustest.Next(t, b, n, schema.StreamEnriched)
}

func checkCopy(t *testing.T, root schema.Root, original, got bus.Delivery, job, prefix string) {
	t.Helper()
	if want := prefix + "." + root.Rest(original.Subject); got.Subject != want {
		t.Errorf("subject: got %s, want %s", got.Subject, want)
	}
	if !bytes.Equal(got.Data, original.Data) {
		t.Errorf("data: got %s, want %s", got.Data, original.Data)
	}
	for _, name := range []string{schema.HeaderID, schema.HeaderType, schema.HeaderTime, schema.HeaderRecordedTime, schema.HeaderSource} {
		if got.Header.Get(name) != original.Header.Get(name) || got.Header.Get(name) == "" {
			t.Errorf("%s: got %q, want %q", name, got.Header.Get(name), original.Header.Get(name))
		}
	}
	if got.Header.Get(schema.HeaderReplay) != job || got.Header.Get(schema.HeaderReplaySequence) != fmt.Sprint(original.Sequence) {
		t.Errorf("headers of the replay: %v", got.Header)
	}
}

func TestReplayIntoAStream(t *testing.T) {
	b := bustest.New(t)
	const n = 450 // several windows
	enriched(t, b, n)
	p := publisher(t, b, "job", "news.replay.job.>")
	var progress []uint64
	o := all(schema.StreamEnriched)
	o.Progress = func(done, total uint64) {
		if total != n {
			t.Errorf("total: got %d", total)
		}
		progress = append(progress, done)
	}
	for range 2 { // The second finds each message there.
		done, err := replay.Run(t.Context(), b, o, p.Publish)
		if err != nil || done != n {
			t.Fatalf("done %d: %v", done, err)
		}
		if err := p.End(t.Context(), done); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(progress) != "[200 400 450 200 400 450]" {
		t.Errorf("progress: %v", progress)
	}
	got := bustest.Next(t, b, n+1, schema.StreamReplay)
	for i, original := range originals(t, b, n) {
		checkCopy(t, b.Root(), original, got[i], "job", "news.replay.job")
	}
	end := got[n]
	if end.Subject != "news.replay.job.end" || len(end.Data) != 0 || end.Header.Get(schema.HeaderReplayEnd) != fmt.Sprint(n) ||
		end.Header.Get(schema.HeaderType) != schema.TypeReplayEnd {
		t.Errorf("end: %s %v %q", end.Subject, end.Header, end.Data)
	}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamReplay)
	if err != nil || stream.CachedInfo().State.Msgs != n+1 {
		t.Errorf("the stream holds more than one of each: %v, %v", stream.CachedInfo().State.Msgs, err)
	}
}

func TestReplayToAStreamWithoutBatches(t *testing.T) {
	b := bustest.New(t)
	enriched(t, b, 50)
	_, err := b.JetStream().CreateStream(t.Context(), jetstream.StreamConfig{Name: "MINE", Subjects: []string{"mine"}})
	if err != nil {
		t.Fatal(err)
	}
	done, err := replay.Run(t.Context(), b, all(schema.StreamEnriched), publisher(t, b, "job", "mine").Publish)
	if err != nil || done != 50 {
		t.Fatalf("done %d: %v", done, err)
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
	b := bustest.New(t)
	enriched(t, b, 250)
	got := make(chan *nats.Msg, 300)
	if _, err := b.JetStream().Conn().ChanSubscribe("mine.>", got); err != nil {
		t.Fatal(err)
	}
	p := publisher(t, b, "job", "mine.>")
	done, err := replay.Run(t.Context(), b, all(schema.StreamEnriched), p.Publish)
	if err == nil {
		err = p.End(t.Context(), done)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, original := range originals(t, b, 250) {
		msg := <-got
		checkCopy(t, b.Root(), original, bus.Delivery{Subject: msg.Subject, Header: msg.Header, Data: msg.Data}, "job", "mine")
	}
	if end := <-got; end.Subject != "mine.end" || end.Header.Get(schema.HeaderReplayEnd) != "250" {
		t.Errorf("end: %v", end)
	}
}

func TestCount(t *testing.T) {
	b := bustest.New(t)
	enriched(t, b, 30)
	first, last := originals(t, b, 30)[0].Time, originals(t, b, 30)[29].Time
	for name, test := range map[string]struct {
		options bus.ReadOptions
		want    uint64
	}{
		"all":       {bus.ReadOptions{}, 30},
		"a source":  {bus.ReadOptions{Filters: []string{"news.enriched.*.source1.*"}}, 15},
		"later":     {bus.ReadOptions{Since: last.Add(time.Second)}, 0},
		"earlier":   {bus.ReadOptions{Until: first}, 0},
		"until now": {bus.ReadOptions{Until: last.Add(time.Hour), Since: first}, 30},
		"backwards": {bus.ReadOptions{Since: last.Add(time.Second), Until: first}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Stream = schema.StreamEnriched
			got, err := replay.Count(t.Context(), b, test.options)
			if err != nil || got != test.want {
				t.Errorf("got %d, %v, want %d", got, err, test.want)
			}
			delivered := uint64(0)
			_, err = replay.Run(t.Context(), b, replay.Options{Read: test.options}, func(_ context.Context, d []bus.Delivery) error {
				delivered += uint64(len(d))
				return nil
			})
			if err != nil || delivered != test.want {
				t.Errorf("delivered %d, %v, want %d", delivered, err, test.want)
			}
		})
	}
}

func TestRateIsKept(t *testing.T) {
	b := bustest.New(t)
	enriched(t, b, 40)
	o := all(schema.StreamEnriched)
	o.Rate = 100
	begun := time.Now()
	windows := 0
	if _, err := replay.Run(t.Context(), b, o, func(context.Context, []bus.Delivery) error { windows++; return nil }); err != nil {
		t.Fatal(err)
	}
	// The first ten go at once, the others take a hundredth of a second each.
	if took := time.Since(begun); took < 290*time.Millisecond || windows != 4 {
		t.Errorf("40 messages at 100/s in %s, in %d windows", took, windows)
	}
}

func TestRunStops(t *testing.T) {
	b := bustest.New(t)
	enriched(t, b, 250)
	failed := errors.New("full")
	calls := 0
	done, err := replay.Run(t.Context(), b, all(schema.StreamEnriched), func(context.Context, []bus.Delivery) error {
		if calls++; calls == 2 {
			return failed
		}
		return nil
	})
	if done != 200 || !errors.Is(err, failed) {
		t.Errorf("got %d, %v", done, err)
	}
	if _, err := replay.Run(t.Context(), b, all("MISSING"), nil); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
}
