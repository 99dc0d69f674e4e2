package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/sinks/webhook"
)

// The secrets of these tests.
const (
	newSecret = "whsec_bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldw=="
	oldSecret = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZA=="
)

// request is one that an endpoint got.
type request struct {
	header http.Header
	body   string
	at     time.Time
}

func (r request) sequence() int {
	n, _ := strconv.Atoi(r.header.Get("dateline-sequence"))
	return n
}

// endpoint is a server that notes what it gets, and answers as it is told.
type endpoint struct {
	*httptest.Server
	mu       sync.Mutex
	requests []request
}

// newEndpoint answers by a function of the request and of how many requests there
// were for that message, this one included.
func newEndpoint(t *testing.T, answer func(w http.ResponseWriter, r request, attempt int)) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got := request{header: r.Header, body: string(body), at: time.Now()}
		e.mu.Lock()
		e.requests = append(e.requests, got)
		attempt := 0
		for _, before := range e.requests {
			if before.sequence() == got.sequence() {
				attempt++
			}
		}
		e.mu.Unlock()
		answer(w, got, attempt)
	}))
	t.Cleanup(e.Close)
	return e
}

func fine(w http.ResponseWriter, _ request, _ int) { w.WriteHeader(http.StatusNoContent) }

// got are the requests so far.
func (e *endpoint) got() []request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.requests)
}

// wait waits for so many requests.
func (e *endpoint) wait(t *testing.T, n int) []request {
	t.Helper()
	bustest.Eventually(t, func() error {
		if got := len(e.got()); got < n {
			return fmt.Errorf("%d requests, want %d", got, n)
		}
		return nil
	})
	return e.got()
}

// config delivers to the endpoint, with short waits.
func (e *endpoint) config() webhook.Config {
	c := webhook.DefaultConfig()
	c.URL, c.Secret, c.AllowNet = e.URL+"/hook?key=in-the-address", []string{newSecret, oldSecret}, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c.Retry, c.MaxDelay = 10*time.Millisecond, 40*time.Millisecond
	return c
}

// everything is all enriched articles.
func everything() bus.SubscribeOptions { return bus.SubscribeOptions{Stream: schema.StreamEnriched} }

// start runs a sender until the test ends.
func start(t *testing.T, b *bus.Bus, c webhook.Config) (stop func()) {
	t.Helper()
	return bustest.Start(t, func(ctx context.Context) error { return webhook.Run(ctx, b, c, everything()) })
}

