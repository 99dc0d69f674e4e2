package link

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/rank"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// Bounds of one article, which keep the time linear in its text.
const (
	maxEntities = 1000 // that are linked
	maxForms    = 8    // of one entity that are looked up
	maxAfter    = 20   // mentions of one place after which the text is read
)

// Resolve says what each of the entities is, in their order. It reads their types,
// names and mentions.
func (s *Step) Resolve(a *schema.Article, entities []schema.Entity) []Link {
	links := make([]Link, len(entities))
	var places []rank.Place
	var of []int // by place, its entity
	for i := range entities[:min(len(entities), maxEntities)] {
		if entities[i].Type != schema.Location {
			continue
		}
		if p := s.place(a, &entities[i]); len(p.Candidates) > 0 {
			places, of = append(places, p), append(of, i)
		}
	}
	setAround(a, entities, places, of)
	rank.Rank(places, countryOf(a.Source.Host))
	top := topDivisions(places)
	for i := range places {
		links[of[i]] = placeLink(&places[i], top)
	}
	placeCounties(entities, links, mainPlace(places, top))
	legislators := inUS(links) && onPolitics(a)
	for i := range entities[:min(len(entities), maxEntities)] {
		if e := &entities[i]; e.Type != schema.Location {
			links[i] = pick(e, s.Candidates(e), legislators)
		}
	}
	return links
}

// spot is where a mention ends.
type spot struct {
	field      schema.Field
	index, end int
}

// setAround finds the mentions of places right before those of others and a comma.
func setAround(a *schema.Article, entities []schema.Entity, places []rank.Place, of []int) {
	ends := map[spot]int{} // the place whose mention ends there
	for i := range places {
		for _, m := range entities[of[i]].Mentions {
			ends[spot{m.Field, m.Index, m.End}] = i
		}
	}
	for i := range places {
		for _, m := range entities[of[i]].Mentions[:min(len(entities[of[i]].Mentions), maxAfter)] {
			text := textOf(a, m)
			if m.Start < 2 || m.Start > len(text) || text[m.Start-2:m.Start] != ", " {
				continue
			}
			if before, ok := ends[spot{m.Field, m.Index, m.Start - 2}]; ok {
				places[i].Around = append(places[i].Around, places[before].Candidates)
			}
		}
	}
}

// placeCounties puts counties that are nowhere yet where most of the article is.
func placeCounties(entities []schema.Entity, links []Link, near Link) {
	for i := range entities {
		if e := &entities[i]; e.Type == schema.Location && !links[i].Known() && isCounty(e.Name) {
			links[i] = near
		}
	}
}

// place is a location as it is ranked.
func (s *Step) place(a *schema.Article, e *schema.Entity) rank.Place {
	p := rank.Place{Mentions: len(e.Mentions), Candidates: s.Candidates(e)}
	if len(p.Candidates) == 0 {
		p.Candidates, p.Loose = s.looseCandidates(e)
	}
	if len(p.Candidates) < 2 {
		return p // There is nothing to choose.
	}
	for _, m := range e.Mentions[:min(len(e.Mentions), maxAfter)] {
		p.Within = append(p.Within, s.saidAfter(a, m)...)
	}
	return p
}

// Candidates are what the name of an entity may mean, by its type, or if the base
// does not have that name, what the texts of its mentions may.
func (s *Step) Candidates(e *schema.Entity) []kb.Candidate {
	if found := s.find(e.Name, e.Type); len(found) > 0 {
		return found
	}
	tried := e.Name
	for i, forms := 0, 0; i < len(e.Mentions) && forms < maxForms; i++ {
		text := e.Mentions[i].Text
		if text == tried {
			continue
		}
		forms, tried = forms+1, text
		if e.Type == schema.Person && !strings.Contains(text, " ") {
			continue // It is the surname of someone whom the base does not have.
		}
		if found := s.find(text, e.Type); len(found) > 0 {
			return found
		}
	}
	return nil
}

