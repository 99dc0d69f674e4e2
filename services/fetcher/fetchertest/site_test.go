package fetchertest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// get asks with a header and follows no redirect.
func get(t *testing.T, url string, header ...string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

func TestSiteCounts(t *testing.T) {
	site := fetchertest.New(t)
	site.Feed("/a").SetItems(fetchertest.Generate(fetchertest.Spec{Count: 1})...)
	if got := site.Feed("/a"); len(got.Items()) != 1 || got.URL() != site.URL("/a") {
		t.Error("a feed is not found again")
	}
	if site.LastHeader("/a") != nil {
		t.Error("a header before any request")
	}
	for range 3 {
		get(t, site.URL("/a?x=1"), "X-Test", "yes")
	}
	if resp, _, err := get(t, site.URL("/none")); err != nil || resp.StatusCode != 404 {
		t.Errorf("unknown path: %v", err)
	}
	if site.Count("/a") != 3 || site.Count("/none") != 1 || site.Count("/b") != 0 {
		t.Errorf("counts %d, %d, %d", site.Count("/a"), site.Count("/none"), site.Count("/b"))
	}
	if site.LastHeader("/a").Get("X-Test") != "yes" {
		t.Errorf("last header %v", site.LastHeader("/a"))
	}
}

func TestSiteWait(t *testing.T) {
	site := fetchertest.New(t)
	done := make(chan error)
	go func() { done <- site.Wait(t.Context(), "/a", 2) }()
	for range 2 {
		get(t, site.URL("/a"))
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := site.Wait(ctx, "/a", 3); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A site that is closed lets go of requests that stall.
func TestSiteClose(t *testing.T) {
	site, err := fetchertest.Start()
	if err != nil {
		t.Fatal(err)
	}
	site.Fault("/a", fetchertest.Stall())
	done := make(chan error)
	go func() {
		_, _, err := get(t, site.URL("/a"))
		done <- err
	}()
	if err := site.Wait(t.Context(), "/a", 1); err != nil {
		t.Fatal(err)
	}
	site.Close()
	if err := <-done; err == nil {
		t.Error("a request was answered after all")
	}
}

func TestFiles(t *testing.T) {
	folder := fstest.MapFS{"real/a.xml": {Data: []byte("<rss/>")}}
	files, err := fetchertest.ReadManifest(strings.NewReader(
		"file\tbytes\tcontent_type\nreal/a.xml\t6\ttext/xml; charset=koi8-r\n"))
	if err != nil {
		t.Fatal(err)
	}
	site := fetchertest.New(t)
	if err := site.Files(folder, files...); err != nil {
		t.Fatal(err)
	}
	resp, body, err := get(t, site.URL("/real/a.xml"))
	if err != nil || string(body) != "<rss/>" || resp.Header.Get("Content-Type") != "text/xml; charset=koi8-r" {
		t.Errorf("got %q as %v, %v", body, resp.Header, err)
	}
	if err := site.Files(folder, fetchertest.File{Name: "none"}); err == nil {
		t.Error("a file that is not there was taken")
	}
}

func TestReadManifestBad(t *testing.T) {
	for name, text := range map[string]string{
		"empty":      "",
		"no column":  "file\tbytes\n",
		"short line": "file\tcontent_type\na.xml\n",
		"long line":  "file\tcontent_type\n" + strings.Repeat("a", 100_000),
	} {
		if files, err := fetchertest.ReadManifest(strings.NewReader(text)); err == nil {
			t.Errorf("%s: got %v", name, files)
		}
	}
}
