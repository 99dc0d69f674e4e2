package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// longFormAt is the organization that begins at toks[i] and that an acronym in
// brackets follows.
func (t *text) longFormAt(i int) span {
	if to, ok := t.long[i]; ok {
		return span{from: i, to: to, typ: schema.Organization}
	}
	return span{}
}

// longForms finds the names before acronyms in brackets: a run of words that
// begin with its letters, small words left out, and that has a word for an
// organization.
func (t *text) longForms() map[int]int {
	var found map[int]int
	for i := 2; i+2 < len(t.toks); i++ {
		if t.mark(i) != '(' || !t.toks[i+1].is(capitals) || t.mark(i+2) != ')' {
			continue
		}
		if from, ok := t.longFormStart(i, t.word(i+1)); ok {
			if found == nil {
				found = map[int]int{}
			}
			found[from] = i
		}
	}
	return found
}

// longFormStart is where the long form of acronym begins that ends before toks[end].
func (t *text) longFormStart(end int, acronym string) (int, bool) {
	left, isOrg := len(acronym), false
	for i := end - 1; i >= max(0, end-2*maxRun); i-- {
		w := t.toks[i]
		if t.mark(i) == '-' || w.small() {
			continue
		}
		if left--; !w.name() || t.s[w.start] != acronym[left] {
			return 0, false
		}
		isOrg = isOrg || w.any(orgTail|orgHead)
		if left == 0 {
			return i, isOrg
		}
	}
	return 0, false
}

// small reports whether t is a word that acronyms leave out: of, the.
func (t token) small() bool { return t.is(letters) && !t.name() && t.any(stop|particle) }
