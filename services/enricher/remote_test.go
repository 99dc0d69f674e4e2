package enricher_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/recognizertest"
)

// modelServer is a model server that can be out of order.
type modelServer struct {
	url     string
	out     atomic.Bool
	poison  string // a text that it cannot work on
	version atomic.Int64
	asked   atomic.Int64
	before  int64 // how often it was asked before what is waited for next
}

func newModelServer(t *testing.T) *modelServer {
	t.Helper()
	m := &modelServer{poison: "nothing"}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

func (m *modelServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.asked.Add(1)
	body, err := io.ReadAll(r.Body)
	if err != nil || m.out.Load() || bytes.Contains(body, []byte(m.poison)) {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	recognizertest.Toy{Version: fmt.Sprint(m.version.Load())}.ServeHTTP(w, r)
}

// enrich runs an enricher that asks the server.
func (m *modelServer) enrich(t *testing.T, b *bus.Bus) (stop func()) {
	t.Helper()
	c := enricher.DefaultConfig()
	c.Recognizer, c.RecognizerTimeout = m.url, 5*time.Second
	steps, err := enricher.Steps(c)
	if err != nil {
		t.Fatal(err)
	}
	m.before = m.asked.Load()
	return bustest.Start(t, func(ctx context.Context) error { return enricher.Run(ctx, b, c, steps...) })
}

// isAsked waits until the server was asked so often since the enricher began, or
// since it was last waited for.
func (m *modelServer) isAsked(t *testing.T, times int64) {
	t.Helper()
	until := m.before + times
	bustest.Eventually(t, func() error {
		if n := m.asked.Load(); n < until {
			return fmt.Errorf("asked %d times, want %d", n, until)
		}
		return nil
	})
	m.before = m.asked.Load()
}

func nothingIsDead(t *testing.T, b *bus.Bus) {
	t.Helper()
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamDead}) {
		t.Errorf("%s %v (%v)", d.Subject, d.Header, err)
	}
}

// An outage of the model server, over restarts of the enricher too, costs time
// and nothing else.
func TestOutageOfTheModelServer(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	m := newModelServer(t)
	stop := m.enrich(t, b)
	m.isAsked(t, 1)
	m.out.Store(true)
	for n := range 8 {
		a := article(1, "Kyiv, again")
		a.ID = fmt.Sprint(n)
		put(t, b, a)
	}
	m.isAsked(t, 4)
	stop()
	for range 7 { // more than a message may be delivered without being settled
		stop := m.enrich(t, b)
		m.isAsked(t, 1)
		stop()
	}
	m.out.Store(false)
	m.enrich(t, b)
	bustest.EventuallyWithin(t, 2*time.Minute, func() error { // what was in hand comes again when its claim is over
		stream, err := b.JetStream().Stream(t.Context(), schema.StreamEnriched)
		if err == nil && stream.CachedInfo().State.Msgs < 8 {
			err = fmt.Errorf("%d of 8 articles", stream.CachedInfo().State.Msgs)
		}
		return err
	})
	for _, d := range bustest.Next(t, b, 8, schema.StreamEnriched) {
		if e, err := bus.Decode[schema.Enriched](d); err != nil || len(e.Entities) != 1 || e.Entities[0].Name != "Kyiv" || e.Models[0].Name != "toy" {
			t.Errorf("%+v of %+v, %v", e.Entities, e.Models, err)
		}
	}
	nothingIsDead(t, b)
}

// One text that the model fails at is set aside, and holds up no other.
func TestTextThatTheModelFailsAt(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	m := newModelServer(t)
	m.poison = "Poison"
	m.enrich(t, b)
	bad := article(1, "Poison for Oslo")
	bad.ID = "bad"
	put(t, b, bad)
	put(t, b, article(1, "Oslo"))
	bustest.Next(t, b, 1, schema.StreamEnriched)
	d := bustest.Next(t, b, 1, schema.StreamDead)[0]
	if reason := d.Header.Get(schema.HeaderDeadReason); !strings.Contains(reason, "status 500") || d.Header.Get(schema.HeaderDeadAttempts) != "5" {
		t.Errorf("reason %q", reason)
	}
}

