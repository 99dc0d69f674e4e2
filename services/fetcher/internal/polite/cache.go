package polite

import (
	"context"
	"sync"

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
