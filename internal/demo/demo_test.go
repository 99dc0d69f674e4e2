package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/dateline-news/dateline/internal/demo"
	"github.com/dateline-news/dateline/pkg/schema"
)

func serve(t *testing.T) *demo.Server {
	t.Helper()
	s, err := demo.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// get asks for an address, with an entity tag when there is one.
func get(t *testing.T, url, tag string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

// text decodes a feed by what its file is called.
func text(t *testing.T, url string, body []byte) string {
	t.Helper()
	var err error
	switch {
	case strings.HasSuffix(url, "/donau.rss"):
		body, err = charmap.ISO8859_1.NewDecoder().Bytes(body)
	case strings.HasSuffix(url, "/vestnik.rss"):
		body, err = charmap.Windows1251.NewDecoder().Bytes(body)
	}
	if err != nil || !utf8.Valid(body) {
		t.Fatalf("%s: not in its character set: %v", url, err)
	}
	return string(body)
}

func TestFeeds(t *testing.T) {
	feeds := serve(t).Feeds()
	if len(feeds) != 6 {
		t.Fatalf("got %d feeds, want 6", len(feeds))
	}
	for _, f := range feeds {
		t.Run(f.Title, func(t *testing.T) {
			if f.ID != schema.FeedID(f.URL) || !strings.HasPrefix(f.URL, "http://127.0.0.1:") {
				t.Errorf("got %+v", f)
			}
			response, body := get(t, f.URL, "")
			if response.StatusCode != http.StatusOK || response.Header.Get("Last-Modified") == "" {
				t.Errorf("got %s, %v", response.Status, response.Header)
			}
			if !strings.Contains(text(t, f.URL, body), f.Title) {
				t.Error("the feed does not bear its title")
			}
			again, rest := get(t, f.URL, response.Header.Get("ETag"))
			if again.StatusCode != http.StatusNotModified || len(rest) != 0 {
				t.Errorf("with its entity tag: got %s, %d bytes", again.Status, len(rest))
			}
		})
	}
}

func TestWellFormed(t *testing.T) {
	for _, f := range serve(t).Feeds() {
		t.Run(f.Title, func(t *testing.T) {
			_, body := get(t, f.URL, "")
			decoded := text(t, f.URL, body)
			if strings.HasSuffix(f.URL, ".json") {
				if !json.Valid(body) {
					t.Error("not JSON")
				}
				return
			}
			d := xml.NewDecoder(strings.NewReader(decoded))
			d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
			for {
				_, err := d.Token()
				if err == io.EOF {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestUnknownPath(t *testing.T) {
	s := serve(t)
	base := s.Feeds()[0].URL
	for _, path := range []string{"", "robots.txt", "../demo.go"} {
		if response, _ := get(t, base[:strings.LastIndexByte(base, '/')+1]+path, ""); response.StatusCode != http.StatusNotFound {
			t.Errorf("/%s: got %s, want 404", path, response.Status)
		}
	}
}

func TestSecondServer(t *testing.T) {
	a, b := serve(t), serve(t)
	if a.Feeds()[0].URL == b.Feeds()[0].URL {
		t.Error("two servers at one address")
	}
	_, first := get(t, a.Feeds()[0].URL, "")
	_, second := get(t, b.Feeds()[0].URL, "")
	if !bytes.Equal(first, second) {
		t.Error("two servers serve different feeds")
	}
}

func TestContextStopsServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := demo.Serve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if response, err := http.Get(s.Feeds()[0].URL); err == nil {
		response.Body.Close()
		t.Error("still there after Close")
	}
}
