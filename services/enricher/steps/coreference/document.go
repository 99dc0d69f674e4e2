package coreference

import (
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

// document is the names of one article while they are joined.
type document struct {
	article *schema.Article
	nodes   []node
	people  people
}

// node is an entity of the steps before: mostly one mention.
type node struct {
	entity *schema.Entity
	name   string // clean, without titles other than Queen and the like
	form   string
	typ    schema.EntityType
	title  honorific.Title // before it, or at the front of it
	parent int             // into nodes: another name of the same thing, or itself
}

// newDocument makes a node of each entity, in reading order.
func newDocument(e *schema.Enriched) *document {
	d := &document{article: &e.Article, nodes: make([]node, 0, len(e.Entities))}
	for i := range e.Entities {
		entity := &e.Entities[i]
		if len(entity.Mentions) == 0 {
			continue
		}
		slices.SortFunc(entity.Mentions, reading.Compare)
		d.nodes = append(d.nodes, d.nodeOf(entity))
	}
	slices.SortStableFunc(d.nodes, func(a, b node) int {
		return reading.Compare(a.entity.Mentions[0], b.entity.Mentions[0])
	})
	for i := range d.nodes {
		d.nodes[i].parent = i
	}
	return d
}

func (d *document) nodeOf(entity *schema.Entity) node {
	first := entity.Mentions[0]
	n := node{entity: entity, name: clean(entity.Name), typ: entity.Type}
	if n.name == "" {
		n.name = clean(first.Text)
	}
	if n.typ == schema.Person && len(n.name) <= maxName {
		if text := reading.Of(d.article, first); first.Start > 0 && first.Start <= len(text) {
			n.title, _ = honorific.Before(text, first.Start)
		}
		if rest, title, ok := honorific.Cut(n.name); ok {
			if n.title = title; !title.Regnal {
				n.name = rest
			}
		}
		n.name = withoutAffiliation(n.name)
	}
	n.form = formOf(n.name)
	return n
}

// root is the first node of the thing that node i names.
func (d *document) root(i int) int {
	for d.nodes[i].parent != i {
		d.nodes[i].parent = d.nodes[d.nodes[i].parent].parent
		i = d.nodes[i].parent
	}
	return i
}

// join says that two nodes name one thing.
func (d *document) join(i, j int) {
	i, j = d.root(i), d.root(j)
	d.nodes[max(i, j)].parent = min(i, j)
}

// key is a name as one of a type.
type key struct {
	typ  schema.EntityType
	form string
}

// joinForms joins names that are the same. Those of people and heads of
// organizations are joined by who is meant; see joinPeople and joinHeads.
func (d *document) joinForms() {
	first := make(map[key]int, len(d.nodes))
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.typ == schema.Person && len(n.name) <= maxName || n.typ == schema.Organization && isHead(n.form) {
			continue
		}
		k := key{n.typ, n.form}
		if at, ok := first[k]; ok {
			d.join(at, i)
		} else {
			first[k] = i
		}
	}
}
