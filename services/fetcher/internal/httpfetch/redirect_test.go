package httpfetch_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// redirects is a site where /status/target points on.
func redirects(w http.ResponseWriter, r *http.Request) {
	var n int
	switch path := r.URL.Path; {
	case path == "/feed":
		fmt.Fprint(w, "<rss/>")
	case scan(path, "/chain/%d", &n) && n > 1:
		http.Redirect(w, r, fmt.Sprintf("/chain/%d", n-1), http.StatusFound)
	case scan(path, "/chain/%d", &n):
		http.Redirect(w, r, "/feed", http.StatusFound)
	case scan(path, "/status/%d", &n):
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(n)
	}
}

func scan(path, format string, n *int) bool {
	_, err := fmt.Sscanf(path, format, n)
	return err == nil
}

func TestRedirects(t *testing.T) {
	site := serve(t, redirects)
	for name, test := range map[string]struct {
		path string
		want httpfetch.Code // none: followed to /feed
	}{
		"ten":           {"/chain/10", ""},
		"eleven":        {"/chain/11", httpfetch.CodeRedirects},
		"relative":      {"/status/301?to=../feed", ""},
		"nowhere":       {"/status/302?to=", httpfetch.CodeRedirects},
		"no URL":        {"/status/302?to=http://%255bx", httpfetch.CodeRedirects},
		"to a file":     {"/status/302?to=file:///etc/passwd", httpfetch.CodeBlockedScheme},
		"to gopher":     {"/status/302?to=gopher://127.0.0.1:6379/_FLUSHALL", httpfetch.CodeBlockedScheme},
		"permanent 308": {"/status/308?to=/feed", ""},
		"see other":     {"/status/303?to=/feed", ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL + test.path})
			if test.want != "" {
				wantCode(t, err, test.want)
				return
			}
			if err != nil || resp.FinalURL != site.URL+"/feed" {
				t.Errorf("final URL %q, %v", resp.FinalURL, err)
			}
		})
	}
}

func TestRedirectLoops(t *testing.T) {
	count := 0
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		count++
		switch r.URL.Path {
		case "/self":
			http.Redirect(w, r, "/self", http.StatusMovedPermanently)
		case "/a":
			http.Redirect(w, r, "/b", http.StatusFound)
		case "/b":
			http.Redirect(w, r, "/a", http.StatusFound)
		case "/long":
			http.Redirect(w, r, "/"+strings.Repeat("a", httpfetch.MaxURL), http.StatusFound)
		}
	})
	for path, requests := range map[string]int{"/self": 11, "/a": 11, "/long": 1} {
		count = 0
		resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL + path})
		wantCode(t, err, httpfetch.CodeRedirects)
		if count != requests || resp.MovedTo != "" {
			t.Errorf("%s: %d requests, want %d; moved to %q", path, count, requests, resp.MovedTo)
		}
	}
}

func TestMovedTo(t *testing.T) {
	site := serve(t, redirects)
	feed := site.URL + "/feed"
	temporary := "/status/302?to=" + url.QueryEscape(feed)
	permanent := "/status/301?to=" + url.QueryEscape(feed+"#top")
	to := func(status int, path string) string {
		return fmt.Sprintf("/status/%d?to=%s", status, url.QueryEscape(path))
	}
	for name, test := range map[string]struct{ path, want string }{
		"no redirect":              {"/feed", ""},
		"temporary":                {temporary, ""},
		"see other":                {to(303, feed), ""},
		"temporary 307":            {to(307, feed), ""},
		"permanent":                {permanent, feed},
		"permanent 308":            {to(308, feed), feed},
		"permanent twice":          {to(308, permanent), feed},
		"permanent, then not":      {to(301, temporary), site.URL + temporary},
		"temporary, then not":      {to(302, permanent), ""},
		"permanent, twice not":     {to(301, to(302, temporary)), site.URL + to(302, temporary)},
		"permanent, to a 404":      {to(301, "/status/404"), site.URL + "/status/404"},
		"permanent, to a password": {to(301, strings.Replace(feed, "http://", "http://reader:secret@", 1)), feed},
	} {
		t.Run(name, func(t *testing.T) {
			resp, _ := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL + test.path})
			if resp.MovedTo != test.want {
				t.Errorf("moved to %q, want %q", resp.MovedTo, test.want)
			}
		})
	}
}

// What one host was told is not told to the next.
func TestRedirectToAnotherHost(t *testing.T) {
	var got http.Header
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/here" {
			got = r.Header
			return
		}
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusMovedPermanently)
	})
	ask := func(to string) {
		t.Helper()
		address := strings.Replace(home.URL, "http://", "http://reader:secret@", 1)
		req := httpfetch.Request{URL: address + "/?to=" + url.QueryEscape(to), ETag: `"e"`, LastModified: "today"}
		resp, err := client(t).Get(t.Context(), req)
		if err != nil || strings.Contains(resp.FinalURL, "secret") {
			t.Fatalf("final URL %s, %v", resp.FinalURL, err)
		}
	}
	ask(other.URL)
	for _, name := range []string{"Authorization", "If-None-Match", "If-Modified-Since", "Referer", "Cookie"} {
		if got.Get(name) != "" {
			t.Errorf("the other host was sent %s: %s", name, got.Get(name))
		}
	}
	ask(strings.Replace(other.URL, "http://", "http://reader:other@", 1))
	if got.Get("Authorization") != "" {
		t.Error("credentials out of a redirect were used")
	}
	ask(home.URL + "/here")
	for _, name := range []string{"Authorization", "If-None-Match", "If-Modified-Since"} {
		if got.Get(name) == "" {
			t.Errorf("the same host was not sent %s", name)
		}
	}
}

// A validator that was not sent on makes the other host's 304 worthless.
func TestRedirectToNotModified(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusFound)
	})
	_, err := client(t).Get(t.Context(), httpfetch.Request{URL: home.URL, ETag: `"e"`})
	failure := wantCode(t, err, httpfetch.CodeBadHTTP)
	if failure.URL != other.URL {
		t.Errorf("the error names %s", failure.URL)
	}
}

func TestRedirectToBlocked(t *testing.T) {
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://[::1]:9/", http.StatusFound) // loopback, not in the allowed network
	})
	_, err := client(t).Get(t.Context(), httpfetch.Request{URL: home.URL})
	wantCode(t, err, httpfetch.CodeBlockedAddress)
}
