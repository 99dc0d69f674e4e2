package e2e_test

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// overheard are the messages that the services of a pipeline have sent, one of
// each type and channel.
type overheard struct {
	mu       sync.Mutex
	messages map[string]*nats.Msg // by channel and type
}

// overhear listens to everything that is published.
func overhear(t *testing.T, b *bus.Bus, c *contract) *overheard {
	t.Helper()
	o := &overheard{messages: map[string]*nats.Msg{}}
	sub, err := b.JetStream().Conn().Subscribe("news.>", func(m *nats.Msg) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.messages[c.channel(m.Subject)+" "+m.Header.Get(schema.HeaderType)] = m
	})
	if err == nil {
		err = sub.SetPendingLimits(-1, -1)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sub.Unsubscribe() })
	return o
}

// await waits until all of these were heard.
func (o *overheard) await(t *testing.T, keys ...string) {
	t.Helper()
	bustest.Eventually(t, func() error {
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, key := range keys {
			if o.messages[key] == nil {
				return fmt.Errorf("no message of %s", key)
			}
		}
		return nil
	})
}

// contract is what the AsyncAPI document says of channels and messages.
type contract struct {
	addresses map[string]*regexp.Regexp
	headers   map[string]map[string]bool // of a message: those that it may have
	types     map[string]map[string]bool // of a channel: those of its messages, "" for any
	messages  map[string][]string        // of a channel
}

func readContract(t *testing.T) *contract {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "docs", "asyncapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	type properties map[string]struct{ Const string }
	var d struct {
		Channels map[string]struct {
			Address  string
			Messages map[string]any
		}
		Components struct {
			Messages map[string]struct {
				Headers struct {
					Properties properties
					AllOf      []struct{ Properties properties }
				}
			}
			Schemas map[string]struct{ Properties properties }
		}
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	c := &contract{map[string]*regexp.Regexp{}, map[string]map[string]bool{}, map[string]map[string]bool{}, map[string][]string{}}
	types := map[string]string{}
	for name, m := range d.Components.Messages {
		c.headers[name] = map[string]bool{}
		for _, p := range append([]properties{d.Components.Schemas["CloudEvent"].Properties, m.Headers.Properties}, allOf(m.Headers.AllOf)...) {
			for header, value := range p {
				c.headers[name][header] = true
				if header == schema.HeaderType && value.Const != "" {
					types[name] = value.Const
				}
			}
		}
	}
	for name, channel := range d.Channels {
		pattern := regexp.MustCompile(`\\\{(\w+)\\\}`).ReplaceAllStringFunc(regexp.QuoteMeta(channel.Address), func(token string) string {
			if token == `\{rest\}` {
				return `.+`
			}
			return `[a-zA-Z0-9_=-]+`
		})
		c.addresses[name], c.types[name] = regexp.MustCompile("^"+pattern+"$"), map[string]bool{}
		for message := range channel.Messages {
			c.types[name][types[message]] = true
			c.messages[name] = append(c.messages[name], message)
		}
	}
	return c
}

func allOf[P any](parts []struct{ Properties P }) []P {
	var all []P
	for _, part := range parts {
		all = append(all, part.Properties)
	}
	return all
}

// channel is the name of the channel that a subject is on.
func (c *contract) channel(subject string) string {
	for name, pattern := range c.addresses {
		if pattern.MatchString(subject) {
			return name
		}
	}
	return "(none)"
}

// Every message that the services send is a CloudEvent, in the form of the NATS
// binding, and is what the AsyncAPI document says of its subject.
func TestMessagesKeepTheContract(t *testing.T) {
	c := readContract(t)
	site := fetchertest.New(t)
	entry := func(n int, text string) string {
		return fmt.Sprintf(`<entry><id>tag:harbour,2026:%d</id><link href="https://harbour.example/news/%d"/><title>Ferry number %d waits for the tide in Geneva</title>`+
			`<updated>2026-03-01T0%d:00:00Z</updated><summary type="html">&lt;p&gt;%s&lt;/p&gt;</summary></entry>`, n, n, n, n, text)
	}
	same := "A crew said so in Geneva.&lt;/p&gt;&lt;p&gt;" + strings.Join(fetchertest.Generate(fetchertest.Spec{Seed: 3, Count: 1, Words: 200})[0].Paragraphs, "&lt;/p&gt;&lt;p&gt;") + " "
	site.File("/news.atom", "application/atom+xml", atomOf(entry(1, same+"One."), entry(2, "Short.")))
	site.File("/other.atom", "application/atom+xml", atomOf(strings.ReplaceAll(entry(3, same+"One."), "harbour.example", "pier.example")))
	paged := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 1, Words: 30, Base: site.URL("")})
	site.Feed("/paged.rss").SetItems(paged...)
	archived(site, "/walked.rss", site.URL("/archive.rss"), paged...)
	archived(site, "/archive.rss", "", fetchertest.Generate(fetchertest.Spec{Seed: 2, Count: 1, Words: 30})...)

	pipeline := open(t, t.TempDir())
	heard := overhear(t, pipeline.Bus, c)
	feeds := feedsOf(site, "/news.atom", "/other.atom", "/paged.rss", "/walked.rss", "/missing.rss")
	feeds[2].Fulltext = schema.FulltextAlways
	if _, _, err := pipeline.Registry.Register(t.Context(), feeds); err != nil {
		t.Fatal(err)
	}
	once(t, pipeline)
	site.File("/news.atom", "application/atom+xml", atomOf(entry(1, same+"Two."), `<at:deleted-entry ref="tag:harbour,2026:2" when="2026-03-01T09:00:00Z"/>`))
	once(t, pipeline)
	if _, err := pipeline.Bus.Publish(t.Context(), bus.Message{
		Subject: "news.item.example_org", Data: []byte("no item"), Type: schema.TypeItemFound, Schema: "item", ID: "broken", Dedup: true, About: "x",
	}); err != nil {
		t.Fatal(err)
	}
	walk(t, pipeline, site.URL("/walked.rss"))
	running(t, pipeline)
	heard.await(t,
		"pollAt "+schema.TypePollDue, "walkAt "+schema.TypeWalkDue, "found "+schema.TypeItemFound, "item "+schema.TypeItemFound,
		"article "+schema.TypeArticlePublished, "article "+schema.TypeArticleRevised, "article "+schema.TypeArticleWithdrawn,
		"enriched "+schema.TypeArticleEnriched, "mention "+schema.TypeEntityMentioned, "story "+schema.TypeStoryChanged,
		"ops "+schema.TypeHealth, "dead "+schema.TypeItemFound)
	heard.mu.Lock()
	defer heard.mu.Unlock()
	for key, m := range heard.messages {
		t.Run(key, func(t *testing.T) {
			conforms(t, m)
			c.documents(t, m)
		})
	}
}

