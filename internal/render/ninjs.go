package render

import "time"

const mediaTypePlain = "text/plain"

// ninjs is an article in the IPTC's ninjs 3.1, whose schema allows no fields
// but its own. It is a view: what ninjs has no place for is left out.
type ninjs struct {
	Standard           ninjsStandard  `json:"standard"`
	URI                string         `json:"uri"`
	Type               string         `json:"type"`
	RepresentationType string         `json:"representationType,omitempty"`
	Version            string         `json:"version,omitempty"`
	FirstCreated       *time.Time     `json:"firstCreated,omitempty"`
	VersionCreated     *time.Time     `json:"versionCreated,omitempty"`
	ContentCreated     *time.Time     `json:"contentCreated,omitempty"`
	PubStatus          string         `json:"pubStatus,omitempty"`
	UsageTerms         string         `json:"usageTerms,omitempty"`
	RightsInfo         *ninjsRights   `json:"rightsInfo,omitempty"`
	Language           string         `json:"language,omitempty"`
	By                 string         `json:"by,omitempty"`
	Located            string         `json:"located,omitempty"`
	Headlines          []ninjsText    `json:"headlines,omitempty"`
	Descriptions       []ninjsText    `json:"descriptions,omitempty"`
	Bodies             []ninjsBody    `json:"bodies,omitempty"`
	People             []ninjsConcept `json:"people,omitempty"`
	Organisations      []ninjsConcept `json:"organisations,omitempty"`
	Places             []ninjsConcept `json:"places,omitempty"`
	Subjects           []ninjsSubject `json:"subjects,omitempty"`
	InfoSources        []ninjsSource  `json:"infoSources,omitempty"`
	AltIDs             []ninjsAltID   `json:"altIds,omitempty"`
	Associations       []ninjsPart    `json:"associations,omitempty"`
}

type ninjsStandard struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Schema  string `json:"schema"`
}

type ninjsRights struct {
	LinkedRights string `json:"linkedRights"`
}

type ninjsText struct {
	Role        string `json:"role,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	Value       string `json:"value"`
}

type ninjsBody struct {
	ninjsText
	CharCount int `json:"charCount"`
	WordCount int `json:"wordCount"`
}

// ninjsConcept is a person, an organisation or a place.
type ninjsConcept struct {
	Name    string `json:"name"`
	Rel     string `json:"rel"`
	URI     string `json:"uri,omitempty"`
	Literal string `json:"literal,omitempty"`
}

type ninjsSubject struct {
	Name    string `json:"name"`
	Creator string `json:"creator,omitempty"`
}

type ninjsSource struct {
	Name    string `json:"name,omitempty"`
	Role    string `json:"role"`
	URI     string `json:"uri,omitempty"`
	Literal string `json:"literal,omitempty"`
}

type ninjsAltID struct {
	Role  string `json:"role"`
	Value string `json:"value"`
}

// ninjsPart is a picture, a sound or a video of the article.
type ninjsPart struct {
	Name         string           `json:"name"`
	URI          string           `json:"uri"`
	Type         string           `json:"type,omitempty"`
	By           string           `json:"by,omitempty"`
	Descriptions []ninjsText      `json:"descriptions,omitempty"`
	Renditions   []ninjsRendition `json:"renditions"`
}

type ninjsRendition struct {
	Name        string `json:"name"`
	Href        string `json:"href"`
	ContentType string `json:"contentType,omitempty"`
	Width       int    `json:"width,omitempty"`
	Height      int    `json:"height,omitempty"`
}
