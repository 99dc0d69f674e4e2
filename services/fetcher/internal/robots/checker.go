package robots

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// MaxRedirects is how many redirects are followed to a robots.txt (RFC 9309,
// section 2.3.1.2).
const MaxRedirects = 5

// Checker says what may be asked. It may be used by many goroutines at once.
type Checker struct {
	// Fetch gets a robots.txt: httpfetch.Client.Get.
	Fetch func(context.Context, httpfetch.Request) (httpfetch.Response, error)
	Cache Cache
	// Product is the product token of the User-Agent: httpfetch.Product.
	Product string
	// Now is the clock.
	Now func() time.Time

	asking singleflight.Group
}

// Verdict is what robots.txt says of an address.
type Verdict struct {
	Allowed bool
	// Delay is the pause that the host asks for between two requests, at most
	// MaxDelay, 0 for none.
	Delay time.Duration
	// Reason says why it is not allowed.
	Reason string
}

// Check says whether an http or https address may be asked, through the proxy of
// that name; none when empty. What the proxy sees of an origin is kept apart, as
// it may be all that can be reached. An error is one of the address, of ctx, or one
// of Fetch which says that nobody was asked: one that is no *httpfetch.Error, or
// has CodeConfig. A cache that fails costs requests, no verdict.
func (c *Checker) Check(ctx context.Context, address, proxy string) (Verdict, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Verdict{}, errors.New("robots: want an address with http or https and a host")
	}
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	e, err := c.entry(ctx, u.Scheme+"://"+u.Host, proxy)
	if err != nil {
		return Verdict{}, err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	v := Verdict{Allowed: e.Rules.Allows(path), Delay: e.Rules.Delay}
	switch {
	case v.Allowed:
	case e.Since.IsZero():
		v.Reason = "robots.txt disallows it"
	default:
		v.Reason = "robots.txt cannot be reached, which disallows all: " + e.Error
	}
	return v, nil
}

// entry is the current entry of an origin. Many that want it at once ask for it
// once; when the one that asks is stopped, another does.
func (c *Checker) entry(ctx context.Context, origin, proxy string) (Entry, error) {
	for {
		e, err, _ := c.asking.Do(place(origin, proxy), func() (any, error) { return c.find(ctx, origin, proxy) })
		switch {
		case err == nil:
			return e.(Entry), nil
		case ctx.Err() != nil:
			return Entry{}, fmt.Errorf("robots: %s: %w", origin, context.Cause(ctx))
		case !errors.Is(err, errStopped):
			return Entry{}, err
		}
	}
}

// errStopped says that the one who asked has stopped, not that asking failed.
var errStopped = errors.New("robots: stopped")

// place tells an origin as it is seen through a proxy from others.
func place(origin, proxy string) string {
	if proxy == "" {
		return origin
	}
	return origin + " " + proxy
}

// find returns the entry of the cache, or a new one.
func (c *Checker) find(ctx context.Context, origin, proxy string) (Entry, error) {
	now, key := c.Now(), Key(place(origin, proxy))
	e, ok, err := c.Cache.Get(ctx, key)
	if err != nil || !ok || e.Origin != origin || e.Product != c.Product {
		e = Entry{Origin: origin, Product: c.Product}
	}
	if left := e.Expires.Sub(now); left > 0 && left <= MaxLife { // longer when the clock was put back
		return e, nil
	}
	resp, err := c.Fetch(ctx, httpfetch.Request{
		URL: origin + "/robots.txt", Accept: "text/plain, */*;q=0.5", MaxRedirects: MaxRedirects, Proxy: proxy,
	})
	if ctx.Err() != nil {
		return Entry{}, errStopped
	}
	if failure := new(httpfetch.Error); err != nil && (!errors.As(err, &failure) || failure.Code == httpfetch.CodeConfig) {
		return Entry{}, err // nobody was asked
	}
	e = e.next(resp, err, now)
	_ = c.Cache.Put(ctx, key, e) // without it the next one asks again
	return e, nil
}
