package boot_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// What is wrong in a configuration file is told by its line and column, and a name
// that is nearly right with the one that was meant.
func TestConfigurationFileSaysWhere(t *testing.T) {
	for name, test := range map[string]struct {
		file string
		want string // after the name of the file
	}{
		"unknown, near one":     {"# first\nwrokers: 1\n", ":2:1: no such setting: wrokers (did you mean workers?)"},
		"unknown, near none":    {"colour: red\n", ":1:1: no such setting: colour (see"},
		"two unknown":           {"zzzzz: 1\naaaaa: 2\n", ":2:1: no such setting: aaaaa; "},
		"wrong type":            {"\n\n  workers: many\n", ":3:3: --workers: "},
		"twice":                 {"workers: 1\nhttp: x\nworkers: 2\n", ":3:1: workers is there already, in line 1"},
		"a list":                {"- workers\n", ":1:1: want settings, one a line"},
		"a word":                {"workers\n", ":1:1: want settings, one a line"},
		"no YAML":               {"workers: 1\nhttp: [\n", ":"},
		"a tab":                 {"workers:\n\t1\n", ":2: "},
		"an alias of itself":    {"pairs: &a [*a]\n", ": "},
		"an alias of none":      {"workers: *none\n", ": a value that begins with * stands in quotes"},
		"too large":             {"# " + strings.Repeat("x", 1<<20) + "\n", ": the file is above 1048576 bytes"},
		"near the name of help": {"hep: 1\n", ":1:1: no such setting: hep (did you mean help?)"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, test.file)
			var p program
			_, err := boot.Parse("worker", "", &p, []string{"--config", path}, io.Discard)
			if err == nil || !strings.Contains(err.Error(), filepath.Base(path)+test.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, want …%s%s", err, filepath.Base(path), test.want)
			}
			if boot.ExitCode(err) != boot.ExitConfig {
				t.Errorf("exit code %d", boot.ExitCode(err))
			}
		})
	}
}

// A wrong value of a flag or of the environment is not said to be the file's.
func TestOnlyTheFileIsBlamedForItself(t *testing.T) {
	path := write(t, "workers: 3\n")
	var p program
	_, err := boot.Parse("worker", "", &p, []string{"--config", path, "--workers", "many"}, io.Discard)
	if err == nil || strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("flag: got %v", err)
	}
	t.Setenv("DATELINE_WORKERS", "several")
	_, err = boot.Parse("worker", "", &p, []string{"--config", path}, io.Discard)
	if err == nil || strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("environment: got %v", err)
	}
}

// An empty file, and one of remarks, set nothing.
func TestEmptyConfigurationFile(t *testing.T) {
	for _, content := range []string{"", "# nothing yet\n", "---\n"} {
		var p program
		if _, err := boot.Parse("worker", "", &p, []string{"--config", write(t, content)}, io.Discard); err != nil {
			t.Errorf("%q: %v", content, err)
		}
	}
}

// A value is told by no error, where it has settings below it or is read as an alias: it may
// be a password.
func TestConfigurationFileTellsNoValue(t *testing.T) {
	for text, want := range map[string]string{
		"workers: {a: canary}\n":       "workers: want a value, and no settings below it",
		"pairs: {a: {b: canary}}\n":    "pairs: want a value for a, and no settings below it",
		"pairs: {a: [canary]}\n":       "pairs: want a value for a, and no settings below it",
		"workers: *canary\n":           "stands in quotes",
		"workers: &canary *canary\n":   "",
		"workers: \"canary\n":          "",
		"workers: canary: canary\n":    "",
		"workers: !canary {canary: 1}": "want a value",
	} {
		var p program
		_, err := boot.Parse("worker", "", &p, []string{"--config", write(t, text)}, io.Discard)
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), want) || boot.ExitCode(err) != boot.ExitConfig {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
