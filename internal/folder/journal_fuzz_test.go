package folder

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzJournal holds that of whatever is in a journal those lines are read which can
// be files of articles, that what is noted after it is read back, and that what was
// torn from its end costs no more than the last line.
func FuzzJournal(f *testing.F) {
	const name = "2026-03-12/000_0123456789abcdef.txt"
	for _, text := range []string{"", "\n", name, name + "\n", "\n" + name + "\n\n" + name + "\r\n", name[:20], name + "\n" + name[:9], "../" + name, "/etc/passwd\n", "2026-02-30/000_0123456789abcdef.txt",
		strings.Repeat("\x00", 5000) + "\n" + name, strings.Repeat(name, 3000) + "\n", strings.Repeat(name+"\n", 300)} {
		f.Add([]byte(text), 0)
		f.Add([]byte(text), 7)
	}
	f.Fuzz(func(t *testing.T, data []byte, torn int) {
		const noted = "2026-03-13/001_fedcba9876543210.txt"
		dir := t.TempDir()
		path := filepath.Join(dir, journalName)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = root.Close() }()
		before := named(t, root)
		for _, name := range before {
			if _, _, _, ok := parseName(name); !ok || !bytes.Contains(data, []byte(name)) {
				t.Errorf("%q is read of %q", name, data)
			}
		}
		j := &journal{root: root}
		for range 2 {
			if err := j.note(noted); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.close(); err != nil {
			t.Fatal(err)
		}
		after := named(t, root)
		if want := append(slices.Clone(before), noted, noted); !slices.Equal(after, want) {
			t.Errorf("after %q: %d names are read, want %d", data, len(after), len(want))
		}
		written, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cut := min(max(torn, 0), len(noted))
		if err := os.WriteFile(path, written[:len(written)-cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if left := named(t, root); len(left) < len(after)-1 || !slices.Equal(left, after[:len(left)]) {
			t.Errorf("without the last %d bytes: %d names of %d", cut, len(left), len(after))
		}
		if err := j.clear(); err != nil {
			t.Fatal(err)
		}
		if left := named(t, root); len(left) != 0 {
			t.Errorf("cleared, and %v is left", left)
		}
	})
}

func named(t *testing.T, root *os.Root) []string {
	t.Helper()
	names, err := (&journal{root: root}).names()
	if err != nil {
		t.Fatal(err)
	}
	return names
}
