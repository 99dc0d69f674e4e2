package link

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/rank"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// looseCandidates are what a place is named after that the base does not have: the
// Laurel of Laurel County, the Syria of northern Syria. loose is false when the
// words that were left out only say what it is: Fars Province.
func (s *Step) looseCandidates(e *schema.Entity) (found []kb.Candidate, loose bool) {
	name := strings.TrimPrefix(e.Name, "the ")
	if last := strings.LastIndexByte(name, ' '); last > 0 {
		if kind, ok := tail(strings.ToLower(name[last+1:])); ok {
			rest := strings.TrimSuffix(name[:last], " International")
			return ofKind(s.find(rest, schema.Location), kind)
		}
	}
	const most = 3 // words left out
	for range most {
		first, rest, ok := strings.Cut(name, " ")
		if !ok || !head(strings.ToLower(first)) {
			break
		}
		name = strings.TrimPrefix(rest, "of ")
		if found := s.find(name, schema.Location); len(found) > 0 {
			return found, true
		}
	}
	return nil, false
}

// tail reports whether a word at the end of a name says what it is, and for which
// kind of place it says no more than that.
func tail(word string) (kb.Kind, bool) {
	switch word {
	case "province", "region", "state", "governorate", "oblast", "prefecture":
		return kb.Region, true
	case "city", "town", "village", "municipality":
		return kb.City, true
	case "county", "parish", "township", "district", "borough", "area", "airport", "valley", "bay", "island",
		"suburb", "suburbs", "university", "harbor", "harbour", "port", "station":
		return 0, true
	}
	return 0, false
}

// head reports whether a word at the begin of a name says which part of it is meant.
func head(word string) bool {
	switch word {
	case "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central",
		"northeast", "northwest", "southeast", "southwest", "northeastern", "northwestern", "southeastern", "southwestern",
		"greater", "downtown", "upper", "lower", "inner", "metropolitan", "rural", "mainland", "metro", "suburban",
		"city", "town", "state", "province", "county", "port", "university", "district", "mid":
		return true
	}
	return false
}

// ofKind keeps the candidates of the kind, which are what is meant; when there is
// none all are near to it.
func ofKind(found []kb.Candidate, kind kb.Kind) (kept []kb.Candidate, loose bool) {
	for _, c := range found {
		if c.Kind == kind {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return found, true
	}
	return kept, false
}

// placeLink is the link of a place that has been ranked. One that is only named
// after another is near to that if the article is on that part of the world.
func placeLink(p *rank.Place, top []division) Link {
	if !p.Loose {
		return Link{Entity: p.Candidates[0].Entity}
	}
	for _, c := range p.Candidates {
		if c.Kind <= kb.Region || slices.Contains(top, division{c.Country, c.Admin}) {
			return Link{Entity: c.Entity, Near: true}
		}
	}
	return Link{}
}

// division is a first-order division of a country.
type division struct{ country, admin string }

// mainPlace is the place that stands for the division that most of the article's
// places lie in, if it is more than half: a county that the base does not have is
// likely there, too.
func mainPlace(places []rank.Place, top []division) Link {
	if len(top) == 0 {
		return Link{}
	}
	var best *rank.Place
	all, in := 0.0, 0.0
	for i := range places {
		p := &places[i]
		c := &p.Candidates[0]
		if p.Loose || c.Kind == kb.Country {
			continue
		}
		weight := p.Belief() * float64(p.Mentions)
		if all += weight; (division{c.Country, c.Admin}) != top[0] {
			continue
		}
		if in += weight; best == nil || c.Kind > best.Candidates[0].Kind {
			best = p
		}
	}
	if best == nil || 2*in <= all {
		return Link{}
	}
	return Link{Entity: best.Candidates[0].Entity, Near: true}
}

// isCounty reports whether a name ends in a word for a part of a division.
func isCounty(name string) bool {
	switch strings.ToLower(name[strings.LastIndexByte(name, ' ')+1:]) {
	case "county", "parish", "township", "borough", "district":
		return strings.Contains(name, " ")
	}
	return false
}

// topDivisions are the three divisions that most of the article's places lie in.
func topDivisions(places []rank.Place) []division {
	const most = 3
	weights := map[division]float64{}
	var order []division
	for i := range places {
		p := &places[i]
		if p.Loose || p.Candidates[0].Admin == "" {
			continue
		}
		d := division{p.Candidates[0].Country, p.Candidates[0].Admin}
		if _, ok := weights[d]; !ok {
			order = append(order, d)
		}
		weights[d] += p.Belief() * float64(p.Mentions)
	}
	slices.SortStableFunc(order, func(a, b division) int { return cmp.Compare(weights[b], weights[a]) })
	return order[:min(len(order), most)]
}
