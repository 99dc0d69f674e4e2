package gazetteer

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Factors that make a namesake likelier: the text names the country that it lies
// in, or says so right after it ("Birmingham, Alabama").
const (
	inContext = 100
	saidAfter = 1e6
)

// resolve makes one entity of all the names of the same thing.
func (d *document) resolve() {
	for i := range d.texts {
		d.note(&d.texts[i])
	}
	d.eachSpan(func(t *text, sp *span) {
		if sp.typ == schema.Person && fullName(t, *sp) {
			d.addPerson(t, sp, false)
		}
	})
	d.eachSpan(d.settle)
	for i := range d.texts {
		d.fill(&d.texts[i])
	}
}

func (d *document) eachSpan(do func(*text, *span)) {
	for i := range d.texts {
		t := &d.texts[i]
		for j := range t.spans {
			do(t, &t.spans[j])
		}
	}
}

// note keeps the countries that t certainly names.
func (d *document) note(t *text) {
	for _, sp := range t.spans {
		if len(sp.entries) == 1 {
			if code := d.lexicon.entries[sp.entries[0]].Country; code != "" {
				d.context[code] = true
			}
		}
	}
}

// fullName reports whether a person's name has a first name or more than one word.
func fullName(t *text, sp span) bool {
	if sp.to-sp.from == 1 {
		return false
	}
	// al-Assad is a surname alone.
	return !(t.toks[sp.from].any(particle) && !t.toks[sp.from].any(first))
}

// settle gives a span its entity, people with a full name excepted: they have theirs.
func (d *document) settle(t *text, sp *span) {
	switch {
	case sp.typ == schema.Person && fullName(t, *sp):
		d.addPerson(t, sp, true)
	case sp.typ == schema.Person:
		d.addSurname(t, sp)
	case sp.to-sp.from == 1 && d.isPerson(t, sp):
		sp.typ, sp.entity = schema.Person, d.short[d.key(t, sp.from)]
	case len(sp.entries) > 0:
		e := &d.lexicon.entries[d.choose(t, sp)]
		sp.entity = d.entityOf(e.ID, e.Entity)
	default:
		name := strings.TrimPrefix(t.textOf(*sp), "The ")
		sp.entity = d.entityOf("", schema.Entity{Type: sp.typ, Name: name})
	}
	d.addAcronym(t, sp)
}

// isPerson reports whether a place of one word is the surname of a person that
// the text names in full, and no place: "George Washington ... Washington said".
func (d *document) isPerson(t *text, sp *span) bool {
	at, ok := d.short[d.key(t, sp.from)]
	return ok && sp.typ == schema.Location && d.found[at].Type == schema.Person && !d.placed(t, *sp)
}

// choose picks among the entries that a name may mean.
func (d *document) choose(t *text, sp *span) int32 {
	best, most := sp.entries[0], -1.0
	for _, candidate := range sp.entries {
		e := &d.lexicon.entries[candidate]
		score := e.weight + 1
		if d.context[e.Country] {
			score *= inContext
		}
		if d.saidAfter(t, sp, e) {
			score *= saidAfter
		}
		if score > most {
			best, most = candidate, score
		}
	}
	return best
}

// saidAfter reports whether ", Alabama" or ", Russia" follows, where e lies.
func (d *document) saidAfter(t *text, sp *span, e *entry) bool {
	if t.mark(sp.to) != ',' || e.kind != city {
		return false
	}
	found, n := d.lexicon.longest(t.toks, sp.to+1, t.loud)
	if n == 0 {
		return false
	}
	for _, at := range found.entries {
		where := &d.lexicon.entries[at]
		if where.Country == e.Country && (where.kind == country || where.kind == region && where.admin == e.admin) {
			return true
		}
	}
	return false
}

// addPerson makes or finds the entity of a person by the full name. From then on
// (set) the surname means this person.
func (d *document) addPerson(t *text, sp *span, set bool) {
	name := t.textOf(*sp)
	e := schema.Entity{Type: schema.Person, Name: name}
	key := d.personKey(t, sp)
	if linked, ok := d.linkPerson(sp.entries); ok {
		e, key = linked.Entity, linked.ID
	}
	sp.entity = d.entityOf(key, e)
	keys := []int{sp.to - 1}
	if t.toks[sp.from].any(family) {
		keys = append(keys, sp.from)
	}
	for _, i := range keys {
		if last := t.toks[i]; !last.name() || last.is(capitals) || last.any(stop|adjective|title|rank|orgTail|placeTail|surname|listed) {
			continue
		}
		k := d.key(t, i)
		if _, ok := d.short[k]; set || !ok {
			d.short[k] = sp.entity
		}
	}
}

