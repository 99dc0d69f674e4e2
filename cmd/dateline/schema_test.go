package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/pkg/schema/jsonschema"
)

// The commands print what is in the repository, without a server.
func TestSchemaCommands(t *testing.T) {
	t.Parallel()
	file := func(path ...string) string {
		data, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	list := runProgram(t.Context(), "schema", "ls")
	for _, name := range jsonschema.Names() {
		if !strings.Contains(list.out, schema.SchemaURL(name)) {
			t.Errorf("ls lacks %s", name)
		}
		r := runProgram(t.Context(), "schema", "show", name)
		if r.code != 0 || strings.TrimSpace(r.out) != strings.TrimSpace(file("pkg", "schema", "jsonschema", name+".json")) {
			t.Errorf("show %s: exit code %d: %s", name, r.code, r.stderr)
		}
	}
	if r := runProgram(t.Context(), "schema", "asyncapi"); r.code != 0 || r.out != file("docs", "asyncapi.json") {
		t.Errorf("asyncapi: exit code %d, %d bytes", r.code, len(r.out))
	}
	r := runProgram(t.Context(), "schema", "asyncapi", "--root", "papers")
	if !json.Valid([]byte(r.out)) || strings.Contains(r.out, `"news.`) || !strings.Contains(r.out, `"papers.enriched.{lang}.{source}.{id}"`) || !strings.Contains(r.out, `"PAPERS_ENRICHED"`) {
		t.Errorf("another root: exit code %d", r.code)
	}
	runProgram(t.Context(), "schema", "show", "artcle").fails(t, 2, "see: dateline schema ls")
	runProgram(t.Context(), "schema", "asyncapi", "--root", "a.b").fails(t, 2, "a root is one token")
}
