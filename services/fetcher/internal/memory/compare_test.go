package memory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
)

// document makes a document of items written "what it says/its bytes". An
// item that says nothing cannot be parsed.
func document(torn bool, items ...string) memory.Document {
	d := memory.Document{Torn: torn}
	for _, item := range items {
		d.Items = append(d.Items, []byte(item))
	}
	d.Fold = func(i int) memory.Fold {
		says, _, _ := strings.Cut(items[i], "/")
		if says == "" {
			return memory.Fold(0)
		}
		return foldOf(says)
	}
	return d
}

func TestCompare(t *testing.T) {
	type step struct {
		torn                bool
		items               []string
		fresh, same, folded []int
		remembered          int
	}
	for name, steps := range map[string][]step{
		"first document": {
			{items: []string{"a", "b"}, fresh: []int{0, 1}, remembered: 2},
		},
		"nothing new": {
			{items: []string{"a", "b"}, fresh: []int{0, 1}, remembered: 2},
			{items: []string{"b", "a"}, same: []int{0, 1}, remembered: 2},
		},
		"one new, one gone": {
			{items: []string{"a", "b"}, fresh: []int{0, 1}, remembered: 2},
			{items: []string{"c", "a"}, fresh: []int{0}, same: []int{1}, remembered: 2},
		},
		"back to an earlier wording": {
			{items: []string{"a"}, fresh: []int{0}, remembered: 1},
			{items: []string{"b"}, fresh: []int{0}, remembered: 1},
			{items: []string{"a"}, fresh: []int{0}, remembered: 1},
		},
		"other bytes that say the same": {
			{items: []string{"a/1", "b"}, fresh: []int{0, 1}, remembered: 2},
			{items: []string{"a/2", "b"}, folded: []int{0}, same: []int{1}, remembered: 2},
			{items: []string{"a/2", "b"}, same: []int{0, 1}, remembered: 2},
			{items: []string{"a/3", "b"}, folded: []int{0}, same: []int{1}, remembered: 2},
			{items: []string{"a/1", "b"}, folded: []int{0}, same: []int{1}, remembered: 2},
		},
		"says the same as one that is still there": {
			{items: []string{"a/1"}, fresh: []int{0}, remembered: 1},
			{items: []string{"a/2", "a/1"}, fresh: []int{0}, same: []int{1}, remembered: 2},
		},
		"cannot be parsed": {
			{items: []string{"/1"}, fresh: []int{0}, remembered: 1},
			{items: []string{"/2"}, fresh: []int{0}, remembered: 1},
			{items: []string{"/2"}, same: []int{0}, remembered: 1},
		},
		"twice in one document": {
			{items: []string{"a", "a", "b", "a"}, fresh: []int{0, 2}, same: []int{1, 3}, remembered: 2},
		},
		"torn, then whole": {
			{items: []string{"a", "b", "c"}, fresh: []int{0, 1, 2}, remembered: 3},
			{torn: true, items: []string{"d", "a"}, fresh: []int{0}, same: []int{1}, remembered: 4},
			{items: []string{"d", "a", "b", "c"}, same: []int{0, 1, 2, 3}, remembered: 4},
			{items: []string{"d"}, same: []int{0}, remembered: 1},
		},
		"torn: nothing counts as replaced": {
			{items: []string{"a/1"}, fresh: []int{0}, remembered: 1},
			{torn: true, items: []string{"a/2"}, fresh: []int{0}, remembered: 2},
		},
		"empty": {
			{items: []string{"a"}, fresh: []int{0}, remembered: 1},
			{torn: true, remembered: 1},
			{remembered: 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var m memory.Memory
			for i, s := range steps {
				got := m.Compare(document(s.torn, s.items...))
				if !slices.Equal(got.New, s.fresh) || !slices.Equal(got.Unchanged, s.same) || !slices.Equal(got.Folded, s.folded) {
					t.Errorf("document %d: new %v, unchanged %v, folded %v; want %v, %v, %v",
						i, got.New, got.Unchanged, got.Folded, s.fresh, s.same, s.folded)
				}
				m = reload(t, got.Next)
				if m.Len() != s.remembered {
					t.Errorf("document %d: %d remembered, want %d", i, m.Len(), s.remembered)
				}
			}
		})
	}
}

