// Package hosts keeps the requests that all workers together make of a host
// within bounds: so many at once, so far apart, and none while the host wants to
// be left alone.
//
// State is what is known of one host, a pure state machine that takes the time
// as an argument. Gate keeps the states in a bucket that all workers share, and
// changes them by compare-and-set. What the bucket loses costs seconds of
// politeness and nothing else.
//
// A host is a name, not an address: hosts that share a server are asked as if
// each had its own.
package hosts

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Longest is the most that a cool-down lasts. The bucket keeps a host for longer.
const Longest = 24 * time.Hour

// Config is what an operator may set. All workers of a pipeline want the same.
type Config struct {
	// Requests is how many requests a host gets at once.
	Requests int
	// Spacing is the least time between the starts of two requests of a host.
	Spacing time.Duration
	// MaxDelay is the most that a Crawl-delay of robots.txt makes of Spacing.
	MaxDelay time.Duration
	// Hold is after what time a request whose worker has not told of its end is
	// taken for ended: the longest time of a request and a margin.
	Hold time.Duration
	// Window is the time within which refusals (429 and 503) count together.
	Window time.Duration
	// CoolDown is how long a host is left alone when it does not say. It doubles
	// each time, up to an hour, until the host gives a good answer.
	CoolDown time.Duration
	// FeedsOnly says that refusals never cool a whole host, whatever they are.
	FeedsOnly bool
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{
		Requests: 1,
		Spacing:  time.Second,
		MaxDelay: 30 * time.Second,
		Hold:     45 * time.Second,
		Window:   10 * time.Minute,
		CoolDown: time.Minute,
	}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case c.Requests < 1 || c.Requests > 64:
		return fmt.Errorf("hosts: requests at once: got %d, want 1 to 64", c.Requests)
	case c.Spacing < 0 || c.Spacing > time.Hour:
		return fmt.Errorf("hosts: spacing: got %s, want 0 to 1h", c.Spacing)
	case c.MaxDelay < c.Spacing || c.MaxDelay > time.Hour:
		return fmt.Errorf("hosts: longest crawl delay: got %s, want the spacing to 1h", c.MaxDelay)
	case c.Hold < time.Second || c.Hold > time.Hour:
		return fmt.Errorf("hosts: hold: got %s, want 1s to 1h", c.Hold)
	case c.Window <= 0 || c.CoolDown <= 0:
		return errors.New("hosts: window, cool-down: want more than 0")
	}
	return nil
}

// Key is the host of an address by which its requests are counted: in lower
// case, without www., m. and amp., with its port when that is not the scheme's
// own. It reports false when the address has no host that could be asked. An
// international name and its xn-- form are two hosts, as in schema.IdentityHost.
func Key(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	// The host alone: schema looks into the path for the address behind a redirector.
	host := schema.IdentityHost(u.Scheme + "://" + u.Host + "/")
	if host == "" {
		return "", false
	}
	port := u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return host, true
	}
	return host + ":" + port, true
}