// publish publishes n enriched articles, from a number on.
func publish(t *testing.T, b *bus.Bus, from, n int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		a := schema.Article{ID: fmt.Sprintf("%032x", i), Revision: 1, Language: "en", Source: schema.Source{Token: "example_org"}, Headline: "Größe & <b>"}
		data, err := bus.Encode(schema.Enriched{Article: a})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Publish(t.Context(), bus.Message{
			Subject: b.Root().Enriched(a), Data: data, Type: schema.TypeArticleEnriched, Schema: "enriched",
			ID: schema.RevisionID(a.ID, 1), About: a.ID, Revision: 1, Header: map[string]string{schema.HeaderTDM: schema.TDMReserved},
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// sequences are those of requests.
func sequences(requests []request) []int {
	all := make([]int, len(requests))
	for i, r := range requests {
		all[i] = r.sequence()
	}
	return all
}

// dead are the reasons of the dead letters.
func dead(t *testing.T, b *bus.Bus, n int) []string {
	t.Helper()
	var reasons []string
	for _, d := range bustest.Next(t, b, n, schema.StreamDead, "news.dead.webhook.example_org") {
		reasons = append(reasons, d.Header.Get(schema.HeaderDeadReason))
	}
	return reasons
}

// A request is the message, with CloudEvents' headers for HTTP and a signature that
// either secret verifies.
func TestRequest(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	e := newEndpoint(t, fine)
	publish(t, b, 1, 1)
	start(t, b, e.config())
	got := e.wait(t, 1)[0]
	const id = "00000000000000000000000000000001"
	stored := bustest.Next(t, b, 1, schema.StreamEnriched)[0]
	if got.body != string(stored.Data) {
		t.Errorf("body %s", got.body)
	}
	for name, want := range map[string]string{
		"content-type": "application/json", "ce-specversion": "1.0", "ce-id": id + ":1", "ce-type": schema.TypeArticleEnriched,
		"ce-subject": id, "ce-sequence": "1", "ce-source": "/dateline/test", "ce-dataschema": schema.SchemaURL("enriched"),
		"ce-datacontenttype": "", "nats-msg-id": "", "traceparent": stored.Header.Get("traceparent"), "dateline-tdm": "reserved",
		"dateline-subject": stored.Subject, "dateline-stream": "ENRICHED", "dateline-sequence": "1", "webhook-id": id + ":1",
	} {
		if value := got.header.Get(name); value != want {
			t.Errorf("%s: got %q, want %q", name, value, want)
		}
	}
	at, err := strconv.ParseInt(got.header.Get("webhook-timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(at, 0)).Abs() > time.Minute {
		t.Errorf("timestamp %d, %v", at, err)
	}
	signatures := strings.Split(got.header.Get("webhook-signature"), " ")
	if len(signatures) != 2 {
		t.Fatalf("signatures %v", signatures)
	}
	for i, text := range []string{newSecret, oldSecret} {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%d.%s", got.header.Get("webhook-id"), at, got.body)
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); signatures[i] != want {
			t.Errorf("signature %d: got %s, want %s", i, signatures[i], want)
		}
	}
}

// What fails is tried again, later and later, under one id; order is kept with one
// request at a time.
func TestRetries(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	e := newEndpoint(t, func(w http.ResponseWriter, r request, attempt int) {
		switch {
		case r.sequence() == 2 && attempt == 1:
			w.WriteHeader(http.StatusInternalServerError)
		case r.sequence() == 2 && attempt == 2:
			panic(http.ErrAbortHandler) // the connection breaks
		case r.sequence() == 3 && attempt < 4:
			http.Error(w, "no", http.StatusBadRequest)
		}
	})
	publish(t, b, 1, 5)
	start(t, b, e.config())
	got := e.wait(t, 10)
	if want := []int{1, 2, 2, 2, 3, 3, 3, 3, 4, 5}; !slices.Equal(sequences(got), want) {
		t.Errorf("got %v, want %v", sequences(got), want)
	}
	if first, last := got[4].header.Get("webhook-id"), got[7].header.Get("webhook-id"); first != last || first == got[3].header.Get("webhook-id") {
		t.Errorf("ids %s and %s", first, last)
	}
	if d := got[7].at.Sub(got[4].at); d < (10+20+40)*time.Millisecond*7/8 {
		t.Errorf("three more attempts within %s", d)
	}
}

// Retry-After is kept, as seconds and as a date.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]func() string{
		"seconds": func() string { return "1" },
		"date":    func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			e := newEndpoint(t, func(w http.ResponseWriter, _ request, attempt int) {
				if attempt == 1 {
					w.Header().Set("Retry-After", header())
					w.WriteHeader(http.StatusTooManyRequests)
				}
			})
			publish(t, b, 1, 1)
			start(t, b, e.config())
			if got := e.wait(t, 2); got[1].at.Sub(got[0].at) < time.Second {
				t.Errorf("again after %s", got[1].at.Sub(got[0].at))
			}
		})
	}
}

// What no attempt delivers is set aside with the reason, and the next goes out.
func TestDeadAfterABound(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	elsewhere := newEndpoint(t, fine)
	e := newEndpoint(t, func(w http.ResponseWriter, r request, _ int) {
		switch r.sequence() {
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
		case 2:
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	})
	publish(t, b, 1, 3)
	c := e.config()
	c.Attempts = 3
	start(t, b, c)
	reasons := dead(t, b, 2)
	for i, want := range []string{"attempt 3 of 3: status 500", "attempt 3 of 3: status 307: redirects are not followed"} {
		if !strings.HasSuffix(reasons[i], want) {
			t.Errorf("got %q, want %q", reasons[i], want)
		}
	}
	if got := sequences(e.wait(t, 7)); !slices.Equal(got, []int{1, 1, 1, 2, 2, 2, 3}) {
		t.Errorf("requests %v", got)
	}
	if n := len(elsewhere.got()); n > 0 {
		t.Errorf("%d requests went where a redirect leads", n)
	}
	if n := b.Stats().Stage("webhook").Dead.Load(); n != 2 {
		t.Errorf("%d dead letters are counted", n)
	}
}

// A slow endpoint is not waited for longer than the timeout.
func TestSlowEndpoint(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	release := make(chan struct{})
	e := newEndpoint(t, func(_ http.ResponseWriter, _ request, attempt int) {
		if attempt == 1 {
			<-release
		}
	})
	defer close(release)
	publish(t, b, 1, 1)
	c := e.config()
	c.Timeout = time.Second
	start(t, b, c)
	e.wait(t, 2)
}

// No more requests are out at once than are allowed, and all of those are.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const allowed, messages = 3, 30
	var mu sync.Mutex
	now, most := 0, 0
	full := make(chan struct{})
	e := newEndpoint(t, func(http.ResponseWriter, request, int) {
		mu.Lock()
		if now++; now > most {
			if most = now; most == allowed {
				close(full)
			}
		}
		mu.Unlock()
		<-full
		mu.Lock()
		now--
		mu.Unlock()
	})
	publish(t, b, 1, messages)
	c := e.config()
	c.Concurrency = allowed
	start(t, b, c)
	got := sequences(e.wait(t, messages))
	slices.Sort(got)
	if got = slices.Compact(got); len(got) != messages || most != allowed {
		t.Errorf("%d messages, %d at once, want %d and %d", len(got), most, messages, allowed)
	}
}

