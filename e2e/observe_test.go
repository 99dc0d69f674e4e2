package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/demo"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// observed runs the demo, with one message that is dead, until all is settled, and
// returns its metrics by their names with labels.
func observed(t *testing.T) (samples map[string]float64, types map[string]string) {
	t.Helper()
	site, err := demo.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = site.Close() })
	config := fetcher.DefaultConfig()
	config.Fulltext, config.AllowNet = schema.FulltextNever, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	pipeline, err := app.Open(t.Context(), app.Options{
		NATS: embedded.Options{Dir: t.TempDir(), Store: 10 << 30, SyncInterval: time.Minute}, HTTP: boot.HTTP{Address: "127.0.0.1:0"},
		Root: schema.DefaultRoot, Fetcher: config, Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(), Steps: steps,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pipeline.Close)
	if _, _, err := pipeline.Registry.Register(t.Context(), site.Feeds()); err != nil {
		t.Fatal(err)
	}
	subject := pipeline.Bus.Root().Item("example_org")
	if _, err := pipeline.Bus.JetStream().Publish(t.Context(), subject, []byte("not an item")); err != nil {
		t.Fatal(err)
	}
	bustest.Start(t, func(ctx context.Context) error { return pipeline.Run(ctx) })
	bustest.Eventually(t, func() error {
		samples, types = scrape(t, pipeline.HTTPURL()+"/metrics")
		articles := samples[`dateline_stage_published_total{stage="normalizer"}`]
		switch {
		case samples[`dateline_stage_settled_total{stage="poller"}`] < float64(len(site.Feeds())):
			return fmt.Errorf("polls: %v", samples[`dateline_stage_settled_total{stage="poller"}`])
		case articles == 0 || samples[`dateline_article_delay_seconds_count`] < articles:
			return fmt.Errorf("%v articles, %v enriched", articles, samples[`dateline_article_delay_seconds_count`])
		case samples[`dateline_stage_dead_total{stage="normalizer"}`] != 1 || samples[`dateline_stream_bytes{stream="ITEMS"}`] == 0:
			return fmt.Errorf("no dead letter, or no streams")
		}
		return nil
	})
	return samples, types
}

// scrape reads the text format: what a line begins with, up to its value.
func scrape(t *testing.T, url string) (samples map[string]float64, types map[string]string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	samples, types = map[string]float64{}, map[string]string{}
	for line := range strings.Lines(string(body)) {
		line = strings.TrimSpace(line)
		if fields := strings.Fields(line); strings.HasPrefix(line, "# TYPE ") {
			types[fields[2]] = fields[3]
		} else if end := strings.LastIndexByte(line, ' '); end > 0 && line[0] != '#' {
			if samples[line[:end]], err = strconv.ParseFloat(line[end+1:], 64); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	return samples, types
}

func file(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{".."}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What is exposed is what the table says, the counters add up, and what rules and
// panels ask for is there.
func TestObserve(t *testing.T) {
	t.Parallel()
	samples, types := observed(t)
	t.Run("table", func(t *testing.T) { checkTable(t, samples, types) })
	t.Run("conservation", func(t *testing.T) { checkConservation(t, samples) })
	t.Run("rules", func(t *testing.T) { checkRules(t, types) })
	t.Run("dashboard", func(t *testing.T) { checkDashboard(t, types) })
}

func checkTable(t *testing.T, samples map[string]float64, types map[string]string) {
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(dateline_[a-z_]+)` \\| ([a-z]+) \\| ([a-z, ]*)\\|").FindAllStringSubmatch(file(t, "docs", "observe.md"), -1) {
		documented[row[1]] = row[2]
		for label := range strings.FieldsFuncSeq(row[3], func(r rune) bool { return r == ',' || r == ' ' }) {
			found := false
			for sample := range samples {
				found = found || strings.HasPrefix(sample, row[1]) && strings.Contains(sample, label+`="`)
			}
			if !found && types[row[1]] != "" {
				t.Errorf("%s has no label %s", row[1], label)
			}
		}
	}
	for name, kind := range types {
		if strings.HasPrefix(name, "dateline_") && documented[name] != kind {
			t.Errorf("%s is a %s, in the table a %q", name, kind, documented[name])
		}
	}
	for name := range documented {
		// the watch may have read the streams before there was a dead letter
		if types[name] == "" && name != "dateline_dead_letters" {
			t.Errorf("%s is in the table and is not exposed", name)
		}
	}
}

