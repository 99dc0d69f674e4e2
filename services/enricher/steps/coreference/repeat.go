package coreference

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/fold"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// repeat is a form of a name that the text may repeat where no step has found it:
// in a headline in Title Case, say.
type repeat struct {
	node  int
	words []string // folded
	exact string   // how it must be written, if that matters
}

// repeats are forms by their first words.
type repeats map[string][]repeat

// maxRepeats is the most forms with one first word, minSurname the fewest bytes of
// one word that means a person.
const (
	maxRepeats = 4
	minSurname = 4
)

// addRepeats finds the names that the text repeats between the names that are
// found: full names, surnames of people who are named in full, acronyms.
func (d *document) addRepeats() {
	forms := d.repeated()
	if len(forms) == 0 {
		return
	}
	texts := reading.Texts(d.article)
	tokens := make([][]text.Token, len(texts))
	for i := range texts {
		tokens[i] = text.Tokenize(nil, texts[i].S)
		forms.dropWords(texts[i].S, tokens[i])
	}
	taken := d.taken()
	for i, t := range texts {
		s := search{d: d, t: t, tokens: tokens[i], taken: taken[place{t.Field, t.Index}], forms: forms}
		s.run()
	}
}

// place is where a text stands in the article.
type place struct {
	field schema.Field
	index int
}

// repeated are the forms to look for.
func (d *document) repeated() repeats {
	forms, places := repeats{}, d.places()
	for i := range d.nodes {
		n := &d.nodes[i]
		words := wordsOf(n.form)
		switch {
		case len(words) == 0 || d.ambiguous(n):
		case len(words) > 1:
			forms.add(repeat{node: i, words: words})
			if last := words[len(words)-1]; n.typ == schema.Person && d.unique(words) && !places[last] {
				forms.add(repeat{node: i, words: words[len(words)-1:]})
			}
		case isAcronym(n.name) && n.typ != schema.Person:
			forms.add(repeat{node: i, words: words, exact: n.name})
		}
	}
	return forms
}

// ambiguous reports whether a name means different things in different places.
func (d *document) ambiguous(n *node) bool { return n.typ == schema.Organization && isHead(n.form) }

// unique reports whether one person alone bears the surname that a name ends with,
// and whether it is one: Louis the German has none.
func (d *document) unique(words []string) bool {
	surname := words[len(words)-1]
	if len(surname) < minSurname || isSuffix(surname) || isCalendar(surname) || slices.ContainsFunc(words, isLink) {
		return false
	}
	b := d.people.last[surname]
	return b != nil && !b.several
}

func isLink(word string) bool { return word == "of" || word == "the" }

func isCalendar(word string) bool {
	switch word {
	case "april", "june", "july", "august", "january", "march", "friday", "sunday", "monday":
		return true
	}
	return false
}

func (f repeats) add(r repeat) {
	forms := f[r.words[0]]
	same := slices.ContainsFunc(forms, func(other repeat) bool { return slices.Equal(other.words, r.words) })
	if !same && len(forms) < maxRepeats {
		f[r.words[0]] = append(forms, r)
	}
}

// dropWords takes out the single words that the text also has in lower case.
func (f repeats) dropWords(s string, tokens []text.Token) {
	for _, t := range tokens {
		word := t.Of(s)
		if r, _ := utf8.DecodeRuneInString(word); t.Kind != text.Word || !unicode.IsLower(r) || len(word) > maxName {
			continue
		}
		if forms, ok := f[fold.String(word)]; ok {
			f[fold.String(word)] = slices.DeleteFunc(forms, func(r repeat) bool { return len(r.words) == 1 && r.exact == "" })
		}
	}
}

// taken are the spans that are names already, in order, by text.
func (d *document) taken() map[place][]schema.Mention {
	taken := map[place][]schema.Mention{}
	for i := range d.nodes {
		for _, m := range d.nodes[i].entity.Mentions {
			at := place{m.Field, m.Index}
			taken[at] = append(taken[at], m)
		}
	}
	for at, mentions := range taken {
		slices.SortFunc(mentions, reading.Compare)
		taken[at] = apart(mentions)
	}
	return taken
}

// apart makes one span of those that overlap.
func apart(mentions []schema.Mention) []schema.Mention {
	out := mentions[:0]
	for _, m := range mentions {
		if last := len(out) - 1; last >= 0 && m.Start < out[last].End {
			out[last].End = max(out[last].End, m.End)
			continue
		}
		out = append(out, m)
	}
	return out
}

