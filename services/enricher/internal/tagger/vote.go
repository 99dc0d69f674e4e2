package tagger

// votes is how often a word has been labelled in an article: as part of a name of
// each type, and, written as a name is, as no name.
type votes [types + 1]uint16

// types is how many types of names a model has; the vote after them is for none.
const types = 4

func typeOf(l Label) int {
	if l == Outside {
		return types
	}
	return int(l-1) / 2
}

// vote counts the labels so far, so that Features says how the same word was
// labelled elsewhere in the article.
func (t *Tagger) vote() {
	t.voted = true
	for _, seg := range t.segments {
		for i := seg.From; i < seg.To; i++ {
			if f := t.form(i); f.casing.named() && t.modes[i] != first || t.labels[i] != Outside {
				for int(f.lowerID) >= len(t.votes) {
					t.votes = append(t.votes, votes{})
				}
				if v := &t.votes[f.lowerID][typeOf(t.labels[i])]; *v < 1<<15 {
					*v++
				}
			}
		}
	}
}

func (t *Tagger) forgetVotes() {
	t.voted = false
	clear(t.votes)
}

// voteFeatures appends how the word of token i was labelled elsewhere.
func (t *Tagger) voteFeatures(dst []uint64, i int) []uint64 {
	f := t.form(i)
	if !t.voted || !f.casing.named() || int(f.lowerID) >= len(t.votes) {
		return dst
	}
	v := t.votes[f.lowerID]
	if own := &v[typeOf(t.labels[i])]; *own > 0 && (t.modes[i] != first || t.labels[i] != Outside) {
		*own--
	}
	top, all := 0, 0
	for n := range v {
		all += int(v[n])
		if v[n] > v[top] {
			top = n
		}
	}
	if all == 0 {
		return dst
	}
	strength := uint64(min(v[top], 3))
	if 3*int(v[top]) < 2*all {
		strength = 0
	}
	return append(dst,
		tMajority.of(uint64(top)<<8|strength),
		tMajority.of2(uint64(top)<<8|strength, f.written(t.modes[i])|1<<32),
	)
}
