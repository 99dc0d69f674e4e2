package replay_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// enriched stores n messages after those that are there, half of them of each of
// two sources.
func enriched(t *testing.T, b *bus.Bus, from, n int) {
	t.Helper()
	messages := make([]bus.Message, n)
	for i := range messages {
		messages[i] = article(b.Root(), from+i)
	}
	if _, err := b.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

// article is a message of ENRICHED.
func article(root schema.Root, i int) bus.Message {
	id := fmt.Sprintf("%032x", i)
	return bus.Message{
		Subject: root.Enriched(schema.Article{ID: id, Language: "en", Source: schema.Source{Token: fmt.Sprint("source", i%2)}}),
		Data:    fmt.Appendf(nil, `{"id":%q}`, id), Type: schema.TypeArticleEnriched, ID: id + ":1", About: id,
		Revision: 1, Expect: &bus.Expect{},
	}
}

// all is the stretch of all that ENRICHED holds now.
func all(t *testing.T, b *bus.Bus) (schema.Stretch, schema.Progress) {
	t.Helper()
	return stretch(t, b, schema.Stretch{})
}

func stretch(t *testing.T, b *bus.Bus, s schema.Stretch) (schema.Stretch, schema.Progress) {
	t.Helper()
	s.Stream = schema.StreamEnriched
	s, total, err := b.Stretch(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s, schema.Progress{Total: total, Sequence: s.First - 1}
}

// deliver replays a stretch.
func deliver(ctx context.Context, b *bus.Bus, s schema.Stretch, p schema.Progress, to replay.Output, o replay.Options) (schema.Progress, error) {
	o.Last = s.Last
	return replay.Run(ctx, replay.Stream{Bus: b, Stretch: s}, to, o, p)
}

func publisher(t *testing.T, b *bus.Bus, job, subject string) *replay.Publisher {
	t.Helper()
	target, err := replay.ParseTarget(b.Root(), subject)
	if err == nil {
		target, err = target.Find(t.Context(), b.JetStream())
	}
	if err != nil {
		t.Fatal(err)
	}
	return replay.NewPublisher(b, job, target)
}

// originals are the first n messages of ENRICHED.
func originals(t *testing.T, b *bus.Bus, n int) []bus.Delivery {
	t.Helper()
	return bustest.Next(t, b, n, schema.StreamEnriched)
}

func checkCopy(t *testing.T, root schema.Root, original, got bus.Delivery, job, prefix string) {
	t.Helper()
	if want := prefix + "." + root.Rest(original.Subject); got.Subject != want {
		t.Fatalf("subject: got %s, want %s", got.Subject, want)
	}
	if !bytes.Equal(got.Data, original.Data) {
		t.Fatalf("data: got %s, want %s", got.Data, original.Data)
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

// checkOutput checks that the job's output on REPLAY is the first n messages of
// ENRICHED, in order, and the mark of the end after so many.
func checkOutput(t *testing.T, b *bus.Bus, job string, n, end int) {
	t.Helper()
	var got []bus.Delivery
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamReplay, Filters: []string{b.Root().ReplayOf(job)}}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, d)
	}
	if len(got) != n+1 {
		t.Fatalf("%d messages of %s, want %d and an end", len(got), job, n)
	}
	if mark := got[end]; mark.Subject != "news.replay."+job+".end" || len(mark.Data) != 0 ||
		mark.Header.Get(schema.HeaderReplayEnd) != fmt.Sprint(end) || mark.Header.Get(schema.HeaderType) != schema.TypeReplayEnd {
		t.Fatalf("end: %s %v %q", mark.Subject, mark.Header, mark.Data)
	}
	got = append(got[:end:end], got[end+1:]...)
	for i, original := range originals(t, b, n) {
		checkCopy(t, b.Root(), original, got[i], job, "news.replay."+job)
	}
}
