package bus

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// What is not said is filled in, and what is said is kept.
func TestSubscribeDefaults(t *testing.T) {
	tests := map[string]struct {
		given             SubscribeOptions
		inFlight, workers int
		ackWait           time.Duration
	}{
		"nothing":       {SubscribeOptions{}, DefaultInFlight, DefaultInFlight, DefaultAckWait},
		"in flight":     {SubscribeOptions{InFlight: 3}, 3, 3, DefaultAckWait},
		"workers":       {SubscribeOptions{Workers: 3}, DefaultInFlight, 3, DefaultAckWait},
		"both":          {SubscribeOptions{InFlight: 7, Workers: 3}, 7, 3, DefaultAckWait},
		"wait":          {SubscribeOptions{AckWait: time.Minute}, DefaultInFlight, DefaultInFlight, time.Minute},
		"what is wrong": {SubscribeOptions{InFlight: -1, AckWait: -1}, -1, -1, -1},
	}
	for name, test := range tests {
		o := test.given.withDefaults()
		if o.InFlight != test.inFlight || o.Workers != test.workers || o.AckWait != test.ackWait {
			t.Errorf("%s: got %d in flight, %d workers, %s", name, o.InFlight, o.Workers, o.AckWait)
		}
	}
}

func TestSubscribeOptionsAreValidated(t *testing.T) {
	now := time.Now()
	tests := map[string]struct {
		set  func(*SubscribeOptions)
		want string // part of the error, none when empty
	}{
		"defaults":           {func(*SubscribeOptions) {}, ""},
		"no stream":          {func(o *SubscribeOptions) { o.Stream = "" }, "needs a stream"},
		"a durable":          {func(o *SubscribeOptions) { o.Durable = "My-durable_2" }, ""},
		"a long durable":     {func(o *SubscribeOptions) { o.Durable = strings.Repeat("d", 64) }, ""},
		"a longer durable":   {func(o *SubscribeOptions) { o.Durable = strings.Repeat("d", 65) }, "at most 64 letters"},
		"a durable's dot":    {func(o *SubscribeOptions) { o.Durable = "a.b" }, `durable: got "a.b"`},
		"a durable's space":  {func(o *SubscribeOptions) { o.Durable = "a b" }, `durable: got "a b"`},
		"a durable's star":   {func(o *SubscribeOptions) { o.Durable = "*" }, `durable: got "*"`},
		"a durable's letter": {func(o *SubscribeOptions) { o.Durable = "é" }, `durable: got "é"`},
		"from":               {func(o *SubscribeOptions) { o.From = 1 }, ""},
		"since":              {func(o *SubscribeOptions) { o.Since = now }, ""},
		"new":                {func(o *SubscribeOptions) { o.New = true }, ""},
		"from and since":     {func(o *SubscribeOptions) { o.From, o.Since = 1, now }, "only one of From, Since and New"},
		"from and new":       {func(o *SubscribeOptions) { o.From, o.New = 1, true }, "only one of From, Since and New"},
		"since and new":      {func(o *SubscribeOptions) { o.Since, o.New = now, true }, "only one of From, Since and New"},
		"all three":          {func(o *SubscribeOptions) { o.From, o.Since, o.New = 1, now, true }, "only one of From, Since and New"},
		"one in flight":      {func(o *SubscribeOptions) { o.InFlight, o.Workers = 1, 1 }, ""},
		"none in flight":     {func(o *SubscribeOptions) { o.InFlight = 0 }, "in flight: got 0"},
		"fewer in flight":    {func(o *SubscribeOptions) { o.InFlight = -1 }, "in flight: got -1"},
		"no workers":         {func(o *SubscribeOptions) { o.Workers = 0 }, "workers: got 0"},
		"workers with none":  {func(o *SubscribeOptions) { o.Workers = o.InFlight + 1 }, "workers: got 101, want 1 to that"},
		"the shortest wait":  {func(o *SubscribeOptions) { o.AckWait = 100 * time.Millisecond }, ""},
		"a shorter wait":     {func(o *SubscribeOptions) { o.AckWait = 99 * time.Millisecond }, "ack wait: got 99ms"},
		"once":               {func(o *SubscribeOptions) { o.Once = 1 }, ""},
		"less than once":     {func(o *SubscribeOptions) { o.Once = -1 }, "once: got -1"},
		"the first is told":  {func(o *SubscribeOptions) { o.Stream, o.Durable, o.Once = "", "a.b", -1 }, "needs a stream"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := SubscribeOptions{Stream: schema.StreamItems}.withDefaults()
			test.set(&o)
			err := o.validate()
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrSubscribeOptions) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
