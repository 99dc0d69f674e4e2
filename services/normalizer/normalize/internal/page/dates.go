package page

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

// dating is a date that a page gives, and where.
type dating struct {
	date.Date
	source string
}

// published is when the page says that its article was published.
func (f *facts) published() dating {
	return f.dated([]string{"datePublished", "dateCreated", "uploadDate"},
		[]string{"article:published_time", "og:article:published_time", "article:published", "parsely-pub-date", "sailthru.date", "datepublished", "pubdate", "publishdate", "publish-date", "publish_date", "date.published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date", "cxenseparse:recs:publishtime", "article.published", "originalpublicationdate", "citation_publication_date", "last-published", "og:pubdate", "bt:pubdate"}, true)
}

// modified is when the page says that its article was last changed.
func (f *facts) modified() dating {
	return f.dated([]string{"dateModified"},
		[]string{"article:modified_time", "og:updated_time", "og:article:modified_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised", "article.updated"}, false)
}

func (f *facts) dated(keys, names []string, elements bool) dating {
	language := f.lang()
	for _, key := range keys {
		if d, ok := date.ParseIn(f.data.text(key), language); ok && !d.Implausible {
			return dating{d, "json_ld"}
		}
	}
	for _, value := range f.metas(names...) {
		if d, ok := date.ParseIn(value, language); ok && !d.Implausible {
			return dating{d, "meta"}
		}
	}
	if elements {
		return f.element(language)
	}
	return dating{}
}

// maxTimes is how many <time> elements of a page are looked at.
const maxTimes = 20

// element is the date of the first <time> that says that it is of publication,
// else of the first that can be read.
func (f *facts) element(language string) (found dating) {
	seen := 0
	for i := range f.nodes {
		n := &f.nodes[i]
		if n.tag != atom.Time && n.prop != "datePublished" {
			continue
		}
		if seen++; seen > maxTimes {
			break
		}
		d, ok := date.ParseIn(f.instant(int32(i)), language)
		switch {
		case !ok || d.Implausible:
		case n.isOfPublication():
			return dating{d, "time"}
		case found.source == "":
			found = dating{d, "time"}
		}
	}
	return found
}

// isOfPublication reports whether an element says that it is the date of
// publication.
func (n *node) isOfPublication() bool {
	return n.prop == "datePublished" || strings.Contains(n.names, "publish") || strings.Contains(n.names, "entry-date")
}

// instant is what a <time> says.
func (f *facts) instant(i int32) string {
	n := &f.nodes[i]
	if n.text != "" {
		return n.text
	}
	for j := i + 1; j < n.end && j < i+8; j++ {
		if f.nodes[j].isText && strings.TrimSpace(f.nodes[j].text) != "" {
			return f.nodes[j].text
		}
	}
	return ""
}
