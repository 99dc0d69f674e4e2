package httpfetch_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

func TestGet(t *testing.T) {
	var asked *http.Request
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r
		w.Header().Set("Content-Type", "application/rss+xml; charset=koi8-r")
		w.Header().Set("ETag", `W/"a b\c"`)
		w.Header().Set("Last-Modified", "yesterday, or so")
		w.Header().Set("Cache-Control", "public, Max-Age=600")
		io.WriteString(w, "<rss/>")
	})
	resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL + "/feed"})
	if err != nil {
		t.Fatal(err)
	}
	if string(resp.Body) != "<rss/>" || resp.Status != 200 || resp.NotModified {
		t.Errorf("got %q, status %d, not modified %v", resp.Body, resp.Status, resp.NotModified)
	}
	if resp.FinalURL != site.URL+"/feed" || resp.MovedTo != "" {
		t.Errorf("final URL %q, moved to %q", resp.FinalURL, resp.MovedTo)
	}
	if resp.ContentType != "application/rss+xml; charset=koi8-r" || resp.MaxAge != 10*time.Minute {
		t.Errorf("content type %q, max age %v", resp.ContentType, resp.MaxAge)
	}
	if resp.ETag != `W/"a b\c"` || resp.LastModified != "yesterday, or so" {
		t.Errorf("validators %q %q are not as written", resp.ETag, resp.LastModified)
	}
	want := http.Header{
		"User-Agent":      {"dateline/1.2.3 (+https://contact.example/bot)"},
		"Accept":          {httpfetch.AcceptFeed},
		"Accept-Encoding": {"gzip, br, zstd"},
	}
	for name := range asked.Header {
		if asked.Header.Get(name) != want.Get(name) {
			t.Errorf("header %s: %q, want %q", name, asked.Header.Get(name), want.Get(name))
		}
	}
}

func TestGetConditional(t *testing.T) {
	const etag, modified = `"x'y`, "Tue, 1 Apr 2025 09:00:00 +0000"
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != etag || r.Header.Get("If-Modified-Since") != modified {
			t.Errorf("validators came as %v", r.Header)
		}
		w.Header().Set("ETag", etag)
		w.WriteHeader(http.StatusNotModified)
	})
	resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL, ETag: etag, LastModified: modified})
	if err != nil || !resp.NotModified || resp.Status != 304 || resp.Body != nil {
		t.Errorf("got %+v, %v", resp, err)
	}
}

func TestGetValidators(t *testing.T) {
	for name, test := range map[string]struct{ header, want string }{
		"plain":             {`"a"`, `"a"`},
		"not in ASCII":      {"\"\xe9\"", "\"\xe9\""},
		"as long as it may": {strings.Repeat("e", 1024), strings.Repeat("e", 1024)},
		"too long":          {strings.Repeat("e", 1025), ""},
	} {
		t.Run(name, func(t *testing.T) {
			address := raw(t, say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: "+test.header+"\r\n\r\nx"))
			resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: address})
			if err != nil || resp.ETag != test.want {
				t.Errorf("got %.20q, %v, want %.20q", resp.ETag, err, test.want)
			}
		})
	}
}

func TestGetLeavesOutBadValidators(t *testing.T) {
	site := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("If-None-Match") + r.Header.Get("If-Modified-Since"); got != "" {
			t.Errorf("sent %.20q", got)
		}
	})
	req := httpfetch.Request{URL: site.URL, ETag: strings.Repeat("e", 1025), LastModified: "a\nHost: b"}
	if _, err := client(t).Get(t.Context(), req); err != nil {
		t.Error(err)
	}
}

func TestGetStatus(t *testing.T) {
	for status, want := range map[int]httpfetch.Code{
		204: httpfetch.CodeBadHTTP,
		206: httpfetch.CodeBadHTTP,
		300: httpfetch.CodeBadHTTP,
		304: httpfetch.CodeBadHTTP, // nothing was asked to compare
		404: httpfetch.CodeBadHTTP,
		410: httpfetch.CodeGone,
		429: httpfetch.CodeRateLimited,
		503: httpfetch.CodeBadHTTP,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			site := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "120")
				w.Header().Set("ETag", `"new"`)
				w.WriteHeader(status)
			})
			resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL})
			failure := wantCode(t, err, want)
			if failure.Status != status || resp.Status != status || failure.URL != site.URL {
				t.Errorf("status %d, %d of %s", failure.Status, resp.Status, failure.URL)
			}
			if resp.RetryAfter != 2*time.Minute || resp.ETag != "" || resp.Body != nil {
				t.Errorf("got %+v", resp)
			}
		})
	}
}

