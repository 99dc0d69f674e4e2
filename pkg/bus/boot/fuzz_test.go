package boot_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// FuzzConfigurationFile holds that whatever a file is, it is read or refused as wrong
// configuration, in one line that is not much longer than a line of it.
func FuzzConfigurationFile(f *testing.F) {
	for _, text := range []string{"workers: 3\n", "pairs: {a: b}\n", "workers: *a", "a: &a [*a, *a]\n", "? x\n: y", "workers: [1, {a: b}]", "\t", "pairs: {1: {}}", "<<: {workers: 1}", "--- a\n--- b", "\xff"} {
		f.Add([]byte(text))
	}
	path := filepath.Join(f.TempDir(), "dateline.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var p program
		exit, err := boot.Parse("worker", "", &p, []string{"--config", path}, io.Discard)
		if exit || err != nil && boot.ExitCode(err) != boot.ExitConfig {
			t.Fatalf("exit %t, %v", exit, err)
		}
		if err != nil && utf8.Valid(data) && strings.Contains(err.Error(), "\n") && !strings.Contains(string(data), "\\") {
			t.Errorf("%q: more than a line: %q", data, err)
		}
	})
}
