package polite

import (
	"context"
	"sync"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

const (
	// maxRules bounds the bytes of the robots.txt that a process remembers. When
	// there are more, any one of them is asked for again.
	maxRules = 32 << 20
	// maxDelays bounds how many hosts' pauses it remembers.
	maxDelays = 10_000
)

// rulesCache remembers robots.txt in the process: each worker asks a host for it
// once a day, in its turn.
type rulesCache struct {
	mu      sync.Mutex
	entries map[string][]byte // encoded, so that their size is known
	size    int
}

// Get implements robots.Cache.
func (c *rulesCache) Get(_ context.Context, key string) (robots.Entry, bool, error) {
	c.mu.Lock()
	data, ok := c.entries[key]
	c.mu.Unlock()
	if !ok {
		return robots.Entry{}, false, nil
	}
	e, err := robots.Decode(data)
	return e, err == nil, err
}

// Put implements robots.Cache.
func (c *rulesCache) Put(_ context.Context, key string, e robots.Entry) error {
	data, err := e.Encode()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = make(map[string][]byte)
	}
	c.size += len(data) - len(c.entries[key])
	c.entries[key] = data
	for some := range c.entries {
		if c.size <= maxRules {
			break
		}
		if some != key {
			c.size -= len(c.entries[some])
			delete(c.entries, some)
		}
	}
	return nil
}

// delays remembers the pauses that hosts have asked for, so that the gate is told
// only when one changes.
type delays struct {
	mu     sync.Mutex
	byHost map[string]time.Duration
}

// changed notes a host's pause, and says whether it is another than before.
func (d *delays) changed(host string, delay time.Duration) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byHost[host] == delay {
		return false
	}
	if d.byHost == nil || len(d.byHost) >= maxDelays {
		d.byHost = make(map[string]time.Duration)
	}
	d.byHost[host] = delay
	return true
}
