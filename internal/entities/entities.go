// Package entities looks up the people, organizations and places of a pipeline
// by their names, and counts them.
package entities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/text/unicode/norm"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Entity is one that MENTIONS has pointers of.
type Entity struct {
	Type schema.EntityType `json:"type"`
	ID   string            `json:"id"`
	// Name is the one in its newest pointer.
	Name string `json:"name"`
	// Mentions is how many pointers there are, the newest 10,000 at most.
	Mentions uint64 `json:"mentions"`
}

// Subject is where its pointers are.
func (e Entity) Subject(root schema.Root) string {
	return root.Mention(schema.Entity{ID: e.ID, Type: e.Type})
}

// Filter is the filter of the pointers of a type, or of all types when it is
// empty, and of one id, or of all.
func Filter(root schema.Root, t schema.EntityType, id string) string {
	tokens := []string{string(root), "mention", "*", "*"}
	if t != "" {
		tokens[2] = schema.Token(string(t))
	}
	if id != "" {
		tokens[3] = schema.Token(id)
	}
	return strings.Join(tokens, ".")
}

// maxFound bounds what Find returns of a text.
const maxFound = 20

// Find looks for the entities that each of the texts names: by their id (a
// Wikidata id such as Q159 among them), else by their whole name, else by words of
// it, whatever the case. A type that is not empty leaves out the others. The
// entities with most mentions come first, 20 at most.
//
// For names it reads the newest pointer of every entity once, so it is linear in
// the number of entities; memory does not grow with that.
func Find(ctx context.Context, b *bus.Bus, t schema.EntityType, texts ...string) ([][]Entity, error) {
	all := make([]search, len(texts))
	for i, text := range texts {
		all[i].Matcher = NewMatcher(text)
	}
	options := bus.ReadOptions{Stream: schema.StreamMentions, Filters: filters(b.Root(), t, all), LastOnly: true}
	for d, err := range b.Read(ctx, options) {
		if err != nil {
			return nil, fmt.Errorf("look for entities: %w", err)
		}
		if e, ok := Of(d); ok {
			for i := range all {
				all[i].take(e)
			}
		}
	}
	found := make([][]Entity, len(all))
	for i, s := range all {
		found[i] = s.whole
		if len(s.whole) == 0 {
			found[i] = s.part
		}
		if err := count(ctx, b, found[i]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// filters are those of the entities themselves when all are named by their ids.
func filters(root schema.Root, t schema.EntityType, all []search) []string {
	var ids []string
	for _, s := range all {
		if !s.isWikidata() {
			return []string{Filter(root, t, "")}
		}
		ids = append(ids, Filter(root, t, s.id))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// search is what was found of a text.
type search struct {
	Matcher
	whole, part []Entity
}

func (s *search) take(e Entity) {
	switch {
	case s.Is(e):
		s.whole = add(s.whole, e)
	case len(s.whole) == 0 && s.IsPart(e):
		s.part = add(s.part, e)
	}
}

// add adds an entity, in the place of the oldest when there are too many.
func add(all []Entity, e Entity) []Entity {
	if len(all) == maxFound {
		all = slices.Delete(all, 0, 1)
	}
	return append(all, e)
}

// Of is the entity that a pointer is of. The first pointers that were made tell
// no type and no name: those are made of the subject and the id.
func Of(d bus.Delivery) (Entity, bool) {
	p, err := bus.Decode[schema.Pointer](d)
	tokens := strings.Split(d.Subject, ".")
	if err != nil || len(tokens) < 2 {
		return Entity{}, false
	}
	e := Entity{Type: p.Type, ID: p.EntityID, Name: p.Name}
	if e.Type == "" {
		e.Type = schema.EntityType(tokens[len(tokens)-2])
	}
	if e.Name == "" {
		e.Name = strings.ReplaceAll(e.ID, "_", " ")
	}
	return e, true
}

// count looks up how many pointers entities have, and sorts by that.
func count(ctx context.Context, b *bus.Bus, all []Entity) error {
	if len(all) == 0 {
		return nil
	}
	name := b.Root().Stream(schema.StreamMentions)
	stream, err := b.JetStream().Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	for i, e := range all {
		subject := e.Subject(b.Root())
		info, err := stream.Info(ctx, jetstream.WithSubjectFilter(subject))
		if err != nil {
			return fmt.Errorf("stream %s: %w", name, err)
		}
		all[i].Mentions = info.State.Subjects[subject]
	}
	slices.SortFunc(all, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Type, b.Type))
	})
	return nil
}

// Matcher tells which entities a text names.
type Matcher struct {
	text, id string
	words    []string
}

// NewMatcher is a matcher of a text: an id or a name.
func NewMatcher(text string) Matcher {
	folded := fold(text)
	return Matcher{text: folded, id: schema.Token(strings.TrimSpace(text)), words: strings.Fields(folded)}
}

func (m Matcher) isWikidata() bool {
	digits, ok := strings.CutPrefix(m.id, "q")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// Is reports whether the text is the id or the whole name of an entity.
func (m Matcher) Is(e Entity) bool {
	return schema.Token(e.ID) == m.id || m.text != "" && fold(e.Name) == m.text
}

// IsPart reports whether the words of the text are words of its name.
func (m Matcher) IsPart(e Entity) bool {
	if len(m.words) == 0 {
		return false
	}
	in := strings.Fields(fold(e.Name))
	for _, word := range m.words {
		if !slices.Contains(in, word) {
			return false
		}
	}
	return true
}

// fold makes names comparable: in lower case, composed, with single spaces.
func fold(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(name))), " ")
}
