package sse_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/sinks/sse"
)

// serve serves the events of a bus until the test ends.
func serve(t *testing.T, b *bus.Bus, set func(*sse.Config)) (address string) {
	t.Helper()
	c := sse.DefaultConfig()
	if set != nil {
		set(&c)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bustest.Start(t, func(ctx context.Context) error { return sse.Serve(ctx, l, b, c) })
	return "http://" + l.Addr().String() + "/events"
}

// publish publishes an enriched article with these entities, and returns its
// sequence.
func publish(t *testing.T, b *bus.Bus, lang, source, id string, entities ...string) uint64 {
	t.Helper()
	e := schema.Enriched{Article: schema.Article{ID: id, Revision: 1, Language: lang, Source: schema.Source{Token: source}, Headline: "Größe"}}
	for _, entity := range entities {
		e.Entities = append(e.Entities, schema.Entity{ID: entity, Type: schema.Location, Name: entity})
	}
	data, err := bus.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return store(t, b, b.Root().Enriched(e.Article), id, data)
}

func store(t *testing.T, b *bus.Bus, subject, id string, data []byte) uint64 {
	t.Helper()
	acks, err := b.Publish(t.Context(), bus.Message{Subject: subject, Data: data, Type: schema.TypeArticleEnriched, ID: id + ":1"})
	if err != nil {
		t.Fatal(err)
	}
	return acks[0].Sequence
}

// event is an event as a client gets it, or a block that only has an id.
type event struct{ id, data string }

// stream is a client's connection.
type stream struct {
	t      *testing.T
	resp   *http.Response
	in     *bufio.Scanner
	cancel func()
}

// connect connects with headers, given as pairs, and expects events to come.
func connect(t *testing.T, address string, header ...string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	t.Cleanup(cancel)
	resp := get(t, ctx, address, header...)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		body, _ := io.ReadAll(resp.Body)
		t.Fatalf("%s: %s %s %s", address, resp.Status, resp.Header.Get("Content-Type"), body)
	}
	return &stream{t: t, resp: resp, in: bufio.NewScanner(resp.Body), cancel: cancel}
}

func get(t *testing.T, ctx context.Context, address string, header ...string) *http.Response {
	t.Helper()
	return request(t, ctx, http.MethodGet, address, header...)
}

