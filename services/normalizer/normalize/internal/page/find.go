package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

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

	all        int // bytes of prose of the page
	teasers    map[int32]bool
	masked     []bool // by block: the page's data has it as text of the article
	headline   int    // the block that is the headline; none when there is none
	root       int32
	standfirst string
	rules      []string
}

// mostOf is the share of a page's prose that its article has at least.
const mostOf = 0.66

func newFinder(facts *facts, blocks []block, aside func(*node) string) *finder {
	t := facts.tree
	n := len(t.nodes)
	f := &finder{tree: t, blocks: blocks, facts: facts, aside: make([]string, n), prose: make([]int, n), size: make([]int, n), linked: make([]int, n), headline: none}
	for i := range t.nodes {
		if !t.nodes[i].isText {
			f.aside[i] = aside(&t.nodes[i])
		}
	}
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
	f.weigh()
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
		if f.aside[i] != "" && f.isMain(all[i], all[0], f.aside[i], held[int32(i)], bodies[i]) {
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
// article, by its share of the prose, whether it holds the headline or a body, and
// how often its rule is wrong.
func (f *finder) isMain(part, all int, rule string, headline, body bool) bool {
	quarter, much, most := part*4 >= all, part*5 >= all*2, part*4 >= all*3
	switch rule {
	case "comments":
		return much && headline
	case "sidebar", "date", "author", "tags", "poll", "shop", "dialog", "hidden":
		return quarter && (headline || body) || much
	case "navigation", "footer":
		return most || much && headline
	}
	return most || quarter && body || much && headline
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

// findTeasers finds the pointers to other articles: elements of few lines, one of
// them a headline that is a link, that stand together, three at least.
func (f *finder) findTeasers() {
	const (
		longest = 700 // bytes of a teaser
		fewest  = 3
	)
	f.teasers = map[int32]bool{}
	pointers := map[int32]bool{}
	for i := range f.blocks {
		b := &f.blocks[i]
		if len(b.text) < 15 || b.linked*10 < len(b.text)*9 || !(b.kind == Heading || f.nodes[b.in].tag != atom.P) {
			continue
		}
		at := b.in
		for at > 0 && f.size[f.nodes[at].parent] <= longest {
			at = f.nodes[at].parent
		}
		if f.size[at] > len(b.text) {
			pointers[at] = true
		}
	}
	lists := map[int32]int{}
	for at := range pointers {
		lists[f.nodes[at].parent]++
	}
	sentences := f.sentences()
	for at := range pointers {
		f.teasers[at] = lists[f.nodes[at].parent] >= fewest && sentences[at] <= 1
	}
}

// sentences are the numbers of blocks of prose in each node.
func (f *finder) sentences() []int {
	n := make([]int, len(f.nodes))
	for i := range f.blocks {
		if b := &f.blocks[i]; isProse(b) && b.linked*2 < len(b.text) {
			n[b.in]++
		}
	}
	f.sum(n)
	return n
}

// find fills root with the element that holds the article: around what the page's
// data has as its text, else the smallest that holds most of the page's prose.
func (f *finder) find() {
	f.findProse()
	found := f.root
	if f.root = 0; !f.findMasked(f.prose[found]) {
		f.root = found
	}
	f.widen()
}

// findMasked fills root with the smallest element around the blocks that are in
// the text of the page's data, if they are most of it. A short text beside much
// prose is only the start of the article.
func (f *finder) findMasked(prose int) bool {
	m := newMask(f.facts.data.text("articleBody"))
	if m == nil {
		return false
	}
	masked, size, common := make([]bool, len(f.blocks)), 0, int32(none)
	for i := range f.blocks {
		b := &f.blocks[i]
		if b.linked*2 > len(b.text) || b.caption || !m.covers(b.text) {
			continue
		}
		masked[i] = true
		size += len(b.text)
		if common = b.in; size > len(b.text) {
			common = f.around(f.root, b.in)
		}
		f.root = common
	}
	if size*5 < len(m.raw)*3 || size < teaser && size*2 < prose {
		return false
	}
	f.masked = masked
	return true
}

// teaser is the bytes below which a text may be only the start of one.
const teaser = 2000

// around is the smallest element around two.
func (f *finder) around(a, b int32) int32 {
	for a > 0 && (b < a || b >= f.nodes[a].end) {
		a = f.nodes[a].parent
	}
	return a
}

// findProse fills root with the smallest element that holds most of the page's
// prose.
func (f *finder) findProse() {
	for at := int32(0); ; {
		f.root = at
		best := int32(none)
		for i := at + 1; i < f.nodes[at].end; i = f.nodes[i].end {
			if f.aside[i] == "" && !f.teasers[i] && (best == none || f.prose[i] > f.prose[best]) {
				best = i
			}
		}
		if best == none || f.prose[best] == 0 || float64(f.prose[best]) < mostOf*float64(f.prose[0]) {
			break
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

// sift says of each block why it is left out.
func (f *finder) sift() {
	for i := range f.blocks {
		b := &f.blocks[i]
		b.drop = f.why(i, b)
	}
	f.cutComments()
	f.cutUnmasked()
	f.findStandfirst()
	f.trim()
	f.dropLoneHeadings()
}

// findHeadline finds the block that is the headline: the last that says so before
// the article's text begins, else the first.
func (f *finder) findHeadline() {
	for _, headline := range f.facts.headlines() {
		for i := range f.blocks {
			b := &f.blocks[i]
			if b.kind == Heading && same(b.text, headline) {
				f.headline = i
				return
			}
		}
	}
	for i := range f.blocks {
		if f.blocks[i].rank == 1 {
			f.headline = i
			return
		}
	}
}

// why is the rule by which a block is left out; empty when it is kept.
func (f *finder) why(at int, b *block) string {
	if b.at < f.root || b.at >= f.nodes[f.root].end {
		return "outside"
	}
	if b.caption {
		return "caption"
	}
	for i := b.in; i > f.root && (f.masked == nil || !f.masked[at]); i = f.nodes[i].parent {
		if f.aside[i] != "" && f.size[i]*2 < f.size[f.root] {
			return f.aside[i]
		}
		if f.linked[i]*2 > f.size[i] && f.size[i] > len(b.text) {
			return "links"
		}
		if f.teasers[i] {
			return "teasers"
		}
	}
	if f.isHeadline(at, b) {
		return "headline"
	}
	if at < f.headline && f.proseBetween(0, f.headline)*5 < f.prose[f.root] {
		return "above_headline"
	}
	return noText(b)
}

func (f *finder) proseBetween(from, to int) int {
	sum := 0
	for i := from; i < to; i++ {
		if b := &f.blocks[i]; b.at >= f.root && b.at < f.nodes[f.root].end {
			sum += prose(b)
		}
	}
	return sum
}

// isHeadline reports whether a block near the start of the article repeats its
// headline.
func (f *finder) isHeadline(at int, b *block) bool {
	if at == f.headline {
		return true
	}
	if f.headline != none && at > f.headline && f.proseBetween(f.headline, at) > 1000 {
		return false
	}
	return slices.ContainsFunc(f.facts.headlines(), func(headline string) bool { return same(b.text, headline) })
}

// same reports whether two texts say the same words.
func same(a, b string) bool { return a != "" && text.FoldsTo(a, text.Fold(b)) }

// cutComments leaves out what stands below a line of comments.
func (f *finder) cutComments() {
	kept := 0
	for i := range f.blocks {
		if f.blocks[i].drop == "" {
			kept++
		}
		if f.blocks[i].drop != "comments" || kept == 0 || f.blocks[i].kind != Heading {
			continue
		}
		for j := i; j < len(f.blocks); j++ {
			if f.blocks[j].drop == "" {
				f.blocks[j].drop = "comments"
			}
		}
	}
}

// cutUnmasked leaves out what stands below the last block that is in the text of
// the page's data, when that text does not end before the article does.
func (f *finder) cutUnmasked() {
	last, before, after := none, 0, 0
	for i := range f.blocks {
		b := &f.blocks[i]
		switch {
		case f.masked == nil || b.drop != "":
		case f.masked[i]:
			last, before, after = i, before+after+len(b.text), 0
		default:
			after += len(b.text)
		}
	}
	if last == none || after*2 > before {
		return
	}
	for i := last + 1; i < len(f.blocks); i++ {
		if f.blocks[i].drop == "" {
			f.blocks[i].drop = "below_text"
		}
	}
}

// trim leaves out the short lines above the first block of prose, such as
// bylines and dates, and those below the last.
func (f *finder) trim() {
	first, last, total := none, none, 0
	for i := range f.blocks {
		if b := &f.blocks[i]; b.drop == "" {
			total += len(b.text)
			if isProse(b) {
				last = i
				if first == none {
					first = i
				}
			}
		}
	}
	if first == none {
		return
	}
	for i := range f.blocks {
		b := &f.blocks[i]
		switch {
		case b.drop != "" || i == first || i == last:
		case i < first:
			b.drop = "above_text"
		case i > last && b.kind == Paragraph && !endsSentence(b.text):
			b.drop = "below_text"
		}
	}
}

// isProse reports whether a block is a sentence at least.
func isProse(b *block) bool {
	const enough = 80 // letters of a line without an end
	return b.kind != Heading && b.kind != Row && (prose(b) > 0 && utf8.RuneCountInString(b.text) > enough || endsSentence(b.text))
}

func endsSentence(s string) bool { return text.WholeSentences(s) != "" }

// dropLoneHeadings leaves out headings at the end.
func (f *finder) dropLoneHeadings() {
	for i := len(f.blocks) - 1; i >= 0; i-- {
		switch b := &f.blocks[i]; {
		case b.drop != "":
		case b.kind == Heading:
			b.drop = "heading_alone"
		default:
			return
		}
	}
}

// findStandfirst finds the line between headline and body that the page gives as
// its own description, or that is named so.
func (f *finder) findStandfirst() {
	start := max(f.headline, 0)
	firstKept, kept := len(f.blocks), 0
	for i := range f.blocks {
		if f.blocks[i].drop == "" {
			firstKept = i
			break
		}
	}
	descriptions := f.facts.descriptions()
	for i := start; i < len(f.blocks) && kept < 3; i++ {
		b := &f.blocks[i]
		if b.drop == "" {
			kept++
		}
		if i == f.headline || b.caption || f.isHeadline(i, b) {
			continue
		}
		if n := f.described(descriptions, i); n > 0 {
			f.take(f.blocks[i : i+n])
			return
		}
	}
	for i := start; i <= firstKept && i < len(f.blocks); i++ {
		b := &f.blocks[i]
		if i != f.headline && !b.caption && (b.drop == "" || b.drop == "outside") && len(b.text) > 40 && !f.isHeadline(i, b) && b.linked*2 < len(b.text) && f.standsFirst(b) {
			f.take(f.blocks[i : i+1])
			return
		}
	}
	if f.headline == none || firstKept == len(f.blocks) {
		return
	}
	if i := f.onlyLine(f.headline+1, firstKept); i != none {
		f.take(f.blocks[i : i+1])
	}
}

// onlyLine is the only line of prose between the headline and the article's first
// block; none when there are several.
func (f *finder) onlyLine(from, to int) int {
	const longest = 600
	only := none
	for i := from; i < to; i++ {
		b := &f.blocks[i]
		if b.drop != "outside" || b.caption || !isProse(b) || len(b.text) > longest || noText(b) != "" || f.isBeside(b) || f.isHeadline(i, b) {
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
// article.
func (f *finder) isBeside(b *block) bool {
	for i := b.in; i > 0; i = f.nodes[i].parent {
		if f.aside[i] != "" || f.linked[i]*2 > f.size[i] && f.size[i] < 2*len(b.text) {
			return true
		}
	}
	return false
}

func (f *finder) standsFirst(b *block) bool {
	for i, n := b.in, 0; i > 0 && n < 3; i, n = f.nodes[i].parent, n+1 {
		if isStandfirst(&f.nodes[i]) && f.size[i] < 1000 {
			return true
		}
	}
	return false
}

// maxStandfirst is how many blocks a standfirst has.
const maxStandfirst = 6

// described is how many blocks from one on are one of the descriptions.
func (f *finder) described(descriptions []string, at int) int {
	found := 0
	for _, d := range descriptions {
		words := ""
		if alike(d, f.blocks[at].text) {
			found = max(found, 1)
		}
		if !strings.HasPrefix(text.Fold(d), text.Fold(f.blocks[at].text)) && !describes(d, f.blocks[at].text) {
			continue
		}
		for n := 1; n <= maxStandfirst && at+n <= len(f.blocks) && len(words) <= len(d); n++ {
			words += " " + f.blocks[at+n-1].text
			if describes(d, words) {
				found = max(found, n)
			}
		}
	}
	return found
}

func (f *finder) take(blocks []block) {
	var texts []string
	for i := range blocks {
		texts = append(texts, blocks[i].text)
		blocks[i].drop = "standfirst"
	}
	f.standfirst = strings.Join(texts, " ")
}

// describes reports whether a description is a block, whole or cut off.
func describes(description, block string) bool {
	const shortest = 30 // folded bytes
	whole, cut := text.Uncut(description)
	d, b := text.Fold(whole), text.Fold(block)
	if len(d) < shortest || len(b) < shortest {
		return false
	}
	if d == b {
		return true
	}
	return strings.HasPrefix(b, d) && (cut || len(d)*2 > len(b)) || strings.HasPrefix(d, b) && len(b)*3 > len(d)*2
}

// alike reports whether most words of each of two lines are in the other.
func alike(a, b string) bool {
	const most = 0.8
	words := map[string]int{}
	of := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	}
	first, second := of(a), of(b)
	for _, w := range first {
		words[w]++
	}
	const fewest = 6
	if min(len(first), len(second)) < fewest {
		return false
	}
	common := 0.0
	for _, w := range second {
		if words[w] > 0 {
			words[w]--
			common++
		}
	}
	return common >= most*float64(len(first)) && common >= most*float64(len(second))
}
