package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/backup"
)

// A person keeps a pipeline, and puts it back on another server.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.article(sample(1, 1).Article), bed.enriched(sample(1, 1)), bed.enriched(sample(2, 1)))
	bed.ok("feeds", "add", feedURL)
	folder := filepath.Join(t.TempDir(), "monday")
	if out := bed.ok("backup", folder).out; !strings.Contains(out, "ENRICHED       2         1      2") {
		t.Errorf("backup prints %s", out)
	}
	bed.run("backup", folder).fails(t, 2, "a backup is there already")
	bed.run("restore", folder).fails(t, 1, "is there already: a backup goes onto a server without streams")
	bed.run("restore", folder, "--replicas", "2").fails(t, 2, "want 1, 3 or 5")

	other := emptyTestbed(t)
	r := other.ok("restore", folder)
	if !strings.Contains(r.out, "ENRICHED       2         1      2") || !strings.Contains(r.stderr, "dateline setup") {
		t.Errorf("restore prints %s%s", r.out, r.stderr)
	}
	if out := other.ok("setup", "--check").out; strings.TrimSpace(out) != "nothing to change" {
		t.Errorf("setup --check: %s", out)
	}
	for _, command := range []string{"get " + sample(1, 1).ID, "tail --since 1h --no-follow --format json", "feeds export"} {
		if before, after := bed.ok(strings.Fields(command)...).out, other.ok(strings.Fields(command)...).out; before != after || before == "" {
			t.Errorf("%s: before %q, after %q", command, before, after)
		}
	}
}

func TestBackupJSON(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.item("one"))
	var m backup.Manifest
	if err := json.Unmarshal([]byte(bed.ok("backup", t.TempDir(), "--output", "json").out), &m); err != nil {
		t.Fatal(err)
	}
	if m.Format != 1 || m.Root != "news" || len(m.Streams) != 15 {
		t.Errorf("got %+v", m)
	}
}
