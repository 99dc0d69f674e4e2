package bus

import (
	"context"
	"fmt"
)

// Result is what a stage made of a message.
type Result struct {
	// Verdict says in one word what became of the message.
	Verdict string
	// Groups are the messages to publish. All of a group is stored before the
	// next is sent.
	Groups [][]Message
	// Counts adds to the stage's own counters, once all is stored.
	Counts map[string]int64
}

// Produce is the handler of a stage that publishes what its function returns.
func Produce[In any](fn func(context.Context, In, Delivery) (Result, error)) Handler {
	return func(ctx context.Context, w *Worker, d Delivery) (string, error) {
		in, err := Decode[In](d)
		if err != nil {
			return "", Permanent(err)
		}
		result, err := call(ctx, w, func(ctx context.Context) (Result, error) { return fn(ctx, in, d) })
		if err != nil {
			return "", err
		}
		for _, group := range result.Groups {
			if _, err := w.publish(ctx, &d, group); err != nil {
				return "", err
			}
		}
		for name, n := range result.Counts {
			w.stats.Add(name, n)
		}
		return result.Verdict, nil
	}
}

// Sink is the handler of a stage that delivers messages elsewhere.
func Sink(deliver func(context.Context, Delivery) error) Handler {
	return func(ctx context.Context, w *Worker, d Delivery) (string, error) {
		_, err := call(ctx, w, func(ctx context.Context) (struct{}, error) { return struct{}{}, deliver(ctx, d) })
		if err != nil {
			return "", fmt.Errorf("deliver %s: %w", headerText(identity(d), 100), err)
		}
		return "delivered", nil
	}
}
