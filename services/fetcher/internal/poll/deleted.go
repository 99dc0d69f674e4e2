package poll

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
)

// someArticles is how many articles the memory knows at least, and twice as many
// as the document has entries: a tombstone comes soon or never. Of a feed that has
// shown tombstones it knows as many as it can.
const someArticles = 16

// stones are the elements deleted-entry of the document that the memory has room
// for: one that it forgets would be new at every poll.
func (r *round) stones(deleted [][]byte) [][]byte {
	room := max(0, memory.Max-len(r.pieces))
	if surplus := len(deleted) - room; surplus > 0 {
		r.result.Counts["tombstones-surplus"] += int64(surplus)
		return deleted[:room]
	}
	return deleted
}

// stoneFold stands for what a tombstone says: of which entry, and when.
func (r *round) stoneFold(element []byte) memory.Fold {
	stone, ok := parse.Deleted(element, r.base())
	if !ok {
		return 0
	}
	when := binary.BigEndian.AppendUint64(nil, uint64(stone.When.Time.UnixNano()))
	return memory.Fold(xxh3.HashString(stone.GUID + string(when) + stone.Link))
}

// withArticles is the memory with the articles that new entries of an Atom feed
// are: other feeds have no tombstones that would name them.
func (r *round) withArticles(next memory.Memory, fresh []int) memory.Memory {
	if len(fresh) == 0 || r.pieces[fresh[0]].document.Format != schema.FormatAtom {
		return next
	}
	var shown []memory.Named
	for _, i := range fresh {
		item, read := r.parsed[i]
		if article, ok := r.article(item); read && ok {
			shown = append(shown, memory.Named{GUID: item.GUID, Article: article})
		}
	}
	limit := max(2*len(r.pieces)+someArticles, next.Articles())
	if len(r.deleted) > 0 {
		limit = memory.MaxArticles
	}
	next, forgot := next.WithArticles(shown, limit)
	r.result.Counts["articles-forgotten"] += int64(forgot)
	return next
}

// article is the article that an entry is, when its guid alone does not tell.
func (r *round) article(item parse.Item) (memory.Article, bool) {
	key, rule := r.key(item.Link, item.GUID)
	if item.GUID == "" || rule == schema.IdentityHeadline {
		return memory.Article{}, false
	}
	if told, by := r.key(item.GUID, item.GUID); told == key && (by == schema.IdentityLink || r.state.Identity == schema.PolicyGUID) {
		return memory.Article{}, false
	}
	var a memory.Article
	if _, err := hex.Decode(a.ID[:], []byte(schema.ArticleID(key))); err != nil {
		return memory.Article{}, false
	}
	if link, ok := schema.CanonicalURL(item.Link, ""); ok && rule == schema.IdentityLink {
		a.Host = schema.IdentityHost(link)
	}
	return a, true
}

// key is what identifies an item of the feed, and the rule of it.
func (r *round) key(link, guid string) (key, rule string) {
	return schema.IdentityKey(schema.Identity{Link: link, FeedID: r.feed.ID, GUID: guid, Policy: r.state.Identity})
}

// withdrawals are the items by which new tombstones take articles back, as far as
// they say of which. What the document shows again since is not taken back.
func (r *round) withdrawals(stones [][]byte, known memory.Memory) (items []schema.Item) {
	if len(stones) == 0 {
		return nil
	}
	shown := r.changes()
	for _, element := range stones {
		stone, _ := parse.Deleted(element, r.base())
		id, given, ok := r.resolve(stone, known)
		changed, there := shown[stone.GUID]
		switch {
		case !ok:
			r.result.Counts["tombstones-unresolved"]++
		case there && !stone.When.Time.After(changed):
			r.result.Counts["tombstones-outdated"]++
		default:
			items = append(items, schema.Item{
				ID: id, Given: given, Identity: r.state.Identity,
				RegionHash: schema.RegionHash(element), Format: schema.FormatTombstone, Document: string(element),
			})
		}
	}
	return items
}

// changes are when the entries of the document changed last, by their guids.
func (r *round) changes() map[string]time.Time {
	all := make(map[string]time.Time, len(r.pieces))
	for i := range r.pieces {
		if item, ok := r.look(i); ok {
			all[item.GUID] = item.Updated.Time
			if item.Updated.Time.IsZero() {
				all[item.GUID] = item.Published.Time
			}
		}
	}
	return all
}

// resolve tells which article a tombstone is of: by what the feed's memory knows
// of its guid, by its link, or by its guid where that is an address, or what
// tells the items of this feed apart.
func (r *round) resolve(stone parse.Tombstone, known memory.Memory) (id string, given *schema.Given, ok bool) {
	if a, ok := known.Article(stone.GUID); ok {
		return hex.EncodeToString(a.ID[:]), &schema.Given{Host: cmp.Or(a.Host, schema.IdentityHost(r.feed.URL))}, true
	}
	link, _ := schema.CanonicalURL(cmp.Or(stone.Link, stone.GUID), "")
	key, rule := r.key(link, stone.GUID)
	if rule == schema.IdentityLink || string(r.state.Identity) == rule && rule == schema.IdentityGUID {
		return schema.ArticleID(key), &schema.Given{URL: link}, true
	}
	return "", nil, false
}

// withdrawal is the message of an item that takes an article back.
func (r *round) withdrawal(item schema.Item, stamp time.Time, bodyHash string) (bus.Message, error) {
	item.Feed, item.Fetch = r.origin(stamp, bodyHash)
	data, err := bus.Encode(item)
	if err != nil {
		return bus.Message{}, err
	}
	return bus.Message{
		Subject: r.Root.Item(r.source()), Data: data, Type: schema.TypeItemFound, Schema: "item",
		ID: schema.ItemMessageID(r.feed.ID, r.reading, item.RegionHash), Dedup: true, About: item.ID, Time: stamp,
	}, nil
}
