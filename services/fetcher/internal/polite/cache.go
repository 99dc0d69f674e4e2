package polite

import (
	"context"
	"sync"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

// maxRules bounds how many robots.txt a process remembers. When there are more,
// any one of them is asked for again.
const maxRules = 10_000

// rulesCache remembers robots.txt in the process: each worker asks a host for it
// once a day, in its turn.
type rulesCache struct {
	mu      sync.Mutex
	entries map[string]robots.Entry
}

// Get implements robots.Cache.
func (c *rulesCache) Get(_ context.Context, key string) (robots.Entry, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	return e, ok, nil
}

// Put implements robots.Cache.
func (c *rulesCache) Put(_ context.Context, key string, e robots.Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = make(map[string]robots.Entry)
	}
	if _, known := c.entries[key]; !known && len(c.entries) >= maxRules {
		for some := range c.entries {
			delete(c.entries, some)
			break
		}
	}
	c.entries[key] = e
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
	if d.byHost == nil || len(d.byHost) >= maxRules {
		d.byHost = make(map[string]time.Duration)
	}
	d.byHost[host] = delay
	return true
}
