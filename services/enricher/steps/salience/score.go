package salience

// Order counts pairs of entities of which one is more salient than the other.
type Order struct {
	// Pairs is all of them, Right those that the step has in that order; two with
	// the same salience count as half right.
	Pairs int
	Right float64
}

// Add adds the pairs of other.
func (o Order) Add(other Order) Order { return Order{o.Pairs + other.Pairs, o.Right + other.Right} }

// Share is the share of pairs in the right order: 0.5 by chance.
func (o Order) Share() float64 { return o.Right / float64(max(o.Pairs, 1)) }

// Score compares the saliences of the entities of one article with what they
// should be; both have the same order and any scale.
func Score(found, gold []float64) (o Order) {
	for i := range found {
		for j := range found {
			if gold[i] <= gold[j] {
				continue
			}
			o.Pairs++
			switch {
			case found[i] > found[j]:
				o.Right++
			case found[i] == found[j]:
				o.Right += 0.5
			}
		}
	}
	return o
}
