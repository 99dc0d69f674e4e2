package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		r := runProgram(t.Context(), "completion", shell)
		if r.code != 0 || r.stderr != "" || !strings.Contains(r.out, "feeds add") || !strings.Contains(r.out, "enriched") {
			t.Errorf("%s: exit code %d, %s, %d bytes", shell, r.code, r.stderr, len(r.out))
		}
	}
	runProgram(t.Context(), "completion", "tcsh").fails(t, 2, "must be one of")
	runProgram(t.Context(), "completion").fails(t, 2, "expected \"<shell>\"")
}

// Every command has a page, with all its flags.
func TestManHasAPageForEachCommand(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man", "man1")
	r := runProgram(t.Context(), "man", dir)
	if r.code != 0 || !strings.Contains(r.out, "pages in "+dir) {
		t.Fatalf("exit code %d: %s%s", r.code, r.out, r.stderr)
	}
	parser, err := kong.New(new(grammar), kong.Name("dateline"), kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := os.ReadDir(dir)
	if all := commands(parser.Model.Node); err != nil || len(pages) != len(all) {
		t.Errorf("%d pages for %d commands, %v", len(pages), len(all), err)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		name := strings.ReplaceAll(leaf.FullPath(), " ", "-") + ".1"
		page, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, flags := range leaf.AllFlags(true) {
			for _, f := range flags {
				if !strings.Contains(string(page), `\fB\-\-`+strings.ReplaceAll(f.Name, "-", `\-`)+`\fR`) {
					t.Errorf("%s lacks --%s", name, f.Name)
				}
			}
		}
	}
	if r := runProgram(t.Context(), "man", filepath.Join(dir, "dateline.1", "below")); r.code != 1 || !strings.Contains(r.stderr, "man: ") {
		t.Errorf("a folder that cannot be: exit code %d: %s", r.code, r.stderr)
	}
}
