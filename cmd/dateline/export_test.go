package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// tree is what a folder holds, days and sequences left out, with the sizes of its
// manifests as parts.
func tree(t *testing.T, dir string) map[string]int {
	t.Helper()
	all := map[string]int{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".") {
			return err
		}
		parts := 1
		if d.Name() == "manifest.json" {
			var m archive.Manifest
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err := errors.Join(err, json.Unmarshal(data, &m)); err != nil {
				return err
			}
			parts = len(m.Parts)
		}
		kind, _, _ := strings.Cut(name, "/")
		file, _, _ := strings.Cut(d.Name(), "-")
		all[kind+"/"+file] += parts
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestExportFormats(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	for i := range 4 {
		bed.publish(bed.enriched(sample(i, 1)), bed.article(sample(i, 1).Article), bed.item(fmt.Sprint("i", i)))
	}
	for _, test := range []struct {
		args []string
		want map[string]int
	}{
		{[]string{"--format", "jsonl"}, map[string]int{"enriched/enriched": 1, "enriched/manifest.json": 1}},
		{[]string{"--format", "jsonl", "--stream", "items"}, map[string]int{"items/items": 1, "items/manifest.json": 1}},
		{[]string{"--format", "ninjs", "--stream", "articles"}, map[string]int{"articles/articles": 1, "articles/manifest.json": 1}},
		{[]string{"--format", "parquet"}, map[string]int{"enriched/articles": 1, "enriched/entities": 1, "enriched/manifest.json": 1}},
		{[]string{"--format", "warc"}, map[string]int{"items/items": 1, "items/manifest.json": 1}},
	} {
		to := filepath.Join(t.TempDir(), "to")
		args := append([]string{"export", "--to", to}, test.args...)
		if r := bed.ok(args...); r.stderr != fmt.Sprintf("messages exported to %s: 4\n", to) {
			t.Errorf("%v: %q", test.args, r.stderr)
		}
		if diff := cmp.Diff(test.want, tree(t, to)); diff != "" {
			t.Errorf("%v:\n%s", test.args, diff)
		}
		if r := bed.ok(args...); !strings.HasSuffix(r.stderr, ": 0\n") {
			t.Errorf("%v again: %q", test.args, r.stderr)
		}
	}
}

// What is new is added, and an export can be read as the stream.
func TestExportIsAddedTo(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	to := t.TempDir()
	for i := range 3 {
		bed.publish(bed.enriched(sample(i, 1)))
		if r := bed.ok("export", "--to", to, "--format", "jsonl"); !strings.HasSuffix(r.stderr, ": 1\n") {
			t.Errorf("export %d: %q", i, r.stderr)
		}
	}
	s, err := store.NewDir(to, store.Read)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // it is only read
	n, err := archive.NewReader(s).Count(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched})
	if err != nil || n != 3 {
		t.Errorf("%d messages, %v", n, err)
	}
	bed.run("export", "--to", to, "--format", "ninjs").fails(t, 1, "it holds something else: format jsonl, not ninjs")
	bed.run("export", "--to", to, "--format", "jsonl", "--subject", "news.enriched.de.>").fails(t, 1, "it holds something else: subjects")
	newTestbed(t).run("export", "--to", to, "--format", "jsonl").fails(t, 1, "it holds something else: stream ENRICHED of ")
}

func TestExportFormatsFail(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	to := t.TempDir()
	for want, args := range map[string][]string{
		"items as parquet":      {"--format", "parquet", "--stream", "items"},
		"articles as warc":      {"--format", "warc", "--stream", "articles"},
		"only articles have it": {"--stream", "items"},
		"want a folder":         {"--to", "s3://bucket/prefix"},
		"is before --since":     {"--format", "jsonl", "--since", "1h", "--until", "2h"},
		"want a filter within":  {"--format", "jsonl", "--subject", "news.item.>"},
	} {
		bed.run(append([]string{"export", "--to", to}, args...)...).fails(t, 2, want)
	}
	bed.run("export", "--to", "ftp://x", "--format", "jsonl").fails(t, 1, "want a folder, or s3://BUCKET/PREFIX")
	bed.publish(bus.Message{Subject: "news.enriched.en.a.b", Data: []byte("no JSON")})
	r := bed.run("export", "--to", to, "--format", "parquet")
	if r.code != 1 || !strings.Contains(r.stderr, "message 1 of ENRICHED is left out") || !strings.Contains(r.stderr, "could be printed: 1") {
		t.Errorf("exit code %d: %q", r.code, r.stderr)
	}
	emptyTestbed(t).run("export", "--to", t.TempDir(), "--format", "jsonl").fails(t, 1, "stream ENRICHED")
}

// A user reads whole messages with zstd and jq alone.
func TestExportIsPlain(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)))
	to := t.TempDir()
	bed.ok("export", "--to", to, "--format", "jsonl")
	names, err := filepath.Glob(filepath.Join(to, "enriched", "day=*", "enriched-*.jsonl.zst"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	unpack, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer unpack.Close()
	var line struct {
		Seq     int                 `json:"seq"`
		Subject string              `json:"subject"`
		Headers map[string][]string `json:"headers"`
		Data    schema.Enriched     `json:"data"`
	}
	if err := json.NewDecoder(unpack).Decode(&line); err != nil {
		t.Fatal(err)
	}
	if line.Seq != 1 || line.Data.Headline != "Headline 1.1" || line.Headers["ce-type"][0] != schema.TypeArticleEnriched {
		t.Errorf("got %+v", line)
	}
}
