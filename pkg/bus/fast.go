package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A fast batch (NATS ADR-50) is a row of messages that the server stores one by
// one and acknowledges together. It is told by the reply subjects alone:
//
//	INBOX.ID.FLOW.fail.NUMBER.OPERATION.$FI
//
// FLOW is after how many messages the server says how far it is; a batch has
// fewer than that. At the first message that it misses or refuses it ends the
// batch, and tells how many it has.
const (
	fastFlow   = ".1000.fail."
	fastStart  = "0"
	fastAppend = "1"
	fastCommit = "2"
)

// sendFast publishes messages as one fast batch. Its answer names no sequences.
func (g *group) sendFast(ready []*pending) error {
	subject, err := g.inbox.next(g.bus.nc)
	if err != nil {
		return fmt.Errorf("fast batch: %w", err)
	}
	for i, p := range ready {
		msg := &nats.Msg{Subject: p.msg.Subject, Reply: fastReply(subject, i, len(ready)), Header: p.msg.Header, Data: p.msg.Data}
		if err := g.bus.nc.PublishMsg(msg); err != nil {
			return fmt.Errorf("fast batch: %w", err)
		}
	}
	return g.fastStored(subject, len(ready))
}

// fastReply is the reply subject of message i of n in a fast batch.
func fastReply(subject string, i, n int) string {
	operation := fastAppend
	switch i {
	case 0:
		operation = fastStart
	case n - 1:
		operation = fastCommit
	}
	return subject + fastFlow + strconv.Itoa(i+1) + "." + operation + ".$FI"
}

// fastStored waits for the end of a fast batch, and reports when not all of it
// was stored, or was there already.
func (g *group) fastStored(subject string, n int) error {
	ctx, cancel := context.WithTimeout(g.bus.ctx, ackTimeout)
	defer cancel()
	for {
		msg, err := g.inbox.receive(ctx, subject)
		if err != nil {
			return fmt.Errorf("fast batch: %w", err)
		}
		var answer struct {
			Type  string              `json:"type"` // of an answer before the last
			Count int                 `json:"count"`
			Error *jetstream.APIError `json:"error"`
		}
		switch err := json.Unmarshal(msg.Data, &answer); {
		case err != nil:
			return fmt.Errorf("fast batch: %w", err)
		case answer.Error != nil:
			return fmt.Errorf("fast batch: %w", answer.Error)
		case answer.Type == "ack":
			continue
		case answer.Count != n:
			return errors.New("fast batch: stored in part")
		}
		return nil
	}
}
