package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

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
		if len(t.spans) > 0 && dateline(t) {
			return idAt(entities, t.mention(t.spans[0]))
		}
	}
	return ""
}

// dateline reports whether t begins with a place and then, through names, dates
// and an agency in brackets, comes to a dash.
func dateline(t *text) bool {
	sp := t.spans[0]
	if sp.from != 0 || sp.typ != schema.Location {
		return false
	}
	bracket := false
	for i := sp.to; i < len(t.toks) && i < maxDateline; i++ {
		switch t.mark(i) {
		case '-', '–', '—':
			return !t.toks[i].is(glued) || t.mark(i) != '-' || bracket
		case '(':
			bracket = true
		case ')', ',', '.', '/':
		case 0:
			if !bracket && !t.toks[i].name() && !t.toks[i].is(number) {
				return false
			}
		default:
			return false
		}
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