// personKey is the name without initials: John F. Kennedy is John Kennedy.
func (d *document) personKey(t *text, sp *span) string {
	var b strings.Builder
	b.WriteString(string(schema.Person))
	for i := sp.from; i < sp.to; i++ {
		if !initial(t, i) {
			b.WriteByte(' ')
			b.WriteString(d.key(t, i))
		}
	}
	return b.String()
}

// linkPerson is the one person of the data that a name means, if there is one.
func (d *document) linkPerson(entries []int32) (*entry, bool) {
	if len(entries) != 1 {
		return nil, false
	}
	e := &d.lexicon.entries[entries[0]]
	return e, e.kind == figure || e.kind == person && d.politics && d.context["US"]
}

// addSurname joins a surname to the person who was named in full last.
func (d *document) addSurname(t *text, sp *span) {
	k := d.key(t, sp.to-1)
	if at, ok := d.short[k]; ok && d.found[at].Type == schema.Person {
		sp.entity = at
		return
	}
	if e, ok := d.linkPerson(sp.entries); ok {
		sp.entity = d.entityOf(e.ID, e.Entity)
	} else {
		name := t.textOf(*sp)
		sp.entity = d.entityOf("", schema.Entity{Type: schema.Person, Name: name})
	}
	if !t.toks[sp.to-1].any(stop | surname) {
		d.short[k] = sp.entity
	}
}

// addAcronym lets the acronym in brackets after an organization mean it.
func (d *document) addAcronym(t *text, sp *span) {
	if to, ok := t.long[sp.from]; ok && to == sp.to {
		d.short[d.key(t, to+1)] = sp.entity
	}
}

// fill finds the surnames and acronyms that stand between the spans.
func (d *document) fill(t *text) {
	if len(d.short) == 0 {
		return
	}
	var spans []span
	next := 0
	for i := 0; i < len(t.toks); i++ {
		if next < len(t.spans) && i == t.spans[next].from {
			spans = append(spans, t.spans[next])
			i = t.spans[next].to - 1
			next++
			continue
		}
		if at, ok := d.shortAt(t, i); ok {
			from := i
			if free := len(spans) == 0 || spans[len(spans)-1].to < i; free && i > 0 && !t.toks[i].is(glued) &&
				t.toks[i-1].name() && t.toks[i-1].any(particle) && d.found[at].Type == schema.Person {
				from-- // Dos Santos
			}
			spans = append(spans, span{from: from, to: i + 1, typ: d.found[at].Type, entity: at})
		}
	}
	t.spans = spans
}

func (d *document) shortAt(t *text, i int) (int, bool) {
	if !t.toks[i].name() || t.toks[i].any(stop) {
		return 0, false
	}
	var buf [64]byte
	at, ok := d.short[string(fold(buf[:0], t.word(i)))]
	if ok && d.found[at].Type == schema.Organization && !t.toks[i].is(capitals) {
		return 0, false // Acronyms are in capitals.
	}
	if ok && t.rules && i+1 < len(t.toks) && !t.toks[i+1].is(glued) && t.toks[i+1].nameOfNoList() {
		return 0, false // Smith Barney
	}
	return at, ok
}

// key is the folded text of toks[i].
func (d *document) key(t *text, i int) string {
	return string(fold(nil, t.word(i)))
}

// entityOf finds or adds an entity. Without a key it is known by type and name,
// and without an id it gets one of its name.
func (d *document) entityOf(key string, e schema.Entity) int {
	if key == "" {
		key = string(e.Type) + " " + string(fold(nil, e.Name))
	}
	at, ok := d.byKey[key]
	if !ok {
		if e.ID == "" {
			e.ID = slug(e.Name)
		}
		at = len(d.found)
		d.byKey[key] = at
		d.found = append(d.found, e)
	}
	return at
}
