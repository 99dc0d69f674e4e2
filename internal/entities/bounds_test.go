package entities

import (
	"fmt"
	"testing"
)

// Beyond its bound a counter keeps those that matter, and says by how much it may
// be wrong.
func TestCounterIsBounded(t *testing.T) {
	c := NewCounter("")
	c.entities, c.articles = 100, 200
	often := 0
	for n := range 20_000 {
		a := Article{ID: fmt.Sprint(n), Entities: []Named{{ID: fmt.Sprint("once", n)}}}
		if n%3 == 0 {
			often++
			a.Entities = append(a.Entities, Named{ID: "often"})
		}
		c.Add(a)
		c.Add(a) // a revision that comes soon
		if len(c.counts) > 100 || len(c.seen)+len(c.before) > 200 {
			t.Fatalf("holds %d entities, %d articles", len(c.counts), len(c.seen)+len(c.before))
		}
	}
	top := c.Top(1)[0]
	if top.ID != "often" || top.Articles > often || top.Articles+c.Short() < often || c.Short() == 0 || c.Articles() != 20_000 {
		t.Errorf("%+v of %d, short by %d of %d", top, c.Articles(), c.Short(), often)
	}
}
