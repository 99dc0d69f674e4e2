package status_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// collected are the names of the metrics that are shown.
func collected(m *status.Metrics) map[string]int {
	out := make(chan prometheus.Metric, 1000)
	m.Collect(out)
	close(out)
	names := map[string]int{}
	for metric := range out {
		_, rest, _ := strings.Cut(metric.Desc().String(), `fqName: "`)
		name, _, _ := strings.Cut(rest, `"`)
		names[name]++
	}
	return names
}

// The metrics show nothing until it has read the status, and nothing once it cannot.
func TestMetrics(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	var m status.Metrics
	if got := collected(&m); len(got) != 0 {
		t.Errorf("before it runs: %v", got)
	}
	bustest.Start(t, func(ctx context.Context) error { m.Run(ctx, b, 10*time.Millisecond); return nil })
	bustest.Eventually(t, func() error {
		if len(collected(&m)) == 0 {
			return context.DeadlineExceeded
		}
		return nil
	})
	got := collected(&m)
	if got["dateline_stream_bytes"] < 5 || got["dateline_stream_bytes"] != got["dateline_stream_messages"] || got["dateline_feeds"] != 3 {
		t.Errorf("got %v", got)
	}
	b.Close()
	bustest.Eventually(t, func() error {
		if len(collected(&m)) != 0 {
			return context.DeadlineExceeded
		}
		return nil
	})
}

// Consumers are told when asked for: each of the pipeline, with how far it is.
func TestMetricsOfConsumers(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	if _, err := b.JetStream().Publish(t.Context(), b.Root().Item("example_org"), []byte("{}")); err != nil {
		t.Fatal(err)
	}
	m := status.Metrics{Consumers: true}
	bustest.Start(t, func(ctx context.Context) error { m.Run(ctx, b, 10*time.Millisecond); return nil })
	bustest.Eventually(t, func() error {
		if len(collected(&m)) == 0 {
			return context.DeadlineExceeded
		}
		return nil
	})
	got := collected(&m)
	if n := got["dateline_consumer_pending"]; n < 6 || n != got["dateline_consumer_unacked"] || n != got["dateline_consumer_redelivered"] {
		t.Errorf("got %v", got)
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(&m)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	pending := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if family.GetName() == "dateline_consumer_pending" {
				pending[metric.GetLabel()[0].GetValue()+" "+metric.GetLabel()[1].GetValue()] = metric.GetGauge().GetValue()
			}
		}
	}
	if pending["normalizer ITEMS"] != 1 || pending["enricher ARTICLES"] != 0 {
		t.Errorf("pending %v", pending)
	}
}
