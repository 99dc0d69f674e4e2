package render

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// newNinjs maps an article, and what was found in it, field by field.
func newNinjs(e schema.Enriched) ninjs {
	n := ninjs{
		Standard: ninjsStandard{
			Name:    "ninjs",
			Version: "3.1",
			Schema:  "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
		},
		URI:                ninjsURI(e.ID),
		Type:               "text",
		RepresentationType: "partial",
		Version:            strconv.Itoa(e.Revision),
		ContentCreated:     contentCreated(e.Article),
		PubStatus:          "usable",
		By:                 strings.Join(e.Authors, ", "),
		Located:            located(e),
		Bodies:             bodies(e.Article),
		Subjects:           subjects(e),
		InfoSources:        infoSources(e.Article),
		AltIDs:             altIDs(e.Article),
		Associations:       associations(e.Media),
	}
	if e.Extent == schema.ExtentFull {
		n.RepresentationType = "full"
	}
	if e.Event == schema.EventWithdrawn {
		n.PubStatus = "canceled"
	}
	if e.Language != schema.LanguageUndetermined {
		n.Language = e.Language
	}
	if e.Headline != "" {
		n.Headlines = []ninjsText{{"main", mediaTypePlain, e.Headline}}
	}
	if e.Lead != "" {
		n.Descriptions = []ninjsText{{"summary", mediaTypePlain, e.Lead}}
	}
	n.setVersion(e.Article)
	n.setRights(e.Rights)
	n.setEntities(e.Entities)
	return n
}

// ninjsURI is the URI of an article, a tag URI (RFC 4151): it names the article
// and leads nowhere.
func ninjsURI(id string) string { return "tag:dateline.news,2026:article/" + url.PathEscape(id) }

// setVersion says when this version was made and, where it is the first, that
// too: a later revision does not tell.
func (n *ninjs) setVersion(a schema.Article) {
	at := a.Provenance.FetchedAt
	if at.IsZero() {
		return
	}
	n.VersionCreated = &at
	if a.Revision == 1 {
		n.FirstCreated = &at
	}
}

func (n *ninjs) setRights(r *schema.Rights) {
	if r == nil {
		return
	}
	n.UsageTerms = r.Text
	if license := absolute(r.License); license != "" {
		n.RightsInfo = &ninjsRights{LinkedRights: license}
	}
}

func (n *ninjs) setEntities(entities []schema.Entity) {
	for _, e := range entities {
		c := ninjsConcept{Name: e.Name, Rel: "mentions", URI: entityURI(e), Literal: e.ID}
		switch e.Type {
		case schema.Person:
			n.People = append(n.People, c)
		case schema.Organization:
			n.Organisations = append(n.Organisations, c)
		case schema.Location:
			n.Places = append(n.Places, c)
		}
	}
}

func entityURI(e schema.Entity) string {
	switch {
	case e.Wikidata != "":
		return "http://www.wikidata.org/entity/" + url.PathEscape(e.Wikidata)
	case e.GeoNames != "":
		return "https://sws.geonames.org/" + url.PathEscape(e.GeoNames) + "/"
	default:
		return ""
	}
}

// contentCreated is the instant of publication, or the beginning of its day.
func contentCreated(a schema.Article) *time.Time {
	if a.Published != nil {
		return a.Published
	}
	day, err := time.Parse(time.DateOnly, a.Date)
	if err != nil {
		return nil
	}
	return &day
}

func located(e schema.Enriched) string {
	for _, entity := range e.Entities {
		if entity.ID == e.DatelinePlace && entity.ID != "" {
			return entity.Name
		}
	}
	return ""
}

// bodies is the whole text, the lead its first paragraph.
func bodies(a schema.Article) []ninjsBody {
	var paragraphs []string
	if a.Lead != "" {
		paragraphs = append(paragraphs, a.Lead)
	}
	text := strings.Join(append(paragraphs, a.Body...), "\n\n")
	if text == "" {
		return nil
	}
	return []ninjsBody{{
		ninjsText: ninjsText{"main", mediaTypePlain, text},
		CharCount: utf8.RuneCountInString(text),
		WordCount: len(strings.Fields(text)),
	}}
}

// subjects are the section and the labels that the publisher gave, and the
// topics that were found.
func subjects(e schema.Enriched) []ninjsSubject {
	var all []ninjsSubject
	if e.Attribution != nil && e.Attribution.Section != "" {
		all = append(all, ninjsSubject{Name: e.Attribution.Section, Creator: e.Attribution.Source})
	}
	for _, category := range e.Categories {
		all = append(all, ninjsSubject{Name: category, Creator: e.Source.Name})
	}
	for _, topic := range e.Topics {
		all = append(all, ninjsSubject{Name: topic, Creator: "dateline"})
	}
	return all
}

// infoSources are the publisher and the feed that the article came by.
func infoSources(a schema.Article) []ninjsSource {
	publisher := ninjsSource{Name: a.Source.Name, Role: "publisher", Literal: a.Source.Host}
	if a.Attribution != nil {
		publisher.Name = a.Attribution.Source
	}
	feed := ninjsSource{Role: "feed", URI: absolute(a.Source.FeedURL), Literal: a.Source.FeedID}
	var sources []ninjsSource
	if publisher.Name != "" || publisher.Literal != "" {
		sources = append(sources, publisher)
	}
	if feed.URI != "" || feed.Literal != "" {
		sources = append(sources, feed)
	}
	return sources
}

func altIDs(a schema.Article) []ninjsAltID {
	ids := []ninjsAltID{{"article", a.ID}}
	if a.URL != "" {
		ids = append(ids, ninjsAltID{"url", a.URL})
	}
	for _, u := range a.AlternateURLs {
		ids = append(ids, ninjsAltID{"alternateUrl", u})
	}
	if a.ContentHash != "" {
		ids = append(ids, ninjsAltID{"contentHash", a.ContentHash})
	}
	return ids
}

func associations(media []schema.Media) []ninjsPart {
	var parts []ninjsPart
	for i, m := range media {
		uri := absolute(m.URL)
		if uri == "" {
			continue
		}
		part := ninjsPart{
			Name:       "media-" + strconv.Itoa(i+1),
			URI:        uri,
			Type:       newsObjectType(m.Type),
			By:         m.Credit,
			Renditions: []ninjsRendition{{"original", uri, m.Type, m.Width, m.Height}},
		}
		if m.Caption != "" {
			part.Descriptions = []ninjsText{{"caption", mediaTypePlain, m.Caption}}
		}
		parts = append(parts, part)
	}
	return parts
}

// newsObjectType is what ninjs calls a media type, empty for all others.
func newsObjectType(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "image":
		return "picture"
	case "audio", "video":
		return kind
	default:
		return ""
	}
}

// absolute is a URI, or nothing where the text is none.
func absolute(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return ""
	}
	return u.String()
}
