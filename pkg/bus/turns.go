package bus

import "sync"

// turns keep messages of one partition key in the order in which they came: each
// waits for the one before it. So two versions of an article that are here at the
// same time are worked on as they were stored, live and in a backfill alike.
type turns struct {
	mu   sync.Mutex
	last map[string]chan struct{} // by key: closed when the last that came is over
}

// take is the turn of a message: before is closed when it has come, nil when that
// is now, and over ends it. Without a key, or without turns, a message waits for none.
func (t *turns) take(key string) (before <-chan struct{}, over func()) {
	if t == nil || key == "" {
		return nil, func() {}
	}
	mine := make(chan struct{})
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.last[key]; ok {
		before = last
	}
	t.last[key] = mine
	return before, func() {
		close(mine)
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.last[key] == mine {
			delete(t.last, key)
		}
	}
}