// reload takes a memory through its encoding, as between two polls.
func reload(t *testing.T, m memory.Memory) memory.Memory {
	t.Helper()
	got, err := memory.Decode(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCompareFoldsOnlyTheUnknown(t *testing.T) {
	d := document(false, "a", "b", "c", "c")
	m := memory.Memory{}.Compare(document(false, "a", "c")).Next
	var asked []int
	d.Fold = func(i int) memory.Fold {
		asked = append(asked, i)
		return memory.Fold(0)
	}
	m.Compare(d)
	if !slices.Equal(asked, []int{1}) {
		t.Errorf("items %v were parsed, want the second alone", asked)
	}
}

func TestCompareBound(t *testing.T) {
	full := numbered(memory.Max)
	got := full.Compare(document(true, "new"))
	if got.Next.Len() != memory.Max || !got.Next.Has([]byte("new")) || got.Next.Has(fmt.Append(nil, memory.Max-1)) {
		t.Errorf("%d remembered after a torn document; the oldest is to go", got.Next.Len())
	}
	if got := numbered(memory.Max + 10); got.Len() != memory.Max || !got.Has([]byte("0")) {
		t.Errorf("%d remembered of a huge document", got.Len())
	}
}

// Whatever a feed shows, each item is in one class, and a document shown twice
// has nothing new the second time.
func TestCompareRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var m memory.Memory
	for range 500 {
		items := make([]string, random.IntN(8))
		for i := range items {
			items[i] = fmt.Sprintf("%d/%d", random.IntN(5), random.IntN(3))
		}
		d := document(random.IntN(4) == 0, items...)
		got := m.Compare(d)
		all := slices.Sorted(slices.Values(slices.Concat(got.New, got.Unchanged, got.Folded)))
		for i, index := range all {
			if i != index {
				t.Fatalf("%v: indices %v", items, all)
			}
		}
		if again := got.Next.Compare(d); len(all) != len(items) || len(again.Unchanged) != len(items) {
			t.Fatalf("%v: %d sorted; shown again: new %v, folded %v", items, len(all), again.New, again.Folded)
		}
		m = got.Next
	}
}

func TestShows(t *testing.T) {
	for name, test := range map[string]struct {
		remembered, items []string
		want              bool
	}{
		"the same":           {[]string{"a", "b"}, []string{"a", "b"}, true},
		"one":                {[]string{"a"}, []string{"a"}, true},
		"one new":            {[]string{"a", "b"}, []string{"c", "a", "b"}, false},
		"one new, one gone":  {[]string{"a", "b"}, []string{"c", "a"}, false},
		"one gone":           {[]string{"a", "b"}, []string{"a"}, false},
		"another order":      {[]string{"a", "b"}, []string{"b", "a"}, false},
		"one twice":          {[]string{"a", "b"}, []string{"a", "b", "a"}, false},
		"one for another":    {[]string{"a", "b"}, []string{"a", "a"}, false},
		"twice before":       {[]string{"a", "a"}, []string{"a", "a"}, false},
		"other bytes":        {[]string{"a/1"}, []string{"a/2"}, false},
		"nothing":            {[]string{"a"}, nil, false},
		"nothing remembered": {nil, []string{"a"}, false},
		"nothing at all":     {nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := memory.Memory{}.Compare(document(false, test.remembered...)).Next
			if got := m.Shows(document(false, test.items...).Items); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// A document that a memory shows has nothing new, and leaves it as it is; no
// other whole one does both, but one that has an item twice, or none.
func TestShowsRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	shown := 0
	for range 20_000 {
		items := func() (items []string) {
			for range random.IntN(4) {
				items = append(items, fmt.Sprintf("%d/%d", random.IntN(3), random.IntN(2)))
			}
			return items
		}
		first, second := items(), items()
		m := memory.Memory{}.Compare(document(random.IntN(2) == 0, first...)).Next
		d := document(false, second...)
		got := m.Compare(d)
		same := len(got.New) == 0 && len(got.Folded) == 0 && slices.Equal(got.Next.Encode(), m.Encode())
		odd := len(second) == 0 || m.Len() < len(second)
		if is := m.Shows(d.Items); is != (same && !odd) {
			t.Fatalf("%v after %v: shown %v; new %v, folded %v", second, first, is, got.New, got.Folded)
		} else if is {
			shown++
		}
	}
	if shown < 100 {
		t.Errorf("only %d were shown", shown)
	}
}

func TestShowsAllocatesNothing(t *testing.T) {
	m, d := numbered(100), memory.Document{}
	for i := range 100 {
		d.Items = append(d.Items, fmt.Append(nil, i))
	}
	if n := testing.AllocsPerRun(10, func() { m.Shows(d.Items) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCompare(b *testing.B) {
	m := numbered(25)
	d := memory.Document{Fold: func(int) memory.Fold { return memory.Fold(0) }}
	for i := range 25 {
		d.Items = append(d.Items, fmt.Append(nil, i))
	}
	for b.Loop() {
		m.Compare(d)
	}
}
