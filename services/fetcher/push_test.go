package fetcher_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// pushed is a pipeline whose feed has a hub, and polls only each hour by itself.
type pushed struct {
	*bus.Bus
	registry *fetcher.Registry
	feed     *fetchertest.Feed
	hub      *fetchertest.Hub
	items    []fetchertest.Item
	id       string
	stop     func()
}

// startPushed starts two fetchers: one polls and is not called, as it does not
// listen, and the other is.
func startPushed(t *testing.T, change ...func(*pushed, *fetcher.Config)) *pushed {
	t.Helper()
	site := fetchertest.New(t)
	p := &pushed{Bus: bustest.New(t), feed: site.Feed("/news.rss"), hub: site.Hub("/hub")}
	p.items = fetchertest.Generate(fetchertest.Spec{Seed: 3, Count: 9, Words: 50})
	p.feed.SetItems(p.items[0])
	p.feed.SetHub(p.hub.URL())
	p.registry, p.id = register(t, p.Bus, p.feed.URL()), schema.FeedID(p.feed.URL())
	called := config()
	called.MinInterval, called.Interval, called.MaxInterval = 200*time.Millisecond, time.Hour, time.Hour
	called.PushListen = freeAddress(t)
	called.PushURL = "http://" + called.PushListen + "/from-outside"
	for _, f := range change {
		f(p, &called)
	}
	silent := called
	silent.PushListen = ""
	for _, c := range []fetcher.Config{called, silent} {
		p.stop = bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, p.Bus, c) })
	}
	return p
}

// subscribed waits for the hub's subscription, and returns its callback and secret.
func (p *pushed) subscribed(t *testing.T) (callback, secret string) {
	t.Helper()
	bustest.Eventually(t, func() error {
		for at, form := range p.hub.Held() {
			callback, secret = at, form.Get("hub.secret")
			return nil
		}
		return fmt.Errorf("not subscribed: %v", p.Stats().Stage(fetcher.PushStage).Counts())
	})
	return callback, secret
}

func (p *pushed) state(t *testing.T, want func(schema.PollState) bool) {
	t.Helper()
	bustest.Eventually(t, func() error {
		state, _, err := p.registry.State(t.Context(), p.id)
		if err != nil || !want(state) {
			return fmt.Errorf("state %+v, because %q, %v", state.Push, state.Reason, err)
		}
		return nil
	})
}

// A feed's hub is found, asked and confirmed; what it pushes is polled at once and
// published; pushes that prove themselves are relied on, until an item comes without
// one; a feed that is removed is unsubscribed, and its callback is gone.
func TestThePushedFeedsLife(t *testing.T) {
	t.Parallel()
	p := startPushed(t)
	callback, secret := p.subscribed(t)
	if !strings.Contains(callback, "/from-outside/"+p.id+"/") || len(secret) != 64 {
		t.Errorf("callback %s", callback)
	}
	p.state(t, func(s schema.PollState) bool { return s.Polls == 1 })
	for i := 1; i <= 4; i++ {
		p.feed.Add(p.items[i])
		if n, err := p.hub.Publish(t.Context(), p.feed.URL(), []byte("<rss/>")); n != 1 || err != nil {
			t.Fatalf("push %d: %d took it, %v", i, n, err)
		}
		got := bustest.Next(t, p.Bus, i+1, schema.StreamItems)
		if item, err := bus.Decode[schema.Item](got[i]); err != nil || !strings.Contains(item.Document, p.items[i].Token) {
			t.Fatalf("push %d brought something else (%v)", i, err)
		}
	}
	p.state(t, func(s schema.PollState) bool {
		return s.Push.Heard == 4 && !s.Push.Live.IsZero() && s.Push.Until.After(time.Now()) && strings.Contains(s.Reason, "pushed by its hub")
	})
	p.feed.Add(p.items[5])
	if err := p.registry.PollNow(t.Context(), schema.Feed{ID: p.id, URL: p.feed.URL()}, ""); err != nil {
		t.Fatal(err)
	}
	p.state(t, func(s schema.PollState) bool { return s.Push.Live.IsZero() && s.Push.Proven == 0 })
	bustest.Next(t, p.Bus, 1, schema.StreamOps, "news.ops.push-lost."+p.id)

	if err := p.registry.Delete(t.Context(), p.id); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		if held := p.hub.Held(); len(held) > 0 {
			return fmt.Errorf("still subscribed: %v", held)
		}
		return nil
	})
	if status, err := p.hub.Push(t.Context(), callback, secret, nil); status != http.StatusGone || err != nil {
		t.Errorf("a push for a feed that is gone: %d, %v", status, err)
	}
	counts := p.Stats().Stage(fetcher.PushStage).Counts()
	if counts["subscribed"] != 1 || counts["unsubscribed"] != 1 || counts["pushed"] != 4 || counts["gone"] != 1 {
		t.Errorf("counts: %v", counts)
	}
}

