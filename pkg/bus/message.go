package bus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel/trace"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Message is something to publish.
type Message struct {
	// Subject is where it goes; built by schema.Root.
	Subject string
	// Data is the payload, JSON unless Type is empty.
	Data []byte
	// Type is its ce-type; without one the message carries no CloudEvents headers.
	Type string
	// ID is its ce-id.
	ID string
	// Dedup makes ID the Nats-Msg-Id too: a second one within the stream's window
	// is acknowledged and not stored. Not for messages with Expect.
	Dedup bool
	// About is its ce-subject: the id of the article or feed.
	About string
	// Schema names its JSON Schema.
	Schema string
	// Time is when what it tells happened, which a redelivery does not change.
	Time time.Time
	// Revision is its ce-sequence, left out when 0.
	Revision int
	// Expect makes the server compare before it stores.
	Expect *Expect
	// Header holds further headers; outside text never goes there.
	Header map[string]string
}

// Expect is the last message that the server must find for it to store another.
type Expect struct {
	// Filter is the subject to look at, which may hold wildcards; the message's
	// own when empty.
	Filter string
	// Stream compares with the last message of the whole stream in place of a
	// subject's: whoever publishes so knows all that is there.
	Stream bool
	// Last is the sequence of the last message there, 0 for none.
	Last uint64
	// Fence says that a conflict means somebody else has done the same work: the
	// message is not wanted any more, and there is no error.
	Fence bool
}

// Ack says where a message was stored.
type Ack struct {
	// Sequence is its sequence in the stream; 0 for mentions, of which the server
	// tells no more than that they are stored.
	Sequence uint64
	// Duplicate says that the stream had it already.
	Duplicate bool
	// Fenced says that a fenced message was not wanted any more.
	Fenced bool
}

// Delivery is a message that was received.
type Delivery struct {
	// Subject is where it was published.
	Subject string
	// Header are its headers; names in lower case.
	Header nats.Header
	// Data is the payload.
	Data []byte
	// Stream and Sequence say where it is stored.
	Stream   string
	Sequence uint64
	// Time is when it was stored.
	Time time.Time
	// Delivered counts how often the consumer has delivered it, from 1.
	Delivered uint64
	// Pending is how many messages the consumer has yet to deliver after it.
	Pending uint64
}

// Place says where a message is stored, as STREAM:SEQUENCE: the same each time
// that it is delivered, and of no other message. It is empty for one that is not
// from a stream.
func (d Delivery) Place() string {
	if d.Stream == "" {
		return ""
	}
	return d.Stream + ":" + strconv.FormatUint(d.Sequence, 10)
}

// Decode reads the payload of a delivery. Unknown fields are ignored.
func Decode[T any](d Delivery) (T, error) {
	var v T
	if err := json.Unmarshal(d.Data, &v); err != nil {
		return v, fmt.Errorf("decode %s: %w", d.Subject, err)
	}
	return v, nil
}

// Encode is the payload of a message: JSON without HTML escaping.
func Encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// delivery reads the envelope of a received message.
func delivery(msg jetstream.Msg) (Delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return Delivery{}, fmt.Errorf("message on %s: %w", msg.Subject(), err)
	}
	return Delivery{
		Subject:   msg.Subject(),
		Header:    msg.Headers(),
		Data:      msg.Data(),
		Stream:    meta.Stream,
		Sequence:  meta.Sequence.Stream,
		Time:      meta.Timestamp,
		Delivered: meta.NumDelivered,
		Pending:   meta.NumPending,
	}, nil
}

// headerCount is about how many headers a message has.
const headerCount = 18

// wire is the message as NATS carries it. cause is the delivery that led to it,
// if one did, and parent its trace.
func (m Message) wire(source string, now time.Time, cause *Delivery, parent trace.SpanContext) *nats.Msg {
	h := make(nats.Header, headerCount)
	values := make([]string, 0, headerCount) // one array for all of them
	set := func(name, value string) {
		if value != "" {
			values = append(values, value)
			h[name] = values[len(values)-1 : len(values) : len(values)]
		}
	}
	if m.Type != "" {
		set(schema.HeaderSpecVersion, schema.SpecVersion)
		set(schema.HeaderID, m.ID)
		set(schema.HeaderSource, "/dateline/"+source)
		set(schema.HeaderType, m.Type)
		set(schema.HeaderSubject, m.About)
		set(schema.HeaderPartitionKey, m.About)
		set(schema.HeaderDataContentType, schema.ContentTypeJSON)
		if m.Schema != "" {
			set(schema.HeaderDataSchema, schema.SchemaURL(m.Schema))
		}
		if m.Revision > 0 {
			set(schema.HeaderSequence, strconv.Itoa(m.Revision))
		}
		happened := m.Time
		if happened.IsZero() {
			happened = now
		}
		set(schema.HeaderTime, happened.UTC().Format(time.RFC3339Nano))
		set(schema.HeaderRecordedTime, now.UTC().Format(time.RFC3339Nano))
		traceInto(h, parent)
	}
	if cause != nil && m.Type != "" {
		set(schema.HeaderCausationID, cause.Header.Get(schema.HeaderID))
		set(schema.HeaderReplay, cause.Header.Get(schema.HeaderReplay))
	}
	for name, value := range m.Header {
		set(name, value)
	}
	if m.Dedup {
		set(jetstream.MsgIDHeader, m.ID)
	}
	switch last := m.Expect; {
	case last == nil:
	case last.Stream:
		set(jetstream.ExpectedLastSeqHeader, strconv.FormatUint(last.Last, 10))
	default:
		set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(last.Last, 10))
		set(jetstream.ExpectedLastSubjSeqSubjHeader, last.Filter)
	}
	return &nats.Msg{Subject: m.Subject, Header: h, Data: m.Data}
}
