package coreference

import (
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

// joinAcronyms joins acronyms to the names that they are made of: one in brackets
// right after or before its name, or one of its initials.
func (d *document) joinAcronyms() {
	d.joinBracketed()
	d.joinInitials()
}

// joinBracketed joins "World Health Organization (WHO)" and "WHO (World Health
// Organization)".
func (d *document) joinBracketed() {
	for i := 0; i+1 < len(d.nodes); i++ {
		long, short := i, i+1
		if isAcronym(d.nodes[long].name) {
			long, short = short, long
		}
		if d.mayAbbreviate(short, long) && d.inBrackets(i, i+1) && explains(d.nodes[long].form, d.nodes[short].form) {
			d.join(long, short)
		}
	}
}

// mayAbbreviate reports whether the one is an acronym, and the other is a name of
// its type that is none.
func (d *document) mayAbbreviate(short, long int) bool {
	s, l := &d.nodes[short], &d.nodes[long]
	return s.typ == l.typ && s.typ != schema.Person && isAcronym(s.name) && !isAcronym(l.name)
}

// inBrackets reports whether node j stands in brackets right after node i.
func (d *document) inBrackets(i, j int) bool {
	a, b := d.nodes[i].entity.Mentions[0], d.nodes[j].entity.Mentions[0]
	text := reading.Of(d.article, a)
	if a.Field != b.Field || a.Index != b.Index || a.End < 0 || a.End > b.Start || b.End > len(text) || b.Start-a.End > 4 {
		return false
	}
	return strings.Trim(text[a.End:b.Start], " \u00a0\"“") == "(" && strings.HasPrefix(strings.TrimLeft(text[b.End:], " \"”"), ")")
}

// explains reports whether an acronym may be one of the name right beside it: a
// word of it begins with its first letter, and most of its letters are in it, in
// order.
func explains(long, acronym string) bool {
	if !strings.HasPrefix(long, acronym[:1]) && !strings.Contains(long, " "+acronym[:1]) {
		return false
	}
	found := 0
	for _, r := range acronym {
		if at := strings.IndexRune(long, r); at >= 0 {
			found++
			long = long[at+utf8.RuneLen(r):]
		}
	}
	return 2*found > len(acronym)
}

// joinInitials joins acronyms to names with these initials, if the text has but
// one such name of that type.
func (d *document) joinInitials() {
	names := map[key]int{} // by initials; several have -1
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.typ == schema.Person || d.nodes[d.root(i)].form == n.form && d.root(i) != i {
			continue
		}
		for _, initials := range initialsOf(wordsOf(n.form)) {
			d.offer(names, key{n.typ, initials}, i)
		}
	}
	for i := range d.nodes {
		n := &d.nodes[i]
		if !mayBeInitials(n) {
			continue
		}
		if at, ok := names[key{n.typ, n.form}]; ok && at >= 0 {
			d.join(at, i)
		}
	}
}

// offer lets a short name mean node i, or nobody when it means another.
func (d *document) offer(names map[key]int, k key, i int) {
	at, ok := names[k]
	switch {
	case !ok:
		names[k] = i
	case at >= 0 && d.root(at) != d.root(i):
		names[k] = -1
	}
}

// minWordLike is the fewest letters of an acronym that is written like a word:
// Nato.
const minWordLike = 4

func mayBeInitials(n *node) bool {
	return n.typ != schema.Person && (isAcronym(n.name) || len(n.form) >= minWordLike && len(n.form) <= maxWords && !strings.Contains(n.form, " "))
}

// initialsOf are the first letters of the words, with and without the small ones.
func initialsOf(words []string) []string {
	if len(words) < 2 {
		return nil
	}
	var all, large strings.Builder
	for _, word := range words {
		r, _ := utf8.DecodeRuneInString(word)
		all.WriteRune(r)
		if !isSmall(word) {
			large.WriteRune(r)
		}
	}
	if all.Len() == large.Len() || large.Len() < 2 {
		return []string{all.String()}
	}
	return []string{all.String(), large.String()}
}
