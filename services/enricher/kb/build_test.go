package kb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// A base that was sorted on the disk is the same as one sorted in memory.
func TestRunsGiveTheSameBase(t *testing.T) {
	files := map[int]string{}
	for _, memory := range []int{1 << 30, 5000, 300} {
		dir := t.TempDir()
		b, err := kb.NewBuilder(dir)
		if err != nil {
			t.Fatal(err)
		}
		b.SetMemory(memory)
		for i := range 1000 {
			e := kb.Entity{Kind: kb.City, Name: fmt.Sprint("Zork ", i%400), QID: uint32(i + 1), Prior: float64(i * 7 % 13)}
			if err := b.Add(e, kb.Name{Text: e.Name}, kb.Name{Text: "Zork"}, kb.Name{Text: fmt.Sprint("Blix ", i)}); err != nil {
				t.Fatal(err)
			}
		}
		if runs := b.Runs(); memory < 1<<20 && runs < 10 {
			t.Errorf("with %d bytes there are %d runs", memory, runs)
		}
		path := filepath.Join(dir, "test.kb")
		if err := b.WriteFile(path); err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[memory] = string(data)
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("%d files are left", len(left))
		}
	}
	if files[1<<30] != files[5000] || files[5000] != files[300] {
		t.Error("the bases differ")
	}
	b, err := kb.New(files[300])
	if err != nil {
		t.Fatal(err)
	}
	zorks := find(b, "Zork")
	if len(zorks) != kb.MaxPosts || zorks[0].Prior != 12 || zorks[len(zorks)-1].Prior != 12 {
		t.Errorf("%d candidates, from %f to %f", len(zorks), zorks[0].Prior, zorks[len(zorks)-1].Prior)
	}
}

// Any names go in, and each is found again.
func TestAnyNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringN(1, 12, 60), 1, 12).Draw(t, "names")
		dir, err := os.MkdirTemp("", "kb")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		b, err := kb.NewBuilder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		for i, name := range names {
			if err := b.Add(kb.Entity{Kind: kb.Person, Name: name, QID: uint32(i + 1)}, kb.Name{Text: name}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.WriteFile(dir + "/x.kb"); err != nil {
			t.Fatal(err)
		}
		base, err := kb.Open(dir + "/x.kb")
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			key := kb.Key(nil, name)
			if len(key) == 0 {
				continue
			}
			found := false
			for _, c := range base.Find(nil, key) {
				found = found || c.QID == uint32(i+1) && c.Name == name
			}
			first, _, _ := strings.Cut(string(key), " ")
			if words, _ := base.Begins([]byte(first)); !found || words < 1+strings.Count(string(key), " ") {
				t.Fatalf("%q: found is %t, %d words begin with %q", name, found, words, first)
			}
		}
	})
}

func TestAddRefuses(t *testing.T) {
	b, err := kb.NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for name, e := range map[string]kb.Entity{
		"no kind":       {Name: "Zork"},
		"wrong kind":    {Name: "Zork", Kind: 99},
		"no name":       {Kind: kb.City},
		"long name":     {Kind: kb.City, Name: strings.Repeat("x", 256)},
		"long division": {Kind: kb.City, Name: "x", Admin: strings.Repeat("x", 256)},
	} {
		if err := b.Add(e); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if b.Entities() != 0 {
		t.Errorf("%d entities", b.Entities())
	}
}

// Names that cannot be looked up are left out.
func TestNamesLeftOut(t *testing.T) {
	b := open(t, build(t, row{kb.Entity{Kind: kb.City, Name: "Zork", QID: 1}, []string{
		"", "...", strings.Repeat("Zork", 31), strings.Repeat("z ", 9), "Zork",
	}}))
	if n := b.Info().Names; n != 1 {
		t.Errorf("%d names", n)
	}
}

// A file that is there stays whole when a build fails or is given up.
func TestWriteFileIsAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "test.kb")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := kb.NewBuilder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add(samples()[0].entity); err != nil {
		t.Fatal(err)
	}
	if err := b.WriteFile(filepath.Join(dir, "none", "test.kb")); err == nil {
		t.Error("no error for a folder that is not there")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "before" {
		t.Errorf("got %q", data)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
	if _, err := kb.NewBuilder(filepath.Join(dir, "none")); err == nil {
		t.Error("no error for a folder that is not there")
	}
}
