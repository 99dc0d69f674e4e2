package boot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dateline-news/dateline/pkg/bus"
)

// metrics shows a bus's counters to Prometheus.
type metrics struct{ bus *bus.Bus }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("dateline_"+name, help, labels, nil)
}

// Describe sends nothing: which stages run is known when they do.
func (m metrics) Describe(chan<- *prometheus.Desc) {}

// Collect sends every counter.
func (m metrics) Collect(out chan<- prometheus.Metric) {
	send := func(kind prometheus.ValueType, value float64, desc *prometheus.Desc, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	ready := 0.0
	if m.bus.Ready() == nil {
		ready = 1
	}
	send(prometheus.GaugeValue, 1, describe("build_info", "The version of this program.", "version"), Version())
	send(prometheus.GaugeValue, ready, describe("ready", "1 when a message could be published now."))
	send(prometheus.CounterValue, float64(m.bus.Stats().PushedBack.Load()),
		describe("publish_pushed_back_total", "Publishes that had to wait and try again."))
	for name, s := range m.bus.Stats().Stages() {
		send(prometheus.CounterValue, float64(s.In.Load()), describe("stage_settled_total", "Messages settled for good.", "stage"), name)
		send(prometheus.CounterValue, float64(s.Dead.Load()), describe("stage_dead_total", "Messages set aside in the dead letters.", "stage"), name)
		send(prometheus.CounterValue, float64(s.Retried.Load()), describe("stage_retried_total", "Messages given back to be tried again.", "stage"), name)
		send(prometheus.CounterValue, float64(s.Panics.Load()), describe("stage_panics_total", "Panics of the stage's function.", "stage"), name)
		send(prometheus.GaugeValue, float64(s.InHand.Load()), describe("stage_in_hand", "Messages that are worked on now.", "stage"), name)
		send(prometheus.CounterValue, time.Duration(s.Busy.Load()).Seconds(),
			describe("stage_busy_seconds_total", "Time that messages were in hand, waiting included.", "stage"), name)
		for outcome, n := range s.Counts() {
			send(prometheus.CounterValue, float64(n),
				describe("stage_outcomes_total", "What became of messages, and what the stage's work met.", "stage", "outcome"), name, outcome)
		}
	}
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
