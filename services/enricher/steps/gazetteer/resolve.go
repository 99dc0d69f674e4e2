package gazetteer

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// resolve makes one entity of all the names of the same thing. What a name means
// may be said after it, so it goes over the document several times.
func (d *document) resolve() {
	d.eachSpan(d.noteCountry)
	d.eachSpan(d.addPerson)
	d.eachSpan(d.resolveSpan)
	d.addShortForms()
}

func (d *document) eachSpan(do func(*text, *span)) {
	for i := range d.texts {
		t := &d.texts[i]
		for j := range t.spans {
			do(t, &t.spans[j])
		}
	}
}

// noteCountry keeps the country of a name that has no namesakes.
func (d *document) noteCountry(_ *text, sp *span) {
	if len(sp.candidates) == 1 && sp.candidates[0].Country != "" {
		d.countries[sp.candidates[0].Country] = true
	}
}

// resolveSpan gives a span its entity.
func (d *document) resolveSpan(t *text, sp *span) {
	switch {
	case t.fullName(*sp):
		d.setSurnames(sp) // It has its entity: see addPerson.
	case sp.typ == schema.Person:
		d.resolveSurname(t, sp)
	case d.surnameNotPlace(t, sp):
		sp.typ, sp.entity = schema.Person, d.short[t.folded(sp.from)]
	case len(sp.candidates) > 0:
		e := d.disambiguate(t, sp)
		sp.entity = d.entityOf(e.ID, e.Entity)
	default:
		name := strings.TrimPrefix(t.textOf(*sp), "The ")
		sp.entity = d.entityOf("", schema.Entity{Type: sp.typ, Name: name})
	}
	d.setAcronym(t, sp)
}

// entityOf finds or adds an entity. Without a key it is known by type and name,
// and without an id it gets one of its name.
func (d *document) entityOf(key string, e schema.Entity) int {
	if key == "" {
		var buf [64]byte
		key = string(fold(append(append(buf[:0], e.Type...), ' '), e.Name))
	}
	at, ok := d.byKey[key]
	if !ok {
		if e.ID == "" {
			e.ID = slug(e.Name)
		}
		at = len(d.entities)
		d.byKey[key] = at
		d.entities = append(d.entities, e)
	}
	return at
}
