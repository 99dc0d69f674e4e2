package chaos

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// fewest is how many items a paper shows at least, and most how many it lets
// pile up while nobody claims them.
const (
	fewest = 4
	most   = 40
)

// paper is a feed of the site. An item leaves it only when a client has claimed
// the item as it stands: it has sent, in If-None-Match, the ETag of a document
// that showed it so. By that the client says that all of that document is stored;
// when it is not, the item is lost, and the checker finds that.
type paper struct {
	seed   uint64 // of its items
	name   string
	feed   *fetchertest.Feed
	format schema.Format
	skew   time.Duration // how far its clock is ahead: of the dates that it writes

	mu     sync.Mutex
	rng    *rand.Rand
	faults float64          // share of the requests that go wrong
	ways   []way            // how they do
	asked  int              // how often it was asked
	failed map[string]int   // how often it failed, by the way
	shown  []*entry         // in their order
	all    []*entry         // that were ever shown
	served map[string]print // documents that were served, by ETag
	news   func()           // called when a document is served for the first time
	known  bool             // a client has claimed one: of a feed that it knows it takes no torn item
}

// print is a document: the version of each entry in it.
type print map[*entry]int

// entry is one item, in the version that its paper shows or showed last.
type entry struct {
	token   string
	link    string
	article string    // the id that its article must have
	added   time.Time // when it was first shown
	version int       // from 1
	claimed int       // the latest version that a client has claimed
	gone    bool      // the version says that the item was taken back
	base    []string  // the text, but for corrections and mark
	item    fetchertest.Item
}

// newPaper makes the paper number n of the site. Guids are the numbers of the
// items, the same in each paper, as feeds of weblogs have them.
func newPaper(site *fetchertest.Site, seed uint64, n int, faults float64) *paper {
	p := &paper{
		seed: seed<<16 + uint64(n), name: fmt.Sprintf("paper%d", n), faults: faults,
		rng: rand.New(rand.NewPCG(seed, uint64(n))), served: map[string]print{}, failed: map[string]int{}, ways: hurried(), news: func() {},
	}
	path := "/" + p.name + ".xml"
	p.feed = site.Feed(path)
	p.format = []schema.Format{schema.FormatRSS, schema.FormatAtom, schema.FormatJSON}[n%3]
	p.feed.SetFormat(p.format)
	site.Handle(path, p)
	for range 2 * fewest {
		p.add()
	}
	p.publish()
	return p
}

// change adds an item, or corrects one that is shown.
func (p *paper) change() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.shown) < most && p.rng.IntN(2) == 0 {
		p.add()
	} else {
		p.correct(p.shown[p.rng.IntN(len(p.shown))])
	}
	p.publish()
}

// correct writes another version of an item, but of one that was taken back.
func (p *paper) correct(e *entry) {
	if !e.gone {
		e.version++
		e.write()
	}
}

// withdraw takes an item back that a client has claimed as it stands, and reports
// whether there was one. Only Atom has a way to say so.
func (p *paper) withdraw() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.shown {
		if p.format == schema.FormatAtom && !e.gone && e.claimed == e.version {
			e.version++
			e.gone, e.item.Deleted = true, p.now()
			p.publish()
			return true
		}
	}
	return false
}

// now is the time by the paper's clock. A date has no finer unit than a second.
func (p *paper) now() time.Time { return time.Now().Add(p.skew).Truncate(time.Second) }

// fail makes this share of the requests go wrong from now on.
func (p *paper) fail(share float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = share
}

// heal ends the faults.
func (p *paper) heal() { p.fail(0) }

// entries are copies of all that were ever shown.
func (p *paper) entries() []entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]entry, len(p.all))
	for i, e := range p.all {
		all[i] = *e
	}
	return all
}

// add puts a new item anywhere, so that a document that is cut may lack it. It
// wants the lock, as those below do.
func (p *paper) add() {
	n := len(p.all)
	item := fetchertest.Generate(fetchertest.Spec{
		Seed: p.seed<<16 + uint64(n), Count: 1, Words: 60, Base: "https://" + p.name + ".example", Newest: p.now(),
	})[0]
	item.GUID = fmt.Sprint(n + 1)
	key, _ := schema.IdentityKey(schema.Identity{Link: item.Link})
	e := &entry{token: item.Token, link: item.Link, article: schema.ArticleID(key), added: time.Now(), version: 1, base: item.Paragraphs, item: item}
	e.write()
	p.all = append(p.all, e)
	p.shown = slices.Insert(p.shown, p.rng.IntN(len(p.shown)+1), e)
}

// write writes the version of the entry: a correction first, its mark last.
func (e *entry) write() {
	texts := slices.Clone(e.base)
	if e.version > 1 {
		// What is the same in several items is taken for the feed's own words, not the item's.
		texts = slices.Insert(texts, 0, fmt.Sprintf("Correction %d of “%s”: what stood here before was not right.", e.version, e.item.Title))
	}
	e.item.Paragraphs = append(texts, markOf(e.token, e.version, e.item.Title, texts))
}

// publish makes what is shown the document of the feed.
func (p *paper) publish() {
	var items []fetchertest.Item
	for _, e := range p.shown {
		items = append(items, e.item)
	}
	p.feed.SetItems(items...)
}

// ServeHTTP answers a request for the feed, or fails as chance has it.
func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked++
	p.claim(r.Header.Get("If-None-Match"))
	var h http.Handler = http.HandlerFunc(p.serve)
	fault, name := p.fault()
	p.mu.Unlock()
	if fault != nil {
		w.Header().Set("X-Fault", name)
		h = fault(h)
	}
	h.ServeHTTP(w, r)
}

// serve answers as it should, and keeps what it has shown under its ETag.
func (p *paper) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.feed.ServeHTTP(w, r)
	now := print{}
	for _, e := range p.shown {
		now[e] = e.version
	}
	etag := w.Header().Get("ETag")
	if p.served[etag] == nil {
		p.news()
	}
	p.served[etag] = now
}

// claim notes what a client says that it has, and lets half of that go: at once,
// whatever its age, as nothing brings it back then to who has not stored it.
func (p *paper) claim(etag string) {
	before := len(p.shown)
	p.known = p.known || p.served[etag] != nil
	for e, version := range p.served[etag] {
		e.claimed = max(e.claimed, version)
	}
	p.shown = slices.DeleteFunc(p.shown, func(e *entry) bool {
		goes := before > fewest && e.claimed == e.version && p.rng.IntN(2) == 0
		if goes {
			before--
		}
		return goes
	})
	p.publish()
}

const markStart = "The mark of this report is "

// markOf is the last paragraph of an item. It tells which item in which version
// the text is, and holds the sum of all of that.
func markOf(token string, version int, headline string, paragraphs []string) string {
	var b bytes.Buffer
	fmt.Fprintln(&b, token, version, headline)
	_, _ = io.WriteString(&b, strings.Join(paragraphs, "\n")) // a buffer takes everything
	return fmt.Sprintf("%s%s version %d sum %08x.", markStart, token, version, crc32.ChecksumIEEE(b.Bytes()))
}
