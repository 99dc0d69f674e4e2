package entities

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Count is how much an entity was in the news.
type Count struct {
	Type schema.EntityType `json:"type"`
	ID   string            `json:"id"`
	Name string            `json:"name"`
	// Articles are those that name it, each counted once whatever its revisions.
	Articles int `json:"articles"`
	// Salience is the sum of its salience in them.
	Salience float64 `json:"salience"`
}

// Article is what a counter needs of an enriched article: decoding no more of it
// is cheaper.
type Article struct {
	ID       string  `json:"id"`
	Entities []Named `json:"entities"`
}

// Named is an entity of an article.
type Named struct {
	ID       string            `json:"id"`
	Type     schema.EntityType `json:"type"`
	Name     string            `json:"name"`
	Salience float64           `json:"salience"`
}

// The bounds of a counter's memory: some 40 MB and some 40 MB.
const (
	maxEntities = 200_000
	maxArticles = 1_000_000
)

// Counter counts entities in bounded memory. Its counts are exact as long as there
// are no more than 200,000 entities, and no article is revised after a million
// others.
type Counter struct {
	Type schema.EntityType // the one that is counted, all when empty

	entities, articles int // bounds
	seed               maphash.Seed
	counts             map[key]*Count
	seen, before       map[uint64]struct{} // articles, of this generation and the last
	read               int
	short              int
}

type key struct {
	t  schema.EntityType
	id string
}

// NewCounter is a counter of entities of a type, of all when it is empty.
func NewCounter(t schema.EntityType) *Counter {
	return &Counter{
		Type: t, entities: maxEntities, articles: maxArticles,
		seed: maphash.MakeSeed(), counts: map[key]*Count{}, seen: map[uint64]struct{}{},
	}
}

// Add counts the entities of an article, unless it was counted already.
func (c *Counter) Add(a Article) {
	if !c.first(a.ID) {
		return
	}
	c.read++
	for _, e := range a.Entities {
		if c.Type != "" && e.Type != c.Type {
			continue
		}
		k := key{e.Type, e.ID}
		n := c.counts[k]
		if n == nil {
			c.prune()
			n = &Count{Type: e.Type, ID: e.ID}
			c.counts[k] = n
		}
		n.Name = e.Name
		n.Articles++
		n.Salience += e.Salience
	}
}

// first reports whether an article comes for the first time, as far as is
// remembered.
func (c *Counter) first(id string) bool {
	h := maphash.String(c.seed, id)
	if _, ok := c.seen[h]; ok {
		return false
	}
	if _, ok := c.before[h]; ok {
		return false
	}
	if len(c.seen) >= c.articles/2 {
		c.before, c.seen = c.seen, map[uint64]struct{}{}
	}
	c.seen[h] = struct{}{}
	return true
}

// prune drops the half of the entities that were in the fewest articles, when
// there are too many. What comes again then has lost at most so many as any that
// was dropped.
func (c *Counter) prune() {
	if len(c.counts) < c.entities {
		return
	}
	numbers := make([]int, 0, len(c.counts))
	for _, n := range c.counts {
		numbers = append(numbers, n.Articles)
	}
	slices.Sort(numbers)
	limit := numbers[len(numbers)/2]
	for k, n := range c.counts {
		if n.Articles <= limit {
			delete(c.counts, k)
		}
	}
	c.short += limit
}

// Articles is how many articles were counted.
func (c *Counter) Articles() int { return c.read }

// Short is by how many articles a count may be too low, 0 when all are exact.
func (c *Counter) Short() int { return c.short }

// Top are the n entities that are in most articles, by salience where those are
// as many.
func (c *Counter) Top(n int) []Count {
	all := make([]Count, 0, len(c.counts))
	for _, count := range c.counts {
		all = append(all, *count)
	}
	slices.SortFunc(all, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Articles, a.Articles), cmp.Compare(b.Salience, a.Salience), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Type, b.Type))
	})
	return all[:min(n, len(all))]
}
