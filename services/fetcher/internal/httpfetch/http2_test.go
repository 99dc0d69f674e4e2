package httpfetch_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// tlsSite is a server of one handler that speaks HTTP/2.
func tlsSite(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// trusting makes a client take the server's certificate.
func trusting(s *httptest.Server) func(*httpfetch.Config) {
	return func(c *httpfetch.Config) {
		c.Roots = x509.NewCertPool()
		c.Roots.AddCert(s.Certificate())
	}
}

func TestHTTP2(t *testing.T) {
	remotes := map[string]bool{}
	site := tlsSite(t, func(w http.ResponseWriter, r *http.Request) {
		remotes[r.RemoteAddr] = true
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
			return
		}
		w.Header().Set("ETag", `"e"`)
		if r.Header.Get("If-None-Match") == `"e"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Encoding", "br")
		io.WriteString(w, brotlied(t, strings.NewReader(r.Proto)))
	})
	c := client(t, trusting(site))
	resp, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL + "/moved"})
	if err != nil || string(resp.Body) != "HTTP/2.0" || resp.MovedTo != site.URL+"/feed" {
		t.Fatalf("got %+v, %v", resp, err)
	}
	again, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL + "/feed", ETag: resp.ETag, ValidatorsFrom: resp.FinalURL})
	if err != nil || !again.NotModified {
		t.Errorf("got %+v, %v", again, err)
	}
	if len(remotes) != 1 {
		t.Errorf("%d connections for three requests", len(remotes))
	}
}

func TestTLSWithoutTrust(t *testing.T) {
	site := tlsSite(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
	site.Config.ErrorLog = quiet
	_, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL})
	wantCode(t, err, httpfetch.CodeBadHTTP)
}

// A step down from https is not learnt, and nothing of the request goes along.
func TestDowngrade(t *testing.T) {
	plain := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match")+r.Header.Get("Authorization") != "" {
			t.Errorf("sent in plain text: %v", r.Header)
		}
	})
	site := tlsSite(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL+"/feed", http.StatusMovedPermanently)
	})
	address := strings.Replace(site.URL, "https://", "https://reader:secret@", 1)
	resp, err := client(t, trusting(site)).Get(t.Context(), httpfetch.Request{URL: address, ETag: `"e"`})
	if err != nil || resp.MovedTo != "" || resp.FinalURL != plain.URL+"/feed" {
		t.Errorf("got %+v, %v", resp, err)
	}
}

// What a server over HTTP/2 can do is bounded as it is over HTTP/1.
func TestHostileHTTP2(t *testing.T) {
	gzipBomb := gzipped(t, zeros(16<<20))
	for name, test := range map[string]struct {
		speak http.HandlerFunc
		want  httpfetch.Code
	}{
		"silent": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, httpfetch.CodeHeaderTimeout},
		"header bomb": {func(w http.ResponseWriter, _ *http.Request) {
			for range 2000 {
				w.Header().Add("X-Filler", strings.Repeat("a", 100))
			}
		}, httpfetch.CodeHeaderLimit},
		"one long header": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Filler", strings.Repeat("a", 200_000))
		}, httpfetch.CodeBadHTTP}, // net/http takes it for a bad compression
		"endless early hints": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", strings.Repeat("a", 1000))
			for r.Context().Err() == nil {
				w.WriteHeader(http.StatusEarlyHints)
			}
		}, httpfetch.CodeHeaderLimit},
		"endless body": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, "<item></item>")
			}
		}, httpfetch.CodeBodyLimit},
		"gzip bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, gzipBomb)
		}, httpfetch.CodeBodyLimit},
		"drips a body": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				http.NewResponseController(w).Flush()
				<-time.After(20 * time.Millisecond)
			}
		}, httpfetch.CodeTotalDeadline},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, strings.Repeat("<item></item>", 1000))
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, httpfetch.CodeBadHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := tlsSite(t, test.speak)
			c := client(t, trusting(site), func(c *httpfetch.Config) {
				c.HeaderTimeout, c.Timeout = 500*time.Millisecond, 1500*time.Millisecond
			})
			resp, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL})
			wantCode(t, err, test.want)
			if resp.Body != nil || resp.ETag != "" {
				t.Errorf("kept %d bytes and ETag %q", len(resp.Body), resp.ETag)
			}
		})
	}
}