// running runs a pipeline until the test ends.
func running(t *testing.T, pipeline *app.App) {
	t.Helper()
	bustest.Start(t, pipeline.Run)
}

// conforms checks a message by CloudEvents 1.0 and the binary mode of its NATS
// binding.
func conforms(t *testing.T, m *nats.Msg) {
	t.Helper()
	attribute := regexp.MustCompile(`^ce-[a-z0-9]{1,20}$`)
	value := regexp.MustCompile(`^[!#$&-~]+$`) // what needs no percent-encoding
	for name, values := range m.Header {
		switch {
		case strings.HasPrefix(strings.ToLower(name), "ce-") && !attribute.MatchString(name):
			t.Errorf("header %s is no attribute's", name)
		case len(values) != 1:
			t.Errorf("header %s has %d values", name, len(values))
		case strings.HasPrefix(name, "ce-") && !value.MatchString(values[0]):
			t.Errorf("header %s: %q", name, values[0])
		}
	}
	for name, check := range map[string]func(string) error{
		schema.HeaderSpecVersion:     is(schema.SpecVersion),
		schema.HeaderDataContentType: mediaType,
		schema.HeaderID:              notEmpty,
		schema.HeaderType:            beginsWith("dev.dateline."),
		schema.HeaderSource:          uriReference,
		schema.HeaderTime:            timestamp,
		schema.HeaderRecordedTime:    timestamp,
		schema.HeaderDataSchema:      schemaAddress,
		schema.HeaderSubject:         notEmpty,
		schema.HeaderTraceParent:     beginsWith("00-"),
	} {
		if err := check(m.Header.Get(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if strings.HasPrefix(m.Header.Get("content-type"), "application/cloudevents") {
		t.Error("it says that it is in the structured mode")
	}
}

func is(want string) func(string) error {
	return func(got string) error {
		if got != want {
			return fmt.Errorf("got %q, want %q", got, want)
		}
		return nil
	}
}

func beginsWith(prefix string) func(string) error {
	return func(got string) error {
		if !strings.HasPrefix(got, prefix) || got == prefix {
			return fmt.Errorf("got %q, want %s…", got, prefix)
		}
		return nil
	}
}

func notEmpty(got string) error { return beginsWith("")(got) }

func mediaType(got string) error {
	_, _, err := mime.ParseMediaType(got)
	return err
}

func timestamp(got string) error {
	_, err := time.Parse(time.RFC3339Nano, got)
	return err
}

// uriReference checks a URI-reference.
func uriReference(got string) error {
	if _, err := url.Parse(got); err != nil || got == "" {
		return fmt.Errorf("got %q: %w", got, err)
	}
	return nil
}

// schemaAddress checks an absolute URI, whose file is in the repository and says so.
func schemaAddress(got string) error {
	u, err := url.Parse(got)
	if err != nil || !u.IsAbs() {
		return fmt.Errorf("got %q: %w", got, err)
	}
	data, err := os.ReadFile(filepath.Join("..", "pkg", "schema", "jsonschema", path.Base(u.Path)))
	if err != nil {
		return err
	}
	var s struct {
		ID string `json:"$id"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	return is(got)(s.ID)
}

// documents checks that the document knows the message: its type on its subject,
// and its headers.
func (c *contract) documents(t *testing.T, m *nats.Msg) {
	t.Helper()
	channel := c.channel(m.Subject)
	types := c.types[channel]
	if !types[m.Header.Get(schema.HeaderType)] && !types[""] {
		t.Errorf("%s has no message %s", channel, m.Header.Get(schema.HeaderType))
	}
	for name := range m.Header {
		known := strings.HasPrefix(name, "Nats-") || slices.ContainsFunc(c.messages[channel], func(message string) bool { return c.headers[message][name] })
		if !known {
			t.Errorf("%s has no header %s", channel, name)
		}
	}
}
