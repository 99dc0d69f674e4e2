package page

import (
	"slices"
	"strings"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// The bounds of a standfirst.
const (
	maxStandfirst   = 6    // blocks
	minStandfirst   = 40   // bytes of one that is known by its name or place
	longStandfirst  = 600  // bytes of one that is known by its place
	nearStandfirst  = 3    // blocks of the article in which one is looked for
	maxBefore       = 200  // blocks below the headline among which one is looked for
	maxNamedAround  = 1000 // bytes of an element that is named one
	minDescription  = 30   // folded bytes
	minAlike        = 6    // words
	alikeStandfirst = 0.8
)

// findStandfirst finds the lines between headline and body: those that the page
// gives as its own description, else what is named so, else the one line of prose
// that stands there.
func (f *finder) findStandfirst() {
	first := slices.IndexFunc(f.blocks, func(b block) bool { return b.drop == "" })
	if first == none || f.takeDescribed() || f.takeNamed(first) || f.headline == none {
		return
	}
	if i := f.onlyLine(f.headline+1, first); i != none {
		f.take(i, 1)
	}
}

// mayStandFirst reports whether a block is neither a caption nor the headline.
func (f *finder) mayStandFirst(i int) bool {
	return !f.blocks[i].caption && !f.isHeadline(i, &f.blocks[i])
}

// takeDescribed takes the blocks near the start that are one of the descriptions.
func (f *finder) takeDescribed() bool {
	kept, start := 0, max(f.headline, 0)
	for i := start; i < min(len(f.blocks), start+maxBefore) && kept < nearStandfirst; i++ {
		if f.blocks[i].drop == "" {
			kept++
		}
		if !f.mayStandFirst(i) {
			continue
		}
		if n := f.described(i); n > 0 {
			f.take(i, n)
			return true
		}
	}
	return false
}

// described is how many blocks from one on are one of the descriptions.
func (f *finder) described(at int) int {
	found := 0
	opening := f.blocks[at].text
	for _, d := range f.facts.summaries {
		if alike(d, opening) || describes(d, opening) {
			found = max(found, 1)
		}
		words, whole := opening, text.Fold(d)
		for n := 2; n <= maxStandfirst && at+n <= len(f.blocks) && strings.HasPrefix(whole, text.Fold(words)); n++ {
			words += " " + f.blocks[at+n-1].text
			if folded := text.Fold(words); strings.HasPrefix(whole, folded) && len(folded)*3 > len(whole)*2 {
				found = max(found, n)
			}
		}
	}
	return found
}

// takeNamed takes the block above the article's second that is named a standfirst.
func (f *finder) takeNamed(first int) bool {
	for i := max(f.headline, 0); i <= first; i++ {
		b := &f.blocks[i]
		if (b.drop == "" || b.drop == outside) && len(b.text) > minStandfirst && b.linked*2 < len(b.text) && f.mayStandFirst(i) && f.isNamed(b) {
			f.take(i, 1)
			return true
		}
	}
	return false
}

// isNamed reports whether an element near around a block is named a standfirst.
func (f *finder) isNamed(b *block) bool {
	const reach = 3
	for i, n := b.in, 0; i > 0 && n < reach; i, n = f.nodes[i].parent, n+1 {
		if isStandfirst(&f.nodes[i]) && f.size[i] < maxNamedAround {
			return true
		}
	}
	return false
}

// onlyLine is the only line of prose among blocks outside of the article; none
// when there are several.
func (f *finder) onlyLine(from, to int) int {
	only := none
	for i := from; i < to; i++ {
		b := &f.blocks[i]
		if b.drop != outside || !isProse(b) || len(b.text) > longStandfirst || !f.mayStandFirst(i) || noText(b) != "" || f.isBeside(b) {
			continue
		}
		if only != none {
			return none
		}
		only = i
	}
	return only
}

// isBeside reports whether an element around a block is named as beside the
// article, or is a link.
func (f *finder) isBeside(b *block) bool {
	for i := b.in; i > 0; i = f.nodes[i].parent {
		if f.aside[i] != "" || f.linked[i]*2 > f.size[i] && f.size[i] < 2*len(b.text) {
			return true
		}
	}
	return false
}

// take makes blocks the standfirst.
func (f *finder) take(at, n int) {
	var texts []string
	for i := at; i < at+n; i++ {
		texts = append(texts, f.blocks[i].text)
		f.blocks[i].drop = standfirst
	}
	f.standfirst = strings.Join(texts, " ")
}

// describes reports whether a description is a text, whole or cut off.
func describes(description, lines string) bool {
	whole, cut := text.Uncut(description)
	d, b := text.Fold(whole), text.Fold(lines)
	switch {
	case len(d) < minDescription || len(b) < minDescription:
		return false
	case strings.HasPrefix(b, d):
		return cut || len(d)*2 > len(b)
	}
	return strings.HasPrefix(d, b) && len(b)*3 > len(d)*2
}

// alike reports whether most words of each of two lines are in the other.
func alike(a, b string) bool {
	if len(a) > 2*len(b) || len(b) > 2*len(a) {
		return false
	}
	counts, all, others, common := map[string]int{}, 0.0, 0.0, 0.0
	for word := range wordsOf(strings.ToLower(a)) {
		counts[word]++
		all++
	}
	for word := range wordsOf(strings.ToLower(b)) {
		others++
		if counts[word] > 0 {
			counts[word]--
			common++
		}
	}
	return min(all, others) >= minAlike && common >= alikeStandfirst*max(all, others)
}
