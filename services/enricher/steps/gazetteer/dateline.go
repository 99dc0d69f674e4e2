package gazetteer

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxDateline is the most tokens of a dateline.
const maxDateline = 16

// datelinePlace is the id of the place that the article says it was sent from:
// the lead or the first paragraph begins with "GENEVA (Reuters) -".
func datelinePlace(d *document, entities []schema.Entity) string {
	for i := range d.texts {
		t := &d.texts[i]
		if t.field == schema.FieldHeadline || t.index > 0 {
			continue
		}
		if len(t.spans) > 0 && t.dateline() {
			return idAt(entities, t.mention(&t.spans[0]))
		}
	}
	return ""
}

// dateline reports whether t begins with a place and then, through names, dates
// and an agency in brackets, comes to a dash.
func (t *text) dateline() bool {
	place := t.spans[0]
	if place.from != 0 || place.typ != schema.Location {
		return false
	}
	bracket := false // there was one: lower case and hyphens are no longer prose
	for i := place.to; i < min(len(t.toks), maxDateline); i++ {
		switch mark := t.mark(i); {
		case strings.ContainsRune("-–—", mark):
			return bracket || !t.attached(i, '-')
		case !t.inDateline(i, bracket):
			return false
		case mark == '(':
			bracket = true
		}
	}
	return false
}

// inDateline reports whether toks[i] may stand between the place and the dash.
func (t *text) inDateline(i int, bracket bool) bool {
	switch t.mark(i) {
	case '(', ')', ',', '.', '/':
		return true
	case 0:
		return bracket || t.toks[i].name() || t.toks[i].is(number)
	}
	return false
}

// idAt is the id of the entity with this mention.
func idAt(entities []schema.Entity, m schema.Mention) string {
	for _, e := range entities {
		for _, other := range e.Mentions {
			if other == m {
				return e.ID
			}
		}
	}
	return ""
}
