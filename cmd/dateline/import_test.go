package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer"
)

// normalize runs a normalizer until the test ends.
func (bed *testbed) normalize() {
	bed.t.Helper()
	ctx, stop := context.WithCancel(bed.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- normalizer.Run(ctx, bed.Bus, normalizer.DefaultConfig()) }()
	bed.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			bed.t.Error(err)
		}
	})
}

func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(data), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

// texts are the articles below a folder, sorted.
func texts(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	}
	slices.Sort(all)
	return all
}

// A corpus goes in and comes out to the byte, with what the format has no place
// for, and a second time nothing is new.
func TestImportAndExport(t *testing.T) {
	t.Parallel()
	corpus := map[string]string{
		"000_c42f8059e1cbe96e.txt": " date 2022-01-10 A lead.\n\nOne.\n\nRead more: it stays.\n\nUK news summary from The Example.\n\nFerry waits",
		"001_0000000000000001.txt": " date 2022-01-11\n\nFerry goes",
		"more/stream.txt":          " date 1987-06-05 Old.\n\nHeadline A\n\n date 1987-06-05 Older.\n\nHeadline B",
		"notes.md":                 "not read",
	}
	want := []string{
		" date 1987-06-05 Old.\n\nHeadline A", " date 1987-06-05 Older.\n\nHeadline B", corpus["000_c42f8059e1cbe96e.txt"], corpus["001_0000000000000001.txt"],
	}
	in := t.TempDir()
	writeAll(t, in, corpus)
	bed := newTestbed(t)
	if r := bed.ok("import", in, "--dry-run"); r.stderr != "articles read: 4, of them mended: 0, published as items: 0\n" || bed.messages("ITEMS") > 0 {
		t.Errorf("dry run: %q", r.stderr)
	}
	bed.normalize()
	if r := bed.ok("import", in); r.stderr != "articles read: 4, of them mended: 0, published as items: 4\n" {
		t.Errorf("import: %q", r.stderr)
	}
	bustest.Next(t, bed.Bus, 4, schema.StreamArticles)

	out := filepath.Join(t.TempDir(), "out")
	if r := bed.ok("export", "--to", out); !strings.HasPrefix(r.stderr, "revisions read: 4;") {
		t.Errorf("export: %q", r.stderr)
	}
	if diff := cmp.Diff(want, texts(t, out)); diff != "" {
		t.Errorf("exported:\n%s", diff)
	}
	bed.ok("import", in)
	bed.publish(bed.article(sample(1, 1).Article)) // so that there is something new
	if r := bed.ok("export", "--to", out); !strings.HasPrefix(r.stderr, "revisions read: 1;") || !strings.Contains(r.stderr, ": 5\n") {
		t.Errorf("export again: %q", r.stderr)
	}

	other := newTestbed(t) // what was exported is a corpus, too
	other.normalize()
	other.ok("import", out)
	for _, d := range bustest.Next(t, other.Bus, 5, schema.StreamArticles) {
		a, err := bus.Decode[schema.Article](d)
		if err != nil {
			t.Fatal(err)
		}
		if a.Headline == "Headline 1.1" && (a.ID != sample(1, 1).ID || a.URL != "https://example.org/1" || a.Language != "en") {
			t.Errorf("known by its address: %+v", a)
		}
	}
	second := filepath.Join(t.TempDir(), "second")
	other.ok("export", "--to", second)
	if diff := cmp.Diff(texts(t, out), texts(t, second)); diff != "" {
		t.Errorf("exported from there:\n%s", diff)
	}
}

func TestImportFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"good.txt": "Date: 2022-01-10 A lead.\n\nH\n", "bad.txt": "Dear reader"})
	bed := newTestbed(t)
	bed.run("import", filepath.Join(dir, "none")).fails(t, 1, "no such file")
	bed.run("import", dir, "--as", "Up Per").fails(t, 2, `--as: got "Up Per", want a-z`)
	r := bed.run("import", dir)
	for _, want := range []string{"bad.txt: ", "good.txt: mended: final line feed, header", "articles read: 1, of them mended: 1, published as items: 1", "not all articles could be read: 1"} {
		if r.code != 1 || !strings.Contains(r.stderr, want) {
			t.Errorf("exit code %d, got %q, want %q in it", r.code, r.stderr, want)
		}
	}
	if n := bed.messages("ITEMS"); n != 1 {
		t.Errorf("%d items", n)
	}
}

// A folder that holds some articles alone is filled up: a filter or a stretch says
// nothing of the others, and another pipeline nothing of this one.
func TestExportGoesOnWithTheSameAlone(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	german := sample(2, 1).Article
	german.Language = "de"
	bed.publish(bed.article(sample(1, 1).Article), bed.article(german))
	to := t.TempDir()
	for _, step := range []struct {
		args []string
		want int
	}{
		{[]string{"--subject", "news.article.de.>"}, 1}, {nil, 2}, {nil, 2}, {[]string{"--since", "1h"}, 2}, {nil, 2},
	} {
		bed.ok(append([]string{"export", "--to", to}, step.args...)...)
		if got := len(texts(t, to)); got != step.want {
			t.Errorf("%v: %d articles, want %d", step.args, got, step.want)
		}
	}
	other := newTestbed(t)
	other.publish(other.article(sample(3, 1).Article))
	if r := other.ok("export", "--to", to); !strings.HasPrefix(r.stderr, "revisions read: 1;") || len(texts(t, to)) != 3 {
		t.Errorf("of another pipeline: %q", r.stderr)
	}
}

func TestExportFails(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.article(sample(1, 1).Article))
	file := filepath.Join(t.TempDir(), "file")
	writeAll(t, filepath.Dir(file), map[string]string{"file": ""})
	bed.run("export", "--to", file).fails(t, 1, "--to: open folder")
	bed.run("export", "--to", t.TempDir(), "--subject", "news.item.>").fails(t, 2, "want a filter within news.article.>")
	bed.run("export", "--to", t.TempDir(), "--since", "1d", "--until", "2d").fails(t, 2, "--until: is before --since")

	bad := sample(2, 1).Article
	bad.Date = "../.."
	bed.publish(bed.article(bad))
	to := t.TempDir()
	r := bed.run("export", "--to", to)
	if r.code != 1 || !strings.Contains(r.stderr, "message 2 of ARTICLES is left out") || len(texts(t, to)) != 1 {
		t.Errorf("exit code %d: %q", r.code, r.stderr)
	}
}
