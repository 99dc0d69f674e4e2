// Package deadletter reads the messages that a stage has set aside, and sends
// them through the pipeline again.
package deadletter

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Letter is a dead letter. What it says of the original is what its headers say.
type Letter struct {
	// Sequence is its own, in the stream DEAD.
	Sequence uint64 `json:"sequence"`
	// Time is when it was set aside.
	Time time.Time `json:"time"`
	// Stage is the stage that set it aside.
	Stage string `json:"stage"`
	// Source is the subject token of the publication, schema.Unknown when unknown.
	Source string `json:"source"`
	// Reason says why.
	Reason string `json:"reason"`
	// Attempts is how often the stage has tried.
	Attempts int `json:"attempts"`
	// Original is the message that it was.
	Original Original `json:"original"`
	// Bytes is the length of the data, Encoding how that is compressed.
	Bytes    int    `json:"bytes"`
	Encoding string `json:"encoding,omitempty"`

	// Header and Data are the whole message.
	Header nats.Header `json:"-"`
	Data   []byte      `json:"-"`
}

// Original is where a message stood before it was set aside.
type Original struct {
	ID       string `json:"id,omitempty"`
	Subject  string `json:"subject"`
	Stream   string `json:"stream"`
	Sequence uint64 `json:"sequence"`
}

// headerEncoding says how the data of a letter is compressed.
const headerEncoding = "content-encoding"

// Filter says which letters are wanted; empty fields want all.
type Filter struct {
	Stage  string
	Source string
	// Reason is a text that the reason has in it, in whatever case.
	Reason string
	Since  time.Time
}

// takes reports whether a letter is wanted whose subject and time are.
func (f Filter) takes(l Letter) bool {
	return strings.Contains(strings.ToLower(l.Reason), strings.ToLower(f.Reason))
}

// stretch is where the wanted letters are.
func (f Filter) stretch(root schema.Root) bus.ReadOptions {
	return bus.ReadOptions{Stream: schema.StreamDead, Filters: []string{f.subject(root)}, Since: f.Since}
}

func (f Filter) subject(root schema.Root) string {
	stage, source := f.Stage, f.Source
	if stage == "" {
		stage = "*"
	} else {
		stage = schema.Token(stage)
	}
	if source == "" {
		source = "*"
	} else {
		source = schema.SourceToken(source)
	}
	return string(root) + ".dead." + stage + "." + source
}

// Read yields the letters that there are now, oldest first. An error is the
// last thing it yields.
func Read(ctx context.Context, b *bus.Bus, f Filter) iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) {
		for d, err := range b.Read(ctx, f.stretch(b.Root())) {
			if err != nil {
				yield(Letter{}, err)
				return
			}
			if l := letter(d.Subject, d.Sequence, d.Time, d.Header, d.Data); f.takes(l) && !yield(l, nil) {
				return
			}
		}
	}
}

// Count is about how many letters there are for a filter: those whose reason is
// another are counted too.
func Count(ctx context.Context, b *bus.Bus, f Filter) (uint64, error) {
	_, total, err := b.Stretch(ctx, schema.Stretch{Stream: schema.StreamDead, Filter: f.subject(b.Root()), Since: f.Since})
	return total, err
}

// ErrNotFound says that there is no dead letter of a sequence.
var ErrNotFound = errors.New("no such dead letter; see: dateline dead ls")

// Get gets one letter.
func Get(ctx context.Context, b *bus.Bus, seq uint64) (Letter, error) {
	stream, err := open(ctx, b)
	if err != nil {
		return Letter{}, err
	}
	msg, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Letter{}, fmt.Errorf("%d: %w", seq, ErrNotFound)
	}
	if err != nil {
		return Letter{}, fmt.Errorf("dead letter %d: %w", seq, err)
	}
	return letter(msg.Subject, msg.Sequence, msg.Time, msg.Header, msg.Data), nil
}

func open(ctx context.Context, b *bus.Bus) (jetstream.Stream, error) {
	name := b.Root().Stream(schema.StreamDead)
	stream, err := b.JetStream().Stream(ctx, name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, fmt.Errorf("stream %s is %w", name, bus.ErrNotSetUp)
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	return stream, nil
}

// letter reads the envelope of a dead letter. Numbers that are none are 0.
func letter(subject string, seq uint64, at time.Time, h nats.Header, data []byte) Letter {
	l := Letter{
		Sequence: seq, Time: at.UTC(), Stage: h.Get(schema.HeaderDeadStage), Source: schema.Unknown,
		Reason: h.Get(schema.HeaderDeadReason), Bytes: len(data), Encoding: h.Get(headerEncoding), Header: h, Data: data,
		Original: Original{ID: h.Get(schema.HeaderID), Subject: h.Get(schema.HeaderDeadSubject), Stream: h.Get(schema.HeaderDeadStream)},
	}
	if at := strings.LastIndexByte(subject, '.'); at >= 0 {
		l.Source = subject[at+1:]
	}
	l.Attempts, _ = strconv.Atoi(h.Get(schema.HeaderDeadAttempts))
	l.Original.Sequence, _ = strconv.ParseUint(h.Get(schema.HeaderDeadSequence), 10, 64)
	return l
}

// Content is the data of a letter as its stage had it: uncompressed, and at
// most limit bytes. whole says that this is all of it.
func (l Letter) Content(limit int) (data []byte, whole bool, err error) {
	var r io.Reader = bytes.NewReader(l.Data)
	switch l.Encoding {
	case "":
	case "gzip":
		if r, err = gzip.NewReader(r); err != nil {
			return nil, false, fmt.Errorf("dead letter %d: %w", l.Sequence, err)
		}
	default:
		return nil, false, fmt.Errorf("dead letter %d: unknown encoding %q", l.Sequence, l.Encoding)
	}
	data, err = io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return data[:min(len(data), limit)], false, nil // The stage had cut it.
	}
	if err != nil {
		return nil, false, fmt.Errorf("dead letter %d: %w", l.Sequence, err)
	}
	return data[:min(len(data), limit)], len(data) <= limit, nil
}
