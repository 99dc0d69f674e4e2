package schema

// EntityType is the kind of a named entity.
type EntityType string

// The types of entities.
const (
	Person       EntityType = "person"
	Organization EntityType = "organization"
	Location     EntityType = "location"
)

// Field is a text field of an article that a span points into.
type Field string

// The fields that hold spans.
const (
	FieldHeadline Field = "headline"
	FieldLead     Field = "lead"
	FieldBody     Field = "body"
)

// Enriched is an article with what was found in it. The enricher publishes it.
type Enriched struct {
	Article
	// Entities are the people, organizations and places that the text names,
	// most salient first.
	Entities []Entity `json:"entities,omitempty"`
	// Quotes are the passages of direct speech.
	Quotes []Quote `json:"quotes,omitempty"`
	// Countries are the ISO 3166-1 alpha-2 codes of countries that it is about.
	Countries []string `json:"countries,omitempty"`
	// DatelinePlace is the id of the entity that the report was sent from.
	DatelinePlace string `json:"dateline_place,omitempty"`
	// Topics are subject labels.
	Topics []string `json:"topics,omitempty"`
	// Models are the steps that ran, in order, with what they ran on.
	Models []Model `json:"models"`
}

// Entity is one person, organization or place, with all its mentions.
type Entity struct {
	// ID is the subject token of the entity: its Wikidata id in lower case when
	// it is linked (q159), else made from its name (sergei_ryabkov).
	ID string `json:"id"`
	// Type is person, organization or location.
	Type EntityType `json:"type"`
	// Name is its canonical name.
	Name string `json:"name"`
	// Wikidata is its item, such as Q159.
	Wikidata string `json:"wikidata,omitempty"`
	// GeoNames is its GeoNames id.
	GeoNames string `json:"geonames,omitempty"`
	// Country is the ISO 3166-1 alpha-2 code of the country it is or lies in.
	Country string `json:"country,omitempty"`
	// Salience is how much of the article is about it, from 0 to 1.
	Salience float64 `json:"salience"`
	// Mentions are the places where the text names it, in reading order.
	Mentions []Mention `json:"mentions"`
}

// Mention is a span of an article's text.
type Mention struct {
	// Field is the text that the span is in.
	Field Field `json:"field"`
	// Index is the paragraph, from 0, when Field is body.
	Index int `json:"index"`
	// Start and End are byte offsets into the UTF-8 of the field: text[Start:End].
	Start int `json:"start"`
	End   int `json:"end"`
	// Text is the text of the span.
	Text string `json:"text"`
}

// Quote is a passage of direct speech, without its quotation marks. As it points
// into one text, speech that goes on over paragraphs is a quote in each.
type Quote struct {
	Mention
	// Speaker is the id of the entity who said it.
	Speaker string `json:"speaker,omitempty"`
	// Cue is the verb that introduces it, such as said.
	Cue string `json:"cue,omitempty"`
}

// Model names one step of the enrichment and the version of what it ran on.
type Model struct {
	// Step is the name of the step.
	Step string `json:"step"`
	// Name is the name of its model or data.
	Name string `json:"name"`
	// Version is the version of that.
	Version string `json:"version"`
	// Skipped is why the step has left this article as it is, such as
	// "unsupported language".
	Skipped string `json:"skipped,omitempty"`
	// Cut is what the step has left out because there was more than its bounds
	// allow, such as "12 entities, 340 mentions".
	Cut string `json:"cut,omitempty"`
}

// Pointer says that an entity is mentioned in an enriched article, and where
// that article stands.
type Pointer struct {
	ArticleID string `json:"article_id"`
	Revision  int    `json:"revision"`
	Date      string `json:"date"`
	Headline  string `json:"headline"`
	// Source is the subject token of the article's source.
	Source string `json:"source"`
	URL    string `json:"url,omitempty"`
	// EnrichedSeq is the article's sequence in the stream ENRICHED.
	EnrichedSeq uint64 `json:"enriched_seq"`
	// EntityID is the id of the entity within the article; see Entity.
	EntityID string `json:"entity_id"`
	// Name is the canonical name of the entity. The first pointers that were made
	// have no name, type and language.
	Name string `json:"name,omitempty"`
	// Type is that of the entity: person, organization or location.
	Type     EntityType `json:"type,omitempty"`
	Salience float64    `json:"salience"`
	// Language is the article's, a BCP 47 tag, empty when it is not known.
	Language string `json:"language,omitempty"`
}
