package canonical

import (
	"fmt"
	"testing"
)

// No more is remembered than has room, and the newest of it always.
func TestGenerations(t *testing.T) {
	g := newGenerations()
	for i := range 5 * generationSize / 2 {
		g.add(fmt.Sprint(i))
		if len(g.young)+len(g.old) > 2*generationSize {
			t.Fatalf("%d are remembered", len(g.young)+len(g.old))
		}
	}
	last := 5*generationSize/2 - 1
	if !g.has(fmt.Sprint(last)) || !g.has(fmt.Sprint(last-generationSize+1)) || g.has("0") {
		t.Error("not the newest are remembered")
	}
	g.remove(fmt.Sprint(last))
	if g.has(fmt.Sprint(last)) {
		t.Error("one that was removed is there")
	}
}
