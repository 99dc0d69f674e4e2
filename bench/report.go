package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/dateline-news/dateline/internal/benchmark"
)

// report is the result of a benchmark.
type report struct {
	Config  config            `json:"config"`
	Machine benchmark.Machine `json:"machine"`
	// FeedBytes are those of all feed documents.
	FeedBytes int64 `json:"feed_bytes"`
	// Pipeline and Floor are the runs with the median speed.
	Pipeline side `json:"pipeline"`
	Floor    side `json:"floor"`
	// Ratio is the pipeline's speed over the floor's: the median over the runs.
	Ratio float64 `json:"ratio"`
	// GrowthPerArticle is how many bytes of heap an article leaves behind, the
	// server's index included: the difference between a run over all feeds and
	// one over half of them, both at their end, for each article.
	GrowthPerArticle float64 `json:"growth_per_article_bytes"`
	PipelineRuns     []side  `json:"pipeline_runs"`
	FloorRuns        []side  `json:"floor_runs"`
}

// sumUp works out what the runs come to. half is a run over half of the feeds.
func (r *report) sumUp(half side) {
	speed := func(s side) float64 { return s.ItemsPerSecond }
	r.Pipeline, r.Floor = benchmark.Median(r.PipelineRuns, speed), benchmark.Median(r.FloorRuns, speed)
	ratios := make([]float64, len(r.PipelineRuns))
	for i, p := range r.PipelineRuns {
		ratios[i] = p.ItemsPerSecond / r.FloorRuns[i].ItemsPerSecond
	}
	r.Ratio = benchmark.Median(ratios, func(x float64) float64 { return x })
	end := benchmark.Median(r.PipelineRuns, func(s side) float64 { return float64(s.HeapEnd) }).HeapEnd
	articles := (r.Config.Feeds - r.Config.Feeds/2) * r.Config.Items
	r.GrowthPerArticle = (float64(end) - float64(half.HeapEnd)) / float64(articles)
}

func writeJSON(w io.Writer, r report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func writeTable(w io.Writer, r report) error {
	items := r.Config.Feeds * r.Config.Items
	fmt.Fprintf(w, "%d feeds x %d items of about %d words: %s of feeds; %d runs, medians\n", r.Config.Feeds, r.Config.Items, r.Config.Words, mega(r.FeedBytes), r.Config.Runs)
	fmt.Fprintf(w, "%s\n\n", r.Machine)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, value func(side) string) {
		fmt.Fprintf(t, "%s\t%s\t%s\t\n", name, value(r.Pipeline), value(r.Floor))
	}
	fmt.Fprintf(t, "\tpipeline\tfloor\t\n")
	row("items/s", func(s side) string { return fmt.Sprintf("%.0f", s.ItemsPerSecond) })
	row("seconds", func(s side) string { return fmt.Sprintf("%.2f", s.Seconds) })
	row("CPU s", func(s side) string { return fmt.Sprintf("%.2f", s.CPU) })
	row("CPU ms/item", func(s side) string { return fmt.Sprintf("%.2f", 1000*s.CPU/float64(items)) })
	row("peak RSS", func(s side) string { return mega(s.PeakRSS) })
	row("live heap at half", func(s side) string { return mega(s.HeapHalf) })
	row("live heap at end", func(s side) string { return mega(s.HeapEnd) })
	for _, name := range slices.Sorted(maps.Keys(r.Pipeline.Streams)) {
		row(name, func(s side) string {
			if s.Streams[name].Messages == 0 {
				return "-"
			}
			return fmt.Sprintf("%d x %.1f kB", s.Streams[name].Messages, float64(s.Streams[name].Bytes)/1000/float64(s.Streams[name].Messages))
		})
	}
	row("on disk", func(s side) string { return mega(s.Disk) })
	if err := t.Flush(); err != nil {
		return fmt.Errorf("table: %w", err)
	}
	_, err := fmt.Fprintf(w, "\npipeline/floor %.2f; heap that an article leaves behind %.0f bytes\n", r.Ratio, r.GrowthPerArticle)
	return err
}

func mega(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }
