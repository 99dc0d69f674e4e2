package fetchertest

import (
	"encoding/json"
	"encoding/xml"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// channel is what a format renders.
type channel struct {
	title, url string
	updated    time.Time
	items      []Item // that are there
	deleted    []Item // that were taken back
}

// format is one way to write a feed.
type format struct {
	contentType string
	render      func(channel) ([]byte, error)
}

func formatOf(f schema.Format) format {
	switch f {
	case schema.FormatAtom:
		return format{"application/atom+xml; charset=utf-8", renderAtom}
	case schema.FormatJSON:
		return format{"application/feed+json; charset=utf-8", renderJSON}
	}
	return format{"application/rss+xml; charset=utf-8", renderRSS}
}

type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Content string    `xml:"xmlns:content,attr"`
	DC      string    `xml:"xmlns:dc,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title   string  `xml:"title"`
	Link    string  `xml:"link,omitempty"`
	GUID    rssGUID `xml:"guid"`
	Date    string  `xml:"pubDate,omitempty"`
	Creator string  `xml:"dc:creator,omitempty"`
	Summary string  `xml:"description"`
	Content *cdata  `xml:"content:encoded"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	Text        string `xml:",chardata"`
}

type cdata struct {
	Text string `xml:",cdata"`
}

func renderRSS(c channel) ([]byte, error) {
	doc := rss{
		Version: "2.0",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Title:   c.title,
		Link:    c.url,
		About:   c.title,
	}
	for _, i := range c.items {
		item := rssItem{
			Title:   i.Title,
			Link:    i.Link,
			GUID:    rssGUID{Text: i.GUID},
			Date:    stamp(i.Published, time.RFC1123Z),
			Creator: i.Author,
			Summary: i.Summary,
		}
		if len(i.Paragraphs) > 0 {
			item.Content = &cdata{i.HTML()}
		}
		doc.Items = append(doc.Items, item)
	}
	return marshalXML(doc)
}

type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Link    atomLink    `xml:"link"`
	Entries []atomEntry `xml:"entry"`
	Deleted []tombstone `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
}

type tombstone struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

type atomEntry struct {
	ID        string    `xml:"id"`
	Title     string    `xml:"title"`
	Updated   string    `xml:"updated,omitempty"`
	Published string    `xml:"published,omitempty"`
	Link      *atomLink `xml:"link"`
	Author    string    `xml:"author>name,omitempty"`
	Summary   string    `xml:"summary,omitempty"`
	Content   *atomText `xml:"content"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func renderAtom(c channel) ([]byte, error) {
	doc := atom{ID: c.url, Title: c.title, Updated: stamp(c.updated, time.RFC3339), Link: atomLink{"self", c.url}}
	for _, i := range c.items {
		date := stamp(i.Published, time.RFC3339)
		entry := atomEntry{ID: i.GUID, Title: i.Title, Updated: date, Published: date, Author: i.Author, Summary: i.Summary}
		if i.Link != "" {
			entry.Link = &atomLink{"alternate", i.Link}
		}
		if len(i.Paragraphs) > 0 {
			entry.Content = &atomText{"html", i.HTML()}
		}
		doc.Entries = append(doc.Entries, entry)
	}
	for _, i := range c.deleted {
		doc.Deleted = append(doc.Deleted, tombstone{Ref: i.GUID, When: stamp(i.Deleted, time.RFC3339)})
	}
	return marshalXML(doc)
}

func marshalXML(doc any) ([]byte, error) {
	body, err := xml.MarshalIndent(doc, "", " ")
	return append([]byte(xml.Header), body...), err
}

type jsonFeed struct {
	Version string     `json:"version"`
	Title   string     `json:"title"`
	URL     string     `json:"feed_url"`
	Items   []jsonItem `json:"items"`
}

type jsonItem struct {
	ID      string       `json:"id"`
	URL     string       `json:"url,omitempty"`
	Title   string       `json:"title"`
	Summary string       `json:"summary,omitempty"`
	HTML    string       `json:"content_html,omitempty"`
	Date    string       `json:"date_published,omitempty"`
	Authors []jsonAuthor `json:"authors,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

func renderJSON(c channel) ([]byte, error) {
	doc := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: c.title, URL: c.url, Items: []jsonItem{}}
	for _, i := range c.items {
		item := jsonItem{ID: i.GUID, URL: i.Link, Title: i.Title, Summary: i.Summary,
			HTML: i.HTML(), Date: stamp(i.Published, time.RFC3339)}
		if i.Author != "" {
			item.Authors = []jsonAuthor{{i.Author}}
		}
		doc.Items = append(doc.Items, item)
	}
	return json.Marshal(doc)
}

// stamp writes a date, and nothing for the zero time.
func stamp(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}
