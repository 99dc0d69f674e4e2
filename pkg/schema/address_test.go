package schema_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestCanonicalURL(t *testing.T) {
	const base = "https://news.example.com/feeds/world/rss.xml"
	for name, test := range map[string]struct{ raw, want string }{
		"absolute":                     {"https://example.com/a/b", "https://example.com/a/b"},
		"scheme and host in lower":     {"HTTPS://News.Example.COM/Path/Case", "https://news.example.com/Path/Case"},
		"http stays http":              {"http://example.com/a", "http://example.com/a"},
		"default port":                 {"https://example.com:443/a", "https://example.com/a"},
		"default port of http":         {"http://example.com:80/a", "http://example.com/a"},
		"other port":                   {"https://example.com:8443/a", "https://example.com:8443/a"},
		"empty port":                   {"https://example.com:/a", "https://example.com/a"},
		"dot at the end of host":       {"https://example.com./a", "https://example.com/a"},
		"no path":                      {"https://example.com", "https://example.com/"},
		"user":                         {"https://user:secret@example.com/a", "https://example.com/a"},
		"fragment":                     {"https://example.com/a#comments", "https://example.com/a"},
		"hashbang":                     {"https://example.com/#!/story/1", "https://example.com/#!/story/1"},
		"dot segments":                 {"https://example.com/a/./b/../c", "https://example.com/a/c"},
		"escaped dot segments":         {"https://example.com/a/%2e%2E/c", "https://example.com/c"},
		"escapes in upper case":        {"https://example.com/a%c3%a9%2fb", "https://example.com/a%C3%A9%2Fb"},
		"unreserved decoded":           {"https://example.com/%61%7e%2D?%71=%5f", "https://example.com/a~-?q=_"},
		"not ASCII":                    {"https://example.com/são?q=é", "https://example.com/s%C3%A3o?q=%C3%A9"},
		"not UTF-8":                    {"https://example.com/\xe9", "https://example.com/%E9"},
		"host not ASCII":               {"https://BüCHER.example/a", "https://b%C3%BCcher.example/a"},
		"space in path":                {" https://example.com/a b\n", "https://example.com/a%20b"},
		"line break inside":            {"https://example.com/a\n\tb", "https://example.com/ab"},
		"escape that is none":          {"https://example.com/100%-sure?x=%zz", "https://example.com/100%25-sure?x=%25zz"},
		"quotes and braces":            {`https://example.com/"{a}"`, "https://example.com/%22%7Ba%7D%22"},
		"IPv6":                         {"http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
		"relative to path":             {"../story", "https://news.example.com/feeds/story"},
		"relative to root":             {"/story?id=1", "https://news.example.com/story?id=1"},
		"relative to scheme":           {"//example.org/a", "https://example.org/a"},
		"double slash stays":           {"https://example.com//a//b/", "https://example.com//a//b/"},
		"www and index stay":           {"https://www.example.com/index.html", "https://www.example.com/index.html"},
		"order of parameters":          {"https://example.com/a?z=1&a=2&m=3", "https://example.com/a?z=1&a=2&m=3"},
		"empty parameters":             {"https://example.com/a?&x=1&&", "https://example.com/a?x=1"},
		"empty query":                  {"https://example.com/a?", "https://example.com/a"},
		"escaped twice":                {"https://example.com/a?x=1&amp;y=2&amp;amp;utm_id=3", "https://example.com/a?x=1&y=2"},
		"redirector":                   {"https://www.google.com/url?rct=j&sa=t&url=https://Example.com/a%3Fx%3D1&ct=ga", "https://example.com/a?x=1"},
		"national redirector":          {"https://www.google.co.uk/url?q=https://example.com/a", "https://example.com/a"},
		"redirector without path":      {"http://redirect.viglink.com?key=1&u=http%3A%2F%2Fexample.com%2Fa", "http://example.com/a"},
		"redirector in redirector":     {"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fexample.com%252Fa", "https://example.com/a"},
		"redirector, target names rss": {"https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.com%2Fwhat-is-rss", "https://example.com/what-is-rss"},
		"no redirector":                {"https://example.com/url?url=https://example.org/a", "https://example.com/url?url=https://example.org/a"},
		"redirector without target":    {"https://www.google.com/url?q=news", "https://www.google.com/url?q=news"},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := schema.CanonicalURL(test.raw, base)
			if !ok || got != test.want {
				t.Errorf("CanonicalURL(%q) = %q, %v, want %q", test.raw, got, ok, test.want)
			}
			if again, ok := schema.CanonicalURL(got, ""); !ok || again != got {
				t.Errorf("once more gives %q, %v", again, ok)
			}
		})
	}
}

func TestCanonicalURLRefuses(t *testing.T) {
	deep := "https://example.com/a"
	for range 10 {
		deep = "https://www.google.com/url?url=" + deep
	}
	for name, raw := range map[string]string{
		"empty":                  "",
		"space":                  " \n",
		"relative, no base":      "/a",
		"word":                   "story",
		"fragment":               "#top",
		"mail":                   "mailto:desk@example.com",
		"script":                 "javascript:alert(1)",
		"file":                   "file:///etc/passwd",
		"ftp":                    "ftp://example.com/a",
		"no host":                "https:///a",
		"opaque":                 "https:example",
		"space in host":          "https://exam ple.com/a",
		"markup in host":         "https://<b>/a",
		"empty label":            "https://example..com/a",
		"port":                   "https://example.com:http/a",
		"IPv6 that is none":      "https://[::x]/a",
		"IPv6 with a zone":       "https://[fe80::1%25eth0]/a",
		"host too long":          "https://" + strings.Repeat("a.", 130) + "com/",
		"too long":               "https://example.com/" + strings.Repeat("a", 2048),
		"too long to look at":    "https://example.com/?utm_id=" + strings.Repeat("a", 9000),
		"too many redirectors":   deep,
		"redirector to nonsense": "https://www.google.com/url?q=http://%3Cb%3E/",
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := schema.CanonicalURL(raw, ""); ok {
				t.Errorf("CanonicalURL(%q) = %q, want none", raw, got)
			}
		})
	}
	if got, ok := schema.CanonicalURL("https://example.com/"+strings.Repeat("a", 2028), ""); !ok {
		t.Errorf("2048 bytes: refused, got %d bytes", len(got))
	}
	if _, ok := schema.CanonicalURL("a", "://"); ok {
		t.Error("a base that cannot be read resolves nothing")
	}
}

// The parameters are those of real news feeds; the second column is what stays.
func TestTrackingParameters(t *testing.T) {
	for query, want := range map[string]string{
		"partner=rss&emc=rss": "",
		"emc=edit_th&id=7":    "id=7",
		"utm_source=standard&utm_medium=rss-feed&UTM_X=1": "",
		"mtm_campaign=a":                           "",
		"wt_mc=rss.ho.beitrag.rdf":                 "",
		"xtor=RSS-3208":                            "",
		"feedType=RSS&feedName=worldNews":          "",
		"at_medium=RSS&at_campaign=KARANGA":        "",
		"ns_mchannel=rss&ns_source=PublicRSS20-sa": "",
		"ftag=CAD590a51e":                          "",
		"from=rss":                                 "",
		"ref=rss_home":                             "",
		"cid=wprss":                                "",
		"source=twitter":                           "",
		"fbclid=1&gclid=2&ico=3&dicbo=4":           "",
		"ref=hp&cid=12":                            "ref=hp&cid=12",
		"id=rss":                                   "id=rss",
		"title=what-is-rss":                        "title=what-is-rss",
		"kc=PCRSS03079TX1K0000584":                 "",
		"x=mrss&y=kurssi-rss-x":                    "",
		"x=kurssturz":                              "x=kurssturz",
		"x=" + strings.Repeat("a", 62) + "-rss":    "x=" + strings.Repeat("a", 62) + "-rss",
		"x=https://example.com/rss":                "x=https://example.com/rss",
		"story=1&source=x&page=2":                  "story=1&page=2",
		"n2006052422072600002":                     "n2006052422072600002",
		"what-is-rss":                              "what-is-rss",
		"sources=1&sourceid=2&rssi=3&partners=4&utmost=5&at=6": "sources=1&sourceid=2&rssi=3&partners=4&utmost=5&at=6",
	} {
		t.Run(query, func(t *testing.T) {
			if want != "" {
				want = "?" + want
			}
			got, _ := schema.CanonicalURL("https://example.com/a?"+query, "")
			if got != "https://example.com/a"+want {
				t.Errorf("got %s, want the query %q", got, want)
			}
		})
	}
}

func TestIdentityHost(t *testing.T) {
	for raw, want := range map[string]string{
		"https://www.example.com/a":                              "example.com",
		"https://m.example.com/a":                                "example.com",
		"https://amp.example.com/a":                              "example.com",
		"http://www.m.example.com":                               "example.com",
		"https://news.example.com":                               "news.example.com",
		"https://m.com/a":                                        "m.com",
		"https://www.com/a":                                      "www.com",
		"https://www.google.com/url?q=https://www.example.org/a": "example.org",
		"/a": "",
		"":   "",
	} {
		if got := schema.IdentityHost(raw); got != want {
			t.Errorf("IdentityHost(%q) = %q, want %q", raw, got, want)
		}
	}
}

func FuzzCanonicalURL(f *testing.F) {
	f.Add("https://www.google.com/url?url=https://example.com/a", "")
	f.Add("../a%2fb?x=%zz&amp;amp;utm_a#!x", "https://example.com/feed/")
	f.Add("http://[::1]:80/%2e%2e/", "")
	f.Fuzz(func(t *testing.T, raw, base string) {
		got, ok := schema.CanonicalURL(raw, base)
		if !ok {
			return
		}
		if len(got) > 2048 || !strings.HasPrefix(got, "http") || strings.ContainsAny(got, " \n\"<>") {
			t.Fatalf("%q is no address", got)
		}
		if again, ok := schema.CanonicalURL(got, base); !ok || again != got {
			t.Fatalf("%q once more gives %q, %v", got, again, ok)
		}
		one, rule := schema.IdentityKey(schema.Identity{Link: raw})
		if two, _ := schema.IdentityKey(schema.Identity{Link: got}); rule == schema.IdentityLink && one != two {
			t.Fatalf("key %q of %q, %q of its canonical form", one, raw, two)
		}
	})
}
