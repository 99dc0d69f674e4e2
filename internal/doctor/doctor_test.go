package doctor_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/doctor"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func TestMain(m *testing.M) { bustest.Main(m) }

// start starts a server on a free port of loopback, set as set says.
func start(t *testing.T, set func(*server.Options)) *server.Server {
	t.Helper()
	o := &server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 20 << 30, NoSigs: true, MaxPayload: 1 << 20}
	set(o)
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(bustest.Limit) {
		t.Fatal("the server is not ready")
	}
	return s
}

// on are the options for a server at an address.
func on(o bus.Options) doctor.Options {
	o.Name = "cli"
	fetch := fetcher.DefaultConfig()
	fetch.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	return doctor.Options{
		Connect: func(ctx context.Context) (*bus.Bus, error) { return bus.Connect(ctx, o) },
		Fetch:   fetch,
	}
}

// find is the first finding of a check with a level.
func find(findings []doctor.Finding, check string, level doctor.Level) (doctor.Finding, bool) {
	i := slices.IndexFunc(findings, func(f doctor.Finding) bool { return f.Check == check && f.Level == level })
	if i < 0 {
		return doctor.Finding{}, false
	}
	return findings[i], true
}

// expect expects a finding that says something, and what to do about it.
func expect(t *testing.T, findings []doctor.Finding, check string, level doctor.Level, says string) {
	t.Helper()
	f, ok := find(findings, check, level)
	if !ok || !strings.Contains(f.Text+" -> "+f.Do, says) {
		t.Errorf("want %s %s %q in:\n%s", level, check, says, text(findings))
	}
	if ok && level == doctor.Fail && f.Do == "" {
		t.Errorf("%s fails, and nothing is said of what to do", check)
	}
}

func text(findings []doctor.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s: %s -> %s\n", f.Level, f.Check, f.Text, f.Do)
	}
	return b.String()
}

// held is what all streams hold.
func held(t *testing.T, b *bus.Bus) string {
	t.Helper()
	var all []string
	list := b.JetStream().ListStreams(t.Context())
	for info := range list.Info() {
		all = append(all, fmt.Sprint(info.Config.Name, info.State.Msgs, " ", info.State.LastSeq, " ", info.State.Consumers))
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// A pipeline that works is found to, and nothing of it is changed.
func TestHealthy(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *server.Options) { o.HTTPHost, o.HTTPPort, o.SyncAlways = "127.0.0.1", -1, true })
	b := setUp(t, s)
	site := fetchertest.New(t)
	feed := site.Feed("/feed.xml")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 3, Words: 20, Base: site.URL("")})...)
	register(t, b, feed.URL())
	if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Item("a"), Data: []byte("x"), ID: "1", Dedup: true}); err != nil {
		t.Fatal(err)
	}
	before := held(t, b)
	o := on(bus.Options{URL: s.ClientURL()})
	o.Monitor = "http://" + s.MonitorAddr().String()
	findings := doctor.Examine(t.Context(), o)
	for _, f := range findings {
		if f.Level != doctor.OK && f.Check != "workers" && f.Check != "disk" {
			t.Errorf("%s %s: %s", f.Level, f.Check, f.Text)
		}
	}
	expect(t, findings, "workers", doctor.Fail, "nobody takes messages as normalizer of ITEMS; 1 wait")
	expect(t, findings, "workers", doctor.Warn, "nobody takes messages as poller of POLLS")
	expect(t, findings, "fetch", doctor.OK, "3 items")
	expect(t, findings, "sync_interval", doctor.OK, "always")
	expect(t, findings, "max_file_store", doctor.OK, "20.0 GiB")
	if after := held(t, b); after != before {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// setUp makes the streams.
func setUp(t *testing.T, s *server.Server) *bus.Bus {
	t.Helper()
	b := connect(t, s.ClientURL())
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	return b
}

func connect(t *testing.T, url string) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(t.Context(), bus.Options{URL: url, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func register(t *testing.T, b *bus.Bus, urls ...string) {
	t.Helper()
	registry, err := fetcher.OpenRegistry(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range urls {
		if err := registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url}); err != nil {
			t.Fatal(err)
		}
	}
}

// ancient speaks just enough of the protocol to be an old server.
func ancient(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // the test has ended
			}
			fmt.Fprint(conn, "INFO {\"server_id\":\"A\",\"version\":\"2.10.7\",\"proto\":1,\"headers\":true,\"max_payload\":1048576}\r\n")
			for lines := bufio.NewScanner(conn); lines.Scan(); {
				if lines.Text() == "PING" {
					fmt.Fprint(conn, "PONG\r\n")
				}
			}
			_ = conn.Close()
		}
	}()
	return "nats://" + l.Addr().String()
}

// Servers that dateline cannot run on.
func TestServers(t *testing.T) {
	t.Parallel()
	plain := start(t, func(o *server.Options) { o.JetStream = false })
	guarded := start(t, func(o *server.Options) { o.Authorization = "sesame" })
	for name, test := range map[string]struct{ url, says string }{
		"too old":      {ancient(t), "it is 2.10.7 -> install nats-server 2.14"},
		"no JetStream": {plain.ClientURL(), "JetStream is off there -> install"},
		"not there":    {"nats://127.0.0.1:1", "no NATS server answers"},
		"no password":  {guarded.ClientURL(), "refused the credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			findings := doctor.Examine(t.Context(), on(bus.Options{URL: test.url}))
			expect(t, findings, "server", doctor.Fail, test.says)
			if !doctor.Failed(findings) || len(findings) != 2 {
				t.Errorf("got\n%s", text(findings))
			}
		})
	}
}

