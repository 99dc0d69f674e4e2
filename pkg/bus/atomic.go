package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// The headers of an atomic batch (NATS ADR-50).
const (
	headerBatchID       = "Nats-Batch-Id"
	headerBatchSequence = "Nats-Batch-Sequence"
	headerBatchCommit   = "Nats-Batch-Commit"
)

// sendBatch publishes messages as one atomic batch and returns the sequence of
// the last.
func (b *Bus) sendBatch(ready []*pending) (uint64, error) {
	id := nuid.Next()
	for i, p := range ready[:len(ready)-1] {
		if err := b.nc.PublishMsg(inBatch(p.msg, id, i+1, false)); err != nil {
			return 0, fmt.Errorf("batch: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, ackTimeout)
	defer cancel()
	reply, err := b.nc.RequestMsgWithContext(ctx, inBatch(ready[len(ready)-1].msg, id, len(ready), true))
	if err != nil {
		return 0, fmt.Errorf("batch: %w", err)
	}
	var ack struct {
		jetstream.PubAck
		Count int                 `json:"count"`
		Error *jetstream.APIError `json:"error"`
	}
	switch err := json.Unmarshal(reply.Data, &ack); {
	case err != nil:
		return 0, fmt.Errorf("batch: %w", err)
	case ack.Error != nil:
		return 0, fmt.Errorf("batch: %w", ack.Error)
	case ack.Count != len(ready):
		return 0, errors.New("batch: stored in part")
	}
	return ack.Sequence, nil
}

// inBatch is a copy of a message with the batch's headers: the message itself
// stays as it is, for when it has to go alone.
func inBatch(msg *nats.Msg, id string, seq int, commit bool) *nats.Msg {
	h := make(nats.Header, len(msg.Header)+3)
	for k, v := range msg.Header {
		h[k] = v
	}
	h[headerBatchID] = []string{id}
	h[headerBatchSequence] = []string{strconv.Itoa(seq)}
	if commit {
		h[headerBatchCommit] = []string{"1"}
	}
	return &nats.Msg{Subject: msg.Subject, Header: h, Data: msg.Data}
}
