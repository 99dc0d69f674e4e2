// Package bounds lets a step say in the article what its bounds have left out.
package bounds

import "github.com/dateline-news/dateline/pkg/schema"

// Tell adds what a step has left out, such as "12 entities", to its record in the
// models of e.
func Tell(e *schema.Enriched, step, what string) {
	for i := range e.Models {
		m := &e.Models[i]
		if m.Step != step {
			continue
		}
		if m.Cut != "" {
			m.Cut += ", "
		}
		m.Cut += what
	}
}