// find looks a name up, and keeps what is of a type and may be written so. A small
// place that has the name of something well known of another type is not meant: Nato.
func (s *Step) find(name string, typ schema.EntityType) []kb.Candidate {
	name, found := s.lookUp(strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s"))
	kept, sure, other := found[:0], false, false
	for _, c := range found {
		marked := c.Written&kb.Marked != 0
		switch {
		case c.Written&kb.Capitals != 0 && name != strings.ToUpper(name):
		case c.Kind.Type() == typ:
			kept, sure = append(kept, c), sure || !marked
		default:
			other = other || !marked
		}
	}
	if other && !sure {
		return nil
	}
	return kept
}

// lookUp is what the base has for a name, or else for it without its article, and
// the name that was looked up last.
func (s *Step) lookUp(name string) (string, []kb.Candidate) {
	const article = "the "
	var room [256]byte
	found := s.base.Find(nil, kb.Key(room[:0], name))
	if len(found) == 0 && len(name) > len(article) && strings.EqualFold(name[:len(article)], article) {
		name = name[len(article):]
		found = s.base.Find(nil, kb.Key(room[:0], name))
	}
	return name, found
}

// clearly is how much likelier than the others one of several people or
// organizations must be.
const clearly = 3

// pick is the link of a person or an organization. legislators is whether those of
// the United States, whose names are common, may be meant.
func pick(e *schema.Entity, found []kb.Candidate, legislators bool) Link {
	best, second := likeliest(found)
	switch {
	case best == nil, len(found) > 1 && best.Prior <= clearly*second:
		return Link{}
	case best.Kind == kb.Person && !legislators && !(best.Own && strings.Contains(e.Name, " ")):
		return Link{}
	}
	return Link{Entity: best.Entity}
}

// likeliest is the likeliest of the candidates, or nil if there are none, and how
// likely the next one is that the user's own do not rule out.
func likeliest(found []kb.Candidate) (best *kb.Candidate, second float64) {
	for i := range found {
		switch c := &found[i]; {
		case best == nil:
			best = c
		case best.Own && !c.Own: // The user's come first, and win.
		case c.Prior > best.Prior:
			best, second = c, best.Prior
		default:
			second = max(second, c.Prior)
		}
	}
	return best, second
}

// inUS reports whether one of the links is to the United States or a place there.
func inUS(links []Link) bool {
	for i := range links {
		if links[i].Country == "US" {
			return true
		}
	}
	return false
}

// onPolitics reports whether the article is on politics of the United States, when
// it is on that country.
func onPolitics(a *schema.Article) bool {
	if namesPolitics(a.Headline) || namesPolitics(a.Lead) {
		return true
	}
	for _, paragraph := range a.Body {
		if namesPolitics(paragraph) {
			return true
		}
	}
	return false
}

func namesPolitics(s string) bool {
	for _, word := range [...]string{"Senat", "Congress", "Republican", "Democrat", "GOP", "Capitol", "Sen.", "Rep."} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// saidAfter is what the text right after a mention says that it lies in: "Paris,
// Texas", "Paris (Texas)".
func (s *Step) saidAfter(a *schema.Article, m schema.Mention) []kb.Entity {
	const most = 48 // bytes that are read
	text := textOf(a, m)
	if m.End < 0 || m.End >= len(text) {
		return nil
	}
	after := strings.TrimLeft(text[m.End:min(len(text), m.End+most)], " ")
	if after == "" || after[0] != ',' && after[0] != '(' {
		return nil
	}
	var where []kb.Entity
	for _, c := range s.longest(after[1:]) {
		demonym := c.Kind == kb.Country && c.Written&kb.Marked != 0
		if c.Kind <= kb.Region && !demonym {
			where = append(where, c.Entity)
		}
	}
	return where
}

// longest is what the longest name may mean that text begins with.
func (s *Step) longest(text string) []kb.Candidate {
	const most = 4 // words
	var found []kb.Candidate
	var key []byte
	for i, t := range kb.Tokenize(nil, text) {
		if i == most || !kb.Named(t) {
			break
		}
		key = kb.AppendWord(key, t.Of(text))
		if more := s.base.Find(nil, key); len(more) > 0 {
			found = more
		}
	}
	return found
}

func textOf(a *schema.Article, m schema.Mention) string {
	switch {
	case m.Field == schema.FieldHeadline:
		return a.Headline
	case m.Field == schema.FieldLead:
		return a.Lead
	case m.Index >= 0 && m.Index < len(a.Body):
		return a.Body[m.Index]
	}
	return ""
}

// countryOf is the country that the host of a publisher ends in, or empty.
func countryOf(host string) string {
	switch top := host[strings.LastIndexByte(host, '.')+1:]; {
	case top == "uk":
		return "GB"
	case len(top) != 2 || strings.Contains("ai cc co eu fm io ly me to tv ws", top):
		return "" // They are used for other things.
	default:
		return strings.ToUpper(top)
	}
}
