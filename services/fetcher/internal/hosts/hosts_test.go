package hosts_test

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestKey(t *testing.T) {
	for name, test := range map[string]struct{ address, want string }{
		"a site":                    {"https://example.org/feed.xml", "example.org"},
		"upper case":                {"HTTPS://Feeds.Example.ORG/a", "feeds.example.org"},
		"www":                       {"http://www.example.org/", "example.org"},
		"mobile":                    {"https://m.example.org/rss", "example.org"},
		"a dot at the end":          {"https://example.org./", "example.org"},
		"the port of http":          {"http://example.org:80/", "example.org"},
		"the port of https":         {"https://example.org:443/", "example.org"},
		"https on the port of http": {"https://example.org:80/", "example.org:80"},
		"another port":              {"http://example.org:8080/", "example.org:8080"},
		"a user":                    {"https://me:secret@example.org/", "example.org"},
		"an address behind one":     {"https://news.google.com/url?url=https://example.org/a", "news.google.com"},
		"IPv4":                      {"http://127.0.0.1:4001/feed", "127.0.0.1:4001"},
		"IPv6":                      {"http://[::1]:4001/feed", "[::1]:4001"},
		"international":             {"https://Bücher.example/", "bücher.example"},
		"two sites of one domain":   {"https://a.example.co.uk/", "a.example.co.uk"},
		"no host":                   {"/feed.xml", ""},
		"another scheme":            {"file:///etc/passwd", ""},
		"no address":                {"http://exa mple/", ""},
		"empty":                     {"", ""},
		"a host of nonsense":        {"https://a..b/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := hosts.Key(test.address)
			if got != test.want || ok != (test.want != "") {
				t.Errorf("got %q, %v, want %q", got, ok, test.want)
			}
		})
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	if err := hosts.DefaultConfig().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		spoil func(*hosts.Config)
		want  string
	}{
		"no requests":           {func(c *hosts.Config) { c.Requests = 0 }, "requests at once: got 0"},
		"too many requests":     {func(c *hosts.Config) { c.Requests = 65 }, "requests at once: got 65"},
		"a negative spacing":    {func(c *hosts.Config) { c.Spacing = -1 }, "spacing"},
		"a spacing of a day":    {func(c *hosts.Config) { c.Spacing = 24 * time.Hour }, "spacing"},
		"delay below spacing":   {func(c *hosts.Config) { c.MaxDelay = 0 }, "crawl delay"},
		"a hold of nothing":     {func(c *hosts.Config) { c.Hold = 0 }, "hold"},
		"no window":             {func(c *hosts.Config) { c.Window = 0 }, "window"},
		"no cool-down":          {func(c *hosts.Config) { c.CoolDown = 0 }, "cool-down"},
		"a crawl delay of days": {func(c *hosts.Config) { c.MaxDelay = 48 * time.Hour }, "crawl delay"},
	} {
		t.Run(name, func(t *testing.T) {
			c := hosts.DefaultConfig()
			test.spoil(&c)
			if err := c.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to name %q", err, test.want)
			}
			if _, err := hosts.New(nil, c, time.Now); err == nil {
				t.Error("a gate takes it")
			}
		})
	}
}