func checkConservation(t *testing.T, samples map[string]float64) {
	for _, stage := range []string{"poller", "normalizer", "enricher"} {
		of := func(name string) float64 { return samples["dateline_stage_"+name+`{stage="`+stage+`"}`] }
		if in, out := of("received_total"), of("settled_total")+of("returned_total")+of("in_hand"); in != out {
			t.Errorf("%s: received %g, accounted for %g", stage, in, out)
		}
		verdicts := 0.0
		for sample, n := range samples {
			if strings.HasPrefix(sample, "dateline_stage_verdicts_total{") && strings.Contains(sample, `stage="`+stage+`"`) {
				verdicts += n
			}
		}
		if verdicts+of("dead_total") != of("settled_total") || verdicts == 0 {
			t.Errorf("%s: verdicts %g, dead %g, settled %g", stage, verdicts, of("dead_total"), of("settled_total"))
		}
	}
}

// names are the metrics that an expression asks for.
func names(expr string) []string {
	return regexp.MustCompile(`\b(dateline|process)_[a-z_]+`).FindAllString(expr, -1)
}

func isExposed(types map[string]string, name string) bool {
	base := strings.TrimSuffix(name, "_bucket")
	return types[name] != "" || base != name && types[base] == "histogram"
}

func checkRules(t *testing.T, types map[string]string) {
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr         string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(file(t, "deploy", "prometheus", "rules.yaml")), &rules); err != nil {
		t.Fatal(err)
	}
	runbooks := file(t, "docs", "operations.md")
	var alerts []string
	for _, r := range rules.Groups[0].Rules {
		alerts = append(alerts, r.Alert)
		if r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" ||
			!strings.HasSuffix(r.Annotations["runbook_url"], "docs/operations.md#"+strings.ToLower(r.Alert)) || !strings.Contains(runbooks, "\n### "+r.Alert+"\n") {
			t.Errorf("%s: %+v", r.Alert, r)
		}
		for _, name := range names(r.Expr) {
			if !isExposed(types, name) {
				t.Errorf("%s asks for %s", r.Alert, name)
			}
		}
	}
	want := []string{"DatelineDown", "DatelineNotReady", "DatelineConsumerLag", "DatelineDeadLetters", "DatelineFeedsFailing",
		"DatelineFeedsSilent", "DatelineDiskFull", "DatelineLatency", "DatelineStalled"}
	if !slices.Equal(alerts, want) {
		t.Errorf("got %v", alerts)
	}
}

func checkDashboard(t *testing.T, types map[string]string) {
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(file(t, "deploy", "grafana", "dateline.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			asked := names(target.Expr)
			if len(asked) == 0 || slices.ContainsFunc(asked, func(name string) bool { return !isExposed(types, name) }) {
				t.Errorf("%s asks for %v", p.Title, asked)
			}
		}
	}
	if len(dashboard.Panels) < 10 {
		t.Errorf("%d panels", len(dashboard.Panels))
	}
}

// The log messages that the table explains are those of the code.
func TestLogTable(t *testing.T) {
	var code strings.Builder
	for _, dir := range []string{"pkg", "services", "internal"} {
		err := filepath.WalkDir(filepath.Join("..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			code.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (info|warn|error) \\|").FindAllStringSubmatch(file(t, "docs", "observe.md"), -1)
	if len(rows) < 10 {
		t.Errorf("%d messages", len(rows))
	}
	for _, row := range rows {
		call := "." + strings.ToUpper(row[2][:1]) + row[2][1:] + `("` + row[1] + `"`
		if !strings.Contains(code.String(), call) {
			t.Errorf("no code logs %s", call)
		}
	}
}
