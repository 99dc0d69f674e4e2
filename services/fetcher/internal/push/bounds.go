package push

import "sync"

const (
	// maxWork is how many calls are worked on at once, of all feeds. A call whose body
	// is still to come is none of them.
	maxWork = 64
	// maxPerFeed is how many calls of one feed are in hand at once. A hub needs one at
	// a time, and one that makes them and sends no more must not be in others' way.
	maxPerFeed = 2
)

// bounds count the calls in hand. Who calls too much is refused and not kept waiting.
type bounds struct {
	work chan struct{}

	mu    sync.Mutex
	feeds map[string]int // by id; those that have calls in hand
}

func newBounds() *bounds {
	return &bounds{work: make(chan struct{}, maxWork), feeds: map[string]int{}}
}

// ofFeed takes a call of a feed in hand, until leave is called; false when the feed
// has too many.
func (b *bounds) ofFeed(feedID string) (leave func(), ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.feeds[feedID] >= maxPerFeed {
		return nil, false
	}
	b.feeds[feedID]++
	return func() { b.left(feedID) }, true
}

func (b *bounds) left(feedID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.feeds[feedID]--; b.feeds[feedID] == 0 {
		delete(b.feeds, feedID)
	}
}

// begin begins the work for a call, until leave is called; false when there is too
// much of it.
func (b *bounds) begin() (leave func(), ok bool) {
	select {
	case b.work <- struct{}{}:
		return func() { <-b.work }, true
	default:
		return nil, false
	}
}
