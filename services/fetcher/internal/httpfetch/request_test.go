package httpfetch_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

func TestCheckHeader(t *testing.T) {
	for name, want := range map[string]string{
		"X-Api-Key": "", "authorization": "", "Cookie": "", "Accept-Language": "", "Accept": "",
		"": "want a name", "X Key": "want a name", "X-Ké": "want a name", "X:": "want a name",
		"host": "not for a request", "User-Agent": "not for a request", "content-length": "not for a request",
		"Transfer-Encoding": "not for a request", "Proxy-Authorization": "not for a request", "if-none-match": "not for a request",
		"Range": "not for a request", "accept-encoding": "not for a request", "Connection": "not for a request",
	} {
		err := httpfetch.CheckHeader(name, "secret")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
	for _, value := range []string{"a\r\nHost: b", "a\nb", "secret\x00", "\x7f"} {
		if err := httpfetch.CheckHeader("X-Key", value); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestOwnHeaders(t *testing.T) {
	var got http.Header
	site := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	req := httpfetch.Request{
		URL: site.URL, Header: map[string]string{"x-key": "secret", "Accept-Language": "pt", "Accept": "text/xml"},
		Auth: url.UserPassword("reader", "pass"),
	}
	if _, err := client(t).Get(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	basic := http.Request{Header: got}
	user, password, _ := basic.BasicAuth()
	if got.Get("X-Key") != "secret" || got.Get("Accept-Language") != "pt" || got.Get("Accept") != "text/xml" || user != "reader" || password != "pass" {
		t.Errorf("sent %v", got)
	}
	req.URL = strings.Replace(site.URL, "http://", "http://other:one@", 1)
	if _, err := client(t).Get(t.Context(), req); err != nil || got.Get("Authorization") != "Basic cmVhZGVyOnBhc3M=" {
		t.Errorf("with two passwords sent %q, %v", got.Get("Authorization"), err)
	}
	for name, header := range map[string]map[string]string{
		"ours":     {"Host": "secret"},
		"no value": {"X-Key": "secret\r\n"},
		"too long": {"X-Key": strings.Repeat("secret", httpfetch.MaxExtra/6)},
	} {
		_, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL, Header: header})
		if wantCode(t, err, httpfetch.CodeBadHTTP); strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the value: %v", name, err)
		}
	}
}

// Secrets do not get into what is printed, logged or stored.
func TestRequestIsPrintedWithoutSecrets(t *testing.T) {
	req := httpfetch.Request{
		URL: "https://reader:secret@example.org/feed", Header: map[string]string{"X-Key": "secret"}, Auth: url.UserPassword("a", "secret"),
	}
	stored, err := json.Marshal(httpfetch.Request{URL: "https://example.org/feed", Header: req.Header, Auth: req.Auth})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(req), fmt.Sprintf("%v %+v %s", req, req, req), string(stored)} {
		if strings.Contains(text, "secret") {
			t.Error(text)
		}
	}
}

// two are two sites. Each answers with its own validator, notes what it was
// sent, and redirects where it is told to.
type two struct {
	t          *testing.T
	home, away string
	asked      []string // of each request: site, path, and headers of note
}

func newTwo(t *testing.T) *two {
	w := &two{t: t}
	site := func(name string) string {
		return serve(t, func(out http.ResponseWriter, r *http.Request) {
			note := name + r.URL.Path
			for _, key := range []string{"If-None-Match", "If-Modified-Since", "X-Key", "Authorization", "Referer", "Cookie"} {
				if value := r.Header.Get(key); value != "" {
					note += " " + key
				}
			}
			w.asked = append(w.asked, note)
			if to := r.URL.Query().Get("to"); to != "" {
				http.Redirect(out, r, to, http.StatusFound)
				return
			}
			out.Header().Set("ETag", `"`+name+`"`)
			if r.Header.Get("If-None-Match") == `"`+name+`"` {
				out.WriteHeader(http.StatusNotModified)
				return
			}
			io.WriteString(out, "<rss/>")
		}).URL
	}
	w.home, w.away = site("home"), site("away")
	return w
}

func (w *two) get(req httpfetch.Request) (httpfetch.Response, error) {
	w.asked = nil
	return client(w.t).Get(w.t.Context(), req)
}

// to is an address that redirects.
func to(from, target string) string { return from + "/from?to=" + url.QueryEscape(target) }

