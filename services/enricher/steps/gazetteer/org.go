package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// orgAt finds a name that begins at toks[i] and ends in a word for an
// organization, or begins with one: "Lagos State University", "Bank of Uganda".
func orgAt(t *text, i int) span {
	head := t.toks[i]
	if !head.name() || head.any(stop|courtesy) || t.before(i) == '@' {
		return span{}
	}
	last := orgLast(t, i)
	if last < 0 {
		return span{}
	}
	to := last + 1
	if t.toks[last].any(company) && t.mark(to) == '.' && t.toks[to].is(glued) {
		to++
	}
	if t.toks[last].any(orgHead) {
		to = ofEnd(t, to)
	}
	if to == i+1 { // Bank, University alone
		return span{}
	}
	return span{from: i, to: to, typ: schema.Organization}
}

// orgLast is the last word for an organization in the run of capitals from
// toks[i], or -1.
func orgLast(t *text, i int) int {
	last := -1
	for j := i; j < len(t.toks) && j < i+maxRun; j++ {
		next := t.toks[j]
		if t.mark(j) == '&' || t.mark(j) == '-' && next.is(glued) ||
			t.mark(j) == ',' && j+1 < len(t.toks) && t.toks[j+1].any(company) {
			continue
		}
		if !next.name() && t.word(j) != "plc" || next.any(stop|courtesy) {
			break
		}
		if next.any(orgTail) && j > i || next.any(orgHead) {
			last = j
		}
	}
	return last
}

// ofEnd is the end of "of Foreign Affairs" from toks[i], or i.
func ofEnd(t *text, i int) int {
	switch t.word(i) {
	case "of", "for", "on":
	default:
		return i
	}
	j := i + 1
	if t.word(j) == "the" {
		j++
	}
	end := j
	for end < len(t.toks) && end < j+3 && t.toks[end].name() && !t.toks[end].any(stop|title) {
		end++
	}
	if end == j {
		return i
	}
	return end
}

// longForm is the organization that begins at toks[i] and that an acronym in
// brackets follows.
func (t *text) longForm(i int) span {
	if to, ok := t.long[i]; ok {
		return span{from: i, to: to, typ: schema.Organization}
	}
	return span{}
}

// longForms finds the names before acronyms in brackets: a run of words that
// begin with its letters, small words left out, and that has a word for an
// organization.
func longForms(t text) map[int]int {
	var found map[int]int
	for i := 2; i+2 < len(t.toks); i++ {
		if t.mark(i) != '(' || !t.toks[i+1].is(capitals) || t.mark(i+2) != ')' {
			continue
		}
		if from, ok := longFormStart(&t, i, t.word(i+1)); ok {
			if found == nil {
				found = map[int]int{}
			}
			found[from] = i
		}
	}
	return found
}

// longFormStart is where the long form of acronym begins that ends before toks[end].
func longFormStart(t *text, end int, acronym string) (int, bool) {
	left, isOrg := len(acronym), false
	for j := end - 1; j >= 0 && j >= end-2*maxRun; j-- {
		w := t.toks[j]
		switch {
		case !w.is(letters) && t.mark(j) != '-':
			return 0, false
		case !w.name():
			if !w.any(stop|particle) && t.mark(j) != '-' {
				return 0, false
			}
			continue
		}
		isOrg = isOrg || w.any(orgTail|orgHead)
		if left--; t.s[w.start] != acronym[left] {
			return 0, false
		}
		if left == 0 {
			return j, isOrg
		}
	}
	return 0, false
}
