package httpfetch_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// A feed is polled as in life: fetched, unchanged, changed, failing.
func TestSite(t *testing.T) {
	site := fetchertest.New(t)
	feed := site.Feed("/feed")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Count: 2, Words: 100})...)
	c := client(t)

	first, err := c.Get(t.Context(), httpfetch.Request{URL: feed.URL()})
	if err != nil || !bytes.Contains(first.Body, []byte(feed.Items()[1].Token)) {
		t.Fatalf("%d bytes, %v", len(first.Body), err)
	}
	again := httpfetch.Request{URL: feed.URL(), ETag: first.ETag, LastModified: first.LastModified}
	if resp, err := c.Get(t.Context(), again); err != nil || !resp.NotModified || resp.ETag != first.ETag {
		t.Errorf("unchanged: %+v, %v", resp, err)
	}
	feed.Add(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 1, Words: 100})...)
	if resp, err := c.Get(t.Context(), again); err != nil || resp.NotModified || len(resp.Body) <= len(first.Body) {
		t.Errorf("changed: status %d, %d bytes, %v", resp.Status, len(resp.Body), err)
	}
	for want, fault := range map[httpfetch.Code]fetchertest.Fault{
		httpfetch.CodeBadHTTP:   fetchertest.Truncate(100),
		httpfetch.CodeBodyLimit: fetchertest.HugeGzip(1 << 30),
		httpfetch.CodeRedirects: fetchertest.Chain(60),
		httpfetch.CodeGone:      fetchertest.Status(410),
	} {
		site.Fault("/feed", fault)
		_, err := c.Get(t.Context(), httpfetch.Request{URL: feed.URL()})
		wantCode(t, err, want)
	}
}

// The collected feeds come through byte for byte.
func TestCollectedFeeds(t *testing.T) {
	folder := filepath.Join(shared(t), "feeds")
	manifest, err := os.Open(filepath.Join(folder, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	files, err := fetchertest.ReadManifest(manifest)
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	site := fetchertest.New(t)
	if err := site.Files(os.DirFS(folder), files...); err != nil {
		t.Fatal(err)
	}
	c := client(t, func(c *httpfetch.Config) { c.MaxBody = httpfetch.DefaultConfig().MaxBody })
	for _, f := range files {
		resp, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL("/" + f.Name)})
		if err != nil {
			t.Error(err)
			continue
		}
		want, err := os.ReadFile(filepath.Join(folder, f.Name))
		if err != nil || !bytes.Equal(resp.Body, want) || resp.ContentType != f.ContentType {
			t.Errorf("%s: %d bytes as %s, %v", f.Name, len(resp.Body), resp.ContentType, err)
		}
	}
}

// shared is the folder of collected data: named by the environment, or beside
// the repository.
func shared(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("DATELINE_SHARED"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err != nil {
			continue
		}
		found := filepath.Join(dir, "..", "shared")
		if _, err := os.Stat(found); err == nil {
			return found
		}
	}
	t.Skip("the collected feeds are not here; DATELINE_SHARED names their folder")
	return ""
}

func BenchmarkGet(b *testing.B) {
	site := fetchertest.New(b)
	feed := site.Feed("/feed")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Count: 25})...)
	site.Fault("/huge", fetchertest.HugeGzip(1<<30))
	c := client(b, func(c *httpfetch.Config) { c.MaxBody = httpfetch.DefaultConfig().MaxBody })
	resp, err := c.Get(b.Context(), httpfetch.Request{URL: feed.URL()})
	if err != nil {
		b.Fatal(err)
	}
	for name, req := range map[string]httpfetch.Request{
		"whole":        {URL: feed.URL()},
		"not modified": {URL: feed.URL(), ETag: resp.ETag},
		"gzip bomb":    {URL: site.URL("/huge")},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.Get(b.Context(), req)
			}
		})
	}
}
