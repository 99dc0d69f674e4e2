package enricher

import "github.com/dateline-news/dateline/pkg/schema"

// Pointers are one pointer for each entity of e, in their order. seq is where e
// stands in the stream of enriched articles.
func Pointers(e schema.Enriched, seq uint64) []schema.Pointer {
	pointers := make([]schema.Pointer, len(e.Entities))
	for i, entity := range e.Entities {
		pointers[i] = schema.Pointer{
			ArticleID:   e.ID,
			Revision:    e.Revision,
			Date:        e.Date,
			Headline:    e.Headline,
			Source:      e.Source.Token,
			URL:         e.URL,
			EnrichedSeq: seq,
			EntityID:    entity.ID,
			Name:        entity.Name,
			Type:        entity.Type,
			Salience:    entity.Salience,
			Language:    e.Language,
		}
	}
	return pointers
}
