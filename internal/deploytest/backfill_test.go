package deploytest

import (
	"encoding/json"
	"testing"

	"github.com/dateline-news/dateline/internal/diff"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// backfilled expects that the admin may ask for backfills, and the workers take
// part with no more than their own rights: into shadow, which differs in nothing,
// and into live, which publishes nothing. They tell of it, and clean up.
func (p *deployment) backfilled(t *testing.T, programs string) {
	t.Helper()
	for _, stage := range []string{"normalizer", "enricher"} {
		job := "again-" + stage
		p.server.dateline(t, programs, "admin", "backfill", stage, "--job", job, "--rate", "1000/s")
		var report diff.Report
		out := p.server.dateline(t, programs, "admin", "diff", job, "--output", "json")
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatal(err)
		}
		if report.Same < perFeed || report.Changed+report.OnlyLive+report.OnlyShadow > 0 {
			t.Errorf("%s: %s", job, out)
		}
		p.server.dateline(t, programs, "admin", "backfill", stage, "--job", job+"-live", "--into", "live")
		p.ofArchive(t, programs, stage)
		bustest.Next(t, p.admin, 2, schema.StreamOps, p.admin.Root().Job(job+"-live"))
	}
}

// ofArchive expects the same of a backfill over an archive, which is on the admin's
// own disk.
func (p *deployment) ofArchive(t *testing.T, programs, stage string) {
	t.Helper()
	kind := map[string]string{"normalizer": "items", "enricher": "articles"}[stage]
	dir, job := t.TempDir(), "old-"+stage
	p.server.dateline(t, programs, "admin", "export", "--to", dir, "--format", "jsonl", "--stream", kind)
	p.server.dateline(t, programs, "admin", "backfill", stage, "--job", job, "--from", dir)
	var report diff.Report
	out := p.server.dateline(t, programs, "admin", "diff", job, "--output", "json")
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Same < perFeed || report.Changed+report.OnlyLive+report.OnlyShadow > 0 {
		t.Errorf("%s: %s", job, out)
	}
}