func request(t *testing.T, ctx context.Context, method, address string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(header, 2) {
		if pair[0] == "Host" {
			req.Host = pair[1]
		}
		req.Header.Set(pair[0], pair[1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// block is the next block of lines, by the rules of the HTML standard.
func (s *stream) block() (e event, isEnd bool) {
	s.t.Helper()
	var data []string
	for s.in.Scan() {
		line := s.in.Text()
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
			e.data = strings.Join(data, "\n")
			return e, false
		case name == "id":
			e.id = value
		case name == "data":
			data = append(data, value)
		}
	}
	return e, true
}

// next are the next n events; all ids that came are noted in last, as a client does.
func (s *stream) next(n int) (events []event, last string) {
	s.t.Helper()
	for len(events) < n {
		e, isEnd := s.block()
		if isEnd {
			s.t.Fatalf("%d of %d events came: %v", len(events), n, s.in.Err())
		}
		if e.id != "" {
			last = e.id
		}
		if e.data != "" {
			events = append(events, e)
		}
	}
	return events, last
}

// ids are those of events.
func ids(events []event) string {
	var all []string
	for _, e := range events {
		all = append(all, e.id)
	}
	return strings.Join(all, " ")
}

// A client gets what comes from now on, as it is, with its sequence.
func TestEvents(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, "en", "example_org", "before")
	s := connect(t, serve(t, b, nil))
	if e, _ := s.block(); e.id != "1" || e.data != "" {
		t.Errorf("it begins with %+v", e)
	}
	publish(t, b, "en", "example_org", "a")
	publish(t, b, "de", "beispiel_de", "b")
	events, _ := s.next(2)
	stored := bustest.Next(t, b, 3, schema.StreamEnriched)
	for i, e := range events {
		if d := stored[i+1]; e.id != strconv.FormatUint(d.Sequence, 10) || e.data != string(d.Data) {
			t.Errorf("event %s: %s", e.id, e.data)
		}
	}
	if got := s.resp.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("cache: %s", got)
	}
}

// A client that comes back goes on after what it has seen: nothing twice, no gap,
// over a restart of the server too, and whatever it missed meanwhile.
func TestResume(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const all = 60
	last, seen := "", []string(nil)
	for round := 0; len(seen) < all; round++ {
		for i := range 10 {
			if round*10+i < all {
				publish(t, b, "en", "example_org", fmt.Sprint(round, "-", i))
			}
		}
		address, header := serve(t, b, nil), []string{"Last-Event-ID", last}
		if last == "" {
			address, header = address+"?last_event_id=0", nil // from the beginning
		}
		s := connect(t, address, header...)
		events, now := s.next(7)
		if left := all - len(seen) - 7; left < 7 && left > 0 {
			more, _ := s.next(left)
			events = append(events, more...)
		}
		for _, e := range events {
			seen = append(seen, e.id)
		}
		last = events[len(events)-1].id
		if now == "" {
			t.Error("no id came")
		}
		s.cancel()
	}
	for i, id := range seen {
		if id != strconv.Itoa(i+1) {
			t.Fatalf("event %d is %s: %v", i+1, id, seen)
		}
	}
}

// Ids that are given before there is an event, or while there is nothing for a
// client, are where it resumes.
func TestResumeWithoutEvents(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, "en", "example_org", "before")
	address := serve(t, b, func(c *sse.Config) { c.Heartbeat = 20 * time.Millisecond })
	s := connect(t, address+"?entity=q212")
	first, _ := s.block()
	for i := range 20 {
		publish(t, b, "en", "example_org", fmt.Sprint(i), "q159")
	}
	last := first.id
	for last != "21" { // heartbeats tell how far it is
		e, isEnd := s.block()
		if isEnd || e.data != "" {
			t.Fatalf("got %+v, %v", e, s.in.Err())
		}
		if e.id != "" {
			last = e.id
		}
	}
	s.cancel()
	want := publish(t, b, "en", "example_org", "wanted", "q212")
	events, _ := connect(t, address+"?entity=q212", "Last-Event-ID", last).next(1)
	if first.id != "1" || ids(events) != fmt.Sprint(want) {
		t.Errorf("first %s, then %s", first.id, ids(events))
	}
}