func TestGetAddress(t *testing.T) {
	for name, test := range map[string]struct {
		url  string
		want httpfetch.Code
	}{
		"file":      {"file:///etc/passwd", httpfetch.CodeBlockedScheme},
		"gopher":    {"gopher://127.0.0.1:6379/_FLUSHALL", httpfetch.CodeBlockedScheme},
		"no scheme": {"example.com/feed", httpfetch.CodeBlockedScheme},
		"no host":   {"http:///feed", httpfetch.CodeBadHTTP},
		"no URL":    {"http://user:secret@[::1", httpfetch.CodeBadHTTP},
		"too long":  {"http://user:secret@example.com/" + strings.Repeat("a", 2048), httpfetch.CodeBadHTTP},
		"escaped":   {"http://example.com/" + strings.Repeat("ä", 500), httpfetch.CodeBadHTTP},
		"opaque":    {"user:secret@example.com", httpfetch.CodeBlockedScheme},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client(t).Get(t.Context(), httpfetch.Request{URL: test.url})
			wantCode(t, err, test.want)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

// The server is on loopback and must not be reached: the guard refuses before
// anything is sent.
func TestGetBlocked(t *testing.T) {
	site := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
	closed := client(t, func(c *httpfetch.Config) { c.Allow = nil })
	port := site.URL[strings.LastIndex(site.URL, ":"):]
	for _, host := range []string{"127.0.0.1", "user:secret@127.0.0.1", "[::ffff:127.0.0.1]", "①②⑦.⓪.⓪.①", "127。0。0。1"} {
		_, err := closed.Get(t.Context(), httpfetch.Request{URL: "http://" + host + port})
		failure := wantCode(t, err, httpfetch.CodeBlockedAddress)
		if !errors.Is(failure, httpfetch.ErrBlocked) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestGetCredentials(t *testing.T) {
	site := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "reader" || password != "secret" {
			t.Errorf("credentials %q %q", user, password)
		}
	})
	u, _ := url.Parse(site.URL)
	u.User = url.UserPassword("reader", "secret")
	resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: u.String()})
	if err != nil || resp.FinalURL != site.URL {
		t.Errorf("final URL %q, %v", resp.FinalURL, err)
	}
}

func TestGetKeepsConnections(t *testing.T) {
	remotes := map[string]bool{}
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		remotes[r.RemoteAddr] = true
		w.Write(bytes.Repeat([]byte("x"), 20_000))
	})
	c := client(t)
	for range 3 {
		if _, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL}); err != nil {
			t.Fatal(err)
		}
	}
	if len(remotes) != 1 {
		t.Errorf("%d connections for three requests", len(remotes))
	}
}

func TestGetNoProxyFromEnvironment(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	t.Setenv("HTTP_PROXY", proxy.URL)
	site := serve(t, func(http.ResponseWriter, *http.Request) {})
	if _, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL}); err != nil {
		t.Error(err)
	}
}

func TestGetNoCookies(t *testing.T) {
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 {
			t.Error("a cookie came back")
		}
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/feed", http.StatusFound)
		}
	})
	c := client(t)
	for range 2 {
		if _, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL}); err != nil {
			t.Fatal(err)
		}
	}
}

// A caller that stops is not the server's fault.
func TestGetCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	site := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := client(t).Get(ctx, httpfetch.Request{URL: site.URL})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, isFailure := errors.AsType[*httpfetch.Error](err); isFailure {
		t.Errorf("%v has a code", err)
	}
}

func TestConfigValidate(t *testing.T) {
	for want, change := range map[string]func(*httpfetch.Config){
		"version":        func(c *httpfetch.Config) { c.Version = "1\r\nHost: x" },
		"contact":        func(c *httpfetch.Config) { c.Contact = "" },
		"max body":       func(c *httpfetch.Config) { c.MaxBody = 0 },
		"max redirects":  func(c *httpfetch.Config) { c.MaxRedirects = -1 },
		"header timeout": func(c *httpfetch.Config) { c.HeaderTimeout = 0 },
	} {
		c := httpfetch.DefaultConfig()
		change(&c)
		if _, err := httpfetch.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
	if err := httpfetch.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
}
