package bustest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Golden compares text with a file in testdata, which it writes anew when
// update is set. The flag for that belongs to the test's own package.
func Golden(t testing.TB, update bool, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, lines := strings.Split(string(data), "\n"), strings.Split(got, "\n")
	for i := range max(len(want), len(lines)) {
		if a, b := line(want, i), line(lines, i); a != b {
			t.Fatalf("%s, line %d (go test -update writes it anew):\n got %s\nwant %s", name, i+1, b, a)
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(the end)"
}
