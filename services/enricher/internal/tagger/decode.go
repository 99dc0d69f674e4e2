package tagger

import "github.com/dateline-news/dateline/services/enricher/internal/text"

// lattice is the room for the search of one segment.
type lattice struct {
	emissions []vector
	back      [][Labels]Label
	features  []uint64
	second    []Label
}

// Span is a name: Texts[Text][Start:End], and the label that begins it.
type Span struct {
	Token
	Label Label
}

// Tag labels an article and appends its names to spans, in order. It takes time
// linear in the texts, and allocates only when there is too little room.
func (t *Tagger) Tag(spans []Span, texts []string) []Span {
	t.Vote(texts)
	t.again()
	return t.spans(spans)
}

// Vote reads an article and labels it once, so that Features says how each word
// was labelled elsewhere.
func (t *Tagger) Vote(texts []string) {
	t.Read(texts)
	t.label()
	t.vote()
}

// label finds the best labels of all segments.
func (t *Tagger) label() {
	t.emissions = t.emissions[:0]
	for _, seg := range t.segments {
		from := len(t.emissions)
		for i := seg.From; i < seg.To; i++ {
			t.emissions = append(t.emissions, vector{})
			t.emit(&t.emissions[len(t.emissions)-1], i, seg.sentence)
		}
		t.search(t.labels[seg.From:seg.To], t.emissions[from:])
	}
}

// again labels the segments once more of which the rest of the article says
// something.
func (t *Tagger) again() {
	at := 0
	t.second = append(t.second[:0], t.labels...)
	for _, seg := range t.segments {
		emissions := t.emissions[at : at+seg.To-seg.From]
		at += len(emissions)
		news := false
		for i := seg.From; i < seg.To; i++ {
			if t.features = t.voteFeatures(t.features[:0], i); len(t.features) > 0 {
				t.model.sum(&emissions[i-seg.From], t.features)
				news = true
			}
		}
		if news {
			t.search(t.second[seg.From:seg.To], emissions)
		}
	}
	t.labels, t.second = t.second, t.labels
}

// emit sums the weights of the features of token i.
func (t *Tagger) emit(v *vector, i int, s text.Sentence) {
	for role := range roles {
		id, mode := int32(0), uint8(plain)
		if j := i + role - itself; j >= s.From && j < s.To {
			id, mode = t.forms[j], t.modes[j]
		}
		scores := t.scoresOf(id, mode)
		for l := range v {
			v[l] += scores[role][l]
		}
	}
	w := t.windowAt(i, s)
	t.features = w.placeFeatures(t.features[:0])
	t.features = t.documentFeatures(t.features, i, &w)
	t.model.sum(v, t.features)
	n := t.runOf[i]
	if n == 0 {
		return
	}
	r := &t.runs[n-1]
	later := min(i-r.from, 1)
	if !r.scored[later] {
		t.features = t.runFeatures(t.features[:0], r, s, later)
		t.model.sum(&r.scores[later], t.features)
		r.scored[later] = true
	}
	for l := range v {
		v[l] += r.scores[later][l]
	}
}

// impossible is the score of what no labels may be.
const impossible = -1 << 28

// search finds the labels of a segment with the best sum of scores: before it and
// after it is no name.
func (t *Tagger) search(labels []Label, emissions []vector) {
	t.back = sized(t.back, len(labels))
	trans := &t.model.transitions
	var best [Labels]int32
	for l := range best {
		best[l] = impossible
	}
	best[Outside] = 0
	for i := range labels {
		var next [Labels]int32
		for to := range Labels {
			top, from := best[0]+trans[0][to], Label(0)
			for b := 1; b < Labels; b++ {
				if x := best[b] + trans[b][to]; x > top {
					top, from = x, Label(b)
				}
			}
			next[to], t.back[i][to] = top+int32(emissions[i][to]), from
		}
		best = next
		if i%1024 == 0 {
			rebase(&best)
		}
	}
	end := Outside
	for l := range Labels {
		if best[l]+trans[l][Outside] > best[end]+trans[end][Outside] {
			end = Label(l)
		}
	}
	for i := len(labels) - 1; i >= 0; i-- {
		labels[i] = end
		end = t.back[i][end]
	}
}

// rebase keeps the sums of a long segment small: only their differences count.
func rebase(best *[Labels]int32) {
	top := best[Outside]
	for l := range best {
		best[l] = max(best[l]-top, impossible)
	}
}

// spans appends the names that the labels make.
func (t *Tagger) spans(spans []Span) []Span {
	n, open := 0, false
	for i, l := range t.labels {
		for i >= t.ends[n] {
			n++
			open = false
		}
		tok := t.tokens[i]
		switch {
		case l == Outside:
			open = false
		case open && l.goesOn():
			spans[len(spans)-1].End = int(tok.End)
		default:
			spans = append(spans, Span{Token{n, int(tok.Start), int(tok.End)}, l - (l+1)&1})
			switch open = true; {
			case l == BeginPerson && t.titled(i):
				spans, open = spans[:len(spans)-1], false
				t.passOn(i)
			case l == BeginOrganization && t.office(i):
				spans, open = spans[:len(spans)-1], false
			}
		}
	}
	return spans
}

// titled reports whether token i is a title before the name that it begins, and so
// no part of it.
func (t *Tagger) titled(i int) bool {
	if i+1 >= len(t.labels) || t.labels[i+1] != InPerson {
		return false
	}
	f := t.form(i)
	switch string(t.cache.bytes[f.start:f.end]) {
	case "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Mx", "Mx.", "Dr", "Dr.", "Prof", "Prof.", "Professor", "Sir", "Rev", "Rev.",
		"Gen.", "Col.", "Lt.", "Capt.", "Sgt.", "Sen.", "Rep.", "Gov.", "President", "Senator", "Judge", "MR", "MRS", "MS", "DR":
		return true
	}
	return false
}

// office reports whether token i is the end of an office, "Secretary of State" or
// "Minister of State", and so no name.
func (t *Tagger) office(i int) bool {
	if i < 2 || i+1 < len(t.labels) && t.labels[i+1] == InOrganization {
		return false
	}
	word := func(i int) string { f := t.form(i); return string(t.cache.bytes[f.start:f.end]) }
	if word(i) != "State" || word(i-1) != "of" {
		return false
	}
	switch word(i - 2) {
	case "Secretary", "secretary", "Secretaries", "secretaries", "Minister", "minister", "Ministers", "ministers":
		return true
	}
	return false
}

// passOn lets the name begin after token i.
func (t *Tagger) passOn(i int) { t.labels[i], t.labels[i+1] = Outside, BeginPerson }
