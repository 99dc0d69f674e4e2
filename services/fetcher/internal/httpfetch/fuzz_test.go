package httpfetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// packed is a text in each encoding that is asked for.
func packed(tb testing.TB, text string) map[string][]byte {
	tb.Helper()
	var gz, br bytes.Buffer
	a, b := gzip.NewWriter(&gz), brotli.NewWriter(&br)
	_, err := a.Write([]byte(text))
	_, other := b.Write([]byte(text))
	if err := errors.Join(err, other, a.Close(), b.Close()); err != nil {
		tb.Fatal(err)
	}
	z, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return map[string][]byte{"": []byte(text), "identity": []byte(text), "gzip": gz.Bytes(), "x-gzip": gz.Bytes(), "br": br.Bytes(), "zstd": z.EncodeAll([]byte(text), nil)}
}

// FuzzBody holds that a body is never longer than its bound, whatever it is packed
// in and claims to be, and that what is not packed comes as it is.
func FuzzBody(f *testing.F) {
	const limit = 64 << 10
	for encoding, body := range packed(f, strings.Repeat("<item/>", 100)) {
		f.Add(encoding, body)
		f.Add(encoding, body[:len(body)/2])
	}
	for encoding, body := range packed(f, strings.Repeat("a", 2*limit)) { // a bomb
		f.Add(encoding, body)
	}
	f.Add("gzip", []byte("plain"))
	f.Add("zstd", []byte("\x28\xb5\x2f\xfd\xa4\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add("gzip, br", []byte("plain"))
	client := &Client{config: Config{MaxBody: limit}, decoding: make(chan struct{}, 1)}
	f.Fuzz(func(t *testing.T, encoding string, body []byte) {
		got, err := client.decode(t.Context(), bytes.NewReader(body), []string{encoding})
		if len(got) > limit || err != nil && got != nil {
			t.Errorf("%q: %d bytes and %v", encoding, len(got), err)
		}
		if encoding == "" && err == nil && !bytes.Equal(got, body) {
			t.Errorf("%q became %q", body, got)
		}
		if len(client.decoding) != 0 {
			t.Error("the place of a decoder was not given back")
		}
	})
}

// TestBodyComesBack: what was packed is what is read.
func TestBodyComesBack(t *testing.T) {
	text := strings.Repeat("<item>text</item>", 1000)
	client := &Client{config: Config{MaxBody: 1 << 20}, decoding: make(chan struct{}, 1)}
	for encoding, body := range packed(t, text) {
		if got, err := client.decode(t.Context(), bytes.NewReader(body), []string{" " + strings.ToUpper(encoding)}); err != nil || string(got) != text {
			t.Errorf("%q: %d bytes, %v", encoding, len(got), err)
		}
	}
}

// FuzzAddress holds that what is asked after an address and a redirect is a bounded
// address of the web without a user, and that no error repeats a password.
func FuzzAddress(f *testing.F) {
	f.Add("http://a.example/b?c#d", "../e")
	f.Add("https://user:secret-of-4711@a.example/", "//b.example")
	f.Add("http://user:secret-of-4711%zz@a.example/", "x")
	f.Add("http://a.example/", "javascript:alert(1)")
	f.Add("http://a.example/", "http://user@b.example:99999/\n")
	f.Add("http://[::1%25eth0]/", strings.Repeat("é", 900))
	f.Fuzz(func(t *testing.T, raw, location string) {
		if shown := redact(raw); strings.Contains(shown, "secret-of-4711@") {
			t.Errorf("%q is shown as %q", raw, shown)
		}
		u, err := parseURL(raw)
		if err != nil {
			if strings.Contains(err.Error(), "secret-of-4711") {
				t.Errorf("error %q", err)
			}
			return
		}
		askable(t, u)
		u.User = nil
		h := hop{url: u}
		err = h.move(&http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {location}}})
		if failure := (*Error)(nil); err != nil && !errors.As(err, &failure) {
			t.Errorf("an error of no code: %v", err)
		}
		askable(t, h.url)
		if h.url.User != nil || err == nil && h.url.Fragment != "" {
			t.Errorf("redirected to %q", h.url)
		}
	})
}

// askable: an address of the web with a host.
func askable(t *testing.T, u *url.URL) {
	t.Helper()
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(u.String()) > MaxURL {
		t.Errorf("address %q", u)
	}
}
