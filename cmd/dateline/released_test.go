package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var freeze = flag.String("freeze", "", "keep today's commands as those of the release of this version (make release does)")

// settings are all commands, with their flags, arguments and environment variables,
// one a line.
func settings(t *testing.T) []string {
	t.Helper()
	parser, err := kong.New(new(grammar), kong.Name("dateline"), kong.Vars{"version": ""}, kong.DefaultEnvars("DATELINE"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	var add func(node *kong.Node)
	add = func(node *kong.Node) {
		path := node.FullPath()
		all = append(all, path)
		for _, arg := range node.Positional {
			all = append(all, path+" <"+arg.Name+">")
		}
		for _, f := range node.Flags {
			all = append(all, strings.TrimSpace(path+" --"+f.Name+" "+strings.Join(f.Envs, " ")))
			for value := range strings.SplitSeq(f.Enum, ",") {
				if value != "" {
					all = append(all, path+" --"+f.Name+"="+value)
				}
			}
		}
		for _, child := range node.Children {
			add(child)
		}
	}
	add(parser.Model.Node)
	slices.Sort(all)
	return slices.Compact(all)
}

// The commands of the last release are there, with their flags and what those may
// be set to: scripts and units use them.
func TestTheReleasedCommandsHold(t *testing.T) {
	today := settings(t)
	released := filepath.Join("testdata", "released")
	if *freeze != "" {
		folder := filepath.Join(released, *freeze)
		if err := os.RemoveAll(released); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "commands.txt"), []byte(strings.Join(today, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(released, "v*", "commands.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s holds %q, want the commands of the last release", released, files)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range missing(strings.Split(strings.TrimSpace(string(data)), "\n"), today) {
		t.Errorf("%s was released, and is gone", gone)
	}
}

// missing are the lines of a list that another lacks.
func missing(was, is []string) []string {
	var gone []string
	for _, line := range was {
		if !slices.Contains(is, line) {
			gone = append(gone, line)
		}
	}
	return gone
}

func TestMissing(t *testing.T) {
	today := settings(t)
	for _, line := range []string{"dateline tail <kind>", "dateline tail --since DATELINE_SINCE", "dateline tail --format=dated", "dateline feeds add"} {
		if !slices.Contains(today, line) {
			t.Fatalf("no %s in the list", line)
		}
		less := slices.DeleteFunc(slices.Clone(today), func(l string) bool { return l == line })
		if got := missing(today, less); len(got) != 1 || got[0] != line {
			t.Errorf("without %s: got %q", line, got)
		}
		if got := missing(less, today); got != nil {
			t.Errorf("with %s: got %q", line, got)
		}
	}
}
