// Package pack is the knowledge base that is part of the program: countries,
// divisions, cities, organizations and people of the news. internal/gengaz makes
// it; ATTRIBUTION.md says whose data it is.
package pack

import (
	_ "embed" // for the data
	"fmt"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

//go:embed pack.kb
var data string

// Load reads it. It takes a few milliseconds, and the memory of its names.
func Load() (*kb.Base, error) {
	b, err := kb.New(data)
	if err != nil {
		return nil, fmt.Errorf("built-in knowledge base: %w", err)
	}
	return b, nil
}
