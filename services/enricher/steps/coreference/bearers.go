package coreference

import "github.com/dateline-news/dateline/services/enricher/internal/honorific"

// bearers are the people who bear a name, as far as they must be known: of each
// gender the first and the latest. So a name of many takes as little as a name of
// one.
type bearers struct {
	first, latest [3]bearer
	several       bool
}

// bearer is somebody, and when they are named: 1 + the node, or 0 for nobody.
type bearer struct{ who, when int }

// announce adds somebody whom a node names.
func (b *bearers) announce(who int, gender honorific.Gender, node int) {
	for _, other := range b.first {
		b.several = b.several || other.when > 0 && other.who != who
	}
	if at := &b.first[gender]; at.when == 0 || node < at.when-1 {
		*at = bearer{who, node + 1}
	}
}

// note says that the names after this node are after one of somebody.
func (b *bearers) note(who int, gender honorific.Gender, node int) {
	b.latest[gender] = bearer{who, node + 1}
}

// pick is the bearer whom a name means: the latest of those that fit, else the
// first.
func (b *bearers) pick(p *people, name *personName) (who int, ok bool) {
	if b == nil {
		return 0, false
	}
	best := b.latestFit(p, name)
	if best.when == 0 {
		best = b.firstFit(p, name)
	}
	return best.who, best.when > 0
}

// latestFit is the latest bearer whom the name fits.
func (b *bearers) latestFit(p *people, name *personName) (best bearer) {
	for _, one := range b.latest {
		if one.when > best.when && p.all[one.who].fits(name) {
			best = one
		}
	}
	return best
}

// firstFit is the first bearer whom the name fits.
func (b *bearers) firstFit(p *people, name *personName) (best bearer) {
	for _, one := range b.first {
		if one.when > 0 && (best.when == 0 || one.when < best.when) && p.all[one.who].fits(name) {
			best = one
		}
	}
	return best
}

// only is the one bearer, if there is but one and the name fits.
func (b *bearers) only(p *people, name *personName) (who int, ok bool) {
	if b == nil || b.several {
		return 0, false
	}
	return b.pick(p, name)
}
