package normalize

import (
	"net/url"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// address fills the canonical address, and as another one the identifier of the
// item when it is the address of something else: tombstones and links name
// articles by it.
func (d *draft) address() {
	d.article.URL, _ = schema.CanonicalURL(d.entry.Link, base(d.item))
	guid, ok := schema.CanonicalURL(d.entry.GUID, "")
	if ok && guid != d.article.URL && linkKey(guid) != linkKey(d.article.URL) {
		d.article.AlternateURLs = []string{guid}
	}
}

// maxAlternates bounds the other addresses that a page gives its article.
const maxAlternates = 4

// alternates adds what a page calls its own address. Its article keeps the one
// that the feed gives: a page may lie, and one that fails must not give another.
func (d *draft) alternates(addresses ...string) {
	for _, address := range addresses {
		canonical, ok := schema.CanonicalURL(address, "")
		if ok && canonical != d.article.URL && !slices.Contains(d.article.AlternateURLs, canonical) && len(d.article.AlternateURLs) < maxAlternates {
			d.article.AlternateURLs = append(d.article.AlternateURLs, canonical)
		}
	}
}

func linkKey(address string) string {
	key, _ := schema.IdentityKey(schema.Identity{Link: address})
	return key
}

// identity fills the id and the host that its subject is made of: the host of
// the address that identifies it, or else the feed's.
func (d *draft) identity() {
	key, rule := schema.IdentityKey(schema.Identity{
		Link:     d.article.URL,
		FeedID:   d.item.Feed.ID,
		GUID:     d.entry.GUID,
		Headline: d.article.Headline,
		Date:     d.entry.Published.Raw,
		Policy:   d.item.Identity,
	})
	d.article.ID = schema.ArticleID(key)
	d.decided("identity:" + rule)
	if d.item.Identity != "" {
		d.decided("identity_policy:" + string(d.item.Identity))
	}
	address := d.item.Feed.URL
	if rule == schema.IdentityLink {
		address = d.article.URL
	}
	host := schema.IdentityHost(address)
	if u, err := url.Parse(address); host == "" && err == nil {
		host = u.Hostname() // of an import, whose address is none of the web
	}
	d.source(host)
}

// source fills what the article's subject is made of.
func (d *draft) source(host string) {
	d.article.Source = schema.Source{
		Token:   schema.SourceToken(host),
		Host:    schema.Clean(host),
		FeedID:  schema.Clean(d.item.Feed.ID),
		FeedURL: schema.Clean(d.item.Feed.URL),
	}
}