// Settings of a server that make trouble.
func TestSettings(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *server.Options) {
		o.MaxPayload, o.HTTPHost, o.HTTPPort, o.JetStreamMaxStore = 64<<10, "127.0.0.1", -1, 11<<30
	})
	setUp(t, s)
	o := on(bus.Options{URL: s.ClientURL()})
	o.Monitor = "http://" + s.MonitorAddr().String() + "/"
	findings := doctor.Examine(t.Context(), o)
	expect(t, findings, "max_payload", doctor.Fail, "65536 bytes")
	expect(t, findings, "sync_interval", doctor.Warn, "2m0s: a power cut")
	expect(t, findings, "max_file_store", doctor.Warn, "larger than `dateline setup --store`")
	expect(t, findings, "feeds", doctor.Warn, "none is registered")
	expect(t, findings, "fetch", doctor.Skip, "no feed to try")
	if _, ok := find(findings, "disk", doctor.Skip); ok {
		t.Error("the disk of the server's folder, which its monitoring tells, was not looked at")
	}
	o.Monitor = "http://127.0.0.1:1"
	expect(t, doctor.Examine(t.Context(), o), "monitor", doctor.Fail, "127.0.0.1:8222")
	o.Monitor = "http://" + s.MonitorAddr().String() + "/healthz"
	expect(t, doctor.Examine(t.Context(), o), "monitor", doctor.Fail, "404")
}

// What is wrong with the streams is found.
func TestStreams(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, b *bus.Bus, o *doctor.Options)
		check string
		level doctor.Level
		says  string
	}{
		"a missing stream": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			if err := b.JetStream().DeleteStream(t.Context(), schema.StreamDead); err != nil {
				t.Fatal(err)
			}
		}, "streams", doctor.Fail, "stream DEAD: missing -> run: dateline setup"},
		"a missing consumer": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			if err := b.JetStream().DeleteConsumer(t.Context(), schema.StreamItems, topology.ConsumerNormalizer); err != nil {
				t.Fatal(err)
			}
		}, "streams", doctor.Fail, "consumer ITEMS/normalizer: missing"},
		"wrong limits": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			change(t, b, schema.StreamItems, func(c *jetstream.StreamConfig) { c.MaxBytes, c.Discard = 1<<20, jetstream.DiscardOld })
		}, "streams", doctor.Fail, "discard: is DiscardOld, want DiscardNew; max_bytes: is 1048576"},
		"another store than is wanted": {func(_ *testing.T, _ *bus.Bus, o *doctor.Options) { o.Store = 50 << 30 }, "streams", doctor.Fail, "stream FOUND: max_bytes: is 536870910, want 2684354560"},
		"another store for all": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			o := topology.DefaultOptions()
			o.Store = 5 << 30
			if _, err := topology.New(o).Ensure(t.Context(), b.JetStream()); err != nil {
				t.Fatal(err)
			}
		}, "streams", doctor.OK, "as wanted"},
		"replicas that are wanted": {func(_ *testing.T, _ *bus.Bus, o *doctor.Options) { o.Replicas = 3 }, "streams", doctor.Fail, "num_replicas: is 1, want 3"},
		"a stream that fills": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			fill(t, b, 85)
		}, "limits", doctor.Warn, "FOUND has"},
		"a stream that is full": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			fill(t, b, 99)
		}, "limits", doctor.Fail, "takes no more"},
		"dead letters": {func(t *testing.T, b *bus.Bus, _ *doctor.Options) {
			send(t, b, b.Root().Dead("normalizer", "a"), 10)
		}, "dead letters", doctor.Warn, "dateline dead ls"},
		"feeds that fail": {func(t *testing.T, b *bus.Bus, o *doctor.Options) {
			o.Feed = "http://127.0.0.1:1/"
			register(t, b, "https://example.org/1.xml")
			failing(t, b, schema.FeedID("https://example.org/1.xml"))
		}, "feeds", doctor.Warn, "1 registered, 1 of them failing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := bustest.Server(t)
			b := bustest.Connect(t, s, "test")
			if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
				t.Fatal(err)
			}
			o := on(bus.Options{InProcess: s})
			test.spoil(t, b, &o)
			expect(t, doctor.Examine(t.Context(), o), test.check, test.level, test.says)
		})
	}
}

func change(t *testing.T, b *bus.Bus, stream string, change func(*jetstream.StreamConfig)) {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	change(&c)
	if _, err := b.JetStream().UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func send(t *testing.T, b *bus.Bus, subject string, size int) {
	t.Helper()
	if _, err := b.Publish(t.Context(), bus.Message{Subject: subject, Data: make([]byte, size), ID: subject + fmt.Sprint(size), Dedup: true}); err != nil {
		t.Fatal(err)
	}
}

// fill sets a limit of which what FOUND holds is so many hundredths.
func fill(t *testing.T, b *bus.Bus, percent int64) {
	t.Helper()
	send(t, b, b.Root().Found("a"), 100_000)
	s, err := b.JetStream().Stream(t.Context(), schema.StreamFound)
	if err != nil {
		t.Fatal(err)
	}
	held := int64(s.CachedInfo().State.Bytes)
	change(t, b, schema.StreamFound, func(c *jetstream.StreamConfig) { c.MaxBytes = held * 100 / percent })
}

// failing leaves the state of a feed whose last poll failed.
func failing(t *testing.T, b *bus.Bus, id string) {
	t.Helper()
	data, err := bus.Encode(schema.PollState{FeedID: id, Polls: 2, Failures: 1, Error: "dns"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Publish(t.Context(), bus.Message{Subject: b.Root().PollAt(id), Data: data, Header: map[string]string{
		"Nats-Schedule": "@at " + time.Now().Add(time.Hour).UTC().Format(time.RFC3339Nano), "Nats-Schedule-Target": b.Root().PollDue(id),
	}})
	if err != nil {
		t.Fatal(err)
	}
}
