package boot_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// serve serves the pages with these settings until the test ends.
func serve(t *testing.T, b *bus.Bus, h boot.HTTP) *boot.Admin {
	t.Helper()
	l, err := h.Listen()
	if err != nil {
		t.Fatal(err)
	}
	a := l.Serve(b, zap.NewNop())
	t.Cleanup(a.Close)
	return a
}

const token = "0123456789abcdef-of-a-test"

// file is a file that holds the text.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(text), 0o400); err != nil {
		t.Fatal(err)
	}
	return path
}

// asked is the status of a page for a request with these headers.
func asked(t *testing.T, url string, headers ...string) (status int, h http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if req.Header.Add(headers[i], headers[i+1]); headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header
}

// Each setting lets those in that it names and nobody else, wherever it listens; probes
// get their answer from all.
func TestWhoIsServed(t *testing.T) {
	b := bustest.New(t)
	const ok, unknown, no = http.StatusOK, http.StatusUnauthorized, http.StatusForbidden
	for name, test := range map[string]struct {
		settings boot.HTTP
		headers  []string
		want     int
	}{
		"loopback":                     {boot.HTTP{}, nil, ok},
		"loopback by name":             {boot.HTTP{}, []string{"Host", "localhost:80"}, ok},
		"loopback, v6":                 {boot.HTTP{}, []string{"Host", "[::1]:80"}, ok},
		"loopback by a foreign name":   {boot.HTTP{}, []string{"Host", "rebound.example"}, no},
		"loopback by a foreign number": {boot.HTTP{}, []string{"Host", "192.0.2.1:80"}, no},
		"loopback, any user":           {boot.HTTP{}, []string{"X-Forwarded-User", "eve", "Host", "rebound.example"}, no},
		"token":                        {boot.HTTP{Token: token}, []string{"Authorization", "Bearer " + token}, ok},
		"token, scheme in any case":    {boot.HTTP{Token: token}, []string{"Authorization", "bearer " + token}, ok},
		"token, any host":              {boot.HTTP{Token: token}, []string{"Authorization", "Bearer " + token, "Host", "pod.example"}, ok},
		"token in a file":              {boot.HTTP{TokenFile: file(t, token+"\n")}, []string{"Authorization", "Bearer " + token}, ok},
		"no token":                     {boot.HTTP{Token: token}, nil, unknown},
		"another token":                {boot.HTTP{Token: token}, []string{"Authorization", "Bearer " + token + "x"}, unknown},
		"the beginning of the token":   {boot.HTTP{Token: token}, []string{"Authorization", "Bearer " + token[:20]}, unknown},
		"an empty token":               {boot.HTTP{Token: token}, []string{"Authorization", "Bearer "}, unknown},
		"another scheme":               {boot.HTTP{Token: token}, []string{"Authorization", "Basic " + token}, unknown},
		"no scheme":                    {boot.HTTP{Token: token}, []string{"Authorization", token}, unknown},
		"token, and a user":            {boot.HTTP{Token: token}, []string{"X-Forwarded-User", "eve"}, unknown},
		"user":                         {boot.HTTP{UserHeader: "X-Forwarded-User"}, []string{"x-forwarded-user", "ada"}, ok},
		"no user":                      {boot.HTTP{UserHeader: "X-Forwarded-User"}, nil, no},
		"an empty user":                {boot.HTTP{UserHeader: "X-Forwarded-User"}, []string{"X-Forwarded-User", ""}, no},
		"another header":               {boot.HTTP{UserHeader: "X-Forwarded-User"}, []string{"X-User", "eve"}, no},
		"user, and a token":            {boot.HTTP{UserHeader: "X-Forwarded-User"}, []string{"Authorization", "Bearer "}, no},
		"both, by user":                {boot.HTTP{UserHeader: "X-User", Token: token}, []string{"X-User", "ada"}, ok},
		"both, by token":               {boot.HTTP{UserHeader: "X-User", Token: token}, []string{"Authorization", "Bearer " + token}, ok},
		"both, by none":                {boot.HTTP{UserHeader: "X-User", Token: token}, nil, unknown},
		"open":                         {boot.HTTP{Open: true}, nil, ok},
		"open, any host":               {boot.HTTP{Open: true}, []string{"Host", "pod.example"}, ok},
	} {
		t.Run(name, func(t *testing.T) {
			test.settings.Address = "127.0.0.1:0"
			url := serve(t, b, test.settings).URL()
			for _, page := range []string{"/", "/metrics"} {
				status, h := asked(t, url+page, test.headers...)
				if status != test.want || (status == unknown) != (h.Get("WWW-Authenticate") != "") {
					t.Errorf("%s: got %d %v, want %d", page, status, h, test.want)
				}
			}
			for _, probe := range []string{"/healthz", "/readyz"} {
				if status, _ := asked(t, url+probe, test.headers...); status != ok {
					t.Errorf("%s: got %d", probe, status)
				}
			}
		})
	}
}

