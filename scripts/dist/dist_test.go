package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 11, 23, 1, 2, 4, 0, time.UTC)

func someFiles() map[string]file {
	return map[string]file{
		"dateline": {[]byte("program"), true}, "README.md": {[]byte("text"), false}, "man/man1/a.1": {[]byte(".TH A 1\n"), false},
	}
}

// unpack reads an archive back.
func unpack(t *testing.T, system target, data []byte) (files map[string]file, times []time.Time) {
	t.Helper()
	files = map[string]file{}
	keep := func(name string, mode os.FileMode, at time.Time, r io.Reader) {
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file{content, mode&0o111 == 0o111}
		times = append(times, at.UTC())
	}
	if system.os == "windows" {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			keep(f.Name, f.Mode(), f.Modified, r)
		}
		return files, times
	}
	g, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(g); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files, times
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" {
			t.Errorf("%s belongs to %s", h.Name, h.Uname)
		}
		keep(h.Name, h.FileInfo().Mode(), h.ModTime, r)
	}
}

func TestPack(t *testing.T) {
	for _, system := range []target{{"linux", "amd64"}, {"windows", "arm64"}} {
		first, err := pack(system, "dateline-v1", someFiles(), day)
		if err != nil {
			t.Fatal(err)
		}
		second, err := pack(system, "dateline-v1", someFiles(), day)
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: the same files give other bytes, %v", system.os, err)
		}
		files, times := unpack(t, system, first)
		if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, []string{"dateline-v1/README.md", "dateline-v1/dateline", "dateline-v1/man/man1/a.1"}) {
			t.Errorf("%s: %q", system.os, got)
		}
		program := files["dateline-v1/dateline"]
		if !program.executable || string(program.data) != "program" || files["dateline-v1/README.md"].executable {
			t.Errorf("%s: %+v", system.os, files)
		}
		for _, at := range times {
			if !at.Equal(day) {
				t.Errorf("%s: a file of %v", system.os, at)
			}
		}
		later, err := pack(system, "dateline-v1", someFiles(), day.Add(time.Hour))
		if err != nil || bytes.Equal(first, later) {
			t.Errorf("%s: another time gives the same bytes, %v", system.os, err)
		}
	}
}

