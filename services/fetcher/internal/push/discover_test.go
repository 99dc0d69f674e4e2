package push_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

func TestDiscover(t *testing.T) {
	const base = "https://paper.example/feeds/a.xml"
	const inHeader, self = "https://h.example/", "https://paper.example/self"
	both := `<https://h.example/>; rel="hub", </self>; rel="self"`
	for name, test := range map[string]struct {
		links      []string
		hubs       []string
		self       string
		hub, topic string
	}{
		"nothing":                {},
		"in the document":        {hubs: []string{hub}, self: topic, hub: hub, topic: topic},
		"no self":                {hubs: []string{hub}},
		"no hub":                 {self: topic},
		"in the header":          {links: []string{both}, hub: inHeader, topic: self},
		"the header wins":        {links: []string{both}, hubs: []string{hub}, self: topic, hub: inHeader, topic: self},
		"one in each":            {links: []string{`<https://h.example/>;rel=hub`}, self: topic, hub: inHeader, topic: topic},
		"two headers":            {links: []string{`</self>; rel=self`, `<https://h.example/>; rel=hub`}, hub: inHeader, topic: self},
		"relations together":     {links: []string{`<https://h.example/>; rel="hub SELF"`}, hub: inHeader, topic: inHeader},
		"others between":         {links: []string{`</x>; rel="next"; title="a, b; rel=hub <c>", ` + both}, hub: inHeader, topic: self},
		"parameters around":      {links: []string{`<https://h.example/>; type="a\"b"; REL=hub; x, </self>;rel=self;y`}, hub: inHeader, topic: self},
		"a comma in the address": {links: []string{`<https://h.example/a,b;c>; rel=hub, </self>; rel=self`}, hub: "https://h.example/a,b;c", topic: self},
		"the second rel":         {links: []string{`<https://h.example/>; rel=next; rel=hub, </self>; rel=self`}},
		"no rel":                 {links: []string{`<https://h.example/>, </self>; rel=self`}},
		"damaged":                {links: []string{`<https://h.example/; rel=hub`, `rel=hub`, `<x>;rel="hub`, `,,,`, ``}},
		"damaged, then whole":    {links: []string{`<https://x.example/; rel=hub`, both}, hub: inHeader, topic: self},
		"empty address":          {links: []string{`<>; rel=hub, </self>; rel=self`}},
		"secure before plain":    {hubs: []string{"http://a.example/", "https://b.example/"}, self: topic, hub: "https://b.example/", topic: topic},
		"plain alone":            {hubs: []string{"http://a.example/"}, self: topic, hub: "http://a.example/", topic: topic},
		"not of the web":         {hubs: []string{"file:///etc/passwd", "gopher://a/", "x", "//", "https:///x", hub}, self: topic, hub: hub, topic: topic},
		"topic not of the web":   {hubs: []string{hub}, self: "urn:x"},
		"too long":               {hubs: []string{hub + strings.Repeat("x", 2048)}, self: topic},
		"topic too long":         {hubs: []string{hub}, self: topic + strings.Repeat("x", 2048)},
		"too much of it":         {links: []string{strings.Repeat(" ", 16<<10) + both}, hubs: []string{hub}, self: topic, hub: hub, topic: topic},
	} {
		t.Run(name, func(t *testing.T) {
			gotHub, gotTopic := push.Discover(test.links, base, test.hubs, test.self)
			if gotHub != test.hub || gotTopic != test.topic {
				t.Errorf("got %q, %q, want %q, %q", gotHub, gotTopic, test.hub, test.topic)
			}
		})
	}
}

// A header made to cost much costs little.
func TestDiscoverIsLinear(t *testing.T) {
	begin := time.Now()
	for _, part := range []string{"<", ">", ";", ",", `"`, `\`, "<>;", "<a>;b=", `<a>;b="`, "<a>;rel=hub,", "< >,"} {
		header := strings.Repeat(part, (16<<10)/len(part))
		push.Discover([]string{header}, topic, nil, "")
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func FuzzDiscover(f *testing.F) {
	f.Add(`<https://h.example/>; rel="hub", </self>; rel="self"`)
	f.Add(`<a>;b="\"`)
	f.Fuzz(func(t *testing.T, header string) {
		gotHub, gotTopic := push.Discover([]string{header}, topic, nil, "")
		if (gotHub == "") != (gotTopic == "") {
			t.Errorf("hub %q, topic %q", gotHub, gotTopic)
		}
		for _, address := range []string{gotHub, gotTopic} {
			if address != "" && !strings.HasPrefix(strings.ToLower(address), "http") {
				t.Errorf("got %q", address)
			}
		}
	})
}
