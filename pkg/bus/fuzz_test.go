package bus

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/schema"
)

// FuzzHeaders holds that whatever the headers of a message hold, what is made of it
// has a trace that is well formed, one cause, and nothing that the server obeys; and
// that why it was set aside is a line of plain text.
func FuzzHeaders(f *testing.F) {
	f.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "no headline")
	f.Add("traceparent", "00-00000000000000000000000000000000-0000000000000000-00", "")
	f.Add("tracestate", strings.Repeat("a=b,", 500), "\x1b[2J\u202e\r\nforged: 1")
	f.Add("Nats-Rollup", "all", strings.Repeat("é", 5000))
	f.Add("NATS-Msg-Id", "1", "\xff")
	f.Add("ce-id", "a\r\nNats-Rollup: all", "x")
	parent := regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$`)
	plain := regexp.MustCompile(`^[ -~]*$`)
	f.Fuzz(func(t *testing.T, name, value, reason string) {
		cause := Delivery{Subject: "news.a.b", Stream: "ITEMS", Sequence: 7, Header: nats.Header{name: {value}}}
		out := Message{Subject: "news.b.c", Type: schema.TypeItemFound, ID: "id", Dedup: true}.wire("test", time.Now(), &cause, traceOf(&cause))
		if got := out.Header.Get(schema.HeaderTraceParent); !parent.MatchString(got) {
			t.Errorf("trace %q", got)
		}
		for key := range out.Header {
			if strings.EqualFold(key, "Nats-Rollup") || strings.HasPrefix(key, "Nats-") && key != nats.MsgIdHdr {
				t.Errorf("header %q", key)
			}
		}
		text := headerText(reason, maxReason)
		if !plain.MatchString(text) || len(text) > maxReason {
			t.Errorf("%q", text)
		}
		for key := range deadHeader("stage", text, 1, cause) {
			if strings.HasPrefix(strings.ToLower(key), "nats-") {
				t.Errorf("a dead letter has the header %q", key)
			}
		}
	})
}