// A client that has seen more than there is gets what is new, and does not wait for
// what will never be.
func TestResumeOnAnotherStream(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, "en", "example_org", "a")
	s := connect(t, serve(t, b, nil), "Last-Event-ID", "18446744073709551615")
	if e, _ := s.block(); e.id != "1" {
		t.Errorf("it begins at %s", e.id)
	}
	publish(t, b, "en", "example_org", "b")
	if events, _ := s.next(1); ids(events) != "2" {
		t.Errorf("got %s", ids(events))
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for i, a := range []struct{ lang, source, entities string }{
		{"en", "example_org", "q30 q159"}, {"en", "other_org", "q212"}, {"pt-BR", "example_org", ""}, {"de", "beispiel_de", "sergei_ryabkov"}, {"en", "example_org", "q212 q30"},
	} {
		publish(t, b, a.lang, a.source, fmt.Sprint(i), strings.Fields(a.entities)...)
	}
	store(t, b, "news.enriched.en.example_org.broken", "broken", []byte("not\rone\nline"))
	end := publish(t, b, "en", "example_org", "end", "q30", "q159", "q212", "sergei_ryabkov") // of all but a few
	for query, want := range map[string]string{
		"":                                       "1 2 3 4 5 6 7",
		"lang=en":                                "1 2 5 6 7",
		"lang=pt":                                "3",
		"lang=en,de":                             "1 2 4 5 6 7",
		"lang=en&lang=pt":                        "1 2 3 5 6 7",
		"source=example_org":                     "1 3 5 6 7",
		"lang=en,pt&source=example_org":          "1 3 5 6 7",
		"source=other_org,beispiel_de":           "2 4",
		"entity=q212":                            "2 5 7",
		"entity=q159,sergei_ryabkov":             "1 4 7",
		"lang=de&entity=q30":                     "",
		"lang=en&source=example_org&entity=q159": "1 7",
	} {
		t.Run(query, func(t *testing.T) {
			s := connect(t, serve(t, b, nil)+"?last_event_id=0&"+query)
			events, _ := s.next(len(strings.Fields(want)))
			if got := ids(events); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			for _, e := range events {
				if e.id == "6" && e.data != "not\none\nline" {
					t.Errorf("data of several lines: %q", e.data)
				}
			}
		})
	}
	if end != 7 {
		t.Fatalf("the last is %d", end)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	open := serve(t, b, func(c *sse.Config) { c.AllowOrigin = []string{"https://example.org"} })
	const token = "a token of some length"
	closed := serve(t, b, func(c *sse.Config) { c.Token = token; c.AllowOrigin = []string{"*"} })
	unready := serve(t, bustest.Connect(t, bustest.Server(t), "test"), nil)
	many := strings.Repeat("a,", 16) + "a"
	for name, test := range map[string]struct {
		address string
		header  []string
		status  int
		text    string
	}{
		"unknown parameter": {open + "?language=en", nil, 400, `no such parameter: "language"`},
		"not a token":       {open + "?lang=EN", nil, 400, `lang: got "EN"`},
		"a wildcard":        {open + "?source=*", nil, 400, `source: got "*"`},
		"a deeper subject":  {open + "?lang=en.example_org", nil, 400, "lang: got"},
		"empty":             {open + "?entity=", nil, 400, "entity: got"},
		"too many values":   {open + "?entity=" + many, nil, 400, "17 values, want at most 16"},
		"too many together": {open + "?lang=a,b,c,d,e,f&source=a,b,c,d,e,f", nil, 400, "want at most 32"},
		"broken query":      {open + "?lang=%zz", nil, 400, "cannot be read"},
		"broken id":         {open, []string{"Last-Event-ID", "latest"}, 400, `got "latest"`},
		"another site":      {open, []string{"Origin", "https://evil.example"}, 403, "--allow-origin"},
		"rebound name":      {open, []string{"Host", "evil.example:8090"}, 403, "only loopback"},
		"no token":          {closed, nil, 401, "a token is needed"},
		"wrong token":       {closed, []string{"Authorization", "Bearer " + token + "?"}, 401, "a token is needed"},
		"wrong in address":  {closed + "?token=no", nil, 401, "a token is needed"},
		"other scheme":      {closed, []string{"Authorization", "Basic " + token}, 401, "a token is needed"},
		"not set up":        {unready, nil, 503, "come again"},
		"another path":      {strings.TrimSuffix(open, "events"), nil, 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := get(t, t.Context(), test.address, test.header...)
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != test.status || !strings.Contains(string(body), test.text) {
				t.Errorf("%s: %s, want %d with %q", resp.Status, body, test.status, test.text)
			}
			if strings.Contains(string(body), token) {
				t.Error("the token is told")
			}
		})
	}
	if resp := request(t, t.Context(), http.MethodPost, open); resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", resp.Status)
	}
}

func TestAdmissions(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const token = "a token of some length"
	open := serve(t, b, func(c *sse.Config) { c.AllowOrigin = []string{"https://example.org"} })
	closed := serve(t, b, func(c *sse.Config) { c.Token = token; c.AllowOrigin = []string{"*"} })
	for name, test := range map[string]struct {
		address string
		header  []string
		origin  string
	}{
		"loopback":         {open, nil, ""},
		"localhost":        {open, []string{"Host", "localhost:8090"}, ""},
		"IPv6":             {open, []string{"Host", "[::1]:8090"}, ""},
		"an allowed site":  {open, []string{"Origin", "https://example.org"}, "https://example.org"},
		"token in header":  {closed, []string{"Authorization", "Bearer " + token}, ""},
		"token in address": {closed + "?token=" + strings.ReplaceAll(token, " ", "+"), []string{"Host", "news.example.org"}, ""},
		"any site":         {closed, []string{"Authorization", "Bearer " + token, "Origin", "https://any.example"}, "https://any.example"},
	} {
		t.Run(name, func(t *testing.T) {
			s := connect(t, test.address, test.header...)
			if got := s.resp.Header.Get("Access-Control-Allow-Origin"); got != test.origin {
				t.Errorf("origin %q, want %q", got, test.origin)
			}
		})
	}
	resp := request(t, t.Context(), http.MethodOptions, closed, "Origin", "https://any.example")
	if resp.StatusCode != http.StatusNoContent || !strings.Contains(resp.Header.Get("Access-Control-Allow-Headers"), "last-event-id") {
		t.Errorf("preflight: %s %v", resp.Status, resp.Header)
	}
	if resp := request(t, t.Context(), http.MethodOptions, open, "Origin", "https://evil.example"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("preflight of another site: %s", resp.Status)
	}
}

