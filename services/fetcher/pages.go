package fetcher

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/page"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// PageStage is the name of the stage that gets pages: in counters and in dead
// letters.
const PageStage = "pager"

// pageRetry is the wait before a page that failed is asked for again.
const pageRetry = 30 * time.Second

// runPages gets the pages that are wanted until ctx ends.
func runPages(ctx context.Context, b *bus.Bus, c Config, guest *polite.Client, registry *Registry, now func() time.Time) error {
	client, err := c.client(c.MaxPage, 2*c.Pages)
	if err != nil {
		return err
	}
	defer client.Close()
	packer, err := page.NewPacker()
	if err != nil {
		return err
	}
	worker := &page.Worker{
		Root: b.Root(), Fetch: guest.Through(client.Get).Get, Packer: packer, Registry: registry,
		Retry: pageRetry, Wait: c.PageWait, Cooled: tell{b}.cooled, Now: now,
	}
	stage := asking()
	stage.Name, stage.Stream, stage.Consumer = PageStage, schema.StreamFound, topology.ConsumerPager
	stage.Workers = c.Pages
	stage.Timeout = 2*c.HTTPTimeout + 30*time.Second // robots.txt may be asked for first
	stage.Unsuspected, stage.Deliveries = page.MaxDeliveries+1, page.MaxDeliveries+4
	return bus.Run(ctx, b, stage, bus.Produce(worker.Page))
}

// tell publishes events of feeds that do not come from their polls.
type tell struct{ bus *bus.Bus }

// cooled tells, once for each time, that the host of a feed's page is left alone.
func (t tell) cooled(ctx context.Context, f schema.FeedRef, c hosts.CoolDown) {
	event := schema.Health{
		FeedID: f.ID, URL: f.URL, Kind: "rate-limited",
		Error: string(httpfetch.CodeRateLimited), Detail: "a page: " + poll.LeftAlone(c), At: time.Now().UTC(),
	}
	message, err := poll.HealthMessage(t.bus.Root(), event, fmt.Sprintf("%s:%d:%s:page", f.ID, c.Since.UnixNano(), event.Kind))
	if err == nil {
		_, err = t.bus.Publish(ctx, message)
	}
	if err != nil {
		t.bus.Logger().Warn("tell that a host is left alone", zap.String("feed", f.URL), zap.Error(err))
	}
}
