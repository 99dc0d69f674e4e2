package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Revision tells Revise how one kind of message is made, where it goes, and how
// it follows the last one of the same article.
type Revision[In, Out any] struct {
	// Stream is the contract's name of the stream that holds Out.
	Stream string
	// Make turns the message into its output, without knowing of the last one.
	Make func(context.Context, In, Delivery) (Out, error)
	// Filter is the subject, with wildcards, that all revisions of out are on.
	Filter func(out Out) string
	// Decide compares out with the last revision, nil for none. It returns what to
	// do, with which output, and its verdict in one word. It is a pure function.
	Decide func(last *Out, out Out) (next Out, action Action, verdict string)
	// Message is how an output is published; Revise sets Expect.
	Message func(Out) (Message, error)
	// After are the messages that follow once out is stored at seq, or was found
	// there. It may be nil.
	After func(out Out, seq uint64) ([]Message, error)
	// Stored, if not nil, is told of each output that was stored, once for each.
	Stored func(out Out)
}

// Action is what is to be done with an output.
type Action int

// The actions.
const (
	Drop    Action = iota // nothing
	Publish               // store it, then what follows it
	Follow                // it is stored already: what follows it, once more
)

// lookups bounds how often one delivery looks again after a conflict: each one
// means that another worker has published a revision of the same article.
const lookups = 16

// errBusy says that an article's revisions came faster than one could be added.
var errBusy = errors.New("bus: the article changed on every look")

// Revise is the handler of a stage whose outputs are revisions in a stream that
// is its own index. It gets the last revision, decides, and publishes with the
// expected sequence: check and store are one act of the server. When the server
// refuses, the article has changed meanwhile, and it looks again.
func Revise[In, Out any](r Revision[In, Out]) Handler {
	return func(ctx context.Context, w *Worker, d Delivery) (string, error) {
		in, err := Decode[In](d)
		if err != nil {
			return "", Permanent(err)
		}
		out, err := call(ctx, w, func(ctx context.Context) (Out, error) { return r.Make(ctx, in, d) })
		if err != nil {
			return "", err
		}
		for range lookups {
			verdict, err := r.publish(ctx, w, d, out)
			if !errors.Is(err, ErrConflict) {
				return verdict, err
			}
		}
		return "", fmt.Errorf("%w: %s", errBusy, r.Filter(out))
	}
}

// publish decides on what is there now, and publishes if it has to.
func (r Revision[In, Out]) publish(ctx context.Context, w *Worker, d Delivery, out Out) (string, error) {
	filter := r.Filter(out)
	last, seq, err := lastOf[Out](ctx, w.bus, r.Stream, filter, false)
	if err != nil {
		return "", err
	}
	next, action, verdict := r.Decide(last, out)
	if action != Publish {
		// A replica may lag behind. That matters only to a verdict that the server
		// will not check by refusing a message, so that one asks the leader.
		if last, seq, err = lastOf[Out](ctx, w.bus, r.Stream, filter, true); err != nil {
			return "", err
		}
		next, action, verdict = r.Decide(last, out)
	}
	if action == Publish {
		m, err := r.Message(next)
		if err != nil {
			return "", Permanent(err)
		}
		m.Expect = &Expect{Filter: filter, Last: seq}
		acks, err := w.publish(ctx, &d, []Message{m})
		if err != nil {
			return "", err
		}
		seq = acks[0].Sequence
		if r.Stored != nil {
			r.Stored(next)
		}
	}
	if action == Drop {
		return verdict, nil
	}
	return verdict, r.after(ctx, w, d, next, seq)
}

// after publishes what follows a stored output.
func (r Revision[In, Out]) after(ctx context.Context, w *Worker, d Delivery, out Out, seq uint64) error {
	if r.After == nil {
		return nil
	}
	messages, err := r.After(out, seq)
	if err != nil {
		return Permanent(err)
	}
	_, err = w.publish(ctx, &d, messages)
	return err
}

// lastOf gets the last message on a filter and its sequence: nil and 0 when
// there is none. fromLeader asks the stream's leader in place of any replica.
func lastOf[T any](ctx context.Context, b *Bus, stream, filter string, fromLeader bool) (*T, uint64, error) {
	data, seq, err := b.last(ctx, b.root.Stream(stream), filter, fromLeader)
	if err != nil || data == nil {
		return nil, 0, err
	}
	v := new(T)
	if err := json.Unmarshal(data, v); err != nil {
		return nil, 0, fmt.Errorf("last of %s: %w", filter, err)
	}
	return v, seq, nil
}
