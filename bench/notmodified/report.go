package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dateline-news/dateline/internal/benchmark"
)

// writeTable writes a line for each number of feeds. Bytes per feed are what the
// process has more than before the first feed.
func writeTable(w io.Writer, c config, results []result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %d windows of %s, medians\n\n", benchmark.ThisMachine(), c.windows, c.window)
	b.WriteString("| feeds | polls/s | polls per CPU second: fetcher | server | RSS: fetcher | server | live heap per feed: fetcher | server | disk per feed |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		b.WriteString(r.row() + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r result) row() string {
	return fmt.Sprintf("| %d | %.0f | %.0f | %.0f | %s | %s | %s | %s | %s |", r.feeds, r.polls,
		r.worker.perSecond, r.server.perSecond, mega(r.worker.full.RSS), mega(r.server.full.RSS),
		r.perFeed(r.worker), r.perFeed(r.server), size(r.disk/int64(r.feeds)))
}

// perFeed is by how much the live heap has grown, for each feed.
func (r result) perFeed(s side) string {
	return size((s.full.Heap - s.idle.Heap) / int64(r.feeds))
}

func size(n int64) string { return fmt.Sprintf("%d B", n) }

func mega(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }
