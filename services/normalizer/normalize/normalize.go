// Package normalize makes a dated article of a raw item. It is pure: it knows no
// clock, no network and no store, so a replay of an item gives the same article.
package normalize

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

// Version is the version of the rules. It changes when an item would give
// another article than before.
const Version = "2"

// someRules is room for the rules of most articles.
const someRules = 8

// The errors of Normalize beside those of parse.One. All say something of the
// item, so trying it again does not help.
var (
	// ErrNoHeadline says that an item has neither a title nor a text.
	ErrNoHeadline = errors.New("normalize: item has no headline")
	// ErrNoFetchTime says that an item does not say when it was fetched, which
	// orders it and bounds its date.
	ErrNoFetchTime = errors.New("normalize: item has no time of fetch")
)

// Normalize makes an article of an item: cleaned, dated, identified and
// attributed, its hash taken. What it is to the stored one (its revision, event
// and changes) is for identity.Decide to say. An article that it returns can be
// written in the dated format, but for a withdrawal, which has no text.
func Normalize(item schema.Item) (schema.Article, error) {
	if item.Fetch.FetchedAt.IsZero() {
		return schema.Article{}, fmt.Errorf("feed %s: %w", item.Feed.URL, ErrNoFetchTime)
	}
	switch item.Format {
	case schema.FormatDated:
		return dated(item)
	case schema.FormatTombstone:
		return withdrawn(item)
	}
	entry, err := parse.One([]byte(item.Document), item.Format, base(item))
	if err != nil {
		return schema.Article{}, fmt.Errorf("feed %s: %w", item.Feed.URL, err)
	}
	d := newDraft(item, entry)
	d.address()
	d.readPage()
	d.zone()
	d.date()
	if err := d.text(); err != nil {
		return schema.Article{}, fmt.Errorf("feed %s, guid %.100q: %w", item.Feed.URL, entry.GUID, err)
	}
	d.identity()
	d.attribution()
	d.language()
	d.quotes()
	d.metadata()
	d.fromPage()
	d.gone()
	return d.finished(), nil
}

// base is the address that an item's links start from.
func base(item schema.Item) string {
	for _, u := range []string{item.Fetch.FinalURL, item.Fetch.URL} {
		if u != "" {
			return u
		}
	}
	return item.Feed.URL
}

// draft is an article in the making. Each method fills one part of it and notes
// the rules that decided.
type draft struct {
	item    schema.Item
	entry   parse.Item
	page    *page.Page // of the article, nil when there is none that counts
	article schema.Article
}

func newDraft(item schema.Item, entry parse.Item) *draft {
	return &draft{item: item, entry: entry, article: schema.Article{Provenance: schema.Provenance{
		FetchedAt: item.Fetch.FetchedAt,
		History:   schema.Clean(item.Fetch.History),
		Rules:     make([]string, 0, someRules),
		Versions:  map[string]string{"normalizer": Version},
	}}}
}

// finished is the article when all of it is filled.
func (d *draft) finished() schema.Article {
	d.fingerprint()
	d.article.ContentHash = d.article.Hash()
	return d.article
}

// decided notes a rule in the article's provenance.
func (d *draft) decided(rule string) {
	rules := &d.article.Provenance.Rules
	if !slices.Contains(*rules, rule) {
		*rules = append(*rules, rule)
	}
}

// fingerprint signs the body, when it is long enough.
func (d *draft) fingerprint() {
	if signature := fingerprint.Of(d.article.Body); signature != nil {
		d.article.Fingerprint = signature.String()
		d.article.Provenance.Versions["fingerprint"] = fingerprint.Version
	}
}
