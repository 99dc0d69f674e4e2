package main

import (
	"context"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/sinks/sse"
	"github.com/dateline-news/dateline/sinks/webhook"
)

// sinkCommand delivers to those without NATS.
type sinkCommand struct {
	Webhook sinkWebhookCommand `cmd:"" help:"Post messages to an address, signed, each until it was taken."`
	SSE     sinkSSECommand     `cmd:"" name:"sse" help:"Serve enriched articles as Server-Sent Events."`
}

type sinkWebhookCommand struct {
	boot.Service[webhook.Config] `embed:""`
	Kind                         string   `arg:"" optional:"" help:"What to deliver: enriched (default), articles, mentions or stories." default:"enriched" enum:"enriched,articles,mentions,stories"`
	Subject                      []string `help:"Only messages on subjects of this filter, such as news.enriched.en.>; may be repeated." placeholder:"FILTER"`
	Since                        instant  `help:"Where a delivery begins that is not there yet: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise with what is new." placeholder:"TIME"`
}

// Run is called by kong.
func (c *sinkWebhookCommand) Run(ctx context.Context, t terminal) error {
	k := kinds[c.Kind]
	from := bus.SubscribeOptions{Stream: k.stream, Since: c.Since.Time, New: c.Since.IsZero()}
	for _, subject := range c.Subject {
		filters, err := k.filters(c.Root, subject)
		if err != nil {
			return err
		}
		from.Filters = append(from.Filters, filters...)
	}
	return c.Service.Run(ctx, "webhook", t.Err, func(ctx context.Context, b *bus.Bus, own webhook.Config) error {
		return webhook.Run(ctx, b, own, from)
	})
}

type sinkSSECommand struct {
	boot.Service[sse.Config] `embed:""`
}

// Run is called by kong.
func (c *sinkSSECommand) Run(ctx context.Context, t terminal) error {
	return c.Service.Run(ctx, sse.Name, t.Err, sse.Run)
}