func TestParseTarget(t *testing.T) {
	if got, err := parseTarget("linux/arm64"); err != nil || got != (target{"linux", "arm64"}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, text := range []string{"", "linux", "/amd64", "linux/"} {
		if _, err := parseTarget(text); err == nil || !strings.Contains(err.Error(), "want GOOS/GOARCH") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestArguments(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no version":   {nil, "-version"},
		"wrong target": {[]string{"-version", "v1", "-targets", "linux"}, "want GOOS/GOARCH"},
		"no such flag": {[]string{"-force"}, "force"},
		"no programs":  {[]string{"-version", "v1", "-sbom"}, "no programs"},
	} {
		if err := run(t.Context(), test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestNamesOfSystems(t *testing.T) {
	r := release{version: "v1.2.3"}
	for system, want := range map[target]string{
		{"linux", "amd64"}: "dateline-v1.2.3-linux-amd64.tar.gz", {"windows", "arm64"}: "dateline-v1.2.3-windows-arm64.zip",
	} {
		if got := r.folder(system) + extension(system); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if (exe(system) == ".exe") != (system.os == "windows") {
			t.Errorf("%v: programs end in %q", system, exe(system))
		}
	}
}

// The bill names what is in a program: here in this test's own.
func TestBill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	first, err := billOf("v1.2.3", self)
	if err != nil {
		t.Fatal(err)
	}
	second, err := billOf("v1.2.3", self, self)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("what is in two programs is there twice, %v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(first))
	decoder.DisallowUnknownFields()
	var b bill
	if err := decoder.Decode(&b); err != nil {
		t.Fatal(err)
	}
	if b.Format != "CycloneDX" || b.Spec != "1.6" || b.Metadata.Component.PURL != "pkg:golang/"+ours+"@v1.2.3" || len(b.Components) == 0 || !strings.HasPrefix(b.Components[0].PURL, "pkg:golang/std@go1.") {
		t.Errorf("got %s", first)
	}
	var printed bytes.Buffer
	if err := run(t.Context(), []string{"-version", "v1.2.3", "-sbom", self}, &printed); err != nil || !bytes.Equal(printed.Bytes(), first) {
		t.Errorf("printed otherwise, %v", err)
	}
	if _, err := billOf("v1", filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a bill of a program that is not there")
	}
}

func TestCollect(t *testing.T) {
	found := map[string]component{}
	collect(found, &debug.BuildInfo{GoVersion: "go1.26.0", Deps: []*debug.Module{
		{Path: "github.com/nats-io/nats.go", Version: "v1.55.0"},
		{Path: ours + "/pkg/bus", Version: "v0.1.0", Replace: &debug.Module{Path: "./pkg/bus"}},
		{Path: "example.org/a", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/b", Version: "v1.0.1"}},
		{Path: ours + "-other", Version: "v2.0.0"},
	}}, "v9.9.9")
	want := []string{
		"pkg:golang/example.org/b@v1.0.1", "pkg:golang/" + ours + "-other@v2.0.0", "pkg:golang/" + ours + "/pkg/bus@v9.9.9",
		"pkg:golang/github.com/nats-io/nats.go@v1.55.0", "pkg:golang/std@go1.26.0",
	}
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestCopyFileKeepsItsMode(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a"), filepath.Join(dir, "deep", "er", "b")
	if err := os.WriteFile(from, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(from, to); err != nil {
		t.Fatal(err)
	}
	files := map[string]file{}
	if err := add(files, to, "b"); err != nil || !files["b"].executable || string(files["b"].data) != "#!/bin/sh\n" {
		t.Errorf("got %+v, %v", files["b"], err)
	}
	if err := add(files, filepath.Join(dir, "none"), "c"); err == nil {
		t.Error("a file that is not there")
	}
	if err := copyFile(filepath.Join(dir, "none"), to); err == nil {
		t.Error("a copy of a file that is not there")
	}
}

// A tree is copied as it stands, with what is not committed yet; files that git ignores stay behind.
func TestCopyTree(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here")
	}
	root, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	for name, text := range map[string]string{".gitignore": "ignored\n", "kept": "one", "with space/é": "two", "ignored": "three"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		cmd := exec.CommandContext(context.Background(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	git("add", "-A")
	if _, err := commitTime(t.Context(), root); err == nil {
		t.Error("a time of no commit")
	}
	git("commit", "-q", "-m", "first")
	if at, err := commitTime(t.Context(), root); err != nil || time.Since(at) > time.Hour || at.Nanosecond() != 0 {
		t.Errorf("time of the commit: %v, %v", at, err)
	}
	if err := os.WriteFile(filepath.Join(root, "kept"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := release{root: root}
	if err := r.copyTree(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(to, "kept")); err != nil || string(data) != "changed" {
		t.Errorf("kept is %q, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(to, "with space", "é")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(to, "ignored")); err == nil {
		t.Error("what git ignores is there")
	}
	listed, err := (release{root: to}).output(t.Context(), "git", "ls-files")
	if err != nil || strings.Count(listed, "\n") != 3 {
		t.Errorf("the copy's own repository has %q, %v", listed, err)
	}
}

func TestParallel(t *testing.T) {
	for flags, want := range map[string]string{"": "", "-p=2": "-p=2", "-tags=x -p=4 -race": "-p=4", "-tags=x": ""} {
		t.Setenv("GOFLAGS", flags)
		if got := parallel(); got != want {
			t.Errorf("%q: got %q", flags, got)
		}
	}
}

// What is built is there.
func TestProgramsAreThere(t *testing.T) {
	for name, path := range programs() {
		if _, err := os.Stat(filepath.Join("..", "..", path, "main.go")); err != nil || filepath.Base(path) != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}