// search looks for repeats in one text.
type search struct {
	d      *document
	t      reading.Text
	tokens []text.Token
	taken  []schema.Mention
	forms  repeats
	title  bool // capitals say nothing here
	upper  bool // all is in capitals
}

func (s *search) run() {
	s.casing()
	for i := 0; i < len(s.tokens); {
		if n := s.at(i); n > 0 {
			i += n
		} else {
			i++
		}
	}
}

// casing sees whether capitals make names.
func (s *search) casing() {
	words, small, mixed := 0, 0, 0
	for _, t := range s.tokens {
		word := t.Of(s.t.S)
		if t.Kind != text.Word || len(word) < 4 {
			continue
		}
		words++
		r, _ := utf8.DecodeRuneInString(word)
		if unicode.IsLower(r) {
			small++
		}
		if !inCapitals(word) {
			mixed++
		}
	}
	s.title, s.upper = words > 2 && small*10 <= words && !strings.HasSuffix(s.t.S, "."), words > 1 && mixed == 0
}

// at adds the longest form that begins with the token, and is how many tokens it
// has.
func (s *search) at(i int) int {
	if !s.isName(i) || s.isTaken(int(s.tokens[i].Start), int(s.tokens[i].End)) {
		return 0
	}
	best, size := repeat{}, 0
	for _, r := range s.forms[fold.String(s.word(i))] {
		if n := s.matches(i, &r); n > size {
			best, size = r, n
		}
	}
	if size == 0 || best.exact == "" && !s.alone(i, i+size) {
		return 0
	}
	start, end := int(s.tokens[i].Start), int(s.tokens[i+size-1].End)
	if s.isTaken(start, end) {
		return 0
	}
	s.d.repeatAt(best.node, schema.Mention{Field: s.t.Field, Index: s.t.Index, Start: start, End: end, Text: s.t.S[start:end]})
	return size
}

func (s *search) word(i int) string {
	if i < 0 || i >= len(s.tokens) || s.tokens[i].End-s.tokens[i].Start > maxName {
		return ""
	}
	return s.tokens[i].Of(s.t.S)
}

// isName reports whether the token is a word with a capital.
func (s *search) isName(i int) bool {
	r, _ := utf8.DecodeRuneInString(s.word(i))
	return i >= 0 && i < len(s.tokens) && s.tokens[i].Kind == text.Word && unicode.IsUpper(r)
}

// matches is how many tokens from i on are the form, or 0. Hyphens within it are
// passed over.
func (s *search) matches(i int, r *repeat) int {
	if r.exact != "" {
		if s.upper || s.word(i) != r.exact {
			return 0
		}
		return 1
	}
	at := i
	for k, word := range r.words {
		if k > 0 && s.word(at) == "-" && s.tokens[at].Glued {
			at++
		}
		if formOf(s.word(at)) != word {
			return 0
		}
		at++
	}
	return at - i
}

// alone reports whether tokens[from:to] are no part of another name: the words
// beside them are none, but titles and words that open sentences.
func (s *search) alone(from, to int) bool {
	if s.title || inCapitals(s.word(from)) {
		return true
	}
	if s.isName(to) && !s.isTaken(int(s.tokens[to].Start), int(s.tokens[to].End)) {
		return false
	}
	if !s.isName(from - 1) {
		return true
	}
	before := s.word(from - 1)
	_, title := honorific.Of(before)
	return title || isOpener(fold.String(before))
}

// isOpener reports whether a word before a name has its capital because a sentence
// begins.
func isOpener(word string) bool {
	switch word {
	case "the", "a", "an", "in", "on", "at", "of", "to", "by", "for", "from", "with", "and", "but", "or", "as", "if", "when", "while", "after",
		"before", "since", "that", "this", "then", "so", "yet", "both", "even", "says", "said", "what", "how", "why", "is", "was", "did", "has":
		return true
	}
	return false
}

// isTaken reports whether text[start:end] has part of a name that is found.
func (s *search) isTaken(start, end int) bool {
	at, _ := slices.BinarySearchFunc(s.taken, start, func(m schema.Mention, start int) int {
		if m.End <= start {
			return -1
		}
		return 1
	})
	return at < len(s.taken) && s.taken[at].Start < end
}

// repeatAt adds a mention of what a node names.
func (d *document) repeatAt(i int, m schema.Mention) {
	n := d.nodes[i]
	n.entity = &schema.Entity{Type: n.typ, Name: m.Text, Mentions: []schema.Mention{m}}
	n.name, n.parent = strings.TrimSpace(clean(m.Text)), d.root(i)
	d.nodes = append(d.nodes, n)
}
