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
	L2       float64
	MinCount int     // features that are rarer are left out
	Keep     int     // how many features the model has
	Recased  float64 // which part of the documents is there again in Title Case or ALL CAPS
	Swapped  float64 // and with other names
}

// DefaultConfig is what the model in the program is trained with.
func DefaultConfig() Config {
	return Config{Seed: 1, Epochs: 8, Rate: 0.15, Dropout: 0.6, L2: 1e-6, MinCount: 2, Keep: 200_000, Recased: 0.3}
}

type weights [][tagger.Labels]float32

// trainer learns from data.
type trainer struct {
	Config
	data
	w, sum  weights
	g       []float32 // the sum of squares of the gradients of a feature
	trans   [tagger.Labels][tagger.Labels]float64
	transG  [tagger.Labels][tagger.Labels]float64
	transS  [tagger.Labels][tagger.Labels]float64
	summed  int
	random  *rand.Rand
	lattice []cell
	kept    []uint32
	keptEnd []int
	factor  [tagger.Labels][tagger.Labels]float64
}

// cell is a token of a segment.
type cell struct {
	score, forward, backward [tagger.Labels]float64
}

// epoch goes over all segments once, in an order of its own. It returns the mean
// loss of a token.
func (t *trainer) epoch(n int) float64 {
	order := t.random.Perm(len(t.segments))
	rate := t.Rate * (1 - 0.9*float64(n)/float64(t.Epochs))
	loss := 0.0
	for _, i := range order {
		loss += t.learn(t.segments[i], rate)
	}
	if 2*n >= t.Epochs {
		t.keep()
	}
	return loss / float64(len(t.labels))
}

func (t *trainer) keep() {
	for i := range t.w {
		for l := range t.w[i] {
			t.sum[i][l] += t.w[i][l]
		}
	}
	for a := range t.trans {
		for b := range t.trans[a] {
			t.transS[a][b] += t.trans[a][b]
		}
	}
	t.summed++
}

func (t *trainer) learn(s segment, rate float64) float64 {
	n := s.to - s.from
	t.lattice = slices.Grow(t.lattice[:0], n)[:n]
	t.scores(s)
	logZ := t.sumProduct()
	gold := 0.0
	before := tagger.Outside
	for i := range n {
		l := t.labels[s.from+i]
		gold += t.lattice[i].score[l] + t.trans[before][l]
		before = l
	}
	gold += t.trans[before][0]
	t.update(s, rate*float64(s.weight))
	return (logZ - gold)
}

// scores sums the weights of the features that are not dropped.
func (t *trainer) scores(s segment) {
	keep := uint32((1 - t.Dropout) * (1 << 16))
	scale := 1 / (1 - t.Dropout)
	t.kept, t.keptEnd = t.kept[:0], t.keptEnd[:0]
	start := uint64(0)
	if s.from > 0 {
		start = t.ends[s.from-1]
	}
	for i := s.from; i < s.to; i++ {
		var sum [tagger.Labels]float32
		var bits uint64
		left := 0
		for _, f := range t.features[start:t.ends[i]] {
			if left == 0 {
				bits, left = t.random.Uint64(), 4
			}
			r := uint32(bits & 0xffff)
			bits >>= 16
			left--
			if r >= keep {
				continue
			}
			t.kept = append(t.kept, f)
			w := &t.w[f]
			for l := range sum {
				sum[l] += w[l]
			}
		}
		start = t.ends[i]
		t.keptEnd = append(t.keptEnd, len(t.kept))
		c := &t.lattice[i-s.from]
		for l := range sum {
			c.score[l] = float64(sum[l]) * scale
		}
	}
}

// sumProduct fills in forward and backward, which are scaled to sum to 1 a token,
// and returns the logarithm of the sum over all labels.
func (t *trainer) sumProduct() float64 {
	for a := range t.trans {
		for b := range t.trans[a] {
			t.factor[a][b] = 0
			if follows(a, b) {
				t.factor[a][b] = math.Exp(t.trans[a][b])
			}
		}
	}
	const L = tagger.Labels
	var before [L]float64
	before[0] = 1
	logZ := 0.0
	for i := range t.lattice {
		c := &t.lattice[i]
		top := slices.Max(c.score[:])
		total := 0.0
		for b := range L {
			x := 0.0
			for a := range L {
				x += before[a] * t.factor[a][b]
			}
			c.forward[b] = x * math.Exp(c.score[b]-top)
			total += c.forward[b]
		}
		for b := range L {
			c.forward[b] /= total
		}
		logZ += math.Log(total) + top
		before = c.forward
	}
	var after [L]float64
	end := 0.0
	for a := range L {
		after[a] = t.factor[a][0]
		end += before[a] * after[a]
	}
	logZ += math.Log(end)
	for i := len(t.lattice) - 1; i >= 0; i-- {
		c := &t.lattice[i]
		c.backward = after
		top := slices.Max(c.score[:])
		var in [L]float64
		for b := range L {
			in[b] = after[b] * math.Exp(c.score[b]-top)
		}
		total := 0.0
		for a := range L {
			x := 0.0
			for b := range L {
				x += t.factor[a][b] * in[b]
			}
			after[a] = x
			total += x
		}
		for a := range L {
			after[a] /= total
		}
	}
	return logZ
}

func follows(a, b int) bool { return b == 0 || b&1 == 1 || a == b || a == b-1 }

func (t *trainer) update(s segment, rate float64) {
	const L = tagger.Labels
	var transGrad [L][L]float64
	var before [L]float64
	before[0] = 1
	goldBefore := 0
	start := 0
	scale := 1 / (1 - t.Dropout)
	for i := range t.lattice {
		c := &t.lattice[i]
		var p [L]float64
		z := 0.0
		for l := range L {
			p[l] = c.forward[l] * c.backward[l]
			z += p[l]
		}
		gold := int(t.labels[s.from+i])
		worst := 0.0
		var grad [L]float32
		square := float32(0)
		for l := range L {
			d := p[l] / z
			if l == gold {
				d--
			}
			worst = max(worst, math.Abs(d))
			grad[l] = float32(d * scale)
			square += grad[l] * grad[l]
		}
		// transitions
		if worst > 0.01 || goldBefore != 0 || gold != 0 {
			top := slices.Max(c.score[:])
			var e [L]float64
			pz := 0.0
			for b := range L {
				e[b] = math.Exp(c.score[b]-top) * c.backward[b]
				for a := range L {
					pz += before[a] * t.factor[a][b] * e[b]
				}
			}
			for a := range L {
				for b := range L {
					transGrad[a][b] += before[a] * t.factor[a][b] * e[b] / pz
				}
			}
			transGrad[goldBefore][gold]--
		}
		if worst > 0.005 {
			for _, f := range t.kept[start:t.keptEnd[i]] {
				t.g[f] += square
				step := float32(rate / math.Sqrt(float64(t.g[f])+1e-8))
				w := &t.w[f]
				for l := range w {
					w[l] -= step * (grad[l] + float32(t.L2)*w[l])
				}
			}
		}
		start = t.keptEnd[i]
		before = c.forward
		goldBefore = gold
	}
	for a := range L {
		for b := range L {
			g := transGrad[a][b]
			if g == 0 || !follows(a, b) {
				continue
			}
			t.transG[a][b] += g * g
			t.trans[a][b] -= rate * g / math.Sqrt(t.transG[a][b]+1e-8)
		}
	}
}
