package export_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/internal/export"
	"github.com/dateline-news/dateline/internal/render"
)

// readers is a folder with readers of npm, if there is one.
func readers(t *testing.T, module string) string {
	t.Helper()
	dir := os.Getenv("DATELINE_TEST_NODE")
	if dir == "" {
		t.Skipf("%s is not here; make readers installs it", module)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", module)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func discards(n int) []io.Writer {
	all := make([]io.Writer, n)
	for i := range all {
		all[i] = io.Discard
	}
	return all
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		format, kind string
		ok           bool
	}{
		{"jsonl", "items", true}, {"jsonl", "mentions", true}, {"ninjs", "articles", true}, {"ninjs", "items", false}, {"parquet", "enriched", true},
		{"parquet", "ops", false}, {"warc", "items", true}, {"warc", "articles", false},
	} {
		f, err := export.New(test.format, test.kind)
		if test.ok != (err == nil) || !test.ok && !errors.Is(err, export.ErrKind) || test.ok && f.Name != test.format {
			t.Errorf("%v: %v, %v", test, f.Name, err)
		}
	}
}

func TestNinjs(t *testing.T) {
	var all memory
	for i := range 3 {
		all = append(all, delivery(t, i+1, "s", enriched(i+1)))
	}
	s, left := write(t, t.TempDir(), export.FormatNinjs, render.KindEnriched, all)
	if len(left) > 0 {
		t.Fatal(left)
	}
	unpacked, err := zstd.NewReader(bytes.NewReader(file(t, s, "enriched", "enriched-00000000000000000001.ninjs.jsonl.zst")))
	if err != nil {
		t.Fatal(err)
	}
	defer unpacked.Close()
	n := 0
	for lines := bufio.NewScanner(unpacked); lines.Scan(); n++ {
		var got map[string]any
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if want := "tag:dateline.news,2026:article/" + enriched(n+1).ID; got["uri"] != want {
			t.Errorf("line %d: %v, want %s", n, got["uri"], want)
		}
	}
	if n != 3 {
		t.Errorf("%d lines", n)
	}
}
