package discover

import (
	"cmp"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	maxSample = 50  // items that are parsed at each end of a feed
	maxTitle  = 200 // bytes of a title
)

// read reads an answer as a feed. The error is that of feed.Read.
func (s *search) read(a Answer) (Feed, cut.Document, error) {
	document, _, err := feed.Read(a.Body, a.ContentType, s.Limits)
	if err != nil {
		return Feed{}, document, err
	}
	found := Feed{FinalURL: a.FinalURL, Format: document.Format, Items: len(document.Items)}
	// A header that cannot be read costs the title alone.
	if head, err := parse.Head(document.Header, document.Format, a.FinalURL); err == nil {
		found.Title, found.Language = short(head.Title), head.Language
	}
	for i := range document.Items {
		if i >= maxSample && i < len(document.Items)-maxSample {
			continue
		}
		item, err := parse.One(document.One(i), document.Format, a.FinalURL)
		if err != nil {
			continue
		}
		found.Title = cmp.Or(found.Title, short(item.FeedTitle)) // that of a sitemap is in its items
		for _, d := range []parse.Date{item.Published, item.Updated} {
			if d.Time.After(found.Newest) {
				found.Newest = d.Time.UTC()
			}
		}
	}
	return found, document, nil
}

// titled reports whether the items of a sitemap have titles: whether it is one
// of news.
func titled(document cut.Document, base string) bool {
	for i := range min(len(document.Items), maxSample) {
		if item, err := parse.One(document.One(i), document.Format, base); err == nil && item.Title != "" {
			return true
		}
	}
	return false
}

// short is a title on one line of at most maxTitle bytes.
func short(title string) string {
	if len(title) > 16*maxTitle {
		title = title[:16*maxTitle]
	}
	title = schema.Clean(title)
	if len(title) <= maxTitle {
		return title
	}
	end := maxTitle
	for !utf8.RuneStart(title[end]) {
		end--
	}
	return title[:end]
}
