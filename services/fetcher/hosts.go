package fetcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/services/fetcher/internal/clock"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
)

// Host is what the fetchers of a pipeline know together of a host.
type Host struct {
	// Name is the host, without www., with its port when that is an odd one.
	Name string `json:"host"`
	// CoolSince and CoolUntil bound the time for which it is left alone, for the
	// reason. They are zero when it is not.
	CoolSince time.Time `json:"cool_since,omitzero"`
	CoolUntil time.Time `json:"cool_until,omitzero"`
	Reason    string    `json:"reason,omitempty"`
	// Refusals counts the addresses that it has refused lately.
	Refusals int `json:"refusals,omitempty"`
	// InHand counts the requests on their way.
	InHand int `json:"in_hand,omitempty"`
	// CrawlDelay is what its robots.txt wants between two requests, in seconds.
	CrawlDelay float64 `json:"crawl_delay,omitempty"`
}

// Cooled says that the host is left alone.
func (h Host) Cooled() bool { return !h.CoolUntil.IsZero() }

// ErrNoHost says that nothing is known of a host.
var ErrNoHost = errors.New("nothing is known of the host")

// Hosts returns the hosts that are remembered, by their names.
func Hosts(ctx context.Context, b *bus.Bus) ([]Host, error) {
	states, err := hosts.List(ctx, b)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	known := make([]Host, len(states))
	for i, s := range states {
		known[i] = Host{Name: s.Host, CrawlDelay: s.CrawlDelay, Refusals: len(s.Refusals)}
		for _, l := range s.Leases {
			if l.Until.After(now) {
				known[i].InHand++
			}
		}
		if s.Cooled(now) {
			known[i].CoolSince, known[i].CoolUntil, known[i].Reason = s.Cool.Since, s.Cool.Until, s.Cool.Reason
		}
	}
	slices.SortFunc(known, func(a, b Host) int { return cmp.Compare(a.Name, b.Name) })
	return known, nil
}

// ClearHost ends the cool-down of a host and forgets its refusals. The host is
// named as in Host, or by any address of it.
func ClearHost(ctx context.Context, b *bus.Bus, name string) error {
	host, ok := hosts.Key(name)
	if !ok {
		host, ok = hosts.Key("http://" + name + "/")
	}
	if !ok {
		return fmt.Errorf("host %.100q: want a host such as example.org, or an address of it", name)
	}
	server := clock.New(b)
	gate, err := hosts.Open(ctx, b, hosts.DefaultConfig(), func() time.Time { return server.Now(ctx) })
	if err != nil {
		return err
	}
	state, err := gate.State(ctx, host)
	if err != nil {
		return err
	}
	if state.Host == "" {
		return fmt.Errorf("host %s: %w; see: dateline hosts ls --all", host, ErrNoHost)
	}
	return gate.Clear(ctx, host)
}