// An article has the name of the model that found its names, whenever that changes.
func TestModelServerGetsAnotherModel(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	m := newModelServer(t)
	m.enrich(t, b)
	for version := range int64(3) {
		m.version.Store(version + 1)
		put(t, b, article(int(version)+1, fmt.Sprint("Oslo ", version)))
		settled(t, b, version+1)
	}
	for i, d := range bustest.Next(t, b, 3, schema.StreamEnriched) {
		if e, err := bus.Decode[schema.Enriched](d); err != nil || e.Models[0].Version != fmt.Sprint(i+1) {
			t.Errorf("revision %d: %+v, %v", e.Revision, e.Models, err)
		}
	}
	nothingIsDead(t, b)
}

// A model that changes while an article is worked on is noticed.
func TestEnrichNoticesAnotherModel(t *testing.T) {
	step := &changing{}
	_, err := enricher.Enrich(t.Context(), []enricher.Step{step}, harbour)
	if !errors.Is(err, recognizer.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// changing is a step whose model changes while it works.
type changing struct{ version int }

func (*changing) Name() string { return "changing" }

func (c *changing) Enrich(context.Context, *schema.Enriched) error {
	c.version++
	return nil
}

func (c *changing) Model() schema.Model {
	return schema.Model{Step: "changing", Name: "x", Version: fmt.Sprint(c.version)}
}

// A wrong address ends the enricher with a line that says so.
func TestEnricherEndsAtAWrongAddress(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	c := enricher.DefaultConfig()
	c.Recognizer = server.URL + "/wrong"
	steps, err := enricher.Steps(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := enricher.Run(t.Context(), b, c, steps...); err == nil || !strings.Contains(err.Error(), "step names: model server 127.0.0.1") || !strings.Contains(err.Error(), "status 404") {
		t.Errorf("got %v", err)
	}
}

func TestModelServerSettings(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct {
		set  func(*enricher.Config)
		says string
	}{
		"all": {func(c *enricher.Config) {
			c.RecognizerTokenFile, c.RecognizerLanguages = write("token", " abc\n"), []string{"en", "pt-BR"}
		}, ""},
		"no address":      {func(c *enricher.Config) { c.Recognizer = "localhost:8000" }, "--recognizer: want an address"},
		"a user":          {func(c *enricher.Config) { c.Recognizer = "http://u:pass@h/" }, "--recognizer: the address holds a user"},
		"no time":         {func(c *enricher.Config) { c.RecognizerTimeout = 0 }, "--recognizer-timeout: got 0s"},
		"too much time":   {func(c *enricher.Config) { c.RecognizerTimeout = 16 * time.Second }, "--recognizer-timeout: got 16s, want up to half of --timeout (30s)"},
		"none at once":    {func(c *enricher.Config) { c.RecognizerConcurrency = 0 }, "--recognizer-concurrency: got 0"},
		"no language":     {func(c *enricher.Config) { c.RecognizerLanguages = []string{"en", "english!"} }, `--recognizer-languages: "english!"`},
		"no file":         {func(c *enricher.Config) { c.RecognizerTokenFile = filepath.Join(dir, "none") }, "--recognizer-token-file: open"},
		"an empty file":   {func(c *enricher.Config) { c.RecognizerTokenFile = write("empty", " \n") }, "want one token"},
		"two lines":       {func(c *enricher.Config) { c.RecognizerTokenFile = write("two", "hidden\nhidden") }, "want one token"},
		"a large file":    {func(c *enricher.Config) { c.RecognizerTokenFile = write("large", strings.Repeat("x", 9000)) }, "want one token"},
		"without address": {func(c *enricher.Config) { c.Recognizer, c.RecognizerLanguages = "", []string{"en"} }, "--recognizer: not set"},
	} {
		t.Run(name, func(t *testing.T) {
			c := enricher.DefaultConfig()
			c.Recognizer = "http://127.0.0.1:8000/"
			test.set(&c)
			_, err := enricher.ModelServer(c)
			for _, err := range []error{err, c.Validate()} {
				if (err == nil) != (test.says == "") || err != nil && (!strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "\n")) {
					t.Errorf("got %v, want %q", err, test.says)
				}
			}
		})
	}
	if r, err := enricher.ModelServer(enricher.DefaultConfig()); r != nil || err != nil {
		t.Errorf("without an address: %v, %v", r, err)
	}
}
