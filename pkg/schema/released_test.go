package schema_test

import (
	"bufio"
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema/internal/compat"
	"github.com/dateline-news/dateline/pkg/schema/jsonschema"
)

var freeze = flag.String("freeze", "", "keep today's contract as that of the release of this version (make release does)")

// releasedContract is the folder with the contract of the last release.
func releasedContract(t *testing.T) string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join("testdata", "released", "v*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("testdata/released holds %q, want one folder: that of the last release", folders)
	}
	return folders[0]
}

// The contract of the last release holds: what was released is still there, and is
// what it was. To break it on purpose is another version of the contract (v2), with
// types and schemas of its own beside these.
func TestTheReleasedContractHolds(t *testing.T) {
	if *freeze != "" {
		keep(t, *freeze)
	}
	folder := releasedContract(t)
	schemas, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(schemas) == 0 {
		t.Fatalf("%s holds no schemas: %v", folder, err)
	}
	for _, path := range schemas {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		t.Run(name, func(t *testing.T) {
			today, err := jsonschema.Schema(name)
			if err != nil {
				t.Fatalf("the schema is gone: %v", err)
			}
			breaches, err := compat.Breaches(read(t, path), today)
			if err != nil {
				t.Fatal(err)
			}
			for _, breach := range breaches {
				t.Errorf("%s %s", name, breach)
			}
		})
	}
	t.Run("names", func(t *testing.T) {
		today := lines(read(t, filepath.Join("testdata", "contract.golden")))
		for line := range lines(read(t, filepath.Join(folder, "contract.golden"))) {
			if !today[line] && !growing(today, line) {
				t.Errorf("%s: gone, or not what it was", line)
			}
		}
	})
}

// growing reports whether a line lists values to which today's only adds.
func growing(today map[string]bool, line string) bool {
	name, values, _ := strings.Cut(line, " ")
	for now := range today {
		if rest, ok := strings.CutPrefix(now, name+" "); ok && strings.Contains(values, ",") {
			have := strings.Split(rest, ",")
			all := true
			for value := range strings.SplitSeq(values, ",") {
				all = all && strings.Contains(","+strings.Join(have, ",")+",", ","+value+",")
			}
			return all
		}
	}
	return false
}

// lines are the lines of a list.
func lines(data []byte) map[string]bool {
	all := map[string]bool{}
	for in := bufio.NewScanner(bytes.NewReader(data)); in.Scan(); {
		all[in.Text()] = true
	}
	return all
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// keep replaces the contract of the last release by today's.
func keep(t *testing.T, version string) {
	t.Helper()
	all := filepath.Join("testdata", "released")
	folder := filepath.Join(all, version)
	if err := os.RemoveAll(all); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"contract.golden": read(t, filepath.Join("testdata", "contract.golden"))}
	for _, name := range jsonschema.Names() {
		files[name+".json"] = read(t, filepath.Join("jsonschema", name+".json"))
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A list may grow, and nothing else.
func TestGrowing(t *testing.T) {
	today := map[string]bool{"Events published,revised,withdrawn": true, "Unknown _": true, "EventsOther x": true}
	for line, want := range map[string]bool{
		"Events published,revised": true,
		"Events revised,published": true,
		"Events published,mended":  false,
		"Events published,revise":  false,
		"Unknown -":                false,
		"Gone a,b":                 false,
		"HeaderType ce-type":       false,
	} {
		if growing(today, line) != want {
			t.Errorf("%s: want %v", line, want)
		}
	}
}
