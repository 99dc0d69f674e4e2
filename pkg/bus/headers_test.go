package bus_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// day is when the news of these tests happened.
var day = time.Date(2024, 3, 18, 9, 30, 0, 123, time.FixedZone("", 3600))

// kinds are one message of each kind, made as the services make them.
func kinds(root schema.Root) map[string]bus.Message {
	const id = "0123456789abcdef0123456789abcdef"
	source := schema.Source{Token: "example_org"}
	kinds := map[string]bus.Message{
		"item": {Subject: root.Item("example_org"), Type: schema.TypeItemFound, Schema: "item",
			ID: "item-message-id", Dedup: true, About: id, Time: day},
		"enriched": {Subject: root.Enriched(schema.Article{ID: id, Language: "en", Source: source}), Type: schema.TypeArticleEnriched,
			Schema: "enriched", ID: schema.RevisionID(id, 2), About: id, Time: day, Revision: 2,
			Expect: &bus.Expect{Filter: root.EnrichedAnyLanguage("example_org", id)}},
		"mention": {Subject: root.Mention(schema.Entity{ID: "q159", Type: schema.Location}), Type: schema.TypeEntityMentioned,
			Schema: "pointer", ID: "pointer-message-id", Dedup: true, About: id, Time: day, Revision: 2},
		"health": {Subject: root.Ops("failing", "feed"), Type: schema.TypeHealth, Schema: "health",
			ID: "feed:7:failing", Dedup: true, About: "feed", Time: day},
		"poll": {Subject: root.PollAt("feed"), Type: schema.TypePollDue, Schema: "pollstate", ID: "feed:7:", About: "feed", Time: day,
			Header: map[string]string{"Nats-Schedule": "@at 2999-01-01T00:00:00Z", "Nats-Schedule-Target": root.PollDue("feed"), "Nats-Schedule-Rollup": "sub"},
			Expect: &bus.Expect{Filter: root.PollDue("feed"), Fence: true}},
		"replay end": {Subject: root.Replay("job", "end"), Type: schema.TypeReplayEnd, ID: "job:end", Dedup: true, Time: day,
			Header: map[string]string{schema.HeaderReplay: "job", schema.HeaderReplayEnd: "true"}},
		"plain": {Subject: root.Ops("plain", "feed"), ID: "no-event", Dedup: true},
	}
	for i, event := range []schema.Event{schema.EventPublished, schema.EventRevised, schema.EventWithdrawn} {
		kinds["article "+string(event)] = bus.Message{
			Subject: root.Article(schema.Article{ID: fmt.Sprint(id, i), Language: "en", Source: source}), Type: schema.TypeOf(event),
			Schema: "article", ID: schema.RevisionID(id, i+1), About: id, Time: day, Revision: i + 1,
			Expect: &bus.Expect{Filter: root.ArticleAnyLanguage("example_org", fmt.Sprint(id, i))},
		}
	}
	return kinds
}

var (
	traceparent = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$`)
	recorded    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$`)
)

// dump is the headers in order; what differs each time is checked and left out.
func dump(t *testing.T, h nats.Header) string {
	t.Helper()
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		switch name {
		case jetstream.StreamHeader, jetstream.SequenceHeader, jetstream.SubjectHeader, jetstream.TimeStampHeaer:
			continue // of the answer to a direct get
		}
		value := strings.Join(h[name], " | ")
		for header, form := range map[string]*regexp.Regexp{schema.HeaderTraceParent: traceparent, schema.HeaderRecordedTime: recorded} {
			if name == header && form.MatchString(value) {
				value = "(well formed)"
			}
		}
		fmt.Fprintf(&out, "%s: %s\n", name, value)
	}
	return out.String()
}

// The headers are a contract: each kind of message has these and no others.
func TestHeadersOfEachKind(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	messages := kinds(b.Root())
	var out strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(messages)) {
		acks, err := b.Publish(t.Context(), messages[kind])
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		fmt.Fprintf(&out, "# %s: %s\n%s\n", kind, messages[kind].Subject, dump(t, at(t, b, messages[kind].Subject, acks[0].Sequence)))
	}
	fmt.Fprintf(&out, "# dead letter\n%s", dump(t, deadLetter(t, b)))
	bustest.Golden(t, *update, "headers.golden", out.String())
}

