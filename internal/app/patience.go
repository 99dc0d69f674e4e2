package app

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// pagesIdle is how long a run waits for the next page. It is longer than a page
// is retried for: half a minute and two after a failure, and the requests.
const pagesIdle = 4 * time.Minute

// patience bounds how long a run waits for pages, when nothing else is left: a
// host that wants to be left alone, or wants half a minute between two requests,
// may keep some for hours.
type patience struct {
	idle  time.Duration // without any page coming
	total time.Duration

	began, moved time.Time
	pages        uint64
}

// isOver reports whether a run has waited for long enough, given how many pages and
// how many other messages are left.
func (p *patience) isOver(now time.Time, pages, others uint64) bool {
	if p.began.IsZero() {
		p.began = now
	}
	if p.moved.IsZero() || pages != p.pages {
		p.moved, p.pages = now, pages
	}
	return others == 0 && (now.Sub(p.moved) >= p.idle || now.Sub(p.began) >= p.total)
}

// waitingFor are the sources of the items that wait for their pages, with how many
// of each.
func (a *App) waitingFor(ctx context.Context) (map[string]uint64, error) {
	name := a.Bus.Root().Stream(schema.StreamFound)
	stream, err := a.Bus.JetStream().Stream(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(a.Bus.Root().Found("*")))
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	sources := make(map[string]uint64, len(info.State.Subjects))
	for subject, n := range info.State.Subjects {
		sources[a.Bus.Root().SourceOf(subject)] += n
	}
	return sources, nil
}