// Pushes that are not the hub's have nothing polled.
func TestForgedPushes(t *testing.T) {
	p := startPushed(t)
	callback, secret := p.subscribed(t)
	p.state(t, func(s schema.PollState) bool { return s.Polls == 1 })
	last := "0"
	if strings.HasSuffix(callback, "0") {
		last = "1"
	}
	for _, test := range []struct {
		callback, secret string
		body             []byte
		status           int
		count            string
	}{
		{callback, secret + "x", nil, http.StatusAccepted, "push-forged"},
		{callback[:len(callback)-1] + last, secret, nil, http.StatusGone, "gone"},
		{callback, secret, make([]byte, 9<<20), http.StatusRequestEntityTooLarge, "push-oversize"},
	} {
		status, err := p.hub.Push(t.Context(), test.callback, test.secret, test.body)
		if cut := test.body != nil && err != nil; !cut && (status != test.status || err != nil) { // or the server hung up first
			t.Errorf("%s: got %d, %v", test.count, status, err)
		}
		if got := p.Stats().Stage(fetcher.PushStage).Counts()[test.count]; got != 1 {
			t.Errorf("%s: counted %d", test.count, got)
		}
	}
	state, _, err := p.registry.State(t.Context(), p.id)
	if err != nil || state.Polls != 1 || time.Until(state.Next) < 10*time.Minute {
		t.Errorf("polled %d times, next at %v, %v", state.Polls, state.Next, err)
	}
}

// A hub on a network that is not public is not asked, and the feed is polled on.
func TestPrivateHub(t *testing.T) {
	p := startPushed(t, func(p *pushed, c *fetcher.Config) {
		c.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		p.feed.SetHub(strings.Replace(p.hub.URL(), "127.0.0.1", "127.0.0.2", 1))
	})
	p.state(t, func(s schema.PollState) bool {
		return s.Published == 1 && s.Error == "" && strings.HasPrefix(s.Push.Problem, "blocked-address of the hub")
	})
	if asked := p.hub.Asked(); len(asked) > 0 || p.Stats().Stage(fetcher.PushStage).Counts()["hub-failed"] != 1 {
		t.Errorf("asked %v", asked)
	}
}

// A poll of any fetcher asks for the next lease, with the same callback and secret.
func TestTheLeaseIsRenewed(t *testing.T) {
	t.Parallel()
	p := startPushed(t, func(p *pushed, _ *fetcher.Config) { p.hub.SetLease(time.Second) })
	p.subscribed(t)
	bustest.Eventually(t, func() error {
		if err := p.registry.PollNow(t.Context(), schema.Feed{ID: p.id, URL: p.feed.URL()}, ""); err != nil {
			return err
		}
		if asked := len(p.hub.Asked()); asked < 3 {
			return fmt.Errorf("asked %d times", asked)
		}
		return nil
	})
	if asked := p.hub.Asked(); asked[0].Encode() != asked[2].Encode() || len(p.hub.Held()) != 1 {
		t.Errorf("asked %v", asked)
	}
}

func TestPushConfigSaysWhatIsWrong(t *testing.T) {
	local := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for name, test := range map[string]struct {
		url, listen string
		want        string // of the error, if any
	}{
		"off":               {"", "", ""},
		"https":             {"https://push.example/", "127.0.0.1:1", ""},
		"with a path":       {"https://push.example/a/b", "", ""},
		"own, without TLS":  {"http://127.0.0.1:8081/", "127.0.0.1:1", ""},
		"without TLS":       {"http://push.example/", "127.0.0.1:1", "--push-url: want https"},
		"listens for what":  {"", "127.0.0.1:1", "--push-listen"},
		"no address":        {"push", "", "--push-url"},
		"no host":           {"https:///x", "", "--push-url"},
		"another scheme":    {"ftp://push.example/", "", "--push-url"},
		"with a user":       {"https://u:secret@push.example/", "", "--push-url"},
		"with a query":      {"https://push.example/?x", "", "--push-url"},
		"with a fragment":   {"https://push.example/#x", "", "--push-url"},
		"longer than hubs":  {"https://push.example/" + strings.Repeat("x", 1024), "", "--push-url"},
		"no URL":            {"https://push.example/%zz", "", "--push-url"},
		"a port of its own": {"https://push.example:8443/", "127.0.0.1:1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := fetcher.DefaultConfig()
			c.AllowNet, c.PushURL, c.PushListen = local, test.url, test.listen
			err := c.Validate()
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret@")) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An address that is in use stops the start, with the setting's name.
func TestPushListenIsTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := config()
	c.PushListen, c.PushURL = l.Addr().String(), "https://push.example/"
	if err := fetcher.Run(t.Context(), bustest.New(t), c); err == nil || !strings.Contains(err.Error(), "--push-listen "+c.PushListen) {
		t.Errorf("got %v", err)
	}
}
