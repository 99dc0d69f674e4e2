package page

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// finder finds the article among the blocks of a page.
type finder struct {
	*tree
	blocks []block
	facts  *facts
	aside  []string // by node: the rule by which it stands beside the article
	prose  []int    // by node: bytes of prose
	size   []int    // by node: bytes of text
	linked []int    // by node: bytes of text in links

	teasers map[int32]bool // elements that point to other articles

	all        int    // bytes of prose of the page
	headline   int    // the block that is the headline; none when there is none
	root       int32  // the element that holds the article
	masked     []bool // by block: the page's data has it as text of the article; nil without such data
	above      []int  // by block: bytes of the article's prose above it
	standfirst string
}

// mostOf is the share of a page's prose that its article has at least.
const mostOf = 0.66

// search finds the article of a page that is cut into blocks; aside has, by node,
// the rules by which elements are named as standing beside it. The blocks are
// marked with the rules by which they are left out.
func search(facts *facts, blocks []block, aside []string) *finder {
	f := newFinder(facts, blocks)
	f.aside = aside
	f.weigh()
	f.find()
	f.sift()
	return f
}

func newFinder(facts *facts, blocks []block) *finder {
	n := len(facts.nodes)
	f := &finder{tree: facts.tree, facts: facts, blocks: blocks, headline: none,
		prose: make([]int, n), size: make([]int, n), linked: make([]int, n), above: make([]int, len(blocks)+1)}
	for i := range blocks {
		b := &blocks[i]
		f.size[b.in] += len(b.text)
		f.linked[b.in] += b.linked
		f.prose[b.in] += prose(b)
	}
	f.sum(f.size)
	f.sum(f.linked)
	f.findHeadline()
	f.findTeasers()
	return f
}

// sum adds the figures of nodes to those around them.
func (f *finder) sum(figures []int) {
	for i := len(figures) - 1; i > 0; i-- {
		figures[f.nodes[i].parent] += figures[i]
	}
}

// weigh sums the prose of nodes, without that of those beside the article. What
// holds most of a page's prose is not beside it, whatever it is named; nor is what
// holds much of it and the headline, or an element that is named the body.
func (f *finder) weigh() {
	all := slices.Clone(f.prose)
	f.sum(all)
	f.all = all[0]
	held, bodies := f.holders(), make([]bool, len(all))
	for i := len(all) - 1; i > 0; i-- {
		n := &f.nodes[i]
		if f.aside[i] != "" && isMain(all[i], all[0], f.aside[i], held[int32(i)], bodies[i]) {
			f.aside[i] = ""
		}
		if f.aside[i] == "" {
			f.prose[n.parent] += f.prose[i]
		}
		if bodies[i] || all[i]*4 >= all[0] && isBody(n) {
			bodies[n.parent] = true
		}
	}
}

// isMain reports whether an element that is named as beside the article is the
// article, by its part of all prose, whether it holds the headline or a body, and
// how often its rule is wrong.
func isMain(part, all int, rule string, headline, body bool) bool {
	quarter, much, most := part*4 >= all, part*5 >= all*2, part*4 >= all*3
	if much && headline {
		return true
	}
	switch rule {
	case "comments":
		return false
	case "sidebar", "date", "author", "tags", "poll", "shop", "dialog", "hidden":
		return quarter && (headline || body) || much
	case "navigation", "footer":
		return most
	}
	return most || quarter && body
}

// holders are the elements around the headline.
func (f *finder) holders() map[int32]bool {
	held := map[int32]bool{}
	if f.headline == none {
		return held
	}
	for i := f.blocks[f.headline].in; i > 0; i = f.nodes[i].parent {
		held[i] = true
	}
	return held
}

// kept is the bytes of the blocks that are kept.
func (f *finder) kept() int {
	n := 0
	for i := range f.blocks {
		if f.blocks[i].drop == "" {
			n += len(f.blocks[i].text)
		}
	}
	return n
}

// prose is how much a block says that it is of an article: its bytes of text
// outside of links, when it is not short.
func prose(b *block) int {
	const shortest = 40 // letters
	size := len(b.text) - b.linked
	switch {
	case b.kind == Heading || b.kind == Row || b.caption || b.linked*2 > len(b.text), utf8.RuneCountInString(b.text) < shortest:
		return 0
	case b.kind == Item || !strings.ContainsAny(b.text, ".!?,;:。、！？।؟"):
		return size / 4
	}
	return size
}

// find fills root with the element that holds the article: around what the page's
// data has as its text, else the smallest that holds most of the page's prose.
func (f *finder) find() {
	f.root = f.mostProse()
	f.useMask()
	f.widen()
	for i := range f.blocks {
		f.above[i+1] = f.above[i]
		if b := &f.blocks[i]; f.isInside(b) {
			f.above[i+1] += prose(b)
		}
	}
}

// isInside reports whether a block stands in the element that holds the article.
func (f *finder) isInside(b *block) bool { return b.at >= f.root && b.at < f.nodes[f.root].end }

// mostProse is the smallest element that holds most of the page's prose.
func (f *finder) mostProse() int32 {
	for at := int32(0); ; {
		best := int32(none)
		for i := at + 1; i < f.nodes[at].end; i = f.nodes[i].end {
			if f.aside[i] == "" && !f.teasers[i] && (best == none || f.prose[i] > f.prose[best]) {
				best = i
			}
		}
		if best == none || f.prose[best] == 0 || float64(f.prose[best]) < mostOf*float64(f.prose[0]) {
			return at
		}
		at = best
	}
}

// widen goes up to the outermost element near that is named the body of the
// article.
func (f *finder) widen() {
	const reach = 6
	for i, n := f.root, 0; i > 0 && n < reach; i, n = f.nodes[i].parent, n+1 {
		if isBody(&f.nodes[i]) {
			f.root = i
		}
	}
}

// isProse reports whether a block is a sentence at least.
func isProse(b *block) bool {
	const enough = 80 // letters of a line without an end
	return b.kind != Heading && b.kind != Row && (prose(b) > 0 && utf8.RuneCountInString(b.text) > enough || endsSentence(b.text))
}

func endsSentence(s string) bool { return text.WholeSentences(s) != "" }
