// Package fingerprint is a near-duplicate signature of a text: how much of its
// wording two texts share can be told from their signatures alone. It is pure,
// and the same on all machines.
//
// A text is taken as the set of its shingles: every three words in a row, in
// scripts without spaces some characters in a row. One-permutation MinHash (Li,
// Owen, Zhang 2012) keeps the least hash of each of 128 bins of that set; bins
// that stay empty borrow from others (optimal densification, Shrivastava 2017).
// Of two signatures the share of equal bins estimates the Jaccard similarity of
// the sets, with a standard error of at most 0.045.
package fingerprint

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// Version names how signatures are made, in an article's provenance. Signatures
// of different versions cannot be compared.
const Version = "1"

// Bins is how many least hashes a signature has.
const Bins = 128

// Signature is the fingerprint of a text of enough words.
type Signature struct {
	// Shingles is how many different shingles the text has.
	Shingles uint32
	// Least are the least hashes of the bins.
	Least [Bins]uint32
}

// ErrSignature says that a text is no signature.
var ErrSignature = errors.New("fingerprint: not a signature")

// size is a signature's bytes.
const size = 4 + 4*Bins

// String is the signature as articles carry it: the number of shingles and the
// least hashes, big-endian, in base64 without padding (688 characters).
func (s *Signature) String() string {
	data := binary.BigEndian.AppendUint32(make([]byte, 0, size), s.Shingles)
	for _, v := range s.Least {
		data = binary.BigEndian.AppendUint32(data, v)
	}
	return base64.RawStdEncoding.EncodeToString(data)
}

// Parse reads what String wrote.
func Parse(text string) (*Signature, error) {
	if len(text) != base64.RawStdEncoding.EncodedLen(size) {
		return nil, ErrSignature
	}
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(data) != size { // line ends count for nothing
		return nil, ErrSignature
	}
	s := &Signature{Shingles: binary.BigEndian.Uint32(data)}
	if s.Shingles == 0 {
		return nil, ErrSignature
	}
	for i := range s.Least {
		s.Least[i] = binary.BigEndian.Uint32(data[4+4*i:])
	}
	return s, nil
}

// Overlap estimates what two texts share, in thousandths: the similarity is the
// part of all shingles of both that both have, and the containment the part of
// the shorter text's shingles that the longer has. Both are integers, so that
// they are the same on all machines. The containment follows from the similarity
// and the numbers of shingles: its error is that of the similarity, times how
// much longer the longer text is.
func Overlap(a, b *Signature) (similarity, containment int) {
	equal := 0
	for i := range a.Least {
		if a.Least[i] == b.Least[i] {
			equal++
		}
	}
	similarity = 1000 * equal / Bins
	// With J = equal/Bins, the intersection is J/(1+J) of the sum of both sizes.
	sum, shorter := int64(a.Shingles)+int64(b.Shingles), int64(min(a.Shingles, b.Shingles))
	return similarity, int(min(1000, 1000*int64(equal)*sum/(int64(Bins+equal)*shorter)))
}
