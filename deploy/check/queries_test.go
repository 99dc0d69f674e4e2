package check

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/promql/parser"
)

// Panels and alerts ask for what a pipeline tells: each is evaluated over the metrics of a process
// that runs the demo, and gives something.
func TestQueriesOfRealMetrics(t *testing.T) {
	p, series, now := observe(t)
	t.Run("dashboard", func(t *testing.T) {
		for _, q := range panels(t) {
			q.check(t, p, series, now)
		}
	})
	t.Run("alerts", func(t *testing.T) {
		for name, rule := range alerts(t) {
			asked := query{name: name, expr: unfiltered(t, rule.Expr)}
			for _, text := range rule.Annotations {
				for _, label := range regexp.MustCompile(`\$labels\.([a-z_]+)`).FindAllStringSubmatch(text, -1) {
					asked.labels = append(asked.labels, label[1])
				}
			}
			asked.check(t, p, series, now)
			if got := p.at(t, rule.Expr, now); len(got) != 0 {
				t.Errorf("%s: fires at nothing: %v", name, got)
			}
		}
	})
}

// absent are selectors that find nothing while nothing is wrong. Their names and labels are tried
// all the same.
func absent(selector string) bool {
	return slices.Contains([]string{
		`dateline_stage_outcomes_total{outcome=~"bound:.*"}`,
		`dateline_stage_outcomes_total{outcome="feed-silent",stage="poller"}`,
		`dateline_stage_verdicts_total{stage="poller",verdict="failed"}`,
		// of prometheus-nats-exporter, see the rules
		`jetstream_stream_total_bytes`, `jetstream_stream_limit_bytes`,
	}, selector)
}

// query is an expression that somebody looks at.
type query struct {
	name, expr string
	labels     []string // that what it gives must have
}

// check evaluates the query and each of its parts.
func (q query) check(t *testing.T, p prometheus, all []labels.Labels, now time.Duration) {
	t.Helper()
	expr, err := newParser().ParseExpr(q.expr)
	if err != nil {
		t.Fatalf("%s: %v", q.name, err)
	}
	empty := true // of several alternatives one gives something
	for _, alternative := range alternatives(expr) {
		if q.parts(t, alternative, all) {
			empty = false
		}
	}
	got := p.at(t, q.expr, now)
	if (len(got) == 0) != empty {
		t.Errorf("%s: gives %v", q.name, got)
	}
	for _, sample := range got {
		for _, label := range q.labels {
			if !sample.Metric.Has(label) {
				t.Errorf("%s: %s has no label %s", q.name, sample.Metric, label)
			}
		}
	}
}

// parts checks what an expression asks for, and reports whether all of that is there.
func (q query) parts(t *testing.T, expr parser.Expr, all []labels.Labels) bool {
	t.Helper()
	there := true
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.VectorSelector:
			plain := *n
			plain.OriginalOffset = 0
			switch selector := plain.String(); {
			case absent(selector):
				there = false
				checkNames(t, q.name, n, all)
			case !slices.ContainsFunc(all, func(series labels.Labels) bool { return matches(series, n.LabelMatchers) }):
				t.Errorf("%s: there is no %s", q.name, selector)
			}
		case *parser.AggregateExpr:
			checkGrouping(t, q.name, n, all)
		}
		return nil
	})
	return there
}

// alternatives are the expressions between which `or` stands.
func alternatives(expr parser.Expr) []parser.Expr {
	if n, ok := expr.(*parser.BinaryExpr); ok && n.Op == parser.LOR {
		return append(alternatives(n.LHS), alternatives(n.RHS)...)
	}
	return []parser.Expr{expr}
}

func matches(series labels.Labels, matchers []*labels.Matcher) bool {
	return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(series.Get(m.Name)) })
}

// checkNames checks that there is a metric of that name with those labels, of whatever values.
func checkNames(t *testing.T, name string, n *parser.VectorSelector, all []labels.Labels) {
	t.Helper()
	if strings.HasPrefix(n.Name, "jetstream_") {
		return
	}
	if !slices.ContainsFunc(all, func(series labels.Labels) bool {
		return series.Get(model.MetricNameLabel) == n.Name &&
			!slices.ContainsFunc(n.LabelMatchers, func(m *labels.Matcher) bool { return !series.Has(m.Name) })
	}) {
		t.Errorf("%s: no metric can be as %s", name, n)
	}
}

