// Package fetcher polls feeds and publishes what is new in them, one item a
// message. A feed's next poll is itself a message that NATS delivers when its
// time has come, so fetchers hold no state: any of them takes any poll, and the
// schedule outlives them all.
package fetcher

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/certs"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/guard"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// Config is what an operator may set.
type Config struct {
	Polls        int               `help:"Feeds fetched at once." default:"64"`
	Interval     time.Duration     `help:"Time between two polls of a feed that nothing is known of." default:"15m"`
	MinInterval  time.Duration     `help:"Shortest time between two polls of a feed." default:"5m"`
	MaxInterval  time.Duration     `help:"Longest time between two polls of a feed." default:"24h"`
	Contact      string            `help:"Address in the User-Agent, where a publisher finds out who is asking." default:"https://github.com/dateline-news/dateline"`
	Version      string            `kong:"-"`
	AllowNet     []netip.Prefix    `help:"Network that may be fetched from although it is not public; may be repeated." placeholder:"CIDR"`
	AllowPort    []uint16          `help:"Port of public hosts that may be fetched from besides 80 and 443; may be repeated." placeholder:"PORT"`
	MaxBody      int64             `help:"Bytes that a feed document may have, decompressed." default:"8388608"`
	HTTPTimeout  time.Duration     `name:"http-timeout" help:"Time for one request, redirects and body included." default:"30s"`
	MinRate      int64             `help:"Least bytes a second that a body must bring, on average over ten seconds; 0 for no least." default:"100"`
	CA           []string          `name:"ca" help:"File of certificate authorities (PEM) to trust besides the system's, for feeds on intranets; may be repeated." sep:"none" placeholder:"FILE"`
	HostRequests int               `help:"Requests that one host gets at once, of all fetchers together." default:"1"`
	HostSpacing  time.Duration     `help:"Least time between the starts of two requests of one host." default:"1s"`
	User         map[string]string `help:"User and password that feeds may name (feeds add --user); may be repeated. Better in a file of --config than on a command line." placeholder:"NAME=USER:PASSWORD"`
	Proxy        map[string]string `help:"Proxy (http, https or socks5) that feeds may name (feeds add --proxy); may be repeated." placeholder:"NAME=URL"`
	PushURL      string            `name:"push-url" help:"Public address under which hubs (WebSub) reach --push-listen, such as https://push.example.org/; empty leaves pushes out." placeholder:"URL"`
	PushListen   string            `name:"push-listen" help:"Address that calls of hubs come to; empty when other fetchers take them." placeholder:"HOST:PORT"`
	PushWith     certs.Files       `embed:"" prefix:"push-"`
	Fulltext     schema.Fulltext   `help:"When the page of an article is fetched: auto (its feed gives less than 150 words of it), always or never; for feeds that do not say it themselves." default:"auto" enum:"auto,always,never"`
	Pages        int               `help:"Pages fetched at once." default:"16"`
	MaxPage      int64             `help:"Bytes that a page may have, decompressed." default:"2097152"`
	PageWait     time.Duration     `help:"Longest time that an item waits for its page's host at a time; then it goes on without the page." default:"1h"`
	Walks        int               `help:"Documents of the history of feeds fetched at once." default:"4"`
	WalkLimit    int               `help:"Documents that one walk through the history of a feed reads before it stops." default:"2000"`
	Structure    guard.Limits      `embed:"" prefix:"feed-" group:"Bounds of a feed document, against those made to cost a parser too much:"`

	// Probe is after how long without a publish one is tried, so that the fetcher
	// knows whether it could: 0 for never, where the server's disk is watched.
	Probe time.Duration `kong:"-"`

	network Network // nil for the machine's own
}

// Network takes the place of the machine's own network.
type Network = httpfetch.Network

// On returns the same settings on another network than the machine's own, such as
// one in memory: simulations and tests of pollers need no sockets so.
func (c Config) On(n Network) Config {
	c.network = n
	return c
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{
		Polls:        64,
		Interval:     15 * time.Minute,
		MinInterval:  5 * time.Minute,
		MaxInterval:  24 * time.Hour,
		Contact:      "https://github.com/dateline-news/dateline",
		MaxBody:      8 << 20,
		HTTPTimeout:  30 * time.Second,
		MinRate:      100,
		HostRequests: 1,
		HostSpacing:  time.Second,
		Fulltext:     schema.FulltextAuto,
		Pages:        16,
		MaxPage:      2 << 20,
		PageWait:     time.Hour,
		Walks:        4,
		WalkLimit:    2000,
		Structure:    guard.DefaultLimits(),
	}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case c.Polls < 1 || c.Polls > 1000:
		return fmt.Errorf("--polls: got %d, want 1 to 1000", c.Polls)
	case c.MinInterval < schedule.Floor:
		return fmt.Errorf("--min-interval: got %s, want at least %s", c.MinInterval, schedule.Floor)
	case c.Interval < c.MinInterval, c.MaxInterval < c.Interval:
		return fmt.Errorf("--min-interval %s, --interval %s, --max-interval %s: want them in this order, rising",
			c.MinInterval, c.Interval, c.MaxInterval)
	case c.Contact == "":
		return errors.New("--contact: want an address where publishers find out who is asking")
	case c.MaxBody < 1<<10 || c.MaxBody > 64<<20:
		return fmt.Errorf("--max-body: got %d bytes, want 1 KiB to 64 MiB", c.MaxBody)
	case c.HTTPTimeout < time.Millisecond || c.HTTPTimeout > time.Minute:
		return fmt.Errorf("--http-timeout: got %s, want at most 1m", c.HTTPTimeout)
	case c.MinRate < 0 || c.MinRate > 1<<20:
		return fmt.Errorf("--min-rate: got %d bytes a second, want 0 to 1 MiB", c.MinRate)
	}
	if err := c.Structure.Validate(); err != nil {
		return fmt.Errorf("--feed-%w", err)
	}
	if err := errors.Join(c.validatePages(), c.validateWalks()); err != nil {
		return err
	}
	if err := c.hosts().Validate(); err != nil {
		return fmt.Errorf("--host-requests %d, --host-spacing %s: %w", c.HostRequests, c.HostSpacing, err)
	}
	if _, err := c.users(); err != nil {
		return err
	}
	if _, err := c.http(); err != nil {
		return err
	}
	if err := c.validatePush(); err != nil {
		return err
	}
	for _, p := range c.AllowNet {
		if !p.IsValid() {
			return errors.New("--allow-net: want networks such as 10.0.0.0/8")
		}
	}
	return nil
}