// An address beyond loopback without a word on who is served, and settings that
// contradict each other, stop the start. No error repeats a token.
func TestWhoIsServedIsChecked(t *testing.T) {
	const beyond = "0.0.0.0:0"
	for name, test := range map[string]struct {
		settings boot.HTTP
		says     string // empty for settings that are right
	}{
		"loopback":               {boot.HTTP{Address: "127.0.0.1:0"}, ""},
		"loopback by name":       {boot.HTTP{Address: "localhost:0"}, ""},
		"none":                   {boot.HTTP{}, ""},
		"every address":          {boot.HTTP{Address: beyond}, "beyond loopback"},
		"every address, short":   {boot.HTTP{Address: ":0"}, "--http-open"},
		"every address, v6":      {boot.HTTP{Address: "[::]:0"}, "--http-token-file"},
		"a name":                 {boot.HTTP{Address: "dateline.example:8080"}, "--http-user-header"},
		"token":                  {boot.HTTP{Address: beyond, Token: token}, ""},
		"token in a file":        {boot.HTTP{Address: beyond, TokenFile: file(t, token)}, ""},
		"user":                   {boot.HTTP{Address: beyond, UserHeader: "X-Forwarded-User"}, ""},
		"open":                   {boot.HTTP{Address: beyond, Open: true}, ""},
		"a short token":          {boot.HTTP{Address: beyond, Token: token[:15]}, "--http-token: want at least 16 characters"},
		"a short one in a file":  {boot.HTTP{Address: beyond, TokenFile: file(t, " "+token[:15]+"\n")}, "want at least 16 characters"},
		"an empty file":          {boot.HTTP{Address: beyond, TokenFile: file(t, "\n")}, "want at least 16 characters"},
		"no file":                {boot.HTTP{Address: beyond, TokenFile: "none"}, "--http-token-file"},
		"two tokens":             {boot.HTTP{Address: beyond, Token: token, TokenFile: file(t, token)}, "want one of them"},
		"open with a token":      {boot.HTTP{Address: beyond, Token: token, Open: true}, "--http-open: not with"},
		"open with a user":       {boot.HTTP{Address: beyond, UserHeader: "X-User", Open: true}, "--http-open: not with"},
		"no header's name":       {boot.HTTP{Address: beyond, UserHeader: "X User"}, "--http-user-header"},
		"a header that all send": {boot.HTTP{Address: beyond, UserHeader: "host"}, "--http-user-header"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := test.settings.Listen()
			if test.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				l.Close()
				return
			}
			if boot.ExitCode(err) != boot.ExitConfig || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), token[:15]) {
				t.Errorf("got %v, want it to say %q", err, test.says)
			}
		})
	}
}

// Every answer tells a browser to run nothing of it.
func TestPagesAreHarmless(t *testing.T) {
	url := serve(t, bustest.New(t), boot.HTTP{Address: "127.0.0.1:0", Token: token}).URL()
	for _, page := range []string{"/", "/metrics", "/healthz", "/readyz", "/none"} {
		for _, headers := range [][]string{nil, {"Authorization", "Bearer " + token}} {
			_, h := asked(t, url+page, headers...)
			if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") ||
				h.Get("Cache-Control") != "no-store" || !strings.HasPrefix(h.Get("Content-Type"), "text/plain") {
				t.Errorf("%s: %v", page, h)
			}
		}
	}
}

// A client that sends more headers than anybody needs is refused.
func TestHeadersAreBounded(t *testing.T) {
	url := serve(t, bustest.New(t), boot.HTTP{Address: "127.0.0.1:0"}).URL()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n", strings.Repeat("x", 64<<10)); err != nil {
		return // it has hung up already
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err == nil {
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("got %d", resp.StatusCode)
		}
	}
}

// The settings have the names that the documentation gives them.
func TestSettingsOfHTTP(t *testing.T) {
	t.Setenv("DATELINE_HTTP_TOKEN", token)
	var p program
	if _, err := boot.Parse("worker", "", &p, []string{"--http-user-header", "X-User"}, os.Stderr); err != nil {
		t.Fatal(err)
	}
	if want := (boot.HTTP{Address: "127.0.0.1:0", Token: token, UserHeader: "X-User"}); p.HTTP != want {
		t.Errorf("got %+v, want %+v", p.HTTP, want)
	}
}
