package folder_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/folder"
)

// kill opens a folder, lets something be done in it, and leaves it without its
// manifest, as a killed process does.
func kill(t *testing.T, dir string, do func(*folder.Folder)) {
	t.Helper()
	f := open(t, dir)
	do(f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// agrees holds that the manifest of a folder names its files with their hashes,
// and no others.
func agrees(t *testing.T, dir string) {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, folder.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it is only read
	named := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var e folder.Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		named[e.File] = e.SHA256
	}
	there := map[string]string{}
	for name, text := range files(t, dir) {
		sum := sha256.Sum256([]byte(text))
		there[name] = hex.EncodeToString(sum[:])
	}
	if diff := cmp.Diff(there, named); diff != "" {
		t.Errorf("files and manifest:\n%s", diff)
	}
}

// A folder whose process was killed between the files and the manifest is in
// order when it is opened again, whatever is written to it then.
func TestKilledBeforeTheManifest(t *testing.T) {
	withdrawn := withdrawnOf(2)
	for name, do := range map[string]func(*testing.T, *folder.Folder){
		"a new one":     func(t *testing.T, f *folder.Folder) { tryPut(t, f, 20, article(4, 1)) },
		"a revision":    func(t *testing.T, f *folder.Folder) { tryPut(t, f, 20, article(1, 2)) },
		"a withdrawal":  func(t *testing.T, f *folder.Folder) { tryPut(t, f, 20, withdrawn) },
		"new, then not": func(t *testing.T, f *folder.Folder) { tryPut(t, f, 20, article(4, 1), withdrawnOf(4)) },
		"nothing":       func(*testing.T, *folder.Folder) {},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, open(t, dir), 10, article(1, 1), article(2, 1))
			kill(t, dir, func(f *folder.Folder) { do(t, f) })
			again := open(t, dir)
			agrees(t, dir)
			put(t, again, 30, article(5, 1)) // of another filter, say
			agrees(t, dir)
			put(t, again, 20, article(4, 1), article(1, 2), withdrawn) // it all comes again
			agrees(t, dir)
			if got := len(files(t, dir)); got != 3 {
				t.Errorf("%d files", got)
			}
		})
	}
}

// A journal removes nothing but files of articles within the folder.
func TestJournalIsChecked(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	for _, name := range []string{"in/notes.txt", "000_0123456789abcdef.txt", "in/000_0123456789abcdef.txt"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := "notes.txt\n../000_0123456789abcdef.txt\n\n000_0123456789abcdef.txt.part\n2026-13-99/000_0123456789abcdef.txt\n"
	if err := os.WriteFile(filepath.Join(in, ".journal"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, in)
	var left []string
	for _, pattern := range []string{"*.txt", "in/*.txt"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, names...)
	}
	if len(left) != 3 || !slices.ContainsFunc(left, func(name string) bool { return filepath.Base(name) == "notes.txt" }) {
		t.Errorf("left: %v", left)
	}
}
