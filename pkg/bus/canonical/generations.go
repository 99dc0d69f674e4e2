package canonical

// generationSize is how many copies are remembered at least, and half of how many
// at most: about 20 MB.
const generationSize = 100_000

// generations is a set of ids that forgets the oldest.
type generations struct{ young, old map[string]bool }

func newGenerations() generations {
	return generations{young: map[string]bool{}, old: map[string]bool{}}
}

func (g *generations) has(id string) bool { return g.young[id] || g.old[id] }

func (g *generations) add(id string) {
	if len(g.young) >= generationSize {
		g.young, g.old = map[string]bool{}, g.young
	}
	g.young[id] = true
}

func (g *generations) remove(id string) {
	delete(g.young, id)
	delete(g.old, id)
}
