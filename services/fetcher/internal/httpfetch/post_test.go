package httpfetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// echo answers with what it was sent.
func echo(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("Content-Type"), r.PostFormValue("secret"))
}

const form = "POST application/x-www-form-urlencoded "

func TestPost(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		code   httpfetch.Code // of the error, if any
	}{
		"ok":             {http.StatusOK, ""},
		"accepted":       {http.StatusAccepted, ""},
		"no content":     {http.StatusNoContent, ""},
		"found":          {http.StatusFound, httpfetch.CodeBadHTTP},
		"see other":      {http.StatusSeeOther, httpfetch.CodeBadHTTP},
		"not modified":   {http.StatusNotModified, httpfetch.CodeBadHTTP},
		"bad request":    {http.StatusBadRequest, httpfetch.CodeBadHTTP},
		"gone":           {http.StatusGone, httpfetch.CodeGone},
		"too many":       {http.StatusTooManyRequests, httpfetch.CodeRateLimited},
		"internal error": {http.StatusInternalServerError, httpfetch.CodeBadHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(test.status)
				if test.status != http.StatusNoContent && test.status != http.StatusNotModified {
					echo(w, r)
				}
			})
			got, err := client(t).Post(t.Context(), httpfetch.Request{URL: s.URL, Form: url.Values{"secret": {"a b&c"}}})
			if test.code != "" {
				if failure := wantCode(t, err, test.code); strings.Contains(failure.Error(), "a b") || failure.Status != test.status {
					t.Errorf("got %v", failure)
				}
				return
			}
			if err != nil || got.Status != test.status || len(got.Body) > 0 && string(got.Body) != form+"a b&c" {
				t.Errorf("got %d %q, %v", got.Status, got.Body, err)
			}
		})
	}
}

// A redirect that says so takes the form along; from https to http none does.
func TestPostRedirects(t *testing.T) {
	end := serve(t, echo)
	for status, follows := range map[int]bool{301: false, 302: false, 303: false, 307: true, 308: true} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, end.URL, status) })
		got, err := client(t).Post(t.Context(), httpfetch.Request{URL: s.URL, Form: url.Values{"secret": {"x"}}})
		if follows != (err == nil) || follows && (string(got.Body) != form+"x" || got.FinalURL != end.URL) {
			t.Errorf("%d: got %q of %s, %v", status, got.Body, got.FinalURL, err)
		}
	}
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, end.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(secure.Close)
	trusting := client(t, func(c *httpfetch.Config) {
		c.Roots = secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	})
	_, err := trusting.Post(t.Context(), httpfetch.Request{URL: secure.URL, Form: url.Values{"secret": {"x"}}})
	wantCode(t, err, httpfetch.CodeRedirects)
}

// A POST is as bounded and guarded as a GET, and a GET has no form.
func TestPostIsGuarded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		echo(w, r)
		fmt.Fprint(w, strings.Repeat("x", 64<<10))
	})
	request := httpfetch.Request{URL: s.URL, Form: url.Values{"secret": {"x"}}}
	_, err := client(t).Post(t.Context(), request)
	wantCode(t, err, httpfetch.CodeBodyLimit)
	_, err = client(t, func(c *httpfetch.Config) { c.Allow = []netip.Prefix{} }).Post(t.Context(), request)
	wantCode(t, err, httpfetch.CodeBlockedAddress)
	got, err := client(t, func(c *httpfetch.Config) { c.MaxBody = 1 << 20 }).Get(context.Background(), request)
	if err != nil || !strings.HasPrefix(string(got.Body), "GET  xxx") {
		t.Errorf("a GET posts: %.40q, %v", got.Body, err)
	}
	if text := fmt.Sprint(request); strings.Contains(text, "secret") {
		t.Errorf("printed, the request tells its form: %s", text)
	}
}

func TestLinks(t *testing.T) {
	want := []string{`<https://hub.example/>; rel="hub"`, `</self>; rel=self`}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Link"] = want
		fmt.Fprint(w, "x")
	})
	got, err := client(t).Get(t.Context(), httpfetch.Request{URL: s.URL})
	if err != nil || !slices.Equal(got.Links, want) {
		t.Errorf("got %q, %v", got.Links, err)
	}
}
