package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/store"
)

func dir(t *testing.T, path string, m store.Mode) store.Store {
	t.Helper()
	s, err := store.NewDir(path, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t *testing.T, s store.Store, name, data string) {
	t.Helper()
	if err := tryPut(t.Context(), s, name, data); err != nil {
		t.Fatal(err)
	}
}

func tryPut(ctx context.Context, s store.Store, name, data string) error {
	file, err := s.Create()
	if err != nil {
		return err
	}
	defer file.Discard()
	if _, err := io.WriteString(file, data); err != nil {
		return err
	}
	return file.Commit(ctx, name)
}

// all is what a store holds.
func all(t *testing.T, s store.Store, prefix string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		file, err := s.Open(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(file)
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
		found[name] = string(data)
	}
	return found
}

// behaves is what every store does.
func behaves(t *testing.T, s store.Store) {
	put(t, s, "a/b/one", "1")
	put(t, s, "a/two", "2")
	put(t, s, "ab/three", "")
	put(t, s, "four", strings.Repeat("long", 1<<20))
	put(t, s, "a/two", "two") // in place of the old one
	unfinished, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(unfinished, "unfinished"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a/b/one": "1", "a/two": "two"}
	if diff := cmp.Diff(want, all(t, s, "a/")); diff != "" {
		t.Error(diff)
	}
	want["ab/three"], want["four"] = "", strings.Repeat("long", 1<<20)
	if diff := cmp.Diff(want, all(t, s, "")); diff != "" {
		t.Error(diff)
	}
	if got := all(t, s, "none/"); len(got) > 0 {
		t.Errorf("in a folder that is not there: %v", got)
	}
	unfinished.Discard()
	unfinished.Discard()
	for _, name := range []string{"a/two", "a/two", "four"} {
		if err := s.Remove(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Open(t.Context(), "a/two"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a file that is not there: %v", err)
	}
	seeks(t, s)
	refuses(t, s)
}

// seeks reads a file twice.
func seeks(t *testing.T, s store.Store) {
	file, err := s.Open(t.Context(), "a/b/one")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it is only read
	for range 2 {
		data, err := io.ReadAll(file)
		if err != nil || string(data) != "1" {
			t.Errorf("%q, %v", data, err)
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Error(err)
		}
	}
}

// refuses names that lead elsewhere, or to what is the store's own.
func refuses(t *testing.T, s store.Store) {
	for _, name := range []string{"", "/etc/passwd", "../out", "a/../../out", "a//b", "a/", ".lock", ".part/1", `a\b`, "a\x00b", "."} {
		if err := tryPut(t.Context(), s, name, "x"); !errors.Is(err, store.ErrName) {
			t.Errorf("put %q: %v", name, err)
		}
		if _, err := s.Open(t.Context(), name); !errors.Is(err, store.ErrName) {
			t.Errorf("open %q: %v", name, err)
		}
		if err := s.Remove(t.Context(), name); !errors.Is(err, store.ErrName) {
			t.Errorf("remove %q: %v", name, err)
		}
	}
}

func TestDir(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder")
	behaves(t, dir(t, path, store.Write))
	if left, err := os.ReadDir(filepath.Join(path, ".part")); err != nil || len(left) > 0 {
		t.Errorf("left unfinished: %v, %v", left, err)
	}
}

// What a killed process has left is no file, and goes when the store is opened to
// write again.
func TestDirAfterAKill(t *testing.T) {
	path := t.TempDir()
	s := dir(t, path, store.Write)
	put(t, s, "one", "1")
	file, err := s.Create()
	if err == nil {
		_, err = io.WriteString(file, "torn")
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	reader := dir(t, path, store.Read)
	again := dir(t, path, store.Write)
	for _, s := range []store.Store{reader, again} {
		if diff := cmp.Diff(map[string]string{"one": "1"}, all(t, s, "")); diff != "" {
			t.Error(diff)
		}
	}
	if left, err := os.ReadDir(filepath.Join(path, ".part")); err != nil || len(left) > 0 {
		t.Errorf("left unfinished: %v, %v", left, err)
	}
}

func TestDirIsWrittenByOne(t *testing.T) {
	path := t.TempDir()
	first := dir(t, path, store.Write)
	if _, err := store.NewDir(path, store.Write); !errors.Is(err, store.ErrInUse) {
		t.Errorf("a second one: %v", err)
	}
	put(t, first, "one", "1") // the second has harmed nothing
	if got := all(t, dir(t, path, store.Read), ""); len(got) != 1 {
		t.Errorf("read meanwhile: %v", got)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, dir(t, path, store.Write), "two", "2")
}

// A link in the folder leads nowhere.
func TestDirStaysInside(t *testing.T) {
	path, outside := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := dir(t, path, store.Write)
	if err := os.Symlink(outside, filepath.Join(path, "link")); err != nil {
		t.Skip("no links here: ", err)
	}
	if _, err := s.Open(t.Context(), "link/secret"); err == nil {
		t.Error("read outside of the folder")
	}
	if err := tryPut(t.Context(), s, "link/new", "x"); err == nil {
		t.Error("written outside of the folder")
	}
	if got := all(t, s, ""); len(got) > 0 {
		t.Errorf("listed: %v", got)
	}
}

func TestDirFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		if _, err := store.NewDir(path, store.Write); err == nil {
			t.Errorf("%s is no folder", path)
		}
	}
	if _, err := store.NewDir(filepath.Join(t.TempDir(), "none"), store.Read); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("to read a folder that is not there: %v", err)
	}
	s := dir(t, t.TempDir(), store.Write)
	put(t, s, "a", "1")
	if err := tryPut(t.Context(), s, "a/b", "2"); err == nil {
		t.Error("a file is a folder")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.List(ctx, "") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("listed after the end: %v", err)
		}
	}
}

func TestDirListStops(t *testing.T) {
	s := dir(t, t.TempDir(), store.Write)
	for i := range 5 {
		put(t, s, fmt.Sprintf("d/%d", i), "")
	}
	var names []string
	for name := range s.List(t.Context(), "d/") {
		if names = append(names, name); len(names) == 2 {
			break
		}
	}
	if !slices.Equal(names, []string{"d/0", "d/1"}) {
		t.Errorf("got %v", names)
	}
}

func TestOpen(t *testing.T) {
	for _, location := range []string{"", "ftp://host/dir", "s3://", "s3:///prefix", "s3://bucket/../x"} {
		if _, err := store.Open(t.Context(), location, store.Write); !errors.Is(err, store.ErrLocation) {
			t.Errorf("%q: %v", location, err)
		}
	}
	s, err := store.Open(t.Context(), t.TempDir(), store.Write)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
