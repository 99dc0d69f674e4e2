package arch_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// entries are the functions that are given bytes from outside, by their folders. Each must be
// called by a fuzz target of its folder.
func entries() map[string][]string {
	return map[string][]string{
		"pkg/feed":                         {"Read", "Skim"},
		"pkg/feed/cut":                     {"Cut"},
		"pkg/feed/date":                    {"Parse"},
		"pkg/feed/decode":                  {"UTF8"},
		"pkg/feed/guard":                   {"Check"},
		"pkg/feed/parse":                   {"One"},
		"pkg/schema":                       {"ParseDated", "ParseDatedLenient", "NewDatedReader", "CanonicalURL", "Token", "Clean"},
		"pkg/bus":                          {"headerText", "deadHeader", "traceOf"},
		"pkg/bus/boot":                     {"Parse"},
		"pkg/bus/jobs":                     {"decode"},
		"services/fetcher/discover":        {"namedSitemaps"},
		"services/fetcher/internal/memory": {"Decode"},
		"services/fetcher/internal/robots": {"Parse", "Decode"},
		"services/normalizer/fingerprint":  {"Parse", "Of"},
		"services/normalizer/normalize":    {"Normalize"},
		"services/normalizer/normalize/internal/page": {"Read"},
		"services/normalizer/stories":                 {"Decode"},
		"services/enricher/kb":                        {"New"},
		"services/enricher/kb/dump":                   {"Read"},
		"internal/archive":                            {"ParseManifest", "Records"},
		"internal/backup":                             {"parse"},
		"internal/feedlist":                           {"ParseOPML", "ParseTXT", "ParseCSV"},
		"internal/folder":                             {"Read", "names"},
		"internal/moment":                             {"Parse"},
		"internal/replay":                             {"Resume", "seen"},
	}
}

// targets are the fuzz targets of the workspace, by their folders, and the text of the files
// that they stand in.
func targets(t *testing.T, root string) (names map[string][]string, sources map[string]string) {
	t.Helper()
	names, sources = map[string][]string{}, map[string]string{}
	target := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		for _, m := range target.FindAllStringSubmatch(string(text), -1) {
			names[dir] = append(names[dir], m[1])
			sources[dir] += string(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, sources
}

// Every fuzz target stands in the table of docs/reliability.md, and every one of the table
// exists; who reads bytes from outside has one.
func TestFuzzTargets(t *testing.T) {
	root := filepath.Join("..", "..")
	names, sources := targets(t, root)
	docs, err := os.ReadFile(filepath.Join(root, "docs", "reliability.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\|[^|]*\\| `([^`]+)` \\| (Fuzz[^|]*) \\|$").FindAllStringSubmatch(string(docs), -1) {
		documented[m[1]] = m[2]
	}
	for dir, here := range names {
		told := strings.FieldsFunc(documented[dir], func(r rune) bool { return r == ',' || r == ' ' })
		for _, name := range here {
			if !has(told, name) {
				t.Errorf("%s %s is not in the table", dir, name)
			}
		}
		for _, name := range told {
			if !has(here, name) {
				t.Errorf("%s %s is in the table alone", dir, name)
			}
		}
	}
	for dir := range documented {
		if names[dir] == nil {
			t.Errorf("%s is in the table, and has no target", dir)
		}
	}
	for dir, functions := range entries() {
		for _, name := range functions {
			if !regexp.MustCompile(`\b` + name + `\(`).MatchString(sources[dir]) {
				t.Errorf("%s: no fuzz target calls %s", dir, name)
			}
		}
	}
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
