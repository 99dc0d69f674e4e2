package poll

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/page"
)

// piece is one item of a document.
type piece struct {
	document *cut.Document
	index    int
}

func (p piece) region() []byte { return p.document.Items[p.index] }

func piecesOf(document *cut.Document) []piece {
	pieces := make([]piece, len(document.Items))
	for i := range pieces {
		pieces[i] = piece{document, i}
	}
	return pieces
}

// recall gets what the feed has shown.
func (r *round) recall(ctx context.Context) (err error) {
	if r.encoded, r.revision, err = r.Memory.Get(ctx, r.feed.ID); err != nil {
		return err
	}
	if r.walk == "" {
		r.reading = r.revision
	}
	if r.known, err = memory.Decode(r.encoded); err != nil {
		// A damaged memory costs messages that the normalizer drops, no item.
		r.result.Counts["memory-damaged"]++
	}
	return nil
}

// items adds what is new among the pieces, and then the memory of them. They
// are in part only what the feed has when it is torn, or a part of an index.
func (r *round) items(ctx context.Context, pieces []piece, inPart bool, bodyHash string) (published int, err error) {
	if err := r.Reading.Acquire(ctx, 1); err != nil {
		return 0, err
	}
	defer r.Reading.Release(1)
	r.pieces = pieces
	stones := r.stones(r.deleted)
	delta := r.known.Compare(memory.Document{
		Items: append(regions(pieces), stones...),
		Torn:  inPart,
		Fold: func(i int) memory.Fold {
			if i < len(pieces) {
				return r.parse(i)
			}
			return r.stoneFold(stones[i-len(pieces)])
		},
	})
	fresh, dug := part(delta.New, len(pieces))
	unchanged, _ := part(delta.Unchanged, len(pieces))
	folded, _ := part(delta.Folded, len(pieces))
	r.identify(fresh)
	next := r.withArticles(delta.Next.WithPolicy(r.state.Identity), slices.Concat(fresh, folded))
	told := slices.DeleteFunc(slices.Clone(fresh), r.untold)
	withdrawals := r.withdrawals(at(stones, dug), next)
	r.tally(len(told)+len(withdrawals), len(unchanged)+len(folded))
	messages, err := r.publish(told, withdrawals, bodyHash)
	if err != nil {
		return 0, err
	}
	if len(messages) > 0 {
		r.result.Groups = append(r.result.Groups, messages)
	}
	if next := next.Encode(); string(next) != string(r.encoded) {
		r.result.Groups = append(r.result.Groups, []bus.Message{r.memory(next)})
	}
	return len(messages), nil
}

// publish makes the messages of new items and of withdrawals, which come last, as
// what they take back may be new too.
func (r *round) publish(told []int, withdrawals []schema.Item, bodyHash string) (messages []bus.Message, err error) {
	stamps := r.stamps(len(withdrawals) + len(told))
	for n, i := range told {
		r.news = append(r.news, appeared(r.parsed[i]))
		message, dead, err := r.item(i, stamps[len(withdrawals)+n], bodyHash)
		if err != nil {
			return nil, err
		}
		if dead {
			r.state.Published--
			r.state.Dead++
			r.result.Counts["items-published"]--
		}
		messages = append(messages, message)
	}
	for n, item := range withdrawals {
		message, err := r.withdrawal(item, stamps[n], bodyHash)
		if err != nil {
			return nil, err
		}
		messages = append(messages, message)
	}
	return messages, nil
}

// part parts rising indices at n, and counts those after it from there.
func part(indices []int, n int) (below, above []int) {
	for _, i := range indices {
		if i < n {
			below = append(below, i)
		} else {
			above = append(above, i-n)
		}
	}
	return below, above
}

func at(all [][]byte, indices []int) (some [][]byte) {
	for _, i := range indices {
		some = append(some, all[i])
	}
	return some
}

// untold reports whether an item is but an address of a sitemap whose page is
// not wanted: what it is about stands there alone.
func (r *round) untold(i int) bool {
	item, read := r.parsed[i]
	if !read || item.Title != "" || r.pieces[i].document.Format != schema.FormatSitemap || r.wantsPage(i) {
		return false
	}
	r.result.Counts["items-untitled"]++
	return true
}

// wantsPage reports whether an item goes to the page worker first. One that
// could not be read goes to the normalizer, which sets it aside.
func (r *round) wantsPage(i int) bool {
	item, read := r.parsed[i]
	return read && page.Wanted(cmp.Or(r.feed.Fulltext, r.Fulltext), item)
}

// appeared is when an item was published, as far as its publisher says.
func appeared(item parse.Item) time.Time {
	if !item.Published.Time.IsZero() {
		return item.Published.Time
	}
	return item.Updated.Time
}

func (r *round) tally(published, unchanged int) {
	r.state.Seen += published + unchanged
	r.state.Published += published
	r.state.Unchanged += unchanged
	r.result.Counts["items-published"] += int64(published)
	r.result.Counts["items-unchanged"] += int64(unchanged)
}

func regions(pieces []piece) [][]byte {
	all := make([][]byte, len(pieces))
	for i, p := range pieces {
		all[i] = p.region()
	}
	return all
}

