package polite

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

// The bound is one of bytes: a few thousand hosts with huge files must not fill
// the memory of a worker.
func TestRulesCacheIsBounded(t *testing.T) {
	var c rulesCache
	rules := robots.Parse([]byte("User-agent: *\n"+strings.Repeat("Disallow: /private-and-long/\nAllow: /b\n", 10_000)), "dateline")
	for n := range 200 {
		key := fmt.Sprint(n)
		for range 2 { // the second takes the place of the first
			if err := c.Put(t.Context(), key, robots.Entry{Origin: key, Rules: rules}); err != nil {
				t.Fatal(err)
			}
		}
		if e, ok, err := c.Get(t.Context(), key); !ok || err != nil || e.Origin != key || e.Rules.Allows("/private-and-long/") {
			t.Fatalf("entry %d: %v, %v", n, ok, err)
		}
	}
	size := 0
	for _, data := range c.entries {
		size += len(data)
	}
	if size != c.size || size > maxRules || size < maxRules/2 {
		t.Errorf("%d bytes in %d entries, counted as %d", size, len(c.entries), c.size)
	}
	if _, ok, err := c.Get(t.Context(), "none"); ok || err != nil {
		t.Errorf("what was never put: %v, %v", ok, err)
	}
}

func TestDelaysAreBounded(t *testing.T) {
	var d delays
	if d.changed("a", 0) || !d.changed("a", time.Second) || d.changed("a", time.Second) || !d.changed("a", 0) {
		t.Error("a pause is told when it changes, and only then")
	}
	for n := range maxDelays + 10 {
		d.changed(fmt.Sprint(n), time.Second)
	}
	if len(d.byHost) > maxDelays {
		t.Errorf("%d hosts", len(d.byHost))
	}
}
