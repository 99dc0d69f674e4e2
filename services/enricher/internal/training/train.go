package training

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

// Config is how a model is trained.
type Config struct {
	Seed     uint64
	Epochs   int
	Rate     float64 // of learning
	Dropout  float64 // which part of the features is left out at random
	Eager    float64 // how much likelier names are in Title Case and ALL CAPS than the weights say
	L2       float64 // how fast weights fade
	MinCount int     // features that are rarer are left out
	Keep     int     // how many features the model has
	// Swapped is which part of the documents is there again with other names, and
	// Recased which part in Title Case or ALL CAPS.
	Swapped, Recased float64
	Made             int      // how many sentences are made of English templates
	Places           []string // names of places for these
}

// DefaultConfig is what the model in the program is trained with.
func DefaultConfig() Config {
	return Config{
		Seed: 1, Epochs: 3, Rate: 0.05, Dropout: 0.6, Eager: 0.4, L2: 0.01, MinCount: 3, Keep: 240_000,
		Swapped: 0.6, Recased: 0.7, Made: 3000,
	}
}

const labels = tagger.Labels

type weights [][labels]float32

// square is a value for each pair of labels that may follow each other.
type square [labels][labels]float64

// trainer learns from data: by stochastic gradients of the likelihood of the right
// labels, with steps that shrink for what is seen often (AdaGrad).
type trainer struct {
	Config
	data
	random *rand.Rand

	features weights
	seen     []float32 // the sum of squares of the gradients of a feature
	trans    square
	transG   square // the sum of squares of their gradients

	// The mean of the weights in the later epochs is the model.
	sum      weights
	transSum square
	summed   int

	segmentRoom
}

// segmentRoom is what is computed for one segment.
type segmentRoom struct {
	lattice []cell
	kept    []uint32 // the features that are not dropped
	keptEnd []int    // of each token
	factor  square   // exponentials of trans
	grad    square   // of trans
}

// cell is a token of a segment. Forward and backward sum up to 1, so that long
// segments do not run out of range.
type cell struct{ score, forward, backward [labels]float64 }

func newTrainer(c Config, d data, features int, random *rand.Rand) *trainer {
	return &trainer{
		Config: c, data: d, random: random,
		features: make(weights, features), sum: make(weights, features), seen: make([]float32, features),
	}
}

// epoch goes over all segments once, in an order of its own. It returns the mean
// loss of a token.
func (t *trainer) epoch(n int) float64 {
	late := 2*n >= t.Epochs-1
	rate := t.Rate * (1 - 0.9*float64(n)/float64(t.Epochs))
	loss := 0.0
	quarter := len(t.segments)/4 + 1
	for n, i := range t.random.Perm(len(t.segments)) {
		loss += t.learn(t.segments[i], rate)
		if late && n%quarter == quarter-1 {
			t.keep()
		}
	}
	if late {
		t.keep()
	}
	return loss / float64(len(t.labels))
}

// keep adds the weights to the mean.
func (t *trainer) keep() {
	for i := range t.features {
		for l := range t.features[i] {
			t.sum[i][l] += t.features[i][l]
		}
	}
	for a := range t.trans {
		for b := range t.trans[a] {
			t.transSum[a][b] += t.trans[a][b]
		}
	}
	t.summed++
}

// learn takes one step, and returns the loss of the segment before it.
func (t *trainer) learn(s segment, rate float64) float64 {
	t.lattice = slices.Grow(t.lattice[:0], s.to-s.from)[:s.to-s.from]
	t.scores(s)
	t.exponentials()
	loss := t.forward()
	t.backward()
	before := tagger.Outside
	for i := range t.lattice {
		l := t.labels[s.from+i]
		loss -= t.lattice[i].score[l] + t.trans[before][l]
		before = l
	}
	loss -= t.trans[before][tagger.Outside]
	t.update(s, rate*float64(s.weight))
	return loss
}

// scores sums the weights of the features that are not dropped.
func (t *trainer) scores(s segment) {
	t.kept, t.keptEnd = t.kept[:0], t.keptEnd[:0]
	from := uint64(0)
	if s.from > 0 {
		from = t.ends[s.from-1]
	}
	scale := 1 / (1 - t.Dropout)
	for i := s.from; i < s.to; i++ {
		at := len(t.kept)
		t.drop(t.data.features[from:t.ends[i]])
		from = t.ends[i]
		t.keptEnd = append(t.keptEnd, len(t.kept))
		var sum [labels]float32
		for _, f := range t.kept[at:] {
			for l, w := range &t.features[f] {
				sum[l] += w
			}
		}
		c := &t.lattice[i-s.from]
		for l := range sum {
			c.score[l] = float64(sum[l]) * scale
		}
	}
}

