package doctor

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/dateline-news/dateline/internal/feedcheck"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// tries is how many registered feeds are fetched: one may be down by itself.
const tries = 3

// fetching fetches feeds as a fetcher does.
func (e *examination) fetching(ctx context.Context) {
	feeds := []schema.Feed{{URL: e.Feed}}
	if e.Feed == "" {
		feeds = e.registered(ctx)
	}
	if len(feeds) == 0 {
		e.add("fetch", Skip, "no feed to try", "name one: dateline doctor ADDRESS")
		return
	}
	var failures []Finding
	for _, f := range feeds {
		begin := len(e.findings)
		if e.fetch(ctx, f) {
			return
		}
		failures = append(failures, e.findings[begin:]...)
		e.findings = e.findings[:begin]
	}
	e.findings = append(e.findings, failures...)
}

// registered are some feeds of the registry, as far as the user may read it.
func (e *examination) registered(ctx context.Context) []schema.Feed {
	if !e.hears {
		return nil
	}
	// What is refused looks like a server that does not answer.
	bucket := "$JS.API.STREAM.INFO.KV_" + e.bus.Root().Stream(schema.BucketFeeds)
	if ok, err := e.attempt(ctx, bucket); err != nil || !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	registry, err := fetcher.OpenRegistry(ctx, e.bus)
	if err != nil {
		return nil
	}
	feeds, err := registry.List(ctx)
	if err != nil {
		return nil
	}
	return feeds[:min(tries, len(feeds))]
}

// fetch looks a feed's host up and fetches the feed.
func (e *examination) fetch(ctx context.Context, f schema.Feed) bool {
	if !e.resolves(ctx, f.URL) {
		return false
	}
	begun := time.Now()
	answer, err := fetcher.Ask(ctx, e.Fetch, f.URL, f.Headers)
	took := time.Since(begun)
	if err != nil {
		e.add("fetch", Fail, err.Error(), remedy(fetcher.FailureCode(err)))
		return false
	}
	e.webClock(answer.Date, begun.Add(took/2))
	report := feedcheck.Read(f.URL, answer, e.Fetch.Limits(), begun)
	if report.Error != nil {
		e.add("fetch", Warn, fmt.Sprintf("%s answers, with no feed: %s", f.URL, report.Error.Detail), "dateline feeds check, or dateline feeds discover, with its address")
		return true
	}
	e.add("fetch", OK, fmt.Sprintf("%s: %d items, %d bytes in %s", f.URL, len(report.Items), len(answer.Body), took.Round(time.Millisecond)), "")
	return true
}

// resolves looks the host of an address up.
func (e *examination) resolves(ctx context.Context, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		e.add("dns", Fail, fmt.Sprintf("%q is no address of a feed", address), "want https://HOST/PATH")
		return false
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lookup := e.Lookup
	if lookup == nil {
		lookup = net.DefaultResolver.LookupHost
	}
	addresses, err := lookup(ctx, u.Hostname())
	if err != nil {
		e.add("dns", Fail, err.Error(), "look at /etc/resolv.conf and at the way to its servers (port 53); in Kubernetes at the NetworkPolicy")
		return false
	}
	e.add("dns", OK, fmt.Sprintf("%s has %d addresses", u.Hostname(), len(addresses)), "")
	return true
}

// webClock compares the clock of who answered with this machine's.
func (e *examination) webClock(told, now time.Time) {
	if told.IsZero() {
		return
	}
	by := now.Sub(told).Abs().Round(time.Second)
	if by > webClockWarn {
		e.add("web clock", Warn, fmt.Sprintf("that of the feed's server is %s from this machine's", by), "if that of NATS is too, let NTP set this machine's")
		return
	}
	e.add("web clock", OK, fmt.Sprintf("that of the feed's server is %s from this machine's", by), "")
}

// remedy is what to do about a fetch that failed.
func remedy(code string) string {
	switch code {
	case "blocked-address":
		return "it is not on the public internet: if it is yours, give --allow-net CIDR (here and to the fetcher)"
	case "blocked-scheme":
		return "want an address with http or https"
	case "dns":
		return "look at /etc/resolv.conf, and at the spelling of the host"
	case "header-timeout", "total-deadline":
		return "look for a firewall or a proxy on the way out; feeds may name a proxy (docs/configure.md)"
	case "rate-limited", "robots", "gone":
		return "the publisher does not want it: see docs/polite.md"
	default:
		return "see docs/configure.md for what the failure means; try it by itself: dateline feeds check ADDRESS"
	}
}
