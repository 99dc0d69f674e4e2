package main

import (
	"path/filepath"
	"testing"
)

// Wrong settings of a model server end the program before anything is started.
func TestModelServerSettingsAreChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	up := []string{"up", "--data", filepath.Join(dir, "data"), "--nats-listen", "", "--http", ""}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"address":     {[]string{"enricher", "--recognizer", "localhost:8000"}, "--recognizer: want an address, http or https, with a host"},
		"user":        {[]string{"enricher", "--recognizer", "http://me:pass@localhost:8000/"}, "--recognizer: the address holds a user; give a token in its place"},
		"token":       {[]string{"enricher", "--recognizer", "http://localhost/", "--recognizer-token-file", filepath.Join(dir, "none")}, "--recognizer-token-file: open "},
		"timeout":     {[]string{"enricher", "--recognizer", "http://localhost/", "--recognizer-timeout", "20s"}, "--recognizer-timeout: got 20s, want up to half of --timeout (30s)"},
		"language":    {[]string{"enricher", "--recognizer", "http://localhost/", "--recognizer-languages", "en,klingon!"}, `--recognizer-languages: "klingon!" is no language tag`},
		"all in one":  {append(up, "--enricher-recognizer", "localhost:8000"), "up: --recognizer: want an address"},
		"no duration": {[]string{"enricher", "--recognizer-timeout", "soon"}, "--recognizer-timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			runProgram(t.Context(), test.args...).fails(t, 2, test.want)
		})
	}
}
