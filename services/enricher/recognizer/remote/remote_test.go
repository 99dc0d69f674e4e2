package remote_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/recognizertest"
	"github.com/dateline-news/dateline/services/enricher/recognizer/remote"
)

func config(url string) remote.Config {
	return remote.Config{URL: url, Timeout: 5 * time.Second, Concurrency: 4}
}

// serve starts a server and a recognizer that asks it.
func serve(t *testing.T, h http.Handler, set ...func(*remote.Config)) *remote.Recognizer {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c := config(server.URL)
	for _, s := range set {
		s(&c)
	}
	return newRecognizer(t, c)
}

func newRecognizer(t *testing.T, c remote.Config) *remote.Recognizer {
	t.Helper()
	r, err := remote.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// isTrial reports whether a request is the one with a text of our own.
func isTrial(r *http.Request) (bool, []byte) {
	body, err := io.ReadAll(r.Body)
	return err == nil && bytes.Contains(body, []byte("António Guterres of the United Nations")), body
}

// failing is a server that does what fail does to all but the trial, and is well
// otherwise.
func failing(fail http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trial, body := isTrial(r)
		if !trial {
			fail(w, r)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		recognizertest.Toy{}.ServeHTTP(w, r)
	})
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestRecognize(t *testing.T) {
	texts := []string{"Zoë Müller in Łódź", "", "🛫 Oslo on Friday"}
	want := [][]recognizer.Span{{{Start: 0, End: 12, Type: schema.Person}, {Start: 16, End: 23, Type: schema.Location}}, nil, {{Start: 5, End: 9, Type: schema.Location}}}
	for name, toy := range map[string]recognizertest.Toy{"bytes": {}, "characters": {Characters: true}, "token": {Token: "secret"}} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, toy, func(c *remote.Config) { c.Token = toy.Token })
			if err := r.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, err := r.Recognize(t.Context(), "en", texts)
			if err != nil || !slices.EqualFunc(got, want, slices.Equal[[]recognizer.Span]) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
			if m := r.Model(); m != (schema.Model{Step: "names", Name: "toy", Version: "1"}) {
				t.Errorf("model: %+v", m)
			}
		})
	}
}

