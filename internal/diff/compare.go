package diff

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxValue bounds a value of an example.
const maxValue = 200

// compare fills the report.
func (c *comparison) compare(ctx context.Context) error {
	ids := map[string]bool{}
	for _, side := range []map[string]state{c.shadow, c.live} {
		for id := range side {
			ids[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if err := c.article(ctx, id); err != nil {
			return fmt.Errorf("article %s: %w", id, err)
		}
	}
	c.report.Gained, c.report.GainedAll = most(c.gained, c.options.Entities)
	c.report.Lost, c.report.LostAll = most(c.lost, c.options.Entities)
	return nil
}

// article compares one.
func (c *comparison) article(ctx context.Context, id string) error {
	shadow, made := c.shadow[id]
	live, is := c.live[id]
	switch {
	case !is:
		c.report.OnlyShadow++
		return c.alone(ctx, OnlyShadow, c.report.OnlyShadow, schema.StreamReplay, shadow)
	case !made:
		c.report.OnlyLive++
		return c.alone(ctx, OnlyLive, c.report.OnlyLive, c.liveStream(), live)
	case shadow.sum == live.sum:
		c.report.Same++
		return nil
	}
	c.report.Changed++
	was, err := c.get(ctx, c.liveStream(), live)
	if err != nil {
		return err
	}
	now, err := c.get(ctx, schema.StreamReplay, shadow)
	if err != nil {
		return err
	}
	e := example(Changed, now)
	e.Fields = different(was.fields, now.fields)
	for _, f := range e.Fields {
		c.report.Fields[f.Name]++
	}
	e.Gained = missing(now.Entities, was.Entities, c.gained)
	e.Lost = missing(was.Entities, now.Entities, c.lost)
	if c.report.Changed <= c.options.Examples {
		c.report.Examples = append(c.report.Examples, e)
	}
	return nil
}

// alone shows an article that one side has, if it is among the first n.
func (c *comparison) alone(ctx context.Context, kind Kind, n int, stream string, s state) error {
	if n > c.options.Examples {
		return nil
	}
	a, err := c.get(ctx, stream, s)
	if err == nil {
		c.report.Examples = append(c.report.Examples, example(kind, a))
	}
	return err
}

// whole is an article with all of its fields.
type whole struct {
	schema.Enriched
	fields map[string]any
}

// get gets the message that a state is of. One that is gone meanwhile is empty.
func (c *comparison) get(ctx context.Context, stream string, s state) (a whole, err error) {
	d, found, err := c.bus.At(ctx, c.bus.Root().Stream(stream), s.seq)
	if err != nil || !found {
		return a, err
	}
	if err := json.Unmarshal(d.Data, &a.Enriched); err != nil {
		return a, fmt.Errorf("message %d of %s: %w", s.seq, stream, err)
	}
	a.fields, err = contents(d.Data)
	return a, err
}

func example(kind Kind, a whole) Example {
	return Example{Kind: kind, ID: a.ID, Headline: a.Headline, URL: a.URL}
}

// different are the fields that two articles do not have alike.
func different(live, shadow map[string]any) []Field {
	names := map[string]bool{}
	for _, side := range []map[string]any{live, shadow} {
		for name := range side {
			names[name] = true
		}
	}
	var fields []Field
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !reflect.DeepEqual(live[name], shadow[name]) {
			fields = append(fields, Field{Name: name, Live: value(live, name), Shadow: value(shadow, name)})
		}
	}
	return fields
}

// value is a field as JSON, cut to maxValue bytes.
func value(fields map[string]any, name string) string {
	v, ok := fields[name]
	if !ok {
		return ""
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	if len(data) > maxValue {
		return string(data[:maxValue]) + "…"
	}
	return string(data)
}

// missing are the names of the entities that others do not have. They are counted.
func missing(entities, others []schema.Entity, counts map[string]Entity) (names []string) {
	key := func(e schema.Entity) string { return string(e.Type) + ":" + e.ID }
	there := map[string]bool{}
	for _, e := range others {
		there[key(e)] = true
	}
	for _, e := range entities {
		if there[key(e)] {
			continue
		}
		there[key(e)] = true
		names = append(names, e.Name)
		count := counts[key(e)]
		counts[key(e)] = Entity{ID: e.ID, Type: e.Type, Name: e.Name, Articles: count.Articles + 1}
	}
	return names
}

// most are the first n of the entities, those of most articles first, and how many
// there are in all articles.
func most(counts map[string]Entity, n int) (list []Entity, all int) {
	for _, e := range counts {
		list, all = append(list, e), all+e.Articles
	}
	slices.SortFunc(list, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(b.Articles, a.Articles), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(n, len(list))], all
}
