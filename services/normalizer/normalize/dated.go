package normalize

import (
	"fmt"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// dated makes an article of an item that is one already, in the dated format.
// Its text stays to the letter, so that writing it gives the same bytes.
func dated(item schema.Item) (schema.Article, error) {
	written, err := schema.ParseDated([]byte(item.Document))
	if err != nil {
		return schema.Article{}, fmt.Errorf("feed %s: %w", item.Feed.URL, err)
	}
	given := schema.Given{}
	if item.Given != nil {
		given = *item.Given
	}
	d := newDraft(item, parse.Item{Link: given.URL, GUID: given.GUID, Language: given.Language, LanguageSource: "item"})
	d.address()
	d.article.Date, d.article.DateSource = written.Date, schema.DatePublished
	d.article.Headline, d.article.Lead, d.article.Body = written.Headline, written.Lead, written.Body
	d.entry.Published.Raw = written.Date // which identifies what has neither address nor GUID
	d.identity()
	if written.Attribution != nil {
		d.article.Attribution, d.article.Source.Name = written.Attribution, written.Attribution.Source
	}
	lines := written.Body
	if written.Lead != "" {
		lines = append([]string{written.Lead}, lines...)
	}
	d.article.Extent = extent(passage{lines: lines, words: text.Words(lines...)}, true)
	d.decided("text:as_written")
	d.decided("extent:" + string(d.article.Extent))
	d.language()
	return d.finished(), nil
}
