package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/folder"
	"github.com/dateline-news/dateline/pkg/schema"
)

// FuzzManifest holds that a folder with whatever manifest and journal is refused, or
// takes articles: it writes and removes files that an article can have, in itself.
func FuzzManifest(f *testing.F) {
	id := article(1, 1).ID
	own := "2026-03-12/000_" + id[:16] + ".txt"
	for _, file := range []string{own, "000_" + id[:16] + ".txt", "../own.txt", "own.txt", "manifest.jsonl", ".", "a/../../x", "", "2026-03-12/999999999_" + id[:16] + ".txt"} {
		f.Add([]byte(`{"file":"`+file+`","id":"`+id+`","revision":1}`+"\n"), []byte(file+"\n"))
	}
	f.Add([]byte(`{"file":"`+own+`","id":"../../etc/passwd"}`), []byte("../own.txt\n"))
	f.Add([]byte("{"), []byte{})
	f.Fuzz(func(t *testing.T, manifest, journal []byte) {
		around := t.TempDir()
		dir := filepath.Join(around, "folder")
		for name, data := range map[string][]byte{"own.txt": []byte("mine"), "folder/own.txt": []byte("mine"), "folder/" + folder.ManifestName: manifest, "folder/.journal": journal} {
			path := filepath.Join(around, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		if fill(dir) == nil {
			if err := fill(dir); err != nil {
				t.Errorf("what was written is refused: %v", err)
			}
		}
		written := regexp.MustCompile(`^folder/(manifest\.jsonl|\.journal|own\.txt|(\d{4}-\d\d-\d\d/)?\d{3,9}_[0-9a-f]{16}\.txt)(\.part)?$|^own\.txt$`)
		for name, text := range files(t, around) {
			if !written.MatchString(name) || strings.HasSuffix(name, "own.txt") && text != "mine" {
				t.Errorf("%s: %.40q after manifest %q", name, text, manifest)
			}
		}
	})
}

// fill puts articles in a folder and takes one out, if it opens.
func fill(dir string) error {
	f, err := folder.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Put(article(1, 9), 1), f.Put(article(2, 1), 2), f.Put(withdrawnOf(3), 3), f.Flush(), f.Close())
}

// FuzzRead holds that a file of whatever bytes gives articles that can be read by the
// letter of the format, and says of all else what is wrong.
func FuzzRead(f *testing.F) {
	one, two := " date 2026-03-12 A lead.\n\nHeadline one", " date 2026-03-13\n\nHeadline two"
	for _, text := range []string{"", one, one + "\n\n" + two, one + "\r\n", "\ufeff" + one, one + "\n\n" + two + "\n\n date 2026-02-30\n\nx", "Dear reader", one + "\n\n \n\n", "\xff\xfe \x00d\x00"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x.txt")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		number := 0
		for d, err := range folder.Read(path) {
			if err != nil {
				t.Fatal(err)
			}
			if number++; d.Number != number || d.Path != path || (d.Err == nil) != (d.Text != nil) {
				t.Errorf("article %d: %+v", number, d)
			}
			if _, err := schema.ParseDated(d.Text); d.Err == nil && err != nil {
				t.Errorf("%q was made %q: %v", data, d.Text, err)
			}
		}
	})
}
