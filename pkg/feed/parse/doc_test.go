package parse_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	feedURL = "https://news.example/feeds/all.xml"

	namespaces = ` xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"` +
		` xmlns:media="http://search.yahoo.com/mrss/" xmlns:yandex="http://news.yandex.ru"` +
		` xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"` +
		` xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"` +
		` xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"` +
		` xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"`
)

// rss makes an RSS document of one item.
func rss(item string) string {
	return `<rss version="2.0"` + namespaces + `><channel><title>The Example</title>` +
		`<link>https://news.example/</link><item>` + item + `</item></channel></rss>`
}

// atom makes an Atom document of one entry.
func atom(entry string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"` + namespaces + `><title>The Example</title>` +
		`<link href="https://news.example/"/><entry>` + entry + `</entry></feed>`
}

// jsonFeed makes a JSON Feed of one item.
func jsonFeed(item string) string {
	return `{"version":"https://jsonfeed.org/version/1.1","title":"The Example",` +
		`"home_page_url":"https://news.example/","items":[` + item + `]}`
}

// one reads a document that must be read.
func one(t *testing.T, document string) parse.Item {
	t.Helper()
	i, err := parse.One([]byte(document), formatOf(document), feedURL)
	if err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	return i
}

// formatOf tells the formats of the documents above apart.
func formatOf(document string) schema.Format {
	switch {
	case len(document) > 4 && document[:5] == "<feed":
		return schema.FormatAtom
	case len(document) > 0 && document[0] == '{':
		return schema.FormatJSON
	}
	return schema.FormatRSS
}
