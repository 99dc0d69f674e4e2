package link

import (
	"cmp"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// merge makes one entity of those that have one id and type. Where only the types
// differ, the later ones get ids of their own.
func merge(entities []schema.Entity) []schema.Entity {
	type key struct {
		id  string
		typ schema.EntityType
	}
	at := make(map[key]int, len(entities))
	merged := entities[:0]
	for _, e := range entities {
		k := key{e.ID, e.Type}
		first, again := at[k]
		if !again {
			at[k] = len(merged)
			merged = append(merged, e)
			continue
		}
		merged[first].Mentions = append(merged[first].Mentions, e.Mentions...)
	}
	taken := make(map[string]bool, len(merged))
	for i := range merged {
		e := &merged[i]
		sortMentions(e)
		for taken[e.ID] {
			e.ID = schema.Token(e.ID + "_" + string(e.Type))
		}
		taken[e.ID] = true
	}
	clear(entities[len(merged):])
	return merged
}

// sortMentions puts the mentions in reading order, each once.
func sortMentions(e *schema.Entity) {
	slices.SortStableFunc(e.Mentions, comparePosition)
	e.Mentions = slices.Compact(e.Mentions)
}

func comparePosition(a, b schema.Mention) int {
	return cmp.Or(
		cmp.Compare(readingOrder(a.Field), readingOrder(b.Field)),
		cmp.Compare(a.Index, b.Index), cmp.Compare(a.Start, b.Start))
}

// readingOrder is where a field stands in the article.
func readingOrder(field schema.Field) int {
	switch field {
	case schema.FieldHeadline:
		return 0
	case schema.FieldLead:
		return 1
	}
	return 2
}
