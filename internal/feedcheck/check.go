package feedcheck

import (
	"cmp"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// Read reads a document that source answered at a time, as the fetcher and the
// normalizer would, and says how that went.
func Read(source string, answer fetcher.Answer, limits feed.Limits, at time.Time) Report {
	r := Report{
		Source: source, FinalURL: answer.FinalURL, Status: answer.Status,
		ContentType: answer.ContentType, Bytes: len(answer.Body), Items: []Item{},
	}
	document, info, err := feed.Read(answer.Body, answer.ContentType, limits)
	r.Charset, r.Repairs = info.Charset, info.Repairs
	if err != nil {
		r.Error = &Problem{Code: feed.CodeOf(err), Detail: err.Error()}
		return r
	}
	r.Format, r.Torn, r.Tombstones = document.Format, document.Torn, len(document.Deleted)
	for _, child := range document.Sitemaps {
		r.Sitemaps = append(r.Sitemaps, child.Loc)
	}
	r.head(document)
	for i := range document.Items {
		r.add(document, i, at)
	}
	return r
}

// head adds what the feed says of itself. A header that cannot be read costs
// that alone.
func (r *Report) head(document cut.Document) {
	head, err := parse.Head(document.Header, document.Format, r.base())
	if err != nil {
		return
	}
	r.Title, r.Link, r.Language, r.Hubs = head.Title, head.Link, head.Language, head.Hubs
	for _, page := range []string{head.Next, head.PrevArchive} {
		if page != "" {
			r.Pages = append(r.Pages, page)
		}
	}
}

// base is the address that relative links start from; a file has none.
func (r *Report) base() string {
	if r.FinalURL != "" {
		return r.FinalURL
	}
	return r.Source
}

// add adds one item of the document.
func (r *Report) add(document cut.Document, i int, at time.Time) {
	one := document.One(i)
	item := Item{Torn: document.TornItem && i == len(document.Items)-1}
	if entry, err := parse.One(one, document.Format, r.base()); err == nil {
		r.Title = cmp.Or(r.Title, entry.FeedTitle)
		item.Written, item.Published, item.Repairs = entry.Published.Raw, entry.Published.Time, entry.Repairs
	}
	article, err := normalize.Normalize(schema.Item{
		Feed:     schema.FeedRef{ID: schema.FeedID(r.Source), URL: r.Source, Title: r.Title, Link: r.Link},
		Fetch:    schema.Fetch{URL: r.Source, FinalURL: r.base(), Status: r.Status, FetchedAt: at},
		Format:   document.Format,
		Document: string(one),
	})
	if err != nil {
		item.Lost = &Problem{Code: CodeUnreadableItem, Detail: err.Error()}
		r.Lost++
	} else {
		item.ID, item.Headline, item.URL, item.Language = article.ID, article.Headline, article.URL, article.Language
		item.Date, item.DateSource, item.Extent = article.Date, article.DateSource, article.Extent
		item.Rules = article.Provenance.Rules
	}
	r.Items = append(r.Items, item)
}

// Failed is the report of a source that gave no document.
func Failed(source, code string, err error) Report {
	return Report{Source: source, Items: []Item{}, Error: &Problem{Code: code, Detail: err.Error()}}
}

// OK says whether every item of the feed gives an article.
func (r Report) OK() bool { return r.Error == nil && r.Lost == 0 && !r.Torn }
