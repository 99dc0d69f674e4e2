package parse

import (
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/dateline-news/dateline/pkg/schema"
)

// OneWhole is One without lifting anything out of the document.
func OneWhole(document []byte, format schema.Format, base string) (Item, error) {
	e, err := readItem(document, format, base, false)
	if err != nil {
		return Item{}, err
	}
	i := e.build()
	if i.empty() {
		return Item{}, ErrEmptyItem
	}
	return i, nil
}

// Lifted returns what gofeed gets to read of an XML document, and how many texts
// and dates are lifted out of it.
func Lifted(document string) (rest string, texts, dates int) {
	l := lift([]byte(document))
	return string(l.document), len(l.texts), len(l.dates)
}

// LiftedJSON returns what gofeed gets to read of a JSON Feed.
func LiftedJSON(document string) (rest string) { return string(liftJSON([]byte(document)).document) }

// IsBare reports whether gofeed is spared the rest of an RSS document.
func IsBare(rest string) bool { return isBare([]byte(rest)) }

// Native is what gofeed reads in an item, with what was lifted put back.
type Native struct {
	Title, Description, Content string
	GUID, Author                string
	Links, Categories           []string
	Published, Updated          string
	Feed                        [4]string // title, link, language, copyright
	Custom                      map[string]string
	Extensions                  ext.Extensions
	DublinCore                  *ext.DublinCoreExtension
	ITunes                      *ext.ITunesItemExtension
}

// ReadNative reads an item with gofeed, lifting or not.
func ReadNative(document string, format schema.Format, lifting bool) (Native, error) {
	e, err := readItem([]byte(document), format, "", lifting)
	if err != nil {
		return Native{}, err
	}
	n := Native{
		Title: e.item.Title, Description: e.item.Description, Content: e.item.Content,
		GUID: e.item.GUID, Links: e.item.Links, Categories: e.item.Categories,
		Feed:   [4]string{e.feed.Title, e.feed.Link, e.feed.Language, e.feed.Copyright},
		Custom: e.item.Custom, Extensions: e.item.Extensions,
		DublinCore: e.item.DublinCoreExt, ITunes: e.item.ITunesExt,
		// Dates are trimmed in any case.
		Published: strings.TrimSpace(e.lifted.date(e.item.Published)), Updated: strings.TrimSpace(e.lifted.date(e.item.Updated)),
	}
	if e.item.Author != nil {
		n.Author = e.item.Author.Name + " " + e.item.Author.Email
	}
	if e.rss != nil && e.rss.GUID != nil {
		n.GUID += " " + e.rss.GUID.IsPermalink
	}
	for name, text := range n.Custom {
		n.Custom[name] = e.lifted.date(text)
	}
	for _, elements := range n.Extensions {
		for _, list := range elements {
			for i := range list {
				list[i].Value = e.lifted.date(list[i].Value)
			}
		}
	}
	if n.DublinCore != nil {
		n.DublinCore = ext.NewDublinCoreExtension(n.Extensions["dc"])
	}
	return n, nil
}

// UsualNamespaces are the namespaces that are left out, by prefix.
func UsualNamespaces() map[string]string { return usualNamespaces }

// The parts that are tested by themselves.
var (
	IsPlainWeb  = isPlainWeb
	WellWritten = wellWritten
	Tidy        = tidy
)
