package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// maxOfWords is the most words of a name after "of" or "of the".
const maxOfWords = 3

// orgAt finds a name that begins at toks[i] and ends in a word for an
// organization, or begins with one: "Lagos State University", "Bank of Uganda".
func (t *text) orgAt(i int) span {
	head := t.toks[i]
	if !head.name() || head.any(stop|courtesy) || t.before(i) == '@' {
		return span{}
	}
	last := t.orgLast(i)
	if last < 0 {
		return span{}
	}
	to := last + 1
	if t.toks[last].any(company) && t.attached(to, '.') {
		to++
	}
	if t.toks[last].any(orgHead) {
		to = t.ofEnd(to)
	}
	if to == i+1 { // Bank, University alone
		return span{}
	}
	return span{from: i, to: to, typ: schema.Organization}
}

// orgLast is the last word for an organization in the run of capitals from
// toks[i], or -1.
func (t *text) orgLast(i int) int {
	last := -1
	for j := i; j < min(len(t.toks), i+maxRun); j++ {
		if t.joinsOrg(j) {
			continue
		}
		if !t.orgWord(j) {
			break
		}
		if w := t.toks[j]; w.any(orgTail) && j > i || w.any(orgHead) {
			last = j
		}
	}
	return last
}

// joinsOrg reports whether the mark at toks[i] may stand within the name of an
// organization: an ampersand, a hyphen, the comma of "Grimbold, Inc."
func (t *text) joinsOrg(i int) bool {
	switch t.mark(i) {
	case '&':
		return true
	case '-':
		return t.toks[i].is(glued)
	case ',':
		return i+1 < len(t.toks) && t.toks[i+1].any(company)
	}
	return false
}

// orgWord reports whether toks[i] may be a word of an organization's name.
func (t *text) orgWord(i int) bool {
	return (t.toks[i].name() || t.word(i) == "plc") && !t.toks[i].any(stop|courtesy)
}

// ofEnd is the end of "of Foreign Affairs" from toks[i], or i.
func (t *text) ofEnd(i int) int {
	switch t.word(i) {
	case "of", "for", "on":
	default:
		return i
	}
	from := i + 1
	if t.word(from) == "the" {
		from++
	}
	end := from
	for end < min(len(t.toks), from+maxOfWords) && t.toks[end].name() && !t.toks[end].any(stop|title) {
		end++
	}
	if end == from {
		return i
	}
	return end
}
