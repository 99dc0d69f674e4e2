package main

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/demo"
	"github.com/dateline-news/dateline/internal/diff"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// demoPipeline has the sample feeds polled once, and runs on until the test ends.
func demoPipeline(t *testing.T) *testbed {
	t.Helper()
	site, err := demo.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = site.Close() })
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	o := app.Options{
		NATS: embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Store: 20 << 30, SyncInterval: 1e10},
		Root: schema.DefaultRoot, Fetcher: fetcher.DefaultConfig(), Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(),
		Steps: steps, Logger: bustest.Logger(t),
	}
	o.Fetcher.AllowNet, o.Fetcher.Fulltext = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, schema.FulltextNever
	pipeline, err := app.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pipeline.Close)
	if _, _, err := pipeline.Registry.Register(t.Context(), site.Feeds()); err != nil {
		t.Fatal(err)
	}
	s, err := pipeline.Once(t.Context(), func(int, int, uint64) {})
	if err != nil || !s.Balanced || s.Articles != 34 {
		t.Fatalf("%+v, %v", s, err)
	}
	bustest.Start(t, func(ctx context.Context) error { return pipeline.Run(ctx) })
	return &testbed{Bus: pipeline.Bus, t: t, url: pipeline.NATSURL()}
}

// compare is the report on a backfill.
func (bed *testbed) compare(job string) (r diff.Report) {
	bed.t.Helper()
	out := bed.ok("diff", job, "--output", "json").out
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		bed.t.Fatalf("%v: %s", err, out)
	}
	return r
}

// On unchanged code a backfill into shadow differs in nothing, and one into live
// publishes nothing.
func TestBackfillOfUnchangedCode(t *testing.T) {
	t.Parallel()
	bed := demoPipeline(t)
	for _, stage := range []string{"normalizer", "enricher"} {
		r := bed.ok("backfill", stage, "--job", stage)
		if !strings.Contains(r.out, "done [====================] 100%") || !strings.Contains(r.stderr, "to compare it with what is live: dateline diff "+stage) {
			t.Errorf("got %q, %q", r.out, r.stderr)
		}
		report := bed.compare(stage)
		if report.Same != 34 || report.Changed+report.OnlyLive+report.OnlyShadow > 0 || len(report.Examples) > 0 {
			t.Errorf("%s: %+v", stage, report)
		}
		before := [3]uint64{bed.messages(schema.StreamArticles), bed.messages(schema.StreamEnriched), bed.messages(schema.StreamMentions)}
		bed.ok("backfill", stage, "--job", stage+"-live", "--into", "live")
		after := [3]uint64{bed.messages(schema.StreamArticles), bed.messages(schema.StreamEnriched), bed.messages(schema.StreamMentions)}
		if before != after {
			t.Errorf("%s into live: %v messages, had %v", stage, after, before)
		}
	}
	if r := bed.ok("diff", "normalizer"); !strings.HasPrefix(r.out, "same                34\nchanged             0\n") {
		t.Errorf("got %q", r.out)
	}
	bed.run("diff", "normalizer-live").fails(t, 2, "only a backfill into shadow can be compared")
	bed.run("backfill", "enricher", "--job", "enricher").fails(t, 2, "--job: job enricher: there is a job of that name")
}

