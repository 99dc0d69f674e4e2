package gazetteer

import (
	"github.com/dateline-news/dateline/pkg/schema"
)

// fullName reports whether sp is a person's name that has a first name or more
// than one word.
func (t *text) fullName(sp span) bool {
	if sp.typ != schema.Person || sp.to-sp.from == 1 {
		return false
	}
	// al-Assad is a surname alone.
	return !t.toks[sp.from].any(particle) || t.toks[sp.from].any(first)
}

// addPerson makes or finds the entity of a person's full name. Before it, too,
// the surname means this person, unless it is that of one named earlier.
func (d *document) addPerson(t *text, sp *span) {
	if !t.fullName(*sp) {
		return
	}
	e := schema.Entity{Type: schema.Person, Name: t.textOf(*sp)}
	key := t.personKey(sp)
	if linked, ok := d.linkPerson(sp.candidates); ok {
		e, key = linked.Entity, linked.ID
	}
	sp.entity, sp.surnames = d.entityOf(key, e), t.surnames(sp)
	for _, surname := range sp.surnames {
		if _, ok := d.short[surname]; !ok {
			d.short[surname] = sp.entity
		}
	}
}

// setSurnames lets the surname mean this person from now on.
func (d *document) setSurnames(sp *span) {
	for _, surname := range sp.surnames {
		d.short[surname] = sp.entity
	}
}

// surnames are the folded words of a full name that may stand for it alone: the
// last one, and a family name that comes first.
func (t *text) surnames(sp *span) []string {
	var names []string
	if t.toks[sp.to-1].standsAlone() {
		names = append(names, t.folded(sp.to-1))
	}
	if head := t.toks[sp.from]; head.any(family) && head.standsAlone() {
		names = append(names, t.folded(sp.from))
	}
	return names
}

// standsAlone reports whether t, a word of a full name, means the person when it
// stands alone: it is nothing else that news is about.
func (t token) standsAlone() bool {
	const other = stop | adjective | title | rank | orgTail | placeTail | surname | listed
	return t.name() && !t.is(capitals) && !t.any(other)
}

// personKey is the name without initials: John F. Kennedy is John Kennedy.
func (t *text) personKey(sp *span) string {
	var buf [64]byte
	key := append(buf[:0], schema.Person...)
	for i := sp.from; i < sp.to; i++ {
		if !t.initial(i) {
			key = fold(append(key, ' '), t.word(i))
		}
	}
	return string(key)
}

// resolveSurname joins a surname to the person who was named in full last.
func (d *document) resolveSurname(t *text, sp *span) {
	surnameKey := t.folded(sp.to - 1)
	if at, ok := d.short[surnameKey]; ok && d.isPerson(at) {
		sp.entity = at
		return
	}
	if e, ok := d.linkPerson(sp.candidates); ok {
		sp.entity = d.entityOf(e.ID, e.Entity)
	} else {
		sp.entity = d.entityOf("", schema.Entity{Type: schema.Person, Name: t.textOf(*sp)})
	}
	if !t.toks[sp.to-1].any(stop | surname) {
		d.short[surnameKey] = sp.entity
	}
}

func (d *document) isPerson(entity int) bool { return d.entities[entity].Type == schema.Person }

// surnameNotPlace reports whether a place of one word is the surname of a person
// that the text names in full, and no place: "George Washington ... Washington
// said".
func (d *document) surnameNotPlace(t *text, sp *span) bool {
	if sp.typ != schema.Location || sp.to-sp.from != 1 {
		return false
	}
	at, ok := d.short[t.folded(sp.from)]
	return ok && d.isPerson(at) && !t.placed(*sp)
}

// setAcronym lets the acronym in brackets after an organization mean it.
func (d *document) setAcronym(t *text, sp *span) {
	if to, ok := t.long[sp.from]; ok && to == sp.to {
		d.short[t.folded(to+1)] = sp.entity
	}
}

// addShortForms adds the surnames and acronyms that stand between the spans.
func (d *document) addShortForms() {
	if len(d.short) == 0 {
		return
	}
	spans := make([]span, 0, 2*len(d.spans))
	for i := range d.texts {
		t, from := &d.texts[i], len(spans)
		free := 0 // the first token after the last span
		for _, sp := range t.spans {
			spans = append(d.appendShortForms(spans, t, free, sp.from), sp)
			free = sp.to
		}
		spans = d.appendShortForms(spans, t, free, len(t.toks))
		t.spans = spans[from:len(spans):len(spans)]
	}
}

// appendShortForms appends those in toks[from:to], which are in no span.
func (d *document) appendShortForms(spans []span, t *text, from, to int) []span {
	for i := from; i < to; i++ {
		at, ok := d.shortFormAt(t, i)
		if !ok {
			continue
		}
		begin := i
		if i > from && d.isPerson(at) && t.surnameParticle(i-1) {
			begin-- // Dos Santos
		}
		spans = append(spans, span{from: begin, to: i + 1, typ: d.entities[at].Type, entity: at})
		from = i + 1
	}
	return spans
}

// surnameParticle reports whether toks[i] is a particle with a capital, that
// belongs to the surname after it.
func (t *text) surnameParticle(i int) bool {
	return t.toks[i].name() && t.toks[i].any(particle) && t.apart(i+1)
}

// shortFormAt is the entity that the word at toks[i] is a surname or an acronym of.
func (d *document) shortFormAt(t *text, i int) (entity int, ok bool) {
	w := &t.toks[i]
	if !w.name() || w.any(stop) {
		return 0, false
	}
	var buf [64]byte
	at, ok := d.short[string(fold(buf[:0], t.word(i)))]
	switch {
	case !ok:
		return 0, false
	case t.rules && t.unlistedAfter(i+1):
		return 0, false // Smith Barney
	case d.entities[at].Type == schema.Organization:
		return at, w.is(capitals) // Acronyms are in capitals.
	}
	return at, true
}