func (c Config) validatePages() error {
	switch {
	case c.Fulltext != schema.FulltextAuto && c.Fulltext != schema.FulltextAlways && c.Fulltext != schema.FulltextNever:
		return fmt.Errorf("--fulltext: got %q, want auto, always or never", c.Fulltext)
	case c.Pages < 1 || c.Pages > 1000:
		return fmt.Errorf("--pages: got %d, want 1 to 1000", c.Pages)
	case c.MaxPage < 1<<10 || c.MaxPage > 16<<20:
		return fmt.Errorf("--max-page: got %d bytes, want 1 KiB to 16 MiB", c.MaxPage)
	case c.PageWait < time.Second || c.PageWait > 24*time.Hour:
		return fmt.Errorf("--page-wait: got %s, want 1s to 24h", c.PageWait)
	}
	return nil
}

func (c Config) validateWalks() error {
	switch {
	case c.Walks < 1 || c.Walks > 100:
		return fmt.Errorf("--walks: got %d, want 1 to 100", c.Walks)
	case c.WalkLimit < 1 || c.WalkLimit > 10_000:
		return fmt.Errorf("--walk-limit: got %d, want 1 to 10000", c.WalkLimit)
	}
	return nil
}

// hosts are the limits of a host. A request is held for as long as it may take.
func (c Config) hosts() hosts.Config {
	h := hosts.DefaultConfig()
	h.Requests, h.Spacing = c.HostRequests, c.HostSpacing
	h.MaxDelay = max(h.MaxDelay, h.Spacing)
	h.Hold = max(c.HTTPTimeout+15*time.Second, h.Hold)
	return h
}

// own reports whether an address is on a network that the operator has allowed
// although it is not public: its own, which needs no politeness.
func (c Config) own(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && slices.ContainsFunc(c.AllowNet, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// users are the users that feeds may name. No error repeats a password.
func (c Config) users() (map[string]*url.Userinfo, error) {
	users := make(map[string]*url.Userinfo, len(c.User))
	for name, value := range c.User {
		user, password, ok := strings.Cut(value, ":")
		if name == "" || !ok || user == "" {
			return nil, fmt.Errorf("--user %s: want NAME=USER:PASSWORD", name)
		}
		users[name] = url.UserPassword(user, password)
	}
	return users, nil
}

// proxies are the proxies that feeds may name. No error repeats an address,
// which may hold a password.
func (c Config) proxies() (map[string]*url.URL, error) {
	proxies := make(map[string]*url.URL, len(c.Proxy))
	for name, value := range c.Proxy {
		u, err := url.Parse(value)
		if err != nil || name == "" || u.Host == "" {
			return nil, fmt.Errorf("--proxy %s: want NAME=URL, such as office=http://proxy.example:3128", name)
		}
		proxies[name] = u
	}
	return proxies, nil
}

// roots are the certificate authorities to trust; nil for the system's alone.
func (c Config) roots() (*x509.CertPool, error) {
	if len(c.CA) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil { // a system without any
		pool = x509.NewCertPool()
	}
	for _, file := range c.CA {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--ca: %w", err)
		}
		if !pool.AppendCertsFromPEM(data) {
			return nil, fmt.Errorf("--ca %s: no certificate in it, want PEM", file)
		}
	}
	return pool, nil
}

func (c Config) http() (httpfetch.Config, error) {
	h := httpfetch.DefaultConfig()
	var err error
	if h.Proxies, err = c.proxies(); err != nil {
		return h, err
	}
	if h.Roots, err = c.roots(); err != nil {
		return h, err
	}
	if c.Version != "" {
		h.Version = c.Version
	}
	h.Contact = c.Contact
	h.MinRate = c.MinRate
	h.Timeout = c.HTTPTimeout
	h.HeaderTimeout = min(h.HeaderTimeout, c.HTTPTimeout)
	h.Allow = c.AllowNet
	h.Ports = c.AllowPort
	h.Network = c.network
	return h, nil
}

// client makes requests of documents of so many bytes.
func (c Config) client(maxBody int64, maxIdle int) (*httpfetch.Client, error) {
	h, err := c.http()
	if err != nil {
		return nil, err
	}
	h.MaxBody, h.MaxIdle = maxBody, maxIdle
	return httpfetch.New(h)
}

// Limits bound a feed document.
func (c Config) Limits() feed.Limits {
	return feed.Limits{Bytes: int(c.MaxBody), Structure: c.Structure}
}

func (c Config) schedule() schedule.Config {
	s := schedule.DefaultConfig()
	s.Base, s.Min, s.Max = c.Interval, c.MinInterval, c.MaxInterval
	s.Backoff = min(max(s.Backoff, c.MinInterval/5), c.MaxInterval)
	return s
}