// checkGrouping checks that the metrics below have the labels by which they are put together.
func checkGrouping(t *testing.T, name string, n *parser.AggregateExpr, all []labels.Labels) {
	t.Helper()
	parser.Inspect(n.Expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok || strings.HasPrefix(selector.Name, "jetstream_") {
			return nil
		}
		for _, label := range n.Grouping {
			if !slices.ContainsFunc(all, func(series labels.Labels) bool {
				return series.Get(model.MetricNameLabel) == selector.Name && series.Has(label)
			}) {
				t.Errorf("%s: %s has no label %s", name, selector.Name, label)
			}
		}
		return nil
	})
}

// unfiltered is an alert's expression that gives 0 or 1 where it would give something or nothing.
func unfiltered(t *testing.T, text string) string {
	t.Helper()
	expr, err := newParser().ParseExpr(text)
	if err != nil {
		t.Fatal(err)
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if n, ok := node.(*parser.BinaryExpr); ok && n.Op.IsComparisonOperator() {
			n.ReturnBool = true
		}
		return nil
	})
	return expr.String()
}

// panels are the queries of the dashboard.
func panels(t *testing.T) []query {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana", "dateline.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	var all []query
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			q := query{name: panel.Title, expr: target.Expr}
			for _, label := range regexp.MustCompile(`{{ *([a-z_]+) *}}`).FindAllStringSubmatch(target.LegendFormat, -1) {
				q.labels = append(q.labels, label[1])
			}
			all = append(all, q)
		}
	}
	if len(all) < 20 {
		t.Errorf("%d queries", len(all))
	}
	return all
}

// observe runs `dateline up --demo` as a process, scrapes it until every feed's articles are stored
// and its streams are told, and a few times more. It returns the store, the series of the last
// scrape and its time.
func observe(t *testing.T) (p prometheus, series []labels.Labels, now time.Duration) {
	t.Helper()
	url := demo(t)
	p = openPrometheus(t)
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for settled := 0; settled < 3; now += 15 * time.Second {
		points := scrape(t, url+"/metrics")
		p.add(t, now, points)
		series = nil
		for _, one := range points {
			series = append(series, one.series)
		}
		if isSettled(points) {
			settled++
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the demo does not settle")
		case <-ticker.C:
		}
	}
	return p, series, now - 15*time.Second
}

// isSettled reports whether articles are stored and the streams are told.
func isSettled(points []point) bool {
	stored, told := false, false
	for _, one := range points {
		switch one.series.Get(model.MetricNameLabel) {
		case "dateline_article_delay_seconds_count":
			stored = one.value > 20
		case "dateline_stream_bytes":
			told = true
		}
	}
	return stored && told
}

// demo starts the demo and returns the address of its pages.
func demo(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "dateline")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/dateline")
	build.Dir = filepath.Join("..", "..")
	build.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return s == "GOWORK=off" })
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c := exec.CommandContext(t.Context(), program, "up", "--demo", "--data", t.TempDir(), "--nats-listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--quiet", "--sync", "1m")
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 20 * time.Second
	out, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the demo does not start: %v", errors.Join(err, c.Wait()))
		}
		if name, value, _ := strings.Cut(strings.TrimSpace(line), " "); name == "status" {
			read := make(chan struct{})
			go func() { _, _ = io.Copy(io.Discard, lines); close(read) }()
			t.Cleanup(func() { // the test's context has ended, which stops it
				<-read
				if err := c.Wait(); err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("the demo ended: %v", err)
				}
			})
			return strings.TrimSpace(value)
		}
	}
}

// scrape reads metrics as Prometheus does, with the labels of a target and its `up`.
func scrape(t *testing.T, url string) []point {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/openmetrics-text;version=1.0.0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	target := []string{"job", "dateline", "instance", "demo:8080"}
	points := []point{{labels.FromStrings(append(target, model.MetricNameLabel, "up")...), 1}}
	text, err := textparse.New(body, resp.Header.Get("Content-Type"), nil, textparse.ParserOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		entry, err := text.Next()
		if errors.Is(err, io.EOF) {
			return points
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var own labels.Labels
		text.Labels(&own)
		_, _, value := text.Series()
		b := labels.NewBuilder(own)
		b.Set(target[0], target[1]).Set(target[2], target[3])
		points = append(points, point{b.Labels(), value})
	}
}