// Validators go to the site that gave them, behind redirects too, and to no other.
func TestValidatorsFrom(t *testing.T) {
	w := newTwo(t)
	for name, test := range map[string]struct {
		url, etag, from string
		asked           string
		notModified     bool
	}{
		"without a redirect":          {w.home + "/feed", `"home"`, "", "home/feed If-None-Match", true},
		"from here":                   {w.home + "/feed", `"home"`, w.home + "/other", "home/feed If-None-Match", true},
		"from there":                  {w.home + "/feed", `"away"`, w.away + "/feed", "home/feed", false},
		"from nowhere":                {w.home + "/feed", `"home"`, "::", "home/feed", false},
		"from there, which is asked":  {to(w.home, w.away+"/feed"), `"away"`, w.away + "/feed", "home/from|away/feed If-None-Match", true},
		"from here, which is left":    {to(w.home, w.away+"/feed"), `"home"`, "", "home/from If-None-Match|away/feed", false},
		"from here, and back":         {to(w.home, to(w.away, w.home+"/feed")), `"home"`, "", "home/from If-None-Match|away/from|home/feed If-None-Match", true},
		"other port is another site":  {w.away + "/feed", `"home"`, w.home + "/feed", "away/feed", false},
		"other scheme is another one": {w.home + "/feed", `"home"`, strings.Replace(w.home, "http", "https", 1), "home/feed", false},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := w.get(httpfetch.Request{URL: test.url, ETag: test.etag, ValidatorsFrom: test.from})
			if err != nil || resp.NotModified != test.notModified || strings.Join(w.asked, "|") != test.asked {
				t.Errorf("asked %q, not modified %v, %v", w.asked, resp.NotModified, err)
			}
		})
	}
	// As the poller keeps it: what an answer gave goes back to where it was from.
	moved := to(w.home, w.away+"/feed")
	first, err := w.get(httpfetch.Request{URL: moved})
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.get(httpfetch.Request{URL: moved, ETag: first.ETag, ValidatorsFrom: first.FinalURL})
	if err != nil || !again.NotModified {
		t.Errorf("second poll: %+v, %v", again, err)
	}
}

// Secrets stay at the site that they are for, and are not sent back to it by another.
func TestSecretsFor(t *testing.T) {
	w := newTwo(t)
	for name, test := range map[string]struct{ url, secretsFor, asked string }{
		"without a redirect":       {w.home + "/feed", "", "home/feed X-Key Authorization"},
		"within the site":          {to(w.home, "/feed"), "", "home/from X-Key Authorization|home/feed X-Key Authorization"},
		"to another site":          {to(w.home, w.away+"/feed"), "", "home/from X-Key Authorization|away/feed"},
		"and back":                 {to(w.home, to(w.away, w.home+"/feed")), "", "home/from X-Key Authorization|away/from|home/feed"},
		"learnt: another's":        {w.away + "/feed", w.home + "/feed", "away/feed"},
		"learnt: back to its own":  {to(w.away, w.home+"/feed"), w.home + "/feed", "away/from|home/feed"},
		"of an address that isn't": {w.home + "/feed", "::", "home/feed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.get(httpfetch.Request{
				URL: test.url, SecretsFor: test.secretsFor, Header: map[string]string{"X-Key": "secret"}, Auth: url.UserPassword("a", "secret"),
			})
			if err != nil || strings.Join(w.asked, "|") != test.asked {
				t.Errorf("asked %q, %v, want %q", w.asked, err, test.asked)
			}
		})
	}
}

func TestOwnLimitOfRedirects(t *testing.T) {
	site := serve(t, redirects)
	for path, want := range map[string]httpfetch.Code{"/chain/2": "", "/chain/3": httpfetch.CodeRedirects} {
		_, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL + path, MaxRedirects: 2})
		if want != "" {
			wantCode(t, err, want)
		} else if err != nil {
			t.Error(err)
		}
	}
}

// Errors of every kind, of a request full of secrets.
func TestErrorsTellNoSecrets(t *testing.T) {
	const secret = "hunter2"
	site := serve(t, redirects)
	proxies := func(c *httpfetch.Config) {
		c.Proxies = map[string]*url.URL{"down": {Scheme: "http", Host: "127.0.0.1:1", User: url.UserPassword("a", secret)}}
	}
	withUser := strings.Replace(site.URL, "http://", "http://reader:"+secret+"@", 1)
	for name, req := range map[string]httpfetch.Request{
		"status":        {URL: withUser + "/status/500"},
		"redirects":     {URL: withUser + "/chain/20"},
		"redirect":      {URL: withUser + "/status/302?to=" + url.QueryEscape("http://a:"+"@[::1")},
		"blocked":       {URL: "http://reader:" + secret + "@10.0.0.1/"},
		"no URL":        {URL: "http://reader:" + secret + "@[::1"},
		"scheme":        {URL: "ftp://reader:" + secret + "@example.org/"},
		"header":        {URL: withUser, Header: map[string]string{"Host": secret}},
		"proxy":         {URL: "http://example.org/", Proxy: "down"},
		"unknown proxy": {URL: withUser, Proxy: "up"},
	} {
		t.Run(name, func(t *testing.T) {
			req.Auth = url.UserPassword("reader", secret)
			resp, err := client(t, proxies).Get(t.Context(), req)
			if err == nil || strings.Contains(err.Error()+fmt.Sprintf("%+v %#v", resp, err), secret) {
				t.Errorf("got %v", err)
			}
		})
	}
}
