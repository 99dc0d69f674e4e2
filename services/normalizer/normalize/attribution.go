package normalize

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// maxName bounds the names of sections, publications, authors and categories.
const maxName = 256

// attribution fills the section, as configured, and the name of the publication:
// as configured, else the page's, else the feed's title up to what tells its
// feeds apart.
func (d *draft) attribution() {
	source, rule := attributed(d.item.Feed.Source), "attribution:source"
	if source == "" {
		source, rule = d.publisher(), "attribution:page"
	}
	if source == "" {
		rule = "attribution:feed_title"
		for _, title := range []string{d.item.Feed.Title, d.entry.FeedTitle} {
			if source == "" {
				source = attributed(publication(title))
			}
		}
	}
	if source == "" {
		return
	}
	d.decided(rule)
	d.article.Source.Name = source
	d.article.Attribution = &schema.Attribution{Section: section(d.item.Feed.Section), Source: source}
}

// publisher is the name of the publication that the page gives.
func (d *draft) publisher() string {
	if d.page == nil {
		return ""
	}
	return attributed(d.page.Publisher)
}

// section is a section without the word news at its end, which the line of the
// dated format adds.
func section(configured string) string {
	s := attributed(configured)
	if rest, word := s[:max(0, len(s)-4)], s[max(0, len(s)-4):]; strings.EqualFold(word, "news") &&
		(rest == "" || strings.HasSuffix(rest, " ")) {
		s = strings.TrimSuffix(rest, " ")
	}
	if strings.HasPrefix(s, `\`) {
		return ""
	}
	return s
}

// publication is a feed's title up to its first separator: the rest names the
// feed.
func publication(title string) string {
	title = schema.Clean(title)
	end := len(title)
	for _, separator := range []string{" | ", " - ", " – ", ": "} {
		if at := strings.Index(title, separator); at > 0 {
			end = min(end, at)
		}
	}
	return title[:end]
}

// attributed is a name that the attribution line of the dated format can hold,
// or nothing.
func attributed(name string) string {
	name = schema.Clean(text.Cut(schema.Clean(name), maxName))
	if strings.Contains(strings.ToLower(name), "news summary from") {
		return ""
	}
	return name
}
