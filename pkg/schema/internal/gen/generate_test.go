package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestSchemasAreGenerated(t *testing.T) {
	folder := filepath.Join("..", "..", "jsonschema")
	files, err := generate(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what the types say: run go generate ./jsonschema", name)
		}
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(found) != len(files) {
		t.Errorf("found %q, %v, want the files of %d messages", found, err, len(files))
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	if err := run(filepath.Join("..", ".."), dir); err != nil {
		t.Fatal(err)
	}
	if found, err := filepath.Glob(filepath.Join(dir, "*.json")); err != nil || len(found) != len(messages()) {
		t.Errorf("wrote %q, %v", found, err)
	}
	if err := run(filepath.Join("..", ".."), filepath.Join(dir, "missing")); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

type colour string

type leaf struct {
	Next  *leaf  `json:"next,omitempty"`
	Paint colour `json:"paint"`
}

type tree struct {
	leaf
	Leaves []leaf            `json:"leaves,omitzero"`
	Names  map[string]string `json:"names"`
	Seed   []byte            `json:"seed"`
}

func TestDocument(t *testing.T) {
	src := source{
		types:  map[string]string{"tree": "A tree."},
		fields: map[string]string{"tree.Seed": "a < b"},
		enums:  map[string][]string{"colour": {"red", "green"}},
	}
	got, err := document(src, "tree", reflect.TypeFor[tree]())
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "tree.json"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDocumentErrors(t *testing.T) {
	for name, test := range map[string]struct {
		typ  reflect.Type
		want string
	}{
		"no JSON name": {reflect.TypeFor[struct{ A int }](), "A has no JSON name"},
		"no constants": {reflect.TypeFor[tree](), "type colour has no constants"},
		"no schema": {reflect.TypeFor[struct {
			A func() `json:"a"`
		}](), "no schema for the type func()"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := document(source{}, "x", test.typ); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

const code = `package p

// Size is how
// large it is.
type Size string

const (
	Small Size = "s" // tiny
	Large Size = "l"
	Other      = "o"
)

type box struct {
	// Width and Height are in pixels.
	Width  int
	Height int
	Depth  int
}

func (box) method() {}
`

func TestReadSource(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "p.go", code)
	write(t, dir, "p_test.go", "not Go")
	s, err := readSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.types["Size"]; got != "Size is how large it is." {
		t.Errorf("comment of Size: %q", got)
	}
	if got := s.enums["Size"]; !slices.Equal(got, []string{"s", "l"}) {
		t.Errorf("constants of Size: %q", got)
	}
	pixels := "Width and Height are in pixels."
	for field, want := range map[string]string{"box.Width": pixels, "box.Height": pixels, "box.Depth": ""} {
		if got := s.fields[field]; got != want {
			t.Errorf("comment of %s: %q, want %q", field, got, want)
		}
	}
	write(t, dir, "broken.go", "not Go")
	if err := run(dir, dir); err == nil {
		t.Error("read a file that is not Go")
	}
}

func write(t *testing.T, dir, name, data string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}
