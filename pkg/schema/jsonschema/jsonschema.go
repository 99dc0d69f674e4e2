// Package jsonschema holds the JSON Schemas (draft 2020-12) of dateline's
// messages, for programs in any language. They are generated from the types of
// package schema and their comments.
//
// A schema leaves additional properties open: within v1 fields are only ever
// added, and a reader ignores those that it does not know.
package jsonschema

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:generate go run ../internal/gen -package .. -out .

//go:embed *.json
var files embed.FS

// Names returns the names of the schemas, sorted: article, enriched, feed,
// health, item, job, pointer, pollstate, step and story.
func Names() []string {
	paths, _ := fs.Glob(files, "*.json") // fails for a bad pattern only
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(path, ".json")
	}
	return paths
}

// Schema returns the schema of that name. It fails with fs.ErrNotExist when
// there is none.
func Schema(name string) ([]byte, error) {
	data, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	return data, nil
}