// What the server is asked, to the byte.
func TestRequest(t *testing.T) {
	var got http.Header
	var body []byte
	r := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		body, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"model":{"name":"m","version":"1"},"spans":[[],[]]}`)
	}), func(c *remote.Config) { c.Token = "secret" })
	if _, err := r.Recognize(t.Context(), "pt-BR", []string{"\"a\"", "é"}); err != nil {
		t.Fatal(err)
	}
	if string(body) != `{"language":"pt-BR","texts":["\"a\"","é"]}` {
		t.Errorf("body %s", body)
	}
	if got.Get("Content-Type") != "application/json" || got.Get("Accept") != "application/json" || got.Get("Authorization") != "Bearer secret" {
		t.Errorf("header %v", got)
	}
}

// Whose fault a failure is decides what becomes of the article: of the server, and
// it waits; of the text, and it is tried a few times and set aside.
func TestWhoseFault(t *testing.T) {
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	hang := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // before that the server does not see that the client has gone
		<-r.Context().Done()
	}
	answers := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	for name, test := range map[string]struct {
		server http.Handler
		says   string
		waits  bool
	}{
		"always 500":            {status(500), "status 500", true},
		"500 for this text":     {failing(status(500)), "status 500", false},
		"always 503":            {status(503), "status 503", true},
		"503 for this text":     {failing(status(503)), "status 503", true},
		"429 for this text":     {failing(status(429)), "status 429 Too Many Requests", true},
		"502 for this text":     {failing(status(502)), "status 502", false},
		"always 401":            {status(401), "status 401", true},
		"413 for this text":     {failing(status(413)), "status 413", false},
		"always hangs up":       {http.HandlerFunc(hangUp), "EOF", true},
		"hangs up on this text": {failing(hangUp), "EOF", false},
		"always hangs":          {http.HandlerFunc(hang), "no answer within", true},
		"hangs on this text":    {failing(hang), "no answer within", false},
		"always a page":         {answers("<html>"), "not an answer of the protocol", true},
		"a page for this text":  {failing(answers("<html>")), "not an answer of the protocol", false},
		"half an answer": {failing(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{")
		}), "EOF", false},
		"redirects": {http.RedirectHandler("/", http.StatusFound), "redirects are not followed", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := serve(t, test.server, func(c *remote.Config) { c.Timeout = 100 * time.Millisecond })
			_, err := r.Recognize(t.Context(), "en", []string{"Oslo"})
			if err == nil || errors.Is(err, recognizer.ErrUnavailable) != test.waits || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, waits: %t", err, errors.Is(err, recognizer.ErrUnavailable))
			}
		})
	}
}

func TestAnswersAreBounded(t *testing.T) {
	r := serve(t, failing(func(w http.ResponseWriter, _ *http.Request) {
		for range 17 << 10 {
			if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<10)); err != nil {
				return
			}
		}
	}))
	if _, err := r.Recognize(t.Context(), "en", []string{"Oslo"}); !errors.Is(err, remote.ErrAnswer) || !strings.Contains(err.Error(), "above 16777216 bytes") {
		t.Errorf("got %v", err)
	}
}

// A server that is gone for a moment costs a moment.
func TestRecognizeTriesAgain(t *testing.T) {
	var calls atomic.Int64
	r := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) < 3 {
			w.WriteHeader(503)
			return
		}
		recognizertest.Toy{}.ServeHTTP(w, r)
	}))
	if spans, err := r.Recognize(t.Context(), "en", []string{"Oslo"}); err != nil || len(spans[0]) != 1 || calls.Load() != 3 {
		t.Errorf("got %v, %v after %d calls", spans, err, calls.Load())
	}
}

// No token and no key in an address reach a message.
func TestErrorsKeepSecrets(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	c := config("http://" + address + "/v1?key=hidden")
	c.Token = "secret"
	_, err = newRecognizer(t, c).Recognize(t.Context(), "en", []string{"Oslo"})
	if !errors.Is(err, recognizer.ErrUnavailable) || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), address) {
		t.Errorf("got %v", err)
	}
}

// A redirect is not followed: the token is for the address that was set.
func TestTokenStays(t *testing.T) {
	var asked atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(other.Close)
	r := serve(t, http.RedirectHandler(other.URL, http.StatusTemporaryRedirect), func(c *remote.Config) { c.Token = "secret" })
	if err := r.Start(t.Context()); err == nil || errors.Is(err, recognizer.ErrUnavailable) || asked.Load() != 0 {
		t.Errorf("got %v, %d requests at the other", err, asked.Load())
	}
}

func TestStart(t *testing.T) {
	for name, test := range map[string]struct {
		server http.Handler
		waits  bool
		says   string
	}{
		"well":         {recognizertest.Toy{}, false, ""},
		"loading":      {status(503), true, "503"},
		"fails":        {status(500), true, "500"},
		"no such path": {status(404), false, "status 404 Not Found"},
		"no token":     {recognizertest.Toy{Token: "secret"}, false, "status 401"},
		"counts characters and says bytes": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"model":{"name":"m","version":"1"},"spans":[[{"start":3,"end":10,"type":"PER"}],[]]}`)
		}), false, `says "offsets": "characters"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := serve(t, test.server).Start(t.Context())
			if errors.Is(err, recognizer.ErrUnavailable) != test.waits || (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The trial is in a language that the server is for.
func TestStartInItsLanguage(t *testing.T) {
	var body []byte
	r := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"model":{"name":"m","version":"1"},"spans":[[],[]]}`)
	}), func(c *remote.Config) { c.Languages = []string{"de", "fr"} })
	if err := r.Start(t.Context()); err != nil || !bytes.HasPrefix(body, []byte(`{"language":"de",`)) {
		t.Errorf("asked %s: %v", body, err)
	}
}

