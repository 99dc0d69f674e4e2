package page

import "golang.org/x/net/html/atom"

// findTeasers finds the pointers to other articles: elements of few lines, one of
// them a headline that is a link, that stand together, three at least.
func (f *finder) findTeasers() {
	const (
		longest = 700 // bytes of a teaser
		fewest  = 3
	)
	titles := f.count(f.isLinkedTitle)
	f.teasers = map[int32]bool{}
	pointers := map[int32]bool{}
	for i := range f.blocks {
		b := &f.blocks[i]
		if !f.isLinkedTitle(b) {
			continue
		}
		at := b.in
		for p := f.nodes[at].parent; p > 0 && titles[p] < fewest && f.size[p] <= longest; p = f.nodes[at].parent {
			at = p
		}
		if f.size[at] > len(b.text) {
			pointers[at] = true
		}
	}
	lists := map[int32]int{}
	for at := range pointers {
		lists[f.nodes[at].parent]++
	}
	sentences := f.count(func(b *block) bool { return isProse(b) && b.linked*2 < len(b.text) })
	for at := range pointers {
		f.teasers[at] = lists[f.nodes[at].parent] >= fewest && sentences[at] <= 1
	}
}

// isLinkedTitle reports whether a block may be a headline that leads to its
// article: a heading, or a line that is neither a paragraph nor an item of a list.
func (f *finder) isLinkedTitle(b *block) bool {
	const shortest = 15 // bytes
	if len(b.text) < shortest || b.linked*10 < len(b.text)*9 {
		return false
	}
	switch f.nodes[b.in].tag {
	case atom.P, atom.Li, atom.Dt, atom.Dd, atom.Td, atom.Th, atom.Tr:
		return false
	}
	return true
}

// count is, by node, how many of the blocks in it are of a kind.
func (f *finder) count(is func(*block) bool) []int {
	n := make([]int, len(f.nodes))
	for i := range f.blocks {
		if b := &f.blocks[i]; is(b) {
			n[b.in]++
		}
	}
	f.sum(n)
	return n
}
