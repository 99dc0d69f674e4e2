// Package parse reads one entry of a feed with gofeed and repairs what gofeed
// leaves out or gets wrong. Each repair is one file, and each that made a
// difference is named in the Item. Sitemaps, which gofeed does not know, are read
// here (see sitemap.go). Head reads what a feed says of itself.
//
// It is handed documents of one entry, already decoded, bounded and cut (see
// the packages decode, guard and cut), so that a damaged entry costs that entry
// alone. It is pure: the same document gives the same Item.
package parse

import (
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The errors of One. They say something of the document, so trying it again
// does not help.
var (
	// ErrUnreadable says that the document does not parse.
	ErrUnreadable = errors.New("parse: unreadable document")
	// ErrNoItem says that the document holds no entry.
	ErrNoItem = errors.New("parse: no item")
	// ErrManyItems says that the document holds more than one entry.
	ErrManyItems = errors.New("parse: more than one item")
	// ErrEmptyItem says that the entry has neither title nor link nor text.
	ErrEmptyItem = errors.New("parse: item has neither title nor link nor text")
)

// maxList bounds the authors, categories and media of one item each; more than
// that are left out.
const maxList = 64

// One reads a feed document of one entry, in UTF-8 whatever it declares. The
// base is the address that the document came from.
func One(document []byte, format schema.Format, base string) (Item, error) {
	i, err := itemOf(document, format, base)
	if err != nil {
		return Item{}, fmt.Errorf("%s document of %d bytes: %w", format, len(document), err)
	}
	if i.empty() {
		return Item{}, fmt.Errorf("%s document of %d bytes, guid %.100q: %w", format, len(document), i.GUID, ErrEmptyItem)
	}
	return i, nil
}

func itemOf(document []byte, format schema.Format, base string) (Item, error) {
	if format == schema.FormatSitemap {
		return readSitemap(document, base)
	}
	e, err := read(document, format, base)
	if err != nil {
		return Item{}, err
	}
	return e.build(), nil
}

// build puts the repairs together.
func (e *entry) build() Item {
	i := Item{
		FeedTitle: plain(e.feed.Title),
		FeedLink:  resolve(e.scope.feedBase, e.feed.Link),
		Title:     e.title(),
		Link:      e.link(),
		GUID:      e.guid(),
		Summary:   e.summary(),
		Content:   e.content(),
		Authors:   e.authors(),
		Media:     e.media(),
		Rights:    e.rights(),
		Base:      e.scope.textBase(),
	}
	i.Categories = e.categories()
	i.FeedLanguage = e.feedLanguage()
	i.Language, i.LanguageSource = e.language(i.FeedLanguage)
	i.Published, i.Updated = e.dates(i.Language)
	i.Repairs = e.repairs
	return i
}
