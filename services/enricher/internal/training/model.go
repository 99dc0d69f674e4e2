package training

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

// ErrNoData says that there is nothing to train on.
var ErrNoData = errors.New("training: no marked names")

// Progress is told of each epoch: its number from 1, the mean loss of a token, and
// the model so far.
type Progress func(epoch int, loss float64, model []byte) error

// Train makes a model file. It gives the same file for the same sets, lexicon and
// settings.
//
// A model labels an article twice, the second time knowing how it has labelled
// each word elsewhere. So that it learns how far to trust that, each half of the
// documents is labelled first by a model of the other half.
func Train(info tagger.Info, sets []Set, lexicon *tagger.Lexicon, c Config, progress Progress) ([]byte, error) {
	random := rand.New(rand.NewPCG(c.Seed, 0)) // #nosec G404 -- the same again under the same seed
	all := c.documents(sets, lexicon, random)
	var first [2][]byte
	for half := range first {
		short := c
		short.Epochs = 2
		other := func(group int) bool { return group%2 != half }
		model, err := train(info, all, lexicon, short, random, other, [2][]byte{}, func(int, float64, []byte) error { return nil })
		if err != nil && !errors.Is(err, ErrNoData) {
			return nil, err
		}
		first[half] = model
	}
	return train(info, all, lexicon, c, random, func(int) bool { return true }, first, progress)
}

// document is one to train on.
type document struct {
	corpus.Document
	weight float32
	group  int // variants of one document are of one group
}

// documents are those of the sets, tidied and cut, with their variants.
func (c Config) documents(sets []Set, lexicon *tagger.Lexicon, random *rand.Rand) []document {
	pool := names{}
	var all []document
	for _, set := range sets {
		for _, doc := range set.Documents {
			pool.add(tidier{lexicon, set.Silver}.tidy(doc))
		}
	}
	group := 0
	for _, set := range sets {
		for _, doc := range set.Documents {
			for _, part := range cut(tidier{lexicon, set.Silver}.tidy(doc)) {
				for _, v := range c.variants(part, pool, random) {
					all = append(all, document{v, set.Weight, group})
				}
				group++
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	made := maker{names{"PER": pool["PER"], "ORG": pool["ORG"], "LOC": append(slices.Clone(pool["LOC"]), c.Places...)}, random}
	for _, doc := range made.documents(c.Made) {
		all = append(all, document{doc, 0.5, group})
		group++
	}
	return all
}

// train makes a model of the documents of the groups that are wanted. The models in
// first have labelled those of even and of odd groups before; nil has not.
func train(info tagger.Info, all []document, lexicon *tagger.Lexicon, c Config, random *rand.Rand, wanted func(group int) bool, first [2][]byte, progress Progress) ([]byte, error) {
	b := builder{ids: map[uint64]uint32{}}
	var readers [2]reader
	for i := range readers {
		var err error
		if readers[i], err = newReader(first[i], lexicon); err != nil {
			return nil, err
		}
	}
	for _, d := range all {
		if wanted(d.group) {
			b.add(readers[d.group%2], d.Document, d.weight)
		}
	}
	if !slices.ContainsFunc(b.labels, func(l tagger.Label) bool { return l != tagger.Outside }) {
		return nil, ErrNoData
	}
	hashes := b.prune(c.MinCount)
	t := newTrainer(c, b.data, len(hashes), random)
	var model []byte
	for n := range c.Epochs {
		loss := t.epoch(n)
		var err error
		if model, err = t.encode(info, lexicon, hashes); err != nil {
			return nil, err
		}
		if err := progress(n+1, loss, model); err != nil {
			return nil, err
		}
	}
	return model, nil
}

// prune leaves out rare features, and gives the hashes of the others.
func (b *builder) prune(least int) []uint64 {
	const gone = math.MaxUint32
	hashes := make([]uint64, len(b.counts))
	for h, id := range b.ids {
		hashes[id] = h
	}
	b.ids = nil
	renamed := make([]uint32, len(b.counts))
	n := uint32(0)
	for id, count := range b.counts {
		if int(count) < least {
			renamed[id] = gone
			continue
		}
		hashes[n], renamed[id] = hashes[id], n
		n++
	}
	to, from := uint64(0), uint64(0)
	for i, end := range b.ends {
		for ; from < end; from++ {
			if id := renamed[b.features[from]]; id != gone {
				b.features[to] = id
				to++
			}
		}
		b.ends[i] = to
	}
	b.features = b.features[:to]
	return hashes[:n]
}

// maxUnits is the most units of a weight.
const maxUnits = 127

// unitsOfOne is how many units of a weight in the model are 1.
const unitsOfOne = 32

// encode writes the model so far: the features with the largest weights, as bytes.
func (t *trainer) encode(info tagger.Info, lexicon *tagger.Lexicon, hashes []uint64) ([]byte, error) {
	w, trans, units := t.features, t.trans, float64(unitsOfOne)
	if t.summed > 0 {
		w, trans, units = t.sum, t.transSum, unitsOfOne/float64(t.summed)
	}
	info.Scale, info.Eager = unitsOfOne, int16(math.Round(t.Eager*unitsOfOne))
	out := tagger.Weights{Features: map[uint64][labels]int8{}}
	for _, i := range w.largest(t.Keep, hashes) {
		var q [labels]int8
		for l, x := range w[i] {
			q[l] = int8(max(-maxUnits, min(maxUnits, math.Round(float64(x)*units))))
		}
		if q != [labels]int8{} {
			out.Features[hashes[i]] = q
		}
	}
	for a := range trans {
		for b, x := range trans[a] {
			out.Transitions[a][b] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(x*units))))
		}
	}
	return tagger.Encode(info, lexicon, out)
}

// largest are the features whose weights differ most between labels.
func (w weights) largest(n int, hashes []uint64) []int {
	sizes, order := make([]float32, len(w)), make([]int, len(w))
	for i := range w {
		sizes[i] = slices.Max(w[i][:]) - slices.Min(w[i][:])
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(hashes[a], hashes[b]))
	})
	return order[:min(n, len(order))]
}