// No more clients are served than are allowed; one that leaves makes room.
func TestClientsAreBounded(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	address := serve(t, b, func(c *sse.Config) { c.Clients = 2 })
	one := connect(t, address)
	connect(t, address)
	resp := get(t, t.Context(), address)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a third: %s", resp.Status)
	}
	one.cancel()
	bustest.Eventually(t, func() error {
		resp := get(t, t.Context(), address)
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}
		return nil
	})
}

// A client that takes nothing is cut off, and its reader leaves nothing behind.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	address := serve(t, b, func(c *sse.Config) { c.WriteTimeout = 100 * time.Millisecond })
	large := []byte(`{"headline":"` + strings.Repeat("x", 900<<10) + `"}`)
	for i := range 30 {
		store(t, b, "news.enriched.en.example_org."+strconv.Itoa(i), strconv.Itoa(i), large)
	}
	slow := connect(t, address+"?last_event_id=0") // and reads no more
	stats := b.Stats().Stage(sse.Name)
	bustest.Eventually(t, func() error {
		if stats.Counts()["cut-off"] != 1 || stats.InHand.Load() != 0 {
			return fmt.Errorf("cut off: %d, served: %d", stats.Counts()["cut-off"], stats.InHand.Load())
		}
		return nil
	})
	if sent := stats.Counts()["sent"]; sent >= 30 {
		t.Errorf("%d events were taken by a client that reads nothing", sent)
	}
	_ = slow
	noReaders(t, b)
}

// noReaders waits until the stream has no consumer left.
func noReaders(t *testing.T, b *bus.Bus) {
	t.Helper()
	bustest.Eventually(t, func() error {
		s, err := b.JetStream().Stream(t.Context(), schema.StreamEnriched)
		if err != nil {
			return err
		}
		if n := s.CachedInfo().State.Consumers; n > 0 {
			return fmt.Errorf("%d consumers are left", n)
		}
		return nil
	})
}

// A stop ends all connections at once.
func TestStop(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	c := sse.DefaultConfig()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- sse.Serve(ctx, l, b, c) }()
	s := connect(t, "http://"+l.Addr().String()+"/events")
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for isEnd := false; !isEnd; {
		_, isEnd = s.block()
	}
	// A reader that was just being made when it ended is removed by the server, minutes later.
}

func TestSettings(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for name, test := range map[string]struct {
		set  func(*sse.Config)
		want string
	}{
		"no port":         {func(c *sse.Config) { c.Listen = "localhost" }, "--listen"},
		"beyond loopback": {func(c *sse.Config) { c.Listen = ":8090" }, "clients need a token"},
		"any address":     {func(c *sse.Config) { c.Listen = "0.0.0.0:8090" }, "clients need a token"},
		"a name":          {func(c *sse.Config) { c.Listen = "news.example.org:8090" }, "clients need a token"},
		"short token":     {func(c *sse.Config) { c.Token = "geheim" }, "--token: want at least 16"},
		"clients":         {func(c *sse.Config) { c.Clients = 0 }, "--clients"},
		"heartbeat":       {func(c *sse.Config) { c.Heartbeat = 0 }, "--heartbeat"},
		"write timeout":   {func(c *sse.Config) { c.WriteTimeout = 0 }, "--write-timeout"},
		"no origin":       {func(c *sse.Config) { c.AllowOrigin = []string{"example.org"} }, "--allow-origin"},
		"with a path":     {func(c *sse.Config) { c.AllowOrigin = []string{"https://example.org/"} }, "--allow-origin"},
		"not an address":  {func(c *sse.Config) { c.Listen = "127.0.0.1:http-or-so" }, "--listen"},
	} {
		t.Run(name, func(t *testing.T) {
			c := sse.DefaultConfig()
			test.set(&c)
			err := sse.Run(t.Context(), b, c)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "geheim") {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	for _, listen := range []string{"localhost:0", "[::1]:0", "127.8.8.8:0"} {
		c := sse.DefaultConfig()
		if c.Listen = listen; c.Validate() != nil {
			t.Errorf("%s: %v", listen, c.Validate())
		}
	}
}
