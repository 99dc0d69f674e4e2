package check

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/util/teststorage"
)

// prometheus is the engine of Prometheus and its storage, with a clock that begins at 0.
type prometheus struct {
	*teststorage.TestStorage
	engine *promql.Engine
}

func openPrometheus(t *testing.T) prometheus {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1 << 20, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: newParser()})
	t.Cleanup(func() { _ = engine.Close() })
	return prometheus{TestStorage: teststorage.New(t), engine: engine}
}

func newParser() parser.Parser { return parser.NewParser(parser.Options{}) }

// point is a value of a series.
type point struct {
	series labels.Labels
	value  float64
}

// add stores what was scraped at a time.
func (p prometheus) add(t *testing.T, at time.Duration, points []point) {
	t.Helper()
	store := p.Appender(t.Context())
	for _, one := range points {
		if _, err := store.Append(0, one.series, at.Milliseconds(), one.value); err != nil {
			t.Fatalf("%s: %v", one.series, err)
		}
	}
	if err := store.Commit(); err != nil {
		t.Fatal(err)
	}
}

// step is the time between two evaluations of the rules, and between the values of written series.
const step = time.Minute

// load stores series that are written as promtool's tests have them, `up{job="a"} 1 1 0+0x20`,
// a minute between values.
func (p prometheus) load(t *testing.T, series []string) {
	t.Helper()
	byTime := map[int][]point{}
	last := 0
	for _, text := range series {
		name, values, err := newParser().ParseSeriesDesc(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for i, v := range values {
			if last = max(last, i); !v.Omitted {
				byTime[i] = append(byTime[i], point{name, v.Value})
			}
		}
	}
	for i := range last + 1 {
		p.add(t, time.Duration(i)*step, byTime[i])
	}
}

// at is what an expression gives at a time.
func (p prometheus) at(t *testing.T, expr string, when time.Duration) promql.Vector {
	t.Helper()
	q, err := p.engine.NewInstantQuery(t.Context(), p, nil, expr, time.UnixMilli(when.Milliseconds()))
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	defer q.Close()
	v, err := q.Exec(t.Context()).Vector()
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return append(promql.Vector(nil), v...)
}

// firing are the labels of the alert that fire at a time: that its expression has given at each
// evaluation for so long.
func (p prometheus) firing(t *testing.T, rule rulefmt.Rule, when time.Duration) []string {
	t.Helper()
	since := when - time.Duration(rule.For)
	q, err := p.engine.NewRangeQuery(context.WithoutCancel(t.Context()), p, nil, rule.Expr, time.UnixMilli(since.Milliseconds()), time.UnixMilli(when.Milliseconds()), step)
	if err != nil {
		t.Fatalf("%s: %v", rule.Alert, err)
	}
	defer q.Close()
	result, err := q.Exec(t.Context()).Matrix()
	if err != nil {
		t.Fatalf("%s: %v", rule.Alert, err)
	}
	var all []string
	for _, series := range result {
		if len(series.Floats) == int(time.Duration(rule.For)/step)+1 {
			all = append(all, series.Metric.DropReserved(func(name string) bool { return name == model.MetricNameLabel }).String())
		}
	}
	return all
}

// alerts are the rules of deploy/prometheus, as Prometheus reads them.
func alerts(t *testing.T) map[string]rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.Parse([]byte(read(t, "prometheus", "rules.yaml")), false, model.LegacyValidation, newParser(), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	all := map[string]rulefmt.Rule{}
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			all[rule.Alert] = rule
		}
	}
	return all
}

// The helpers find what is there, and only that: series with gaps, what fires, what does not yet.
func TestRulesAreEvaluated(t *testing.T) {
	p := openPrometheus(t)
	p.load(t, []string{`up{job="a"} 1 0 0 0 0`, `up{job="b"} 0 1 0 _ 0`, `late{job="a"} _x3 7`})
	if got := p.at(t, `late`, 3*step); len(got) != 1 || got[0].F != 7 || len(p.at(t, `late`, 2*step)) != 0 {
		t.Errorf("late: %v", got)
	}
	rule := rulefmt.Rule{Alert: "Down", Expr: `up == 0`}
	for minutes, want := range map[int]string{2: `{job="a"} {job="b"}`, 4: `{job="a"} {job="b"}`} {
		if got := strings.Join(p.firing(t, rule, time.Duration(minutes)*step), " "); got != want {
			t.Errorf("after %d minutes: %s", minutes, got)
		}
	}
	rule.For = model.Duration(2 * step)
	if got := fmt.Sprint(p.firing(t, rule, 3*step)); got != `[{job="a"}]` {
		t.Errorf("for two minutes: %s", got)
	}
}
