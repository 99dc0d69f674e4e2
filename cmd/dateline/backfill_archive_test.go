package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// exported is an archive of a stream, which is then emptied: what is left of that
// history is in files.
func (bed *testbed) exported(kind, stream string) (dir string) {
	bed.t.Helper()
	dir = bed.t.TempDir()
	bed.ok("export", "--to", dir, "--format", "jsonl", "--stream", kind)
	s, err := bed.JetStream().Stream(bed.t.Context(), stream)
	if err == nil {
		err = s.Purge(bed.t.Context())
	}
	if err != nil {
		bed.t.Fatal(err)
	}
	return dir
}

// handed is how many messages of a job's input are on the server.
func (bed *testbed) handed(job string) uint64 {
	bed.t.Helper()
	_, n, err := bed.Stretch(bed.t.Context(), schema.Stretch{Stream: schema.StreamReplay, Filter: bed.Root().ReplayInput(job) + ".>"})
	if err != nil {
		bed.t.Fatal(err)
	}
	return n
}

// The services normalize and enrich again what only an archive still holds: into
// shadow it differs in nothing from what is live, and into live nothing is
// published.
func TestBackfillOfAnArchive(t *testing.T) {
	t.Parallel()
	bed := demoPipeline(t)
	dir := bed.exported("items", schema.StreamItems)
	r := bed.ok("backfill", "normalizer", "--from", dir, "--job", "old")
	if !strings.Contains(r.out, "done [====================] 100%") || !strings.HasPrefix(r.stderr, "old begins, over ") {
		t.Errorf("got %q, %q", r.out, r.stderr)
	}
	if report := bed.compare("old"); report.Same != 34 || report.Changed+report.OnlyLive+report.OnlyShadow > 0 {
		t.Errorf("%+v", report)
	}
	if n := bed.handed("old"); n > 0 {
		t.Errorf("%d messages of its input are left", n)
	}
	if r = bed.ok("jobs", "show", "old"); !strings.Contains(r.out, "from         "+dir) || !strings.Contains(r.out, "handed over") {
		t.Errorf("got %q", r.out)
	}
	if r = bed.ok("backfill", "normalizer", "--from", dir, "--job", "old"); !strings.HasPrefix(r.stderr, "old goes on") || !strings.HasPrefix(r.out, "done") {
		t.Errorf("again: %q, %q", r.out, r.stderr)
	}
	before := bed.messages(schema.StreamArticles)
	bed.ok("backfill", "normalizer", "--from", dir, "--job", "old-live", "--into", "live")
	if after := bed.messages(schema.StreamArticles); after != before {
		t.Errorf("%d articles, had %d", after, before)
	}
	articles := bed.exported("articles", schema.StreamArticles)
	bed.ok("backfill", "enricher", "--from", articles, "--job", "enriched", "--since", "seq:1", "--rate", "1000/s")
	if report := bed.compare("enriched"); report.Same != 34 || report.Changed+report.OnlyShadow > 0 {
		t.Errorf("%+v", report)
	}
	for _, d := range bustest.Next(t, bed.Bus, 34, schema.StreamReplay, bed.Root().ReplayOf("old")) {
		if a, err := bus.Decode[schema.Article](d); err != nil || a.Provenance.ItemSeq == 0 || d.Header.Get(schema.HeaderReplaySequence) != "" {
			t.Fatalf("%s %v: %+v, %v", d.Subject, d.Header, a.Provenance, err)
		}
	}
}

// Stopped and begun again under its name, the command hands over the rest; paused,
// the job stands; what is another job is refused.
func TestBackfillOfAnArchiveGoesOn(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.item("1"), bed.item("2"), bed.item("3"))
	dir := bed.exported("items", schema.StreamItems)
	args := []string{"backfill", "normalizer", "--from", dir, "--job", "x"}
	for _, begins := range []string{"x begins", "x goes on"} { // nobody works yet
		ctx, stop := context.WithCancel(t.Context())
		var stderr locked
		code := make(chan int, 1)
		go func() { code <- run(ctx, append(args, "--nats", bed.url), io.Discard, &stderr) }()
		bustest.Eventually(t, func() error {
			if r := bed.run("jobs", "show", "x"); !strings.Contains(r.out, "3 of 3") || !strings.Contains(stderr.String(), begins) {
				return fmt.Errorf("job: %s%s, %s", r.out, r.stderr, stderr.String())
			}
			return nil
		})
		stop()
		result{<-code, "", stderr.String()}.failsAtLast(t, "stopped, 0 of 3; the same command with --job x goes on")
		if n := bed.handed("x"); n != 3 {
			t.Errorf("%d messages were handed over", n)
		}
	}
	for more, want := range map[string]string{
		"--into live":                     "--job: there is another job of that name",
		"--subject news.item.example_org": "--job: there is another job of that name",
		"--no-wait":                       "--no-wait: with --from this command reads the archive",
	} {
		bed.run(append(args, strings.Fields(more)...)...).fails(t, boot.ExitConfig, want)
	}
	bed.run("backfill", "enricher", "--from", dir).fails(t, 1, "the archive holds nothing of it")
	bed.run("backfill", "normalizer", "--from", dir+"/missing").fails(t, boot.ExitConfig, "--from")
	bed.ok("jobs", "cancel", "x")
	if r := bed.run(args...); r.code != 1 || !strings.Contains(r.stderr, "it is cancelled") {
		t.Errorf("%d, %q", r.code, r.stderr)
	}
	bed.ok("jobs", "rm", "x")
	if n := bed.handed("x"); n != 0 {
		t.Errorf("%d messages are left", n)
	}
	if r := bed.ok("backfill", "normalizer", "--from", dir, "--since", "seq:9", "--job", "none"); !strings.Contains(r.out, "there is nothing in the stretch") {
		t.Errorf("got %q, %q", r.out, r.stderr)
	}
}