// at is the headers of the message at a sequence of the stream of a subject.
func at(t *testing.T, b *bus.Bus, subject string, seq uint64) nats.Header {
	t.Helper()
	name, err := b.JetStream().StreamNameBySubject(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := b.JetStream().Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := stream.GetMsg(t.Context(), seq)
	if err != nil {
		t.Fatal(err)
	}
	return msg.Header
}

// deadLetter sets the item aside that the kinds hold, and reads it.
func deadLetter(t *testing.T, b *bus.Bus) nats.Header {
	t.Helper()
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(func(context.Context, note, bus.Delivery) (bus.Result, error) {
			return bus.Result{}, nil
		}))
	})
	return bustest.Next(t, b, 1, schema.StreamDead)[0].Header
}

// A message that expects must not be deduplicated too: the server would refuse
// its whole batch, and after a crash hide what was really stored.
func TestNoMessageIDWhereSomethingIsExpected(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for kind, m := range kinds(b.Root()) {
		acks, err := b.Publish(t.Context(), m)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		h := at(t, b, m.Subject, acks[0].Sequence)
		if got := h.Get(jetstream.MsgIDHeader); (got != "") == (m.Expect != nil) || got != "" && got != m.ID {
			t.Errorf("%s: %s is %q", kind, jetstream.MsgIDHeader, got)
		}
	}
}

// What a message leads to belongs to its trace, with a span of its own, and to
// its replay.
func TestOutputsInherit(t *testing.T) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	for name, test := range map[string]struct {
		header map[string]string
		trace  string // that the output has; empty for a new one
		flags  string
		state  string
		replay string
	}{
		"trace":            {map[string]string{schema.HeaderTraceParent: "00-" + trace + "-00f067aa0ba902b7-01"}, trace, "01", "", ""},
		"not sampled":      {map[string]string{schema.HeaderTraceParent: "00-" + trace + "-00f067aa0ba902b7-00"}, trace, "00", "", ""},
		"with its state":   {map[string]string{schema.HeaderTraceParent: "00-" + trace + "-00f067aa0ba902b7-01", schema.HeaderTraceState: "vendor=x"}, trace, "01", "vendor=x", ""},
		"broken trace":     {map[string]string{schema.HeaderTraceParent: "00-nonsense"}, "", "00", "", ""},
		"trace of nothing": {map[string]string{schema.HeaderTraceParent: "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01"}, "", "00", "", ""},
		"replay":           {map[string]string{schema.HeaderReplay: "job-7"}, "", "00", "", "job-7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Item("example_org"), Data: []byte(`{"id":"a"}`),
				Type: schema.TypeItemFound, ID: "cause", Header: test.header}); err != nil {
				t.Fatal(err)
			}
			bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, stage(), bus.Produce(echo(b.Root()))) })
			in := bustest.Next(t, b, 1, schema.StreamItems)[0].Header
			out := bustest.Next(t, b, 1, schema.StreamEnriched)[0].Header
			parent, child := strings.Split(in.Get(schema.HeaderTraceParent), "-"), strings.Split(out.Get(schema.HeaderTraceParent), "-")
			if len(child) != 4 || test.trace != "" && child[1] != test.trace || child[3] != test.flags {
				t.Fatalf("trace: got %v of %v", child, parent)
			}
			if test.trace == "" && len(parent) == 4 && test.replay == "" && child[1] == parent[1] {
				t.Errorf("a trace that is not one goes on: %v", child)
			}
			if len(parent) == 4 && child[2] == parent[2] {
				t.Errorf("the output has the span of its cause: %v", child)
			}
			if out.Get(schema.HeaderTraceState) != test.state || out.Get(schema.HeaderReplay) != test.replay {
				t.Errorf("state %q, replay %q", out.Get(schema.HeaderTraceState), out.Get(schema.HeaderReplay))
			}
			if out.Get(schema.HeaderCausationID) != "cause" {
				t.Errorf("cause: %q", out.Get(schema.HeaderCausationID))
			}
		})
	}
}