// 410 ends the delivery. Nothing is lost by it: one that is started again asks
// again, with the same message.
func TestGone(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	e := newEndpoint(t, func(w http.ResponseWriter, r request, attempt int) {
		if r.sequence() == 1 && attempt == 1 {
			w.WriteHeader(http.StatusGone)
		}
	})
	publish(t, b, 1, 2)
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	err := webhook.Run(ctx, b, e.config(), everything())
	if !errors.Is(err, webhook.ErrGone) || strings.Contains(err.Error(), "in-the-address") {
		t.Fatalf("got %v", err)
	}
	if n := len(e.got()); n != 1 {
		t.Errorf("%d requests", n)
	}
	start(t, b, e.config())
	if got := sequences(e.wait(t, 3)); !slices.Equal(got, []int{1, 1, 2}) {
		t.Errorf("requests %v", got)
	}
}

// A sender that is stopped goes on where it was, in order, and so does one whose
// connection breaks in the middle of a request; that request may come again.
func TestRestarts(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(b *bus.Bus, stop func()){
		"stopped": func(_ *bus.Bus, stop func()) { stop() },
		"killed":  func(b *bus.Bus, stop func()) { b.JetStream().Conn().Close(); stop() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := bustest.Server(t)
			publisher := bustest.Connect(t, server, "test")
			ensure(t, publisher)
			reached := make(chan struct{})
			e := newEndpoint(t, func(_ http.ResponseWriter, r request, attempt int) {
				if r.sequence() == 7 && attempt == 1 {
					close(reached)
				}
			})
			publish(t, publisher, 1, 12)
			b := bustest.Connect(t, server, "sender")
			c := e.config()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- webhook.Run(ctx, b, c, everything()) }()
			<-reached
			end(b, cancel)
			if err := <-ended; err != nil && name == "stopped" {
				t.Fatal(err)
			}
			start(t, publisher, c)
			bustest.Eventually(t, func() error {
				if got := sequences(e.got()); got[len(got)-1] != 12 {
					return fmt.Errorf("requests %v", got)
				}
				return nil
			})
			got := sequences(e.got())
			if !slices.IsSorted(got) || len(got) > 14 {
				t.Errorf("requests %v", got)
			}
			if got = slices.Compact(got); len(got) != 12 {
				t.Errorf("messages %v", got)
			}
		})
	}
}

// Attempts are counted over restarts: a message that no sender survives ends too.
func TestAttemptsAreCountedOverRestarts(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	e := newEndpoint(t, fine)
	c := e.config()
	c.Attempts, c.Name = 2, "crashing"
	o := everything()
	o.Durable, o.InFlight = "webhook-crashing", 1
	if err := b.Durable(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 1, 2)
	consumer, err := b.JetStream().Consumer(t.Context(), schema.StreamEnriched, o.Durable)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 { // senders that took it and ended, some when they had given up
		msg, err := consumer.Next()
		if err != nil {
			t.Fatal(err)
		}
		if err := msg.Nak(); err != nil {
			t.Fatal(err)
		}
	}
	start(t, b, c)
	if reason := dead(t, b, 1)[0]; !strings.Contains(reason, "delivered to 6 senders that ended") {
		t.Errorf("reason %q", reason)
	}
	if got := sequences(e.wait(t, 1)); !slices.Equal(got, []int{2}) {
		t.Errorf("requests %v", got)
	}
}

