// Package score compares what was found in texts with what is marked in them.
package score

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
)

// Count is how many things were found, how many there are, and how many of both
// are the same.
type Count struct{ Hit, Found, Wanted int }

// Add adds another count to c.
func (c *Count) Add(o Count) {
	c.Hit += o.Hit
	c.Found += o.Found
	c.Wanted += o.Wanted
}

// Precision is which part of what was found is right, from 0 to 1.
func (c Count) Precision() float64 { return ratio(c.Hit, c.Found) }

// Recall is which part of what there is was found, from 0 to 1.
func (c Count) Recall() float64 { return ratio(c.Hit, c.Wanted) }

// F1 is the harmonic mean of both.
func (c Count) F1() float64 { return ratio(2*c.Hit, c.Found+c.Wanted) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Names is how well names were found: exact spans with their types.
type Names struct {
	Typed   Count
	Untyped Count            // whatever their types
	Types   map[string]Count // by type
}

// Name is a name that was found or is marked: its type is PER, ORG or LOC; others
// do not count.
type Name struct {
	Text, Start, End int
	Type             string
}

func (n Name) counts() bool { return n.Type == "PER" || n.Type == "ORG" || n.Type == "LOC" }

// Of compares what was found in a document with what is marked.
func Of(found []Name, d corpus.Document) Names {
	wanted := make([]Name, 0, len(d.Spans))
	for _, s := range d.Spans {
		wanted = append(wanted, Name{s.Text, s.Start, s.End, s.Type})
	}
	found, wanted = distinct(found), distinct(wanted)
	n := Names{Types: map[string]Count{}}
	marked := map[Name]bool{}
	for _, w := range wanted {
		n.add(w.Type, Count{Wanted: 1})
		marked[w] = true
		w.Type = ""
		marked[w] = true
	}
	for _, f := range found {
		c := Count{Found: 1}
		if marked[f] {
			c.Hit = 1
		}
		n.add(f.Type, c)
		if f.Type = ""; marked[f] {
			n.Untyped.Hit++
		}
	}
	n.Untyped.Found, n.Untyped.Wanted = n.Typed.Found, n.Typed.Wanted
	return n
}

// distinct are the names that count, once each.
func distinct(names []Name) []Name {
	names = slices.DeleteFunc(slices.Clone(names), func(n Name) bool { return !n.counts() })
	slices.SortFunc(names, func(a, b Name) int {
		return cmp.Or(a.Text-b.Text, a.Start-b.Start, a.End-b.End, cmp.Compare(a.Type, b.Type))
	})
	return slices.Compact(names)
}

func (n *Names) add(typ string, c Count) {
	n.Typed.Add(c)
	t := n.Types[typ]
	t.Add(c)
	n.Types[typ] = t
}

// Add adds the counts of another document.
func (n *Names) Add(o Names) {
	n.Typed.Add(o.Typed)
	n.Untyped.Add(o.Untyped)
	if n.Types == nil {
		n.Types = map[string]Count{}
	}
	for _, typ := range slices.Sorted(maps.Keys(o.Types)) {
		t := n.Types[typ]
		t.Add(o.Types[typ])
		n.Types[typ] = t
	}
}
