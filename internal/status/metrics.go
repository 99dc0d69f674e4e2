package status

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Metrics keeps the status of a pipeline and shows it to Prometheus: what no service
// by itself may ask for. The zero value shows nothing yet.
type Metrics struct {
	// Consumers is true to show the consumers of services too, which a process tells
	// itself of those that it runs.
	Consumers bool

	watch Watch
	last  atomic.Pointer[Status]
}

// Run reads the status every so often until ctx ends. When that fails the metrics
// are left out rather than kept: an old value would look like a new one.
func (m *Metrics) Run(ctx context.Context, b *bus.Bus, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		s, err := m.watch.Next(ctx, b)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.Logger().Warn("status for metrics", zap.Error(err))
			m.last.Store(nil)
		default:
			m.last.Store(&s)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Describe sends nothing: which streams there are is known when they are read.
func (m *Metrics) Describe(chan<- *prometheus.Desc) {}

// Collect sends what was read last.
func (m *Metrics) Collect(out chan<- prometheus.Metric) {
	s := m.last.Load()
	if s == nil {
		return
	}
	gauge := func(value float64, name, help, label, of string) {
		desc := prometheus.NewDesc("dateline_"+name, help, []string{label}, nil)
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, of)
	}
	if m.Consumers {
		collectConsumers(out, s.Consumers)
	}
	for _, stream := range s.Streams {
		gauge(float64(stream.Messages), "stream_messages", "Messages that a stream holds.", "stream", stream.Name)
		gauge(float64(stream.Bytes), "stream_bytes", "Bytes that a stream holds.", "stream", stream.Name)
		if stream.Limit > 0 {
			gauge(float64(stream.Limit), "stream_limit_bytes", "Bytes at which a stream is full.", "stream", stream.Name)
		}
	}
	for state, n := range s.Feeds {
		gauge(float64(n), "feeds", "Registered feeds by state.", "state", state)
	}
	for stage, n := range s.Dead {
		gauge(float64(n), "dead_letters", "Dead letters that are kept, by the stage that set them aside.", "stage", stage)
	}
}

// collectConsumers sends how far services are, as boot does for those of its process.
func collectConsumers(out chan<- prometheus.Metric, consumers []Consumer) {
	gauge := func(value float64, name, help string, c Consumer) {
		desc := prometheus.NewDesc("dateline_consumer_"+name, help, []string{"stream", "consumer"}, nil)
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, c.Stream, c.Name)
	}
	for _, c := range consumers {
		gauge(float64(c.Pending), "pending", "Messages that a consumer was not given yet.", c)
		gauge(float64(c.Unacked), "unacked", "Messages that the workers of a consumer have in hand.", c)
		gauge(float64(c.Redelivered), "redelivered", "Of those in hand, the ones that came more than once.", c)
	}
}
