package boot

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dateline-news/dateline/pkg/bus"
)

// metrics shows a bus's counters to Prometheus. It asks nobody: to read metrics
// costs the servers nothing.
type metrics struct{ bus *bus.Bus }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("dateline_"+name, help, labels, nil)
}

// Describe sends nothing: which stages run is known when they do.
func (m metrics) Describe(chan<- *prometheus.Desc) {}

// Collect sends every counter.
func (m metrics) Collect(out chan<- prometheus.Metric) {
	ready := 0.0
	if m.bus.Ready() == nil {
		ready = 1
	}
	p := page(out)
	p.gauge(1, describe("build_info", "The version of this program, and of the Go that built it.", "version", "goversion"), Version(), runtime.Version())
	p.gauge(ready, describe("ready", "1 when a message could be published now."))
	p.counter(m.bus.Stats().PushedBack.Load(), describe("publish_pushed_back_total", "Publishes that had to wait and try again."))
	for name, s := range m.bus.Stats().Stages() {
		p.stage(name, s)
	}
}

// page sends metrics.
type page chan<- prometheus.Metric

func (p page) gauge(value float64, desc *prometheus.Desc, labels ...string) {
	p <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}

func (p page) counter(n int64, desc *prometheus.Desc, labels ...string) {
	p <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), labels...)
}

// histogram leaves out one that never counted: most stages have but one of them.
func (p page) histogram(h *bus.Histogram, desc *prometheus.Desc, labels ...string) {
	if count, sum, buckets := h.Snapshot(); count > 0 {
		p <- prometheus.MustNewConstHistogram(desc, count, sum, buckets, labels...)
	}
}

func (p page) stage(name string, s *bus.StageStats) {
	for _, c := range []struct {
		n          int64
		name, help string
	}{
		{s.Received.Load(), "received", "Messages taken in hand, each time that one came."},
		{s.In.Load(), "settled", "Messages settled for good."},
		{s.Returned.Load(), "returned", "Messages let go unsettled, which come again."},
		{s.Published.Load(), "published", "Messages that the stage's work has stored."},
		{s.Duplicates.Load(), "duplicates", "Publishes of what the stream had already."},
		{s.Dead.Load(), "dead", "Messages set aside in the dead letters."},
		{s.Retried.Load(), "retried", "Work that was tried again."},
		{s.Panics.Load(), "panics", "Panics of the stage's function."},
	} {
		p.counter(c.n, describe("stage_"+c.name+"_total", c.help, "stage"), name)
	}
	p.gauge(float64(s.InHand.Load()), describe("stage_in_hand", "Messages that are worked on now.", "stage"), name)
	for verdict, n := range s.Verdicts() {
		p.counter(n, describe("stage_verdicts_total", "What became of the messages that were settled and are not dead.", "stage", "verdict"), name, verdict)
	}
	for outcome, n := range s.Met() {
		p.counter(n, describe("stage_outcomes_total", "What the stage's work met.", "stage", "outcome"), name, outcome)
	}
	p.histogram(s.Duration, describe("stage_duration_seconds", "Time that a message was in hand, waiting included.", "stage"), name)
	p.histogram(s.Freshness, describe("article_age_seconds", "Age of articles at first sight: from their publication to their fetch."))
	p.histogram(s.Delay, describe("article_delay_seconds", "From the fetch of an article to its enriched form being stored."))
	p.lag(s)
}

// lag is of all workers of a stage together: each of them tells the same.
func (p page) lag(s *bus.StageStats) {
	lag, known := s.Lag()
	if !known {
		return
	}
	labels := []string{"stream", "consumer"}
	p.gauge(float64(lag.Pending), describe("consumer_pending", "Messages that a consumer was not given yet.", labels...), lag.Stream, lag.Consumer)
	p.gauge(float64(lag.Unacked), describe("consumer_unacked", "Messages that the workers of a consumer have in hand.", labels...), lag.Stream, lag.Consumer)
	p.gauge(float64(lag.Redelivered), describe("consumer_redelivered", "Of those in hand, the ones that came more than once.", labels...), lag.Stream, lag.Consumer)
}

// statusPage is the counters for a person.
func statusPage(b *bus.Bus) string {
	var page strings.Builder
	state := "ready"
	if err := b.Ready(); err != nil {
		state = "not ready: " + err.Error()
	}
	fmt.Fprintf(&page, "dateline %s: %s\n\n", Version(), state)
	table := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "stage\tsettled\tin hand\tretried\tdead\toutcomes")
	stages := b.Stats().Stages()
	for _, name := range slices.Sorted(maps.Keys(stages)) {
		s := stages[name]
		counts := s.Counts()
		var outcomes []string
		for _, o := range slices.Sorted(maps.Keys(counts)) {
			outcomes = append(outcomes, fmt.Sprintf("%s %d", o, counts[o]))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%s\n", name, s.In.Load(), s.InHand.Load(), s.Retried.Load(), s.Dead.Load(), strings.Join(outcomes, ", "))
	}
	_ = table.Flush() // a strings.Builder takes everything
	fmt.Fprintln(&page, "\n/healthz  /readyz  /metrics")
	return page.String()
}
