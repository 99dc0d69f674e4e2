package normalize

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// ErrTombstone says that a withdrawal does not say of what.
var ErrTombstone = errors.New("normalize: withdrawal of nothing that can be told")

// statusGone is the HTTP status of what is gone for good (RFC 9110, 15.5.11).
const statusGone = 410

// withdrawn makes a withdrawal of a tombstone: an article that has its id and
// its source, and says nothing else.
func withdrawn(item schema.Item) (schema.Article, error) {
	stone, ok := parse.Deleted([]byte(item.Document), base(item))
	if !ok {
		return schema.Article{}, fmt.Errorf("feed %s: %w", item.Feed.URL, ErrTombstone)
	}
	given := schema.Given{}
	if item.Given != nil {
		given = *item.Given
	}
	d := newDraft(item, parse.Item{GUID: stone.GUID, Link: cmp.Or(given.URL, stone.Link)})
	d.address()
	d.identity()
	if isID(item.ID) { // whoever made the item has known more
		d.article.ID = item.ID
	}
	if given.Host != "" {
		d.source(given.Host)
	}
	d.article.Event = schema.EventWithdrawn
	d.decided("withdrawn:tombstone")
	return d.article, nil
}

// isID reports whether a text is an article's id: 32 hex digits.
func isID(text string) bool {
	return len(text) == 32 && strings.Trim(text, "0123456789abcdef") == ""
}

// gone makes a withdrawal of an article whose page says that it is gone for
// good. If nothing is stored of it, its feed is believed.
func (d *draft) gone() {
	if d.item.Page != nil && d.item.Page.Status == statusGone {
		d.article.Event = schema.EventWithdrawn
		d.decided("withdrawn:gone")
	}
}