// A server that gets another model while it is asked: one article is tried again,
// and the new name is the one from then on.
func TestModelChanges(t *testing.T) {
	var version atomic.Int64
	version.Store(1)
	r := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recognizertest.Toy{Version: fmt.Sprint(version.Load())}.ServeHTTP(w, r)
	}))
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	version.Store(2)
	_, err := r.Recognize(t.Context(), "en", []string{"Oslo"})
	if !errors.Is(err, recognizer.ErrUnavailable) || !strings.Contains(err.Error(), "its model is now toy 2, and was toy 1") {
		t.Errorf("got %v", err)
	}
	if _, err := r.Recognize(t.Context(), "en", []string{"Oslo"}); err != nil || r.Model().Version != "2" {
		t.Errorf("got %v of %v", err, r.Model())
	}
}

// No more requests than allowed are on their way; who finds no room in time waits
// elsewhere.
func TestConcurrency(t *testing.T) {
	var now, most atomic.Int64
	entered, release := make(chan struct{}, 8), make(chan struct{})
	r := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		entered <- struct{}{}
		<-release
		recognizertest.Toy{}.ServeHTTP(w, r)
	}), func(c *remote.Config) { c.Concurrency, c.Timeout = 2, time.Minute })
	done := make(chan error)
	for range 8 {
		go func() {
			_, err := r.Recognize(t.Context(), "en", []string{"Oslo"})
			done <- err
		}()
	}
	<-entered
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // less than a request and the margin
	defer cancel()
	if _, err := r.Recognize(ctx, "en", []string{"Oslo"}); !errors.Is(err, recognizer.ErrUnavailable) || !strings.Contains(err.Error(), "as many requests as it may get") {
		t.Errorf("got %v", err)
	}
	close(release)
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 2 {
		t.Errorf("%d requests at once", most.Load())
	}
}

// A caller that gives up is not told that the server is down.
func TestRecognizeIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	}))
	if _, err := r.Recognize(ctx, "en", []string{"Oslo"}); !errors.Is(err, context.Canceled) || errors.Is(err, recognizer.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestKnows(t *testing.T) {
	all, some := newRecognizer(t, config("http://h")), config("http://h")
	some.Languages = []string{"en", "pt-BR"}
	few := newRecognizer(t, some)
	for tag, want := range map[string]bool{"en": true, "en-GB": true, "pt": true, "pt-PT": true, "ru": false, "": false} {
		if !all.Knows(tag) || few.Knows(tag) != want {
			t.Errorf("%q: all %t, few %t", tag, all.Knows(tag), few.Knows(tag))
		}
	}
	if m := all.Model(); m != (schema.Model{Step: "names"}) {
		t.Errorf("before it was started: %+v", m)
	}
}

func TestConfigRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*remote.Config)
		says  string
	}{
		"no scheme":      {func(c *remote.Config) { c.URL = "localhost:8000" }, "want an address"},
		"another scheme": {func(c *remote.Config) { c.URL = "ftp://h/" }, "want an address, http or https"},
		"no address":     {func(c *remote.Config) { c.URL = "http://%zz/" }, "want an address"},
		"nothing":        {func(c *remote.Config) { c.URL = "" }, "want an address"},
		"a user":         {func(c *remote.Config) { c.URL = "http://me:pass@h/" }, "the address holds a user"},
		"a fragment":     {func(c *remote.Config) { c.URL = "http://h/#x" }, "the address holds a fragment"},
		"no time":        {func(c *remote.Config) { c.Timeout = 0 }, "timeout: got 0s"},
		"none at once":   {func(c *remote.Config) { c.Concurrency = 0 }, "concurrency: got 0"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("http://h/")
			test.spoil(&c)
			if _, err := remote.New(c); err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "pass") {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

var _ recognizer.Starter = (*remote.Recognizer)(nil)

// BenchmarkRecognize is what a request costs beside the model's work: an article of
// 22 texts, a toy in this process in the place of the model.
func BenchmarkRecognize(b *testing.B) {
	server := httptest.NewServer(recognizertest.Toy{Characters: true})
	b.Cleanup(server.Close)
	r, err := remote.New(config(server.URL))
	if err != nil {
		b.Fatal(err)
	}
	texts := slices.Repeat([]string{"Zoë Müller of Nestlé flew from Łódź to Oslo on Friday, and “to Kyiv,” said António Guterres. It rained and rained."}, 22)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Recognize(b.Context(), "en", texts); err != nil {
				b.Error(err)
			}
		}
	})
}