// A pipeline whose articles differ from what its services would make of the items
// now: the shadow shows that, and a backfill into live mends it, article and
// entities, without a new revision where the text is the same.
func TestBackfillOfChangedCode(t *testing.T) {
	t.Parallel()
	bed := demoPipeline(t)
	var other, lost, edited schema.Article
	for i, a := range []*schema.Article{&other, &lost, &edited} {
		d := bustest.Next(t, bed.Bus, 3, schema.StreamArticles)[i]
		if err := json.Unmarshal(d.Data, a); err != nil {
			t.Fatal(err)
		}
	}
	// As an older normalizer would have made them: without authors, and with
	// another headline. A third it would not have made at all.
	categories := other.Categories
	other.Categories = []string{"old"}
	edited.Headline = "As it was"
	edited.ContentHash = edited.Hash()
	bed.replace(other)
	bed.replace(edited)
	stream, err := bed.JetStream().Stream(t.Context(), schema.StreamArticles)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	bed.ok("backfill", "normalizer", "--job", "shadow")
	r := bed.compare("shadow")
	if r.Same != 31 || r.Changed != 2 || r.OnlyShadow != 1 || r.OnlyLive != 0 || r.Fields["categories"] != 1 || r.Fields["headline"] != 1 || len(r.Examples) != 3 {
		t.Errorf("got %+v", r)
	}
	text := bed.ok("diff", "shadow").out
	if !strings.Contains(text, "only-shadow "+lost.ID) || !strings.Contains(text, `live    ["old"]`) {
		t.Errorf("got %s", text)
	}

	job := bed.ok("backfill", "normalizer", "--job", "live", "--into", "live").out
	if !strings.Contains(job, "1 new") || !strings.Contains(job, "1 remade") || !strings.Contains(job, "1 revised") {
		t.Errorf("got %s", job)
	}
	for id, want := range map[string]int{other.ID: 1, lost.ID: 1, edited.ID: 2} {
		a, d := bed.last(id)
		if a.Revision != want || d.Header.Get(schema.HeaderReplay) != "live" {
			t.Errorf("%s: revision %d, want %d; %v", id, a.Revision, want, d.Header)
		}
		if id == other.ID && len(a.Categories) != len(categories) {
			t.Errorf("categories %v, want %v", a.Categories, categories)
		}
	}
	if r := bed.compare("shadow"); r.Same != 34 {
		t.Errorf("after the backfill: %+v", r)
	}
}

// replace puts an article in place of its last revision.
func (bed *testbed) replace(a schema.Article) {
	bed.t.Helper()
	bed.publish(bed.article(a))
}

// last is the last message of an article.
func (bed *testbed) last(id string) (a schema.Article, last bus.Delivery) {
	bed.t.Helper()
	for d, err := range bed.Read(bed.t.Context(), bus.ReadOptions{Stream: schema.StreamArticles, Filters: []string{"news.article.*.*." + id}}) {
		if err != nil {
			bed.t.Fatal(err)
		}
		last = d
	}
	if err := json.Unmarshal(last.Data, &a); err != nil {
		bed.t.Fatal(err)
	}
	return a, last
}

func TestBackfillStageRefuses(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	for args, want := range map[string]string{
		"backfill normalizer --into nowhere":           "must be one of",
		"backfill normalizer --subject news.article.>": "want a filter within news.item.>",
		"backfill enricher --subject news.item.>":      "want a filter within news.article.>",
		"backfill enricher --rate recorded":            "want messages a second",
		"backfill enricher --job A":                    "--job: got",
		"backfill enricher --since 1h --until 2h":      "--until: is before --since",
		"diff x --examples=-1":                         "--examples: got -1",
	} {
		t.Run(args, func(t *testing.T) { bed.run(strings.Fields(args)...).fails(t, boot.ExitConfig, want) })
	}
	bed.run("diff", "nothing").fails(t, 1, "no such job; see: dateline jobs ls")
	if r := bed.ok("backfill", "normalizer", "--job", "empty"); !strings.Contains(r.out, "there is nothing in the stretch") {
		t.Errorf("got %q, %q", r.out, r.stderr)
	}
}

// A job that nobody works on stands; it is paused, resumed and cancelled by hand.
func TestJobsByHand(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.item("1"), bed.item("2"))
	if r := bed.ok("backfill", "normalizer", "--job", "x", "--no-wait"); r.out != "" || !strings.HasPrefix(r.stderr, "x begins, over 2 messages") {
		t.Errorf("got %q, %q", r.out, r.stderr)
	}
	bed.run("jobs", "rm", "x").fails(t, 1, "job x is queued: it has not ended")
	bed.ok("jobs", "pause", "x")
	bed.run("jobs", "pause", "x").fails(t, 1, "not possible now: it is paused")
	if r := bed.ok("jobs", "ls"); !strings.Contains(r.out, "backfill  paused  0 of 2") || !strings.Contains(r.out, "normalizer of ITEMS, shadow") {
		t.Errorf("got %q", r.out)
	}
	bed.ok("jobs", "resume", "x")
	bed.run("jobs", "resume", "x").fails(t, 1, "not possible now: it is queued")
	bed.ok("jobs", "cancel", "x")
	if _, err := bed.JetStream().Consumer(t.Context(), schema.StreamItems, "backfill-x"); err == nil {
		t.Error("its consumer is still there")
	}
	bed.ok("jobs", "rm", "x")
	bed.run("jobs", "watch", "x").fails(t, 1, "no such job")
}
