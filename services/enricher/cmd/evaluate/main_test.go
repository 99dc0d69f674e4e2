package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	dir := t.TempDir()
	for _, set := range nameSets() {
		name := filepath.Join(dir, set+".conll")
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("Then\tO\nAngela\tB-PER\nMerkel\tI-PER\nflew\tO\nto\tO\nBerlin\tB-LOC\n.\tO\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"-data", dir, "names"}, {"-data", dir, "-tsv", "-model", "../../recognizer/crf/model.bin", "names"}} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, args); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 1+3*len(nameSets()) {
			t.Fatalf("%d lines:\n%s", len(lines), out.String())
		}
		if !strings.Contains(lines[1], "100.0") || !strings.Contains(lines[2], "Title Case") || !strings.Contains(lines[3], "ALL CAPS") {
			t.Errorf("got\n%s", out.String())
		}
	}
}

func TestErrors(t *testing.T) {
	for name, args := range map[string][]string{
		"no part":    nil,
		"no flag":    {"-zork"},
		"other part": {"zork"},
		"no data":    {"-data", t.TempDir(), "names"},
		"no model":   {"-model", "none", "names"},
		"bad model":  {"-model", "main.go", "names"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), t.Output(), args); err == nil {
				t.Error("want an error")
			}
		})
	}
	var out bytes.Buffer
	if err := run(t.Context(), &out, nil); !errors.Is(err, errUsage) || !strings.Contains(out.String(), "names") {
		t.Errorf("got %v\n%s", err, out.String())
	}
	if err := run(t.Context(), &out, []string{"-h"}); err != nil {
		t.Errorf("got %v", err)
	}
}
