package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// kbTable is what kb build reads.
const kbTable = "Zorkville\tQ900001\tcity\tPE\t12\n" +
	"Zork Town\tQ900001\tcity\n" +
	"no item\n" +
	"Ann Zork\tQ900002\tperson\n" +
	"Zork Union\tQ900003\torganization\n"

// kbDump is the small dump of the enricher's tests.
func kbDump() string {
	return filepath.Join("..", "..", "services", "enricher", "kb", "dump", "testdata", "small.json")
}

// inFile puts text into a file.
func inFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.tsv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKBBuild(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args     []string
		entities int
		told     []string
	}{
		"table":          {[]string{inFile(t, kbTable)}, 3, []string{"5 lines, 3 entities taken, 1 lines malformed", "line 3: malformed line: item", "3 entities, 4 names"}},
		"dump":           {[]string{kbDump()}, 5, []string{"14 lines, 5 entities taken, 2 lines malformed"}},
		"both":           {[]string{kbDump(), inFile(t, kbTable)}, 8, []string{"8 entities"}},
		"two languages":  {[]string{kbDump(), "--languages", "en,de"}, 6, nil},
		"more sitelinks": {[]string{kbDump(), "--min-sitelinks", "4"}, 1, nil},
		"one type":       {[]string{kbDump(), "--types", "person"}, 1, nil},
		"two types":      {[]string{inFile(t, kbTable), "--types", "person,organization"}, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "test.kb")
			r := runProgram(t.Context(), append([]string{"kb", "build", "--out", out}, test.args...)...)
			if r.code != 0 {
				t.Fatalf("exit code %d: %s", r.code, r.stderr)
			}
			for _, want := range test.told {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("%q is not in %s", want, r.stderr)
				}
			}
			base, err := kb.Open(out)
			if err != nil {
				t.Fatal(err)
			}
			if n := base.Info().Entities; n != test.entities {
				t.Errorf("%d entities, want %d", n, test.entities)
			}
		})
	}
}

// What fails leaves the file that is there, and nothing beside it.
func TestKBBuildFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "test.kb")
	if err := os.WriteFile(out, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no file":    {[]string{filepath.Join(dir, "none"), "--out", out}, 1, "no such file"},
		"empty":      {[]string{inFile(t, ""), "--out", out}, 1, "it is empty"},
		"torn gzip":  {[]string{inFile(t, "\x1f\x8b\x08"), "--out", out}, 1, "EOF"},
		"wrong type": {[]string{inFile(t, kbTable), "--out", out, "--types", "city"}, 2, "--types: got \"city\""},
		"no out":     {[]string{inFile(t, kbTable)}, 2, "--out"},
		"no folder":  {[]string{inFile(t, kbTable), "--out", filepath.Join(dir, "none", "test.kb")}, 2, "--out"},
		"no input":   {[]string{"--out", out}, 2, "<file>"},
	} {
		t.Run(name, func(t *testing.T) {
			runProgram(t.Context(), append([]string{"kb", "build"}, test.args...)...).fails(t, test.code, test.want)
		})
	}
	r := runProgram(t.Context(), "kb", "build", inFile(t, "# none\n"), "--out", out)
	if r.code != 1 || !strings.Contains(r.stderr, "no entities") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	if data, err := os.ReadFile(out); err != nil || string(data) != "before" {
		t.Errorf("got %q, %v", data, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// ownKB builds a base of kbTable.
func ownKB(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "own.kb")
	if r := runProgram(t.Context(), "kb", "build", inFile(t, kbTable), "--out", out); r.code != 0 {
		t.Fatal(r.stderr)
	}
	return out
}

func TestKBShow(t *testing.T) {
	t.Parallel()
	own := ownKB(t)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"city":         {[]string{"Geneva"}, "geneva_ch"},
		"two words":    {[]string{"São", "Paulo"}, "sao_paulo_br"},
		"most likely":  {[]string{"Paris"}, "paris_fr"},
		"own":          {[]string{"Zorkville", "--kb", own}, "q900001"},
		"own, alias":   {[]string{"zork town", "--kb", own}, "q900001"},
		"program's":    {[]string{"Peru", "--kb", own}, "q419"},
		"organization": {[]string{"NATO"}, "q7184"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runProgram(t.Context(), append([]string{"kb", "show"}, test.args...)...)
			lines := strings.Split(r.out, "\n")
			if r.code != 0 || !strings.HasPrefix(lines[0], "ID ") || !strings.Contains(r.out, test.want+" ") {
				t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
			}
		})
	}
	r := runProgram(t.Context(), "kb", "show", "Geneva", "--output", "json")
	first, _, _ := strings.Cut(r.out, "\n")
	const want = `{"id":"geneva_ch","kind":"city","name":"Geneva","country":"CH","division":"GE","geonames":"2660646","lat":46.2,"lon":6.15,"prior":183981}`
	if first != want {
		t.Errorf("got  %s\nwant %s", first, want)
	}
	runProgram(t.Context(), "kb", "show", "Zorkville").fails(t, 1, `"Zorkville" is not in the knowledge base`)
	runProgram(t.Context(), "kb", "show", "Peru", "--kb", inFile(t, "zork")).fails(t, 2, "no whole knowledge base")
}

func TestKBInfo(t *testing.T) {
	t.Parallel()
	r := runProgram(t.Context(), "kb", "info")
	for _, want := range []string{"version ", "size ", "country ", "city "} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in %s", want, r.out)
		}
	}
	r = runProgram(t.Context(), "kb", "info", ownKB(t))
	for _, want := range []string{"entities  3\n", "names     4\n", "city      1\n"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in %s", want, r.out)
		}
	}
	runProgram(t.Context(), "kb", "info", inFile(t, "zork")).fails(t, 1, "no whole knowledge base")
}

func TestBytesLine(t *testing.T) {
	for want, test := range map[string]struct{ done, size int64 }{
		"5 B":                          {5, 0},
		"0 B":                          {0, 10},
		"1 KiB of 2 KiB, 50%, 4s left": {1024, 2048},
	} {
		if got := bytesLine(test.done, test.size, 4e9); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
