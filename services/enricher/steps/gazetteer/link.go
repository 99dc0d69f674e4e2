package gazetteer

// Factors that make a namesake likelier: the text names the country that it lies
// in, or says so right after it ("Birmingham, Alabama").
const (
	inContext = 100
	saidAfter = 1e6
)

// disambiguate picks among the candidates that a name may mean.
func (d *document) disambiguate(t *text, sp *span) *entry {
	best, most := sp.candidates[0], -1.0
	for _, e := range sp.candidates {
		score := e.weight + 1
		if d.countries[e.Country] {
			score *= inContext
		}
		if e.kind == city && t.saysWhere(sp, e) {
			score *= saidAfter
		}
		if score > most {
			best, most = e, score
		}
	}
	return best
}

// saysWhere reports whether ", Alabama" or ", Russia" follows, where the city lies.
func (t *text) saysWhere(sp *span, city *entry) bool {
	if t.mark(sp.to) != ',' {
		return false
	}
	after, _ := t.match(sp.to + 1)
	for _, where := range after {
		if where.contains(city) {
			return true
		}
	}
	return false
}

// contains reports whether e is the country or the region that the city lies in.
func (e *entry) contains(city *entry) bool {
	if e.Country != city.Country {
		return false
	}
	return e.kind == country || e.kind == region && e.admin == city.admin
}

// linkPerson is the one person of the data that a name means, if there is one.
func (d *document) linkPerson(candidates []*entry) (*entry, bool) {
	if len(candidates) != 1 {
		return nil, false
	}
	e := candidates[0]
	return e, e.kind == figure || e.kind == person && d.politics && d.countries["US"]
}
