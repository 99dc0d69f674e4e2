package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// LastOf gets the data and sequence of the last message on a filter of a
// stream, by its name on the server: nil and 0 when there is none. The filter
// may hold wildcards.
func (b *Bus) LastOf(ctx context.Context, stream, filter string) ([]byte, uint64, error) {
	return b.last(ctx, stream, filter, true)
}

// LastOfAny is LastOf, answered by any server that has the stream: at less cost,
// and at times a moment behind.
func (b *Bus) LastOfAny(ctx context.Context, stream, filter string) ([]byte, uint64, error) {
	return b.last(ctx, stream, filter, false)
}

// At gets the message at a sequence of a stream, by its name on the server. It
// reports false when there is none any more.
func (b *Bus) At(ctx context.Context, stream string, seq uint64) (Delivery, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	msg, err := b.getFromLeader(ctx, stream, map[string]any{"seq": seq})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Delivery{}, false, nil
	}
	if err != nil {
		return Delivery{}, false, Unavailable(fmt.Errorf("message %d of %s: %w", seq, stream, err))
	}
	return Delivery{Subject: msg.Subject, Header: msg.Header, Data: msg.Data, Stream: stream, Sequence: msg.Sequence, Time: msg.Time}, true, nil
}

// BucketSubject is the subject of a key of a bucket, by its name on the server.
func BucketSubject(bucket, key string) string { return "$KV." + bucket + "." + key }

func (b *Bus) last(ctx context.Context, stream, filter string, fromLeader bool) ([]byte, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	get := b.lastFromAny
	if fromLeader {
		get = b.lastFromLeader
	}
	msg, err := get(ctx, stream, filter)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, Unavailable(fmt.Errorf("last of %s: %w", filter, err))
	}
	return msg.Data, msg.Sequence, nil
}

// The client library chooses between the two ways to get a message by the
// stream's settings; here the caller does, and no request for the stream's
// information goes before it.

// firstAnswer is how long an answer is waited for before a server is asked anew.
const firstAnswer = time.Second

// ask makes a request that does no harm when it is made twice. What was on its
// way to a server that has died has no answer: it is asked again after a second,
// then after twice as long each time, so that a slow server is not asked often.
func (b *Bus) ask(ctx context.Context, subject string, data []byte) (*nats.Msg, error) {
	for wait := firstAnswer; ; wait *= 2 {
		reply, err := b.askOnce(ctx, wait, subject, data)
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return reply, err
		}
	}
}

func (b *Bus) askOnce(ctx context.Context, wait time.Duration, subject string, data []byte) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return b.nc.RequestWithContext(ctx, subject, data)
}

// lastFromLeader gets the last message on a filter from the stream's leader.
func (b *Bus) lastFromLeader(ctx context.Context, stream, filter string) (*jetstream.RawStreamMsg, error) {
	return b.getFromLeader(ctx, stream, map[string]any{"last_by_subj": filter})
}

// getFromLeader gets the message that a query names, without its headers.
func (b *Bus) getFromLeader(ctx context.Context, stream string, query map[string]any) (*jetstream.RawStreamMsg, error) {
	request, err := json.Marshal(query)
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	reply, err := b.ask(ctx, "$JS.API.STREAM.MSG.GET."+stream, request)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Message *struct {
			Subject string    `json:"subject"`
			Seq     uint64    `json:"seq"`
			Data    []byte    `json:"data"`
			Time    time.Time `json:"time"`
		} `json:"message"`
		Error *jetstream.APIError `json:"error"`
	}
	switch err := json.Unmarshal(reply.Data, &answer); {
	case err != nil:
		return nil, fmt.Errorf("get: %w", err)
	case answer.Error != nil && answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return nil, jetstream.ErrMsgNotFound
	case answer.Error != nil:
		return nil, answer.Error
	case answer.Message == nil:
		return nil, jetstream.ErrMsgNotFound
	}
	m := answer.Message
	return &jetstream.RawStreamMsg{Subject: m.Subject, Sequence: m.Seq, Header: nats.Header{}, Data: m.Data, Time: m.Time}, nil
}
