package fingerprint

import "slices"

// shingles are the hashes of a text's shingles.
type shingles []uint64

// addAll adds the shingles of a paragraph.
func (s *shingles) addAll(tokens []token) {
	for i := range tokens {
		n := width(tokens[i].kind)
		if i+n > len(tokens) {
			continue // the script may change to one with shorter shingles
		}
		h := uint64(0)
		for _, t := range tokens[i : i+n] {
			h = h*0x9e3779b97f4a7c15 + t.hash
		}
		*s = append(*s, mix(h))
	}
}

// sign makes the signature. Seven bits of a hash choose its bin, 32 others are
// what counts there.
func (s shingles) sign() *Signature {
	slices.Sort(s)
	distinct := slices.Compact(s)
	signature := &Signature{Shingles: uint32(len(distinct))}
	var filled [Bins]bool
	for _, h := range distinct {
		bin, value := h>>57, uint32(h)
		if !filled[bin] || value < signature.Least[bin] {
			filled[bin], signature.Least[bin] = true, value
		}
	}
	densify(&signature.Least, filled)
	return signature
}

// densify fills each empty bin with the hash of one that was filled and is
// chosen by chance, the same for every text, so that two texts borrow alike when
// they are alike.
func densify(least *[Bins]uint32, filled [Bins]bool) {
	for i := range least {
		from := i
		for try := uint64(1); !filled[from]; try++ {
			from = int(mix(uint64(i)<<32|try) >> 57)
		}
		least[i] = least[from]
	}
}
