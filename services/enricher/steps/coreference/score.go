package coreference

// Pairs counts pairs of mentions of one thing, for the score of canonicalisation.
type Pairs struct {
	// Found is the pairs that the step has joined, Gold those that belong together,
	// Right those that are both.
	Found, Gold, Right int
}

// Add adds the pairs of other.
func (p Pairs) Add(other Pairs) Pairs {
	return Pairs{p.Found + other.Found, p.Gold + other.Gold, p.Right + other.Right}
}

// Precision is the share of the joined pairs that belong together.
func (p Pairs) Precision() float64 { return ratio(p.Right, p.Found) }

// Recall is the share of the pairs that belong together that are joined.
func (p Pairs) Recall() float64 { return ratio(p.Right, p.Gold) }

// F1 is the harmonic mean of precision and recall.
func (p Pairs) F1() float64 { return ratio(2*p.Right, p.Found+p.Gold) }

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Score compares two ways of joining the mentions of one article. Each gives the
// thing that a mention, any comparable value such as its span, is one of; what the
// other does not have counts, as pairs missed or wrong. It takes time linear in
// the mentions.
func Score[Mention comparable](found, gold map[Mention]int) Pairs {
	type both struct{ found, gold int }
	foundSizes, goldSizes, bothSizes := map[int]int{}, map[int]int{}, map[both]int{}
	for m, f := range found {
		foundSizes[f]++
		if g, ok := gold[m]; ok {
			bothSizes[both{f, g}]++
		}
	}
	for _, g := range gold {
		goldSizes[g]++
	}
	return Pairs{Found: pairs(foundSizes), Gold: pairs(goldSizes), Right: pairs(bothSizes)}
}

// pairs is how many pairs things of these sizes make.
func pairs[Thing comparable](sizes map[Thing]int) (n int) {
	for _, size := range sizes {
		n += size * (size - 1) / 2
	}
	return n
}