// drop appends features to kept, some of them by chance.
func (t *trainer) drop(features []uint32) {
	keep := uint64((1 - t.Dropout) * (1 << 16))
	var bits uint64 // four numbers by chance
	for n, f := range features {
		if n%4 == 0 {
			bits = t.random.Uint64()
		}
		if bits&0xffff < keep {
			t.kept = append(t.kept, f)
		}
		bits >>= 16
	}
}

func (t *trainer) exponentials() {
	for a := range labels {
		for b := range labels {
			t.factor[a][b] = 0
			if tagger.Label(b).Follows(tagger.Label(a)) {
				t.factor[a][b] = math.Exp(t.trans[a][b])
			}
		}
	}
}

// forward fills in forward, and returns the logarithm of the sum over all ways to
// label the segment.
func (t *trainer) forward() float64 {
	before := [labels]float64{tagger.Outside: 1}
	logZ := 0.0
	for i := range t.lattice {
		c := &t.lattice[i]
		top := slices.Max(c.score[:])
		for b := range labels {
			x := 0.0
			for a := range labels {
				x += before[a] * t.factor[a][b]
			}
			c.forward[b] = x * math.Exp(c.score[b]-top)
		}
		logZ += math.Log(normalize(&c.forward)) + top
		before = c.forward
	}
	end := 0.0
	for a := range labels {
		end += before[a] * t.factor[a][tagger.Outside]
	}
	return logZ + math.Log(end)
}

func (t *trainer) backward() {
	var after [labels]float64
	for a := range labels {
		after[a] = t.factor[a][tagger.Outside]
	}
	for i := len(t.lattice) - 1; i >= 0; i-- {
		c := &t.lattice[i]
		c.backward = after
		in := c.inward()
		for a := range labels {
			after[a] = 0
			for b := range labels {
				after[a] += t.factor[a][b] * in[b]
			}
		}
		normalize(&after)
	}
}

// inward is what a token and all after it say about its label.
func (c *cell) inward() (in [labels]float64) {
	top := slices.Max(c.score[:])
	for b := range labels {
		in[b] = c.backward[b] * math.Exp(c.score[b]-top)
	}
	return in
}

// normalize makes x sum up to 1, and returns what it summed up to.
func normalize(x *[labels]float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	for i := range x {
		x[i] /= sum
	}
	return sum
}

// sure is how small the error of a token is that needs no step.
const sure = 0.005

// update takes a step for each token that is not right already.
func (t *trainer) update(s segment, rate float64) {
	t.grad = square{}
	before, labelBefore := [labels]float64{tagger.Outside: 1}, tagger.Outside
	start := 0
	for i := range t.lattice {
		c := &t.lattice[i]
		label := t.labels[s.from+i]
		errors := c.marginals()
		errors[label]--
		if worst := max(slices.Max(errors[:]), -errors[label]); worst > sure {
			t.step(t.kept[start:t.keptEnd[i]], &errors, rate)
			t.addTransitions(&before, c)
			t.grad[labelBefore][label]--
		}
		start, before, labelBefore = t.keptEnd[i], c.forward, label
	}
	for a := range labels {
		for b := range labels {
			if g := t.grad[a][b]; g != 0 && t.factor[a][b] > 0 {
				t.transG[a][b] += g * g
				t.trans[a][b] -= rate * g / math.Sqrt(t.transG[a][b]+tiny)
			}
		}
	}
}

// tiny keeps a step from having no size.
const tiny = 1e-8

// marginals are how likely each label is.
func (c *cell) marginals() (p [labels]float64) {
	for l := range p {
		p[l] = c.forward[l] * c.backward[l]
	}
	normalize(&p)
	return p
}

// step moves the weights of the features of a token against its errors.
func (t *trainer) step(features []uint32, errors *[labels]float64, rate float64) {
	scale := 1 / (1 - t.Dropout)
	var grad [labels]float32
	squares := float32(0)
	for l, e := range errors {
		grad[l] = float32(e * scale)
		squares += grad[l] * grad[l]
	}
	for _, f := range features {
		t.seen[f] += squares
		size := float32(rate / math.Sqrt(float64(t.seen[f])+tiny))
		w := &t.features[f]
		for l := range w {
			w[l] -= size * (grad[l] + float32(t.L2)*w[l])
		}
	}
}

// addTransitions adds how likely each pair of labels is, of a token and the one
// before it.
func (t *trainer) addTransitions(before *[labels]float64, c *cell) {
	in := c.inward()
	sum := 0.0
	for a := range labels {
		for b := range labels {
			sum += before[a] * t.factor[a][b] * in[b]
		}
	}
	for a := range labels {
		for b := range labels {
			t.grad[a][b] += before[a] * t.factor[a][b] * in[b] / sum
		}
	}
}