// parse reads a new region. One that cannot be read is published all the same:
// the normalizer sets it aside, with its bytes.
func (r *round) parse(i int) memory.Fold {
	item, err := parse.One(r.one(i), r.pieces[i].document.Format, r.base())
	if err != nil {
		r.result.Counts["items-unparsed"]++
		return 0
	}
	r.parsed[i] = item
	if item.FeedTitle != "" {
		r.state.Title = bounded(item.FeedTitle, 200)
	}
	return memory.Fold(item.Fold())
}

// one is the feed document of one item, made once: to be read, and to be sent.
func (r *round) one(i int) []byte {
	if r.documents[i] == nil {
		p := r.pieces[i]
		r.documents[i] = p.document.One(p.index)
	}
	return r.documents[i]
}

// base is the address that the document's links start from.
func (r *round) base() string {
	if r.resp.FinalURL != "" {
		return r.resp.FinalURL
	}
	return r.feed.URL
}

// stamps are the order of a document's new items among all of the feed's: later
// than any before, and the first item of the document, its newest, last.
func (r *round) stamps(n int) []time.Time {
	first := r.now
	if after := r.state.FetchedAt.Add(time.Nanosecond); after.After(first) {
		first = after
	}
	stamps := make([]time.Time, n)
	for i := range stamps {
		stamps[i] = first.Add(time.Duration(n-1-i) * time.Nanosecond).UTC()
	}
	if n > 0 {
		r.state.FetchedAt = stamps[0]
	}
	return stamps
}

// item is the message of a new item, or its dead letter when it is too large.
func (r *round) item(i int, stamp time.Time, bodyHash string) (bus.Message, bool, error) {
	hash := schema.RegionHash(r.pieces[i].region())
	one := r.one(i)
	item := schema.Item{
		RegionHash: hash,
		Format:     r.pieces[i].document.Format,
		DateOrder:  r.dateOrder(i),
		Identity:   r.state.Identity,
		Document:   string(one),
	}
	item.Feed, item.Fetch = r.origin(stamp, bodyHash)
	if read, ok := r.parsed[i]; ok {
		item.Feed.Link, item.Repeated = read.FeedLink, r.repeated(i)
		key, rule := r.key(read.Link, read.GUID)
		if rule != schema.IdentityHeadline { // whose headline the normalizer finds
			item.ID = schema.ArticleID(key)
		}
	}
	data, err := bus.Encode(item)
	if err != nil {
		return bus.Message{}, false, err
	}
	id := schema.ItemMessageID(r.feed.ID, r.reading, hash)
	if len(data) > schema.MaxItem {
		r.result.Counts["items-oversize"]++
		dead, err := r.oversize(one, id)
		return dead, true, err
	}
	subject := r.Root.Item(r.source())
	if r.wantsPage(i) {
		subject = r.Root.Found(r.source())
		r.result.Counts["pages-wanted"]++
	}
	return bus.Message{
		Subject: subject, Data: data, Type: schema.TypeItemFound, Schema: "item",
		ID: id, Dedup: true, About: item.ID, Time: stamp, Header: r.replayed(),
	}, false, nil
}

// origin is where an item comes from, for its message.
func (r *round) origin(stamp time.Time, bodyHash string) (schema.FeedRef, schema.Fetch) {
	return schema.FeedRef{
			ID: r.feed.ID, URL: r.feed.URL, Title: cmp.Or(r.feed.Title, r.state.Title),
			Language: r.feed.Language, Section: r.feed.Section, Source: r.feed.Source,
			Timezone: r.feed.Timezone, Quotes: r.feed.Quotes,
		}, schema.Fetch{
			URL: cmp.Or(r.archive, r.feed.URL), FinalURL: r.resp.FinalURL, Status: r.resp.Status, FetchedAt: stamp, History: r.walk,
			ETag: r.resp.ETag, LastModified: r.resp.LastModified, BodyHash: bodyHash,
		}
}

// source is the subject token of the feed's host.
func (r *round) source() string {
	u, err := url.Parse(r.feed.URL)
	if err != nil {
		return schema.Unknown
	}
	return schema.SourceToken(u.Hostname())
}

// oversize is the dead letter of an item that fits into no message.
func (r *round) oversize(document []byte, id string) (bus.Message, error) {
	return bus.DeadLetter{
		Root: r.Root, Stage: r.stage(), Source: r.source(), ID: id,
		Reason:  fmt.Sprintf("oversize: the item has %d bytes, more than a message holds", len(document)),
		Subject: r.due.Subject, Stream: r.due.Stream, Sequence: r.due.Sequence,
	}.Compressed(document, schema.MaxItem)
}

// memory is the write of the feed's memory. When another worker has written it
// since, the poll fails, comes again and compares anew.
func (r *round) memory(encoded []byte) bus.Message {
	subject := bus.BucketSubject(r.Root.Stream(schema.BucketFeedMemory), r.feed.ID)
	return bus.Message{Subject: subject, Data: encoded, Expect: &bus.Expect{Last: r.revision}}
}
