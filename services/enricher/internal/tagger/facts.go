package tagger

import "github.com/dateline-news/dateline/services/enricher/internal/text"

// fact is a set of what an article says about a word in places where a capital
// makes a name.
type fact uint32

const (
	seenSmall     fact = 1 << iota // it is there in lower case
	seenNamed                      // it is there as a name
	afterTitle                     // Mr ...
	afterFirst                     // after a first name
	beforeOrg                      // in a name that ends in Inc
	beforeSpeech                   // ... said
	afterIn                        // in ...
	afterThe                       // the ...
	beforeClitic                   // ...’s
	alone                          // a name of one word
	isFirstOfMany                  // a name's first word
	isLastOfMany                   // a name's last word
	runFirstName                   // in a name that begins with a first name
	runCountry                     // in a name that begins with a country
	facts         = 14
)

func (t *Tagger) note(lowerID int32, f fact) {
	for int(lowerID) >= len(t.facts) {
		t.facts = append(t.facts, 0)
	}
	if t.facts[lowerID] == 0 {
		t.noted = append(t.noted, lowerID)
	}
	t.facts[lowerID] |= f
}

func (t *Tagger) forgetFacts() {
	for _, id := range t.noted {
		t.facts[id] = 0
	}
	t.noted = t.noted[:0]
}

func (t *Tagger) factsOf(f *form) fact {
	if int(f.lowerID) >= len(t.facts) {
		return 0
	}
	return t.facts[f.lowerID]
}

// run is a stretch of words that may be one name: tokens [from, to).
type run struct {
	from, to int
	scored   [2]bool
	scores   [2]vector // for the first token, and for those after it
}

// maxRun is the most tokens of a run.
const maxRun = 12

// findRuns finds the runs of a sentence, where capitals make names.
func (t *Tagger) findRuns(s text.Sentence) {
	if s.From == s.To || t.modes[s.From] >= titleCase {
		return
	}
	for i := s.From; i < s.To; i++ {
		if !t.named(i) {
			continue
		}
		to := t.runEnd(i, s.To)
		t.runs = append(t.runs, run{from: i, to: to})
		for j := i; j < to; j++ {
			t.runOf[j] = int32(len(t.runs))
		}
		t.noteRun(s, i, to)
		i = to - 1
	}
}

func (t *Tagger) named(i int) bool { return t.cache.forms[t.forms[i]].casing.named() }

// runEnd is the end of the run that begins at i.
func (t *Tagger) runEnd(i, end int) int {
	end = min(end, i+maxRun)
	to := i + 1
	for to < end {
		switch {
		case t.named(to):
			to++
		case to+1 < end && t.named(to+1) && t.connects(to):
			to += 2
		default:
			return to
		}
	}
	return to
}

// connects reports whether token i may stand inside a name: a hyphen, &, of.
func (t *Tagger) connects(i int) bool {
	f := &t.cache.forms[t.forms[i]]
	switch string(t.cache.bytes[f.start:f.end]) {
	case "-":
		return t.tokens[i].Glued
	case "&", "of":
		return true
	}
	return false
}

// noteRun notes what the place of a run says about its words.
func (t *Tagger) noteRun(s text.Sentence, from, to int) {
	var all fact
	if t.modes[from] == first && to == from+1 {
		return // a capital that the sentence asks for
	}
	all = t.around(s, from, to)
	head := t.form(from)
	if head.class&FirstName != 0 && to > from+1 {
		all |= runFirstName
	}
	if head.class&Country != 0 && to > from+1 {
		all |= runCountry
	}
	if t.form(to-1).class&OrgWord != 0 {
		all |= beforeOrg
	}
	for i := from; i < to; i++ {
		f := t.form(i)
		own := all | seenNamed
		switch {
		case to == from+1:
			own |= alone
		case i == from:
			own |= isFirstOfMany
		case i == to-1:
			own |= isLastOfMany
		}
		if i > from && t.form(i-1).class&(FirstName|PersonTitle) == FirstName {
			own |= afterFirst
		}
		if i > from && t.form(i-1).class&PersonTitle != 0 {
			own |= afterTitle
		}
		t.note(f.lowerID, own)
	}
}

// around is what stands before and after a run.
func (t *Tagger) around(s text.Sentence, from, to int) (all fact) {
	if from > s.From {
		f := t.form(from - 1)
		switch string(t.cache.bytes[f.start:f.end]) {
		case "in", "at", "from", "near", "across":
			all |= afterIn
		case "the", "The":
			all |= afterThe
		}
		if f.class&PersonTitle != 0 {
			all |= afterTitle
		}
	}
	if to < s.To {
		if f := t.form(to); f.casing == clitic {
			all |= beforeClitic
		} else if f.class&Speech != 0 {
			all |= beforeSpeech
		}
	}
	return all
}

func (t *Tagger) form(i int) *form { return &t.cache.forms[t.forms[i]] }

// findPhrase marks the longest name of several words of the lists that begins at
// token i.
func (t *Tagger) findPhrase(i, end int) {
	h, class, to := uint64(0), Class(0), i
	for j := i; j < min(end, i+maxPhrase); j++ {
		h = phrase(h, t.form(j).lower)
		c := t.model.classOf(h)
		if c&^more != 0 && j > i {
			class, to = c&^more, j+1
		}
		if c&more == 0 {
			break
		}
	}
	for j := i; j < to; j++ {
		t.phrases[j] = class
		if j > i {
			t.phrases[j] |= more
		}
	}
}
