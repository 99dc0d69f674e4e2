package page_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/page"
)

// realPages are the pages of the reference data, which is not part of the
// repository.
func realPages(t testing.TB) [][]byte {
	t.Helper()
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	var pages [][]byte
	err := filepath.WalkDir(filepath.Join(dir, "pages"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(d.Name(), ".html") {
			return err
		}
		body, err := os.ReadFile(path)
		if err == nil && strings.HasSuffix(path, ".gz") {
			body, err = gunzip(body)
		}
		pages = append(pages, body)
		return err
	})
	if os.IsNotExist(err) {
		t.Skip("the reference data is not here; set DATELINE_SHARED to its folder")
	}
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func gunzip(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Pages of publishers are below the bound, and have room in their items.
func TestRealPagesHaveRoom(t *testing.T) {
	packer, err := page.NewPacker()
	if err != nil {
		t.Fatal(err)
	}
	var served, packed, largest int
	pages := realPages(t)
	for i, html := range pages {
		p := packer.Pack(html)
		if unpack(t, p) != string(html) {
			t.Errorf("page %d is not as it was", i)
		}
		served, packed = served+len(html), packed+len(p)
		largest = max(largest, base64.StdEncoding.EncodedLen(len(p)))
		if len(html) > 2<<20 || base64.StdEncoding.EncodedLen(len(p)) > schema.MaxItem*3/4 {
			t.Errorf("page %d: %d bytes, %d packed", i, len(html), len(p))
		}
	}
	t.Logf("%d pages of %d KiB on average, packed %d KiB; the largest takes %d KiB of its item",
		len(pages), served/len(pages)>>10, packed/len(pages)>>10, largest>>10)
}

func BenchmarkPack(b *testing.B) {
	pages := realPages(b)
	packer, err := page.NewPacker()
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for _, html := range pages {
		size += len(html)
	}
	b.SetBytes(int64(size / len(pages)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		packer.Pack(pages[i%len(pages)])
	}
}
