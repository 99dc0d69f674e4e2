package bounds_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/bounds"
)

func TestTell(t *testing.T) {
	e := schema.Enriched{Models: []schema.Model{{Step: "other"}, {Step: "salience"}}}
	bounds.Tell(&e, "absent", "all")
	bounds.Tell(&e, "salience", "12 entities")
	bounds.Tell(&e, "salience", "340 mentions")
	if e.Models[0].Cut != "" || e.Models[1].Cut != "12 entities, 340 mentions" {
		t.Errorf("got %+v", e.Models)
	}
}
