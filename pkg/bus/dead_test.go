package bus_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

func unpack(t *testing.T, data []byte) ([]byte, error) {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return io.ReadAll(zip)
}

func TestCompressedDeadLetter(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	letter := bus.DeadLetter{
		Root: b.Root(), Stage: "poller", Source: "example_org", ID: "item-id", Reason: "oversize:\r\nfar\x00 too – big",
		Subject: "news.poll.due.f", Stream: "POLLS", Sequence: 7,
	}
	noise := make([]byte, 64<<10)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(noise)
	for name, test := range map[string]struct {
		data      []byte
		limit     int
		truncated bool
	}{
		"nothing":        {nil, 1 << 10, false},
		"shrinks":        {[]byte(strings.Repeat("the same again ", 100_000)), 900 << 10, false},
		"does not":       {noise, 1 << 20, false},
		"above even so":  {noise, 16 << 10, true},
		"far above":      {noise, 64, true},
		"cut to nothing": {noise, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			letter.ID = name
			m, err := letter.Compressed(test.data, test.limit)
			if err != nil {
				t.Fatal(err)
			}
			acks, err := b.Publish(t.Context(), m, m)
			if err != nil || !acks[1].Duplicate {
				t.Fatalf("twice the same: %v, %v", acks, err)
			}
			d := stored(t, b, bus.ReadOptions{Stream: schema.StreamDead})[acks[0].Sequence]
			if len(d.Data) > test.limit {
				t.Errorf("%d bytes, above %d", len(d.Data), test.limit)
			}
			for header, want := range map[string]string{
				"content-encoding":        "gzip",
				schema.HeaderDeadStage:    "poller",
				schema.HeaderDeadReason:   "oversize:??far? too ? big",
				schema.HeaderDeadAttempts: "1",
				schema.HeaderDeadStream:   "POLLS",
				schema.HeaderDeadSequence: "7",
				schema.HeaderDeadSubject:  "news.poll.due.f",
			} {
				if got := d.Header.Get(header); got != want {
					t.Errorf("%s: got %q, want %q", header, got, want)
				}
			}
			whole, _ := strconv.Atoi(d.Header.Get("dateline-dead-truncated"))
			if (whole > 0) != test.truncated || test.truncated && whole <= test.limit {
				t.Errorf("truncated: %d", whole)
			}
			if len(d.Data) < 20 {
				return
			}
			got, err := unpack(t, d.Data)
			if !test.truncated && (err != nil || !bytes.Equal(got, test.data)) {
				t.Errorf("%d bytes came back, want %d: %v", len(got), len(test.data), err)
			}
			if test.truncated && (err == nil || !bytes.HasPrefix(test.data, got)) {
				t.Errorf("the %d bytes that came back do not begin the original: %v", len(got), err)
			}
		})
	}
}

// A message that fills the server's payload has no room for why it is set
// aside. It must be set aside all the same, or it would come again for ever.
func TestRunSetsAsideWhatFillsThePayload(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		data   []byte
		header map[string]string
	}{
		"data":    {append([]byte("no JSON"), make([]byte, 1<<20-600)...), nil},
		"headers": {[]byte("no JSON"), map[string]string{"x": strings.Repeat("y", 64<<10-500)}},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			m := bus.Message{Subject: b.Root().Item("example_org"), Data: test.data, Type: schema.TypeItemFound, ID: "a", Dedup: true, Header: test.header}
			if _, err := b.Publish(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, stage(), bus.Produce(echo(b.Root()))) })
			d := bustest.Next(t, b, 1, schema.StreamDead)[0]
			settled(t, b, 1)
			if got := d.Header.Get(schema.HeaderDeadReason); !strings.Contains(got, "invalid character") {
				t.Errorf("reason: %q", got)
			}
			data := d.Data
			if d.Header.Get("content-encoding") == "gzip" {
				var err error
				if data, err = unpack(t, data); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(data, test.data) {
				t.Errorf("%d bytes are kept of %d", len(data), len(test.data))
			}
			if got := d.Header.Get(schema.HeaderDeadSequence); got != fmt.Sprint(1) {
				t.Errorf("sequence: %q", got)
			}
		})
	}
}
