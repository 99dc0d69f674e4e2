package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// deadRetry sends dead letters through their stage again.
type deadRetry struct {
	client
	deadChoice
}

// Run is called by kong.
func (c *deadRetry) Run(ctx context.Context, t terminal) error {
	return c.act(ctx, t, c.client, "retried", deadletter.Retry)
}

// deadDrop deletes dead letters.
type deadDrop struct {
	client
	deadChoice
}

// Run is called by kong.
func (c *deadDrop) Run(ctx context.Context, t terminal) error {
	return c.act(ctx, t, c.client, "dropped", deadletter.Drop)
}

// deadChoice is the dead letters that something is done with.
type deadChoice struct {
	Seqs []uint64 `arg:"" optional:"" name:"seq" help:"Their numbers in the list."`
	All  bool     `help:"All, or all that the other flags leave." env:"-"`
	deadFilter
}

// act does something with each of the chosen letters, and tells how it went.
func (c deadChoice) act(ctx context.Context, t terminal, cl client, done string, do func(context.Context, *bus.Bus, deadletter.Letter) error) error {
	if c.All != (len(c.Seqs) == 0) || c.deadFilter != (deadFilter{}) && !c.All {
		return boot.ConfigError(errors.New("want the numbers of dead letters; or --all, with which --stage, --source, --reason and --since may choose"))
	}
	b, err := cl.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	n := outcomes{what: done}
	each := func(l deadletter.Letter) error { return do(ctx, b, l) }
	if c.All {
		err = c.all(ctx, t, b, &n, each)
	} else {
		err = c.named(ctx, t, b, &n, each)
	}
	fmt.Fprintln(t.Err, n)
	if err == nil && !c.All && n.done < len(c.Seqs) {
		return fmt.Errorf("not all of them were %s", done)
	}
	return err
}

// all takes every letter that the filter leaves and that is there now.
func (c deadChoice) all(ctx context.Context, t terminal, b *bus.Bus, n *outcomes, do func(deadletter.Letter) error) error {
	filter := c.filter()
	total, err := deadletter.Count(ctx, b, filter)
	if err != nil {
		return err
	}
	show := newProgress(t, false)
	defer show.clear()
	for l, err := range deadletter.Read(ctx, b, filter) {
		if err != nil {
			return err
		}
		if err := n.count(do(l)); err != nil {
			return err
		}
		show.count(min(n.seen(), total), total)
	}
	return nil
}

// named takes the letters of the arguments, and says of each that it leaves why.
func (c deadChoice) named(ctx context.Context, t terminal, b *bus.Bus, n *outcomes, do func(deadletter.Letter) error) error {
	for _, seq := range c.Seqs {
		l, why := deadletter.Get(ctx, b, seq)
		if why == nil {
			why = do(l)
		}
		if err := n.count(why); err != nil {
			return err
		}
		if why != nil {
			fmt.Fprintln(t.Err, "dateline:", why)
		}
	}
	return nil
}

// outcomes counts what became of letters.
type outcomes struct {
	what                           string
	done, superseded, not, missing int
}

func (o *outcomes) seen() uint64 { return uint64(o.done + o.superseded + o.not + o.missing) }

// count counts one; an error that ends the work is returned.
func (o *outcomes) count(err error) error {
	switch {
	case err == nil:
		o.done++
	case errors.Is(err, deadletter.ErrSuperseded):
		o.superseded++
	case errors.Is(err, deadletter.ErrNotRetryable):
		o.not++
	case errors.Is(err, deadletter.ErrNotFound):
		o.missing++
	default:
		return err
	}
	return nil
}

// String is the counts in words, those that are 0 left out but for the first.
func (o outcomes) String() string {
	text := strconv.Itoa(o.done) + " " + o.what
	for _, part := range []struct {
		n    int
		what string
	}{{o.superseded, "superseded"}, {o.not, "cannot be"}, {o.missing, "not found"}} {
		if part.n > 0 {
			text += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	return text
}
