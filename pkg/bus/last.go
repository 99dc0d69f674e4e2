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

// lastFromLeader gets the last message on a filter from the stream's leader.
func (b *Bus) lastFromLeader(ctx context.Context, stream, filter string) (*jetstream.RawStreamMsg, error) {
	request, err := json.Marshal(map[string]string{"last_by_subj": filter})
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	reply, err := b.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, request)
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
