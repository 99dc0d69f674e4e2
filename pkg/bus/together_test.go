package bus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
)

func TestTogether(t *testing.T) {
	broken := errors.New("broken")
	waits := func(ctx context.Context) error { <-ctx.Done(); return nil }
	begins := func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("bucket feeds: %w", ctx.Err()) }
	ends := func(context.Context) error { return nil }
	fails := func(context.Context) error { return broken }
	gaveUp := func(context.Context) error { return context.Canceled }
	for _, test := range []struct {
		name    string
		stopped bool
		parts   []func(context.Context) error
		want    error
	}{
		{"none", false, nil, nil},
		{"one ends, so the others do", false, []func(context.Context) error{waits, ends, waits}, nil},
		{"one fails, the others were stopped while they began", false, []func(context.Context) error{begins, fails, begins}, broken},
		{"stopped from outside", true, []func(context.Context) error{waits, begins}, nil},
		{"a failure is told beside a stop", true, []func(context.Context) error{begins, fails}, broken},
		{"what ended by itself says so", false, []func(context.Context) error{gaveUp}, context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			if test.stopped {
				stop()
			}
			err := bus.Together(ctx, test.parts...)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if test.want == broken && errors.Is(err, context.Canceled) {
				t.Errorf("%v: the others have not failed", err)
			}
		})
	}
}
