package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dateline-news/dateline/internal/entities"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// checkMentions refuses flags of mentions where there are none.
func (c *tailCommand) checkMentions() error {
	if len(c.Entity) == 0 && c.Type == "" {
		return nil
	}
	if c.Kind != render.KindMentions {
		return boot.ConfigError(errors.New("--entity, --type: only mentions have entities"))
	}
	if c.Subject != "" {
		return boot.ConfigError(errors.New("--entity, --type: do not go with --subject"))
	}
	return nil
}

// awaiting says what becomes of an entity that nothing names.
func (c *tailCommand) awaiting() string {
	if c.NoFollow {
		return ""
	}
	return " yet; waiting for one that does"
}

// mentionChoice are the mentions that are wanted: all of a type, or those of some
// entities.
type mentionChoice struct {
	typ      schema.EntityType
	subjects []string           // of entities that are known
	awaited  []entities.Matcher // names that nothing has yet
}

// choose looks the entities up that the flags name.
func (c *tailCommand) choose(ctx context.Context, t terminal, b *bus.Bus) (mentionChoice, error) {
	choice := mentionChoice{typ: schema.EntityType(c.Type)}
	if len(c.Entity) == 0 {
		return choice, nil
	}
	found, err := findEntities(ctx, b, "--entity", c.Type, c.Entity...)
	if err != nil {
		return choice, err
	}
	for i, e := range found {
		if e == nil {
			fmt.Fprintf(t.Err, "dateline: no article names %q%s\n", render.Safe(c.Entity[i]), c.awaiting())
			choice.awaited = append(choice.awaited, entities.NewMatcher(c.Entity[i]))
			continue
		}
		choice.subjects = append(choice.subjects, e.Subject(b.Root()))
	}
	slices.Sort(choice.subjects)
	choice.subjects = slices.Compact(choice.subjects)
	return choice, nil
}

// maxFilters is how many entities the server is asked for one by one. It finds
// those of many in a long history slower than it can send all.
const maxFilters = 16

// filters are what the server is asked for. An entity that is waited for may come
// under any subject.
func (m mentionChoice) filters(root schema.Root) []string {
	if len(m.awaited) > 0 || len(m.subjects) == 0 || len(m.subjects) > maxFilters {
		return []string{entities.Filter(root, m.typ, "")}
	}
	return m.subjects
}

// wants reports whether a mention is one of those.
func (m mentionChoice) wants(d bus.Delivery) bool {
	if len(m.subjects)+len(m.awaited) == 0 {
		return true
	}
	if _, ok := slices.BinarySearch(m.subjects, d.Subject); ok {
		return true
	}
	e, ok := entities.Of(d)
	return ok && slices.ContainsFunc(m.awaited, func(a entities.Matcher) bool { return a.Is(e) })
}