// A private address is refused when it is dialled, whatever its name.
func TestPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	e := newEndpoint(t, fine)
	publish(t, b, 1, 1)
	c := e.config()
	c.AllowNet, c.Attempts = nil, 1
	start(t, b, c)
	if reason := dead(t, b, 1)[0]; !strings.Contains(reason, "address is not allowed") || !strings.Contains(reason, "--allow-net") {
		t.Errorf("reason %q", reason)
	}
	if n := len(e.got()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// Neither the secrets nor what the address holds is told to anybody.
func TestSecretsAreNotTold(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	var mu sync.Mutex
	var out bytes.Buffer
	log := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(writer{&mu, &out})), zap.DebugLevel))
	b, err := bus.Connect(t.Context(), bus.Options{InProcess: server, Name: "test", Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ensure(t, b)
	e := newEndpoint(t, func(w http.ResponseWriter, _ request, _ int) { w.WriteHeader(http.StatusInternalServerError) })
	publish(t, b, 1, 2)
	c := e.config()
	c.Attempts = 2
	stop := start(t, b, c)
	reasons := strings.Join(dead(t, b, 1), "")
	e.Close() // from here on it is not even there
	reasons += strings.Join(dead(t, b, 2), "")
	stop()
	mu.Lock()
	defer mu.Unlock()
	told := out.String() + reasons + fmt.Sprint(e.got()[0].header)
	if !strings.Contains(told, "delivering") || !strings.Contains(told, "status 500") {
		t.Errorf("told: %s", told)
	}
	for _, text := range []string{newSecret, oldSecret, strings.TrimPrefix(newSecret, "whsec_"), "new-new-new", "in-the-address"} {
		if strings.Contains(told, text) {
			t.Errorf("%q is told", text)
		}
	}
}

// writer is a buffer that several may write to.
type writer struct {
	mu  *sync.Mutex
	out io.Writer
}

// Write implements io.Writer.
func (w writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	long := strings.Repeat(newSecret+"\n", 6)
	for name, test := range map[string]struct {
		set  func(*webhook.Config)
		want string // of the error; empty for none
	}{
		"good":               {func(*webhook.Config) {}, ""},
		"a file":             {func(c *webhook.Config) { c.Secret = nil; c.SecretFile = file("good", "# ours\n\n"+newSecret+"\n") }, ""},
		"no address":         {func(c *webhook.Config) { c.URL = "example.org/hook" }, "--url"},
		"another scheme":     {func(c *webhook.Config) { c.URL = "ftp://u:geheim@example.org" }, "--url"},
		"broken address":     {func(c *webhook.Config) { c.URL = "http://u:geheim@[" }, "--url"},
		"name":               {func(c *webhook.Config) { c.Name = "a.b" }, `--name: got "a.b"`},
		"no secret":          {func(c *webhook.Config) { c.Secret = nil }, "--secret-file: want a file"},
		"both":               {func(c *webhook.Config) { c.SecretFile = "x" }, "want one of them"},
		"no file":            {func(c *webhook.Config) { c.Secret = nil; c.SecretFile = filepath.Join(dir, "none") }, "--secret-file: open"},
		"empty file":         {func(c *webhook.Config) { c.Secret = nil; c.SecretFile = file("empty", "\n# none\n") }, "got 0 secrets, want 1 to 5"},
		"too many":           {func(c *webhook.Config) { c.Secret = nil; c.SecretFile = file("many", long) }, "got 6 secrets"},
		"a very long line":   {func(c *webhook.Config) { c.Secret = nil; c.SecretFile = file("long", strings.Repeat("geheim", 20000)) }, "too long"},
		"no prefix":          {func(c *webhook.Config) { c.Secret = []string{strings.TrimPrefix(newSecret, "whsec_")} }, "secret 1: want whsec_"},
		"no base64":          {func(c *webhook.Config) { c.Secret = []string{newSecret, "whsec_geheim!"} }, "secret 2: want"},
		"too short":          {func(c *webhook.Config) { c.Secret = []string{"whsec_Z2VoZWlt"} }, "24 to 64 bytes"},
		"concurrency":        {func(c *webhook.Config) { c.Concurrency = 0 }, "--concurrency"},
		"attempts":           {func(c *webhook.Config) { c.Attempts = 0 }, "--attempts"},
		"delays":             {func(c *webhook.Config) { c.MaxDelay = 1 }, "--max-delay"},
		"timeout":            {func(c *webhook.Config) { c.Timeout = 0 }, "--timeout"},
		"network in clothes": {func(c *webhook.Config) { c.AllowNet = []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")} }, "--allow-net"},
	} {
		t.Run(name, func(t *testing.T) {
			c := webhook.DefaultConfig()
			c.URL, c.Secret = "https://example.org/hook", []string{newSecret}
			test.set(&c)
			err := c.Validate()
			if err == nil {
				_, err = webhook.Secrets(c)
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && (strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "Z2VoZWlt") || strings.Contains(err.Error(), newSecret)) {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
	if err := webhook.Run(t.Context(), nil, webhook.Config{}, everything()); err == nil {
		t.Error("it ran without settings")
	}
}
