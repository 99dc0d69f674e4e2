package bus_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A message is got by its sequence; one that was removed, or is yet to come, is
// not there.
func TestAt(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for _, data := range []string{"one", "two"} {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: "news.story." + data, Data: []byte(data), ID: data}); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamStories)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for seq, want := range map[uint64]string{1: "", 2: "two", 3: ""} {
		d, found, err := b.At(t.Context(), schema.StreamStories, seq)
		if err != nil || found != (want != "") || string(d.Data) != want || found && (d.Sequence != seq || d.Subject != "news.story.two" || d.Time.IsZero()) {
			t.Errorf("%d: %+v, %v, %v", seq, d, found, err)
		}
	}
	if _, _, err := b.At(t.Context(), "NOTHING", 1); err == nil {
		t.Error("a stream that is not there is no error")
	}
}

// A publication that expects the last message of the stream is refused when there
// is another, whatever its subject.
func TestExpectOfTheStream(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish := func(ctx context.Context, subject string, last uint64) error {
		_, err := b.Publish(ctx, bus.Message{Subject: subject, Data: []byte("{}"), ID: subject, Expect: &bus.Expect{Stream: true, Last: last}})
		return err
	}
	for i, test := range []struct {
		subject string
		last    uint64
		ok      bool
	}{
		{"news.story.a", 1, false}, {"news.story.a", 0, true}, {"news.story.b", 0, false}, {"news.story.b", 1, true}, {"news.story.a", 1, false}, {"news.story.a", 2, true},
	} {
		err := publish(t.Context(), test.subject, test.last)
		if (err == nil) != test.ok || !test.ok && !errors.Is(err, bus.ErrConflict) {
			t.Errorf("%d: %s after %d: %v", i, test.subject, test.last, err)
		}
	}
}
