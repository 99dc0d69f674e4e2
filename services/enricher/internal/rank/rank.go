// Package rank says which of its namesakes a place is, by what else an article
// names: "Paris, Texas", the countries and divisions, what lies near.
package rank

import (
	"cmp"
	"math"
	"slices"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// Place is a name of an article and what it may mean.
type Place struct {
	// Candidates are what it may mean; Rank puts the likeliest first, and leaves out
	// those beyond the twelfth.
	Candidates []kb.Candidate
	// Mentions is how often the article names it.
	Mentions int
	// Within is what the text says, right after the name, that it lies in.
	Within []kb.Entity
	// Around are, for each mention that stands right after the name of another place
	// and a comma, what that may mean: "Albany, New York".
	Around [][]kb.Candidate
	// Loose is whether the name only begins like that of its candidates, as of
	// "Alexandria County". It tells nothing about other places.
	Loose bool

	scores  []float64 // of the candidates, without what lies near
	beliefs []float64 // of the candidates: they sum to 1
}

// Belief is how sure the first candidate is, from 0 to 1.
func (p *Place) Belief() float64 {
	if len(p.beliefs) == 0 {
		return 0
	}
	return p.beliefs[0]
}

// How much each kind of evidence says, as logarithms of odds.
const (
	perPrior    = 0.5  // for each e-fold of the prior
	saidWithin  = 12.0 // "Paris, Texas"
	saidCountry = 8.0  // "Paris, France"
	inCountry   = 1.0  // the article names its country
	inDivision  = 2.4  // the article names its division
	repeated    = 0.3  // a part of those, for each e-fold of the mentions
	nearby      = 5    // for each place that lies at the same spot
	home        = 1.0  // the publisher is of its country
	wellKnown   = 2.0  // it is looked for by its name alone
)

// What a candidate gets of nearby.
const (
	sameCountry = 0.1 // when the other only lies in the same country
	scale       = 200 // km over which it falls e-fold
)

// Bounds, which keep the time linear in the text.
const (
	maxCandidates = 12
	maxPlaces     = 32 // that are weighed against each other
	rounds        = 3
)

// Rank puts the candidates of each place in order. country is that of the
// publisher, or empty.
func Rank(places []Place, country string) {
	named := namedIn(places)
	for i := range places {
		places[i].score(named, country)
	}
	var weighed []*Place
	for i := range places {
		if p := &places[i]; len(p.Candidates) > 0 && len(weighed) < maxPlaces {
			weighed = append(weighed, p)
		}
	}
	near := newAffinities(weighed)
	next := make([][]float64, len(weighed))
	for range rounds {
		for i, p := range weighed {
			next[i] = near.weigh(next[i], weighed, i, p)
		}
		for i, p := range weighed {
			p.beliefs, next[i] = next[i], p.beliefs
		}
	}
	for i := range places {
		places[i].sort()
	}
}

// area is a country, or a division of it.
type area struct{ country, admin string }

// namedIn counts the mentions of countries and divisions that have no namesakes
// among countries and divisions. Where a city has the name they count for half.
func namedIn(places []Place) map[area]float64 {
	named := map[area]float64{}
	for _, p := range places {
		var only *kb.Entity
		areas, large := 0, false
		for i := range p.Candidates {
			if c := &p.Candidates[i].Entity; c.Kind <= kb.Region {
				only, areas = c, areas+1
			} else if c.Prior > 100_000 {
				large = true
			}
		}
		if areas != 1 || only.Country == "" || p.Loose {
			continue
		}
		weight := float64(p.Mentions)
		if large {
			weight /= 2
		}
		named[area{only.Country, only.Admin}] += weight
	}
	return named
}

// score scores the candidates by themselves.
func (p *Place) score(named map[area]float64, country string) {
	p.scores = make([]float64, len(p.Candidates))
	for i := range p.Candidates {
		c := &p.Candidates[i].Entity
		s := perPrior*math.Log(c.Prior+1000) + p.said(c) + p.contains(c)
		if p.Candidates[i].Written&kb.Marked == 0 {
			s += wellKnown
		}
		if c.Kind > kb.Country {
			s += inCountry * weightOf(named[area{c.Country, ""}])
			if c.Country == country && country != "" {
				s += home
			}
		}
		if c.Kind > kb.Region && c.Admin != "" {
			s += inDivision * weightOf(named[area{c.Country, c.Admin}])
		}
		p.scores[i] = s
	}
	p.order(p.scores)
	p.Candidates, p.scores = p.Candidates[:min(len(p.Candidates), maxCandidates)], p.scores[:min(len(p.scores), maxCandidates)]
	p.beliefs = softmax(slices.Clone(p.scores))
}

// said is what the words right after the name say of c.
func (p *Place) said(c *kb.Entity) float64 {
	most := 0.0
	for i := range p.Within {
		switch where := &p.Within[i]; {
		case !where.Contains(c):
		case where.Kind == kb.Country:
			most = max(most, saidCountry)
		default:
			most = max(most, saidWithin)
		}
	}
	return most
}

// contains is what the places right before the name say of c: it is the area that
// most of its mentions name as such, and not a city of that name.
func (p *Place) contains(c *kb.Entity) float64 {
	if c.Kind > kb.Region {
		return 0
	}
	as := 0
	for _, places := range p.Around {
		if slices.ContainsFunc(places, func(in kb.Candidate) bool { return in.Kind > kb.Region && c.Contains(&in.Entity) }) {
			as++
		}
	}
	if 2*as <= p.Mentions {
		return 0
	}
	return saidWithin
}

// weightOf is 0 for none, 1 for a mention or two, and grows slowly.
func weightOf(mentions float64) float64 { return min(mentions, 1) + repeated*math.Log1p(mentions) }

// softmax makes beliefs of scores, in place.
func softmax(scores []float64) []float64 {
	if len(scores) == 0 {
		return scores
	}
	most, sum := slices.Max(scores), 0.0
	for i, s := range scores {
		scores[i] = math.Exp(s - most)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
	return scores
}

// sort puts the likeliest candidate first.
func (p *Place) sort() {
	p.order(p.beliefs)
}

// order sorts the candidates by weights, and all that goes with them.
func (p *Place) order(weights []float64) {
	by := make([]int, len(weights))
	for i := range by {
		by[i] = i
	}
	slices.SortStableFunc(by, func(a, b int) int { return cmp.Compare(weights[b], weights[a]) })
	p.Candidates, p.scores = permuted(p.Candidates, by), permuted(p.scores, by)
	if p.beliefs != nil {
		p.beliefs = permuted(p.beliefs, by)
	}
}

func permuted[T any](all []T, by []int) []T {
	moved := make([]T, len(by))
	for i, from := range by {
		moved[i] = all[from]
	}
	return moved
}

// affinities are how near the candidates of different places are to each other.
type affinities struct {
	of     [][]float64 // by pair of places: a table of their candidates
	places int
}

func newAffinities(places []*Place) affinities {
	a := affinities{of: make([][]float64, len(places)*len(places)), places: len(places)}
	for i, p := range places {
		for j, q := range places[:i] {
			// What has one candidate decides nothing, and what is loose tells nothing.
			forP, forQ := len(p.Candidates) > 1 && !q.Loose, len(q.Candidates) > 1 && !p.Loose
			if !forP && !forQ {
				continue
			}
			table := make([]float64, len(p.Candidates)*len(q.Candidates))
			turned := make([]float64, len(table))
			for k := range p.Candidates {
				for l := range q.Candidates {
					near := affinity(&p.Candidates[k].Entity, &q.Candidates[l].Entity)
					table[k*len(q.Candidates)+l], turned[l*len(p.Candidates)+k] = near, near
				}
			}
			if forP {
				a.of[i*a.places+j] = table
			}
			if forQ {
				a.of[j*a.places+i] = turned
			}
		}
	}
	return a
}

// weigh is the beliefs in the candidates of place i with those of the others.
func (a affinities) weigh(beliefs []float64, places []*Place, i int, p *Place) []float64 {
	beliefs = append(beliefs[:0], p.scores...)
	for j, q := range places {
		table := a.of[i*a.places+j]
		if table == nil {
			continue
		}
		for k := range p.Candidates {
			best := 0.0
			for l, belief := range q.beliefs {
				best = max(best, belief*table[k*len(q.beliefs)+l])
			}
			beliefs[k] += nearby * best
		}
	}
	return softmax(beliefs)
}

// affinity is how much one place speaks for another, from 0 to 1.
func affinity(a, b *kb.Entity) float64 {
	same := 0.0
	if a.Country != "" && a.Country == b.Country {
		same = sameCountry
	}
	switch {
	case a.Kind == kb.Country && b.Kind == kb.Country:
		return 0
	case a.Kind == kb.Country || b.Kind == kb.Country:
		return same
	case a.Contains(b) || b.Contains(a):
		return 1
	case faraway(a, b):
		return same
	}
	return max(same, math.Exp(-Distance(a.Lat, a.Lon, b.Lat, b.Lon)/scale))
}

// faraway reports whether two places are so far from each other, by five times
// scale or more, that their distance is not worth its arithmetic.
func faraway(a, b *kb.Entity) bool {
	const north, east, polar = 9, 30, 70 // degrees
	turn := math.Abs(a.Lon - b.Lon)
	return math.Abs(a.Lat-b.Lat) > north || turn > east && turn < 360-east && math.Abs(a.Lat) < polar && math.Abs(b.Lat) < polar
}

// Distance is the kilometres between two points, infinite when one is not known.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, radian = 6371, math.Pi / 180
	north, east := math.Sin((lat2-lat1)*radian/2), math.Sin((lon2-lon1)*radian/2)
	h := north*north + math.Cos(lat1*radian)*math.Cos(lat2*radian)*east*east
	if math.IsNaN(h) {
		return math.Inf(1)
	}
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}
