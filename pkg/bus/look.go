package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// lookMessages bounds the filters of one request. Each may match a message in
// every language, and the server gives 1,024 answers at most.
const lookMessages = 64

// looker gets the last messages on filters of one stream, from any replica.
// Most filters have none, so that many fit one request with one answer: while
// one is on its way the next gathers.
type looker struct {
	bus    *Bus
	stream string
	in     chan *look
	inbox  inbox
}

// look is one filter that is looked for.
type look struct {
	filter string
	last   *jetstream.RawStreamMsg // nil for none
	done   chan error
}

// lastFromAny gets the last message on a filter from any replica. What cannot
// be had together with others is asked for alone.
func (b *Bus) lastFromAny(ctx context.Context, stream, filter string) (*jetstream.RawStreamMsg, error) {
	if !strings.ContainsAny(filter, "*>") {
		return b.directGet(ctx, stream, filter)
	}
	l := &look{filter: filter, done: make(chan error, 1)}
	select {
	case b.lookerOf(stream).in <- l:
	case <-b.ctx.Done():
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case err := <-l.done:
		if err != nil {
			return b.directGet(ctx, stream, filter)
		}
	case <-b.ctx.Done():
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.last == nil {
		return nil, jetstream.ErrMsgNotFound
	}
	return l.last, nil
}

func (b *Bus) lookerOf(stream string) *looker {
	b.groupsMu.Lock()
	defer b.groupsMu.Unlock()
	l := b.lookers[stream]
	if l == nil {
		l = &looker{bus: b, stream: stream, in: make(chan *look, lookMessages)}
		b.lookers[stream] = l
		b.groupsWG.Go(func() { l.run(b.ctx) })
	}
	return l
}

// run looks for group after group until ctx ends.
func (l *looker) run(ctx context.Context) {
	defer l.inbox.close()
	for {
		select {
		case first := <-l.in:
			ready := l.gather(first)
			err := l.ask(ctx, ready)
			for _, r := range ready {
				r.done <- err
			}
		case <-ctx.Done():
			return
		}
	}
}

// gather takes what is ready.
func (l *looker) gather(first *look) []*look {
	ready := []*look{first}
	for len(ready) < lookMessages {
		select {
		case next := <-l.in:
			ready = append(ready, next)
		default:
			return ready
		}
	}
	return ready
}

// ask gets the last messages for all of a group (a direct get of several, NATS
// ADR-31).
func (l *looker) ask(ctx context.Context, ready []*look) error {
	ctx, cancel := context.WithTimeout(ctx, firstAnswer)
	defer cancel()
	filters := make([]string, len(ready))
	for i, r := range ready {
		filters[i] = r.filter
	}
	request, err := json.Marshal(map[string][]string{"multi_last": filters})
	if err != nil {
		return fmt.Errorf("direct get: %w", err)
	}
	reply, err := l.inbox.next(l.bus.nc)
	if err != nil {
		return fmt.Errorf("direct get: %w", err)
	}
	if err := l.bus.nc.PublishRequest(directSubject(l.stream), reply, request); err != nil {
		return fmt.Errorf("direct get: %w", err)
	}
	return l.collect(ctx, reply, ready)
}

// collect takes the answers to a request, which are the last messages for a group.
func (l *looker) collect(ctx context.Context, reply string, ready []*look) error {
	for {
		msg, err := l.inbox.receive(ctx, reply)
		if err != nil {
			return fmt.Errorf("direct get: %w", err)
		}
		if msg.Header.Get("Status") != "" {
			return end(msg)
		}
		found, err := directMessage(msg)
		if err != nil {
			return err
		}
		for _, r := range ready {
			if Matches(r.filter, found.Subject) && (r.last == nil || found.Sequence > r.last.Sequence) {
				r.last = found
			}
		}
	}
}

// end is nil when an answer without a message says that there is no other: the
// end of them, with none left out, or that there are none.
func end(msg *nats.Msg) error {
	status, text := msg.Header.Get("Status"), msg.Header.Get("Description")
	if status == "404" && text == "No Results" || status == "204" && msg.Header.Get("Nats-Num-Pending") == "0" {
		return nil
	}
	return fmt.Errorf("direct get: status %s %s", status, text)
}

// directGet gets the last message on a filter from any replica (a direct get,
// NATS ADR-31).
func (b *Bus) directGet(ctx context.Context, stream, filter string) (*jetstream.RawStreamMsg, error) {
	subject, request := directSubject(stream), []byte(nil)
	if strings.ContainsAny(filter, "*>") {
		var err error
		if request, err = json.Marshal(map[string]string{"last_by_subj": filter}); err != nil {
			return nil, fmt.Errorf("direct get: %w", err)
		}
	} else {
		subject += "." + filter // so that permissions can say which
	}
	reply, err := b.ask(ctx, subject, request)
	if err != nil {
		return nil, err
	}
	if status := reply.Header.Get("Status"); status == "404" {
		return nil, jetstream.ErrMsgNotFound
	} else if status != "" {
		return nil, fmt.Errorf("direct get: status %s %s", status, reply.Header.Get("Description"))
	}
	return directMessage(reply)
}

func directSubject(stream string) string { return "$JS.API.DIRECT.GET." + stream }

// directMessage is the stored message that a direct get was answered with.
func directMessage(reply *nats.Msg) (*jetstream.RawStreamMsg, error) {
	seq, err := strconv.ParseUint(reply.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return nil, errors.New("direct get: answer without a sequence")
	}
	return &jetstream.RawStreamMsg{Subject: reply.Header.Get(jetstream.SubjectHeader), Sequence: seq, Header: reply.Header, Data: reply.Data}, nil
}

// Matches reports whether a subject is on a filter, as NATS sees it.
func Matches(filter, subject string) bool {
	for {
		want, filterRest, filterMore := strings.Cut(filter, ".")
		got, subjectRest, subjectMore := strings.Cut(subject, ".")
		switch {
		case want == ">":
			return !filterMore
		case want != "*" && want != got, filterMore != subjectMore:
			return false
		case !filterMore:
			return true
		}
		filter, subject = filterRest, subjectRest
	}
}
