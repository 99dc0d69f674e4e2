package memory

import (
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The bounds of what a memory knows of articles.
const (
	MaxArticles = 1_000 // how many it knows
	maxHosts    = 64    // on how many hosts
	maxHost     = 253   // bytes in the name of one: what a domain may have
)

// Article is which article an entry of a feed is.
type Article struct {
	// ID is its id, of which the hex digits are the usual form.
	ID [16]byte
	// Host is the host that its subjects are made of; empty for the feed's own.
	Host string
}

// Named is an article with the guid that the feed gives it.
type Named struct {
	GUID string
	Article
}

// known is an article under the hash of its guid.
type known struct {
	guid uint64
	Article
}

// Policy is what tells the feed's items apart.
func (m Memory) Policy() schema.IdentityPolicy { return m.policy }

// WithPolicy is the memory with another policy.
func (m Memory) WithPolicy(p schema.IdentityPolicy) Memory {
	m.policy = p
	return m
}

// Articles is the number of articles that are known.
func (m Memory) Articles() int { return len(m.articles) }

// Article tells which article the feed called by a guid, if that is known.
func (m Memory) Article(guid string) (Article, bool) {
	hash := xxh3.HashString(guid)
	i := slices.IndexFunc(m.articles, func(k known) bool { return k.guid == hash })
	if i < 0 {
		return Article{}, false
	}
	return m.articles[i].Article, true
}

// WithArticles is the memory with more articles, the first of them to be kept
// longest. It keeps at most limit, and forgot is how many it does not.
func (m Memory) WithArticles(more []Named, limit int) (next Memory, forgot int) {
	if len(more) == 0 {
		return m, 0
	}
	all := make([]known, 0, len(more)+len(m.articles))
	for _, n := range more {
		all = append(all, known{xxh3.HashString(n.GUID), n.Article})
	}
	all = append(all, m.articles...)
	seen, hosts := map[uint64]bool{}, map[string]bool{"": true}
	kept := make([]known, 0, min(len(all), limit))
	for _, k := range all {
		switch {
		case seen[k.guid]: // the newer is kept
		case len(kept) >= min(limit, MaxArticles), len(k.Host) > maxHost, !hosts[k.Host] && len(hosts) > maxHosts:
			forgot++
		default:
			seen[k.guid], hosts[k.Host] = true, true
			kept = append(kept, k)
		}
	}
	m.articles = kept
	return m, forgot
}
