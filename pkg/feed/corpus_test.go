package feed_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/schema"
)

// sample is a line of the manifest of sample feeds.
type sample struct {
	file, contentType string
	items             int // by feedparser
}

// refused are the samples that are no feeds.
var refused = map[string]error{
	"synthetic/html-instead.xml": cut.ErrNotFeed,
	"synthetic/empty.xml":        cut.ErrEmpty,
	"synthetic/not-a-feed.json":  cut.ErrNotFeed,
}

// items are the samples where the reference is wrong: how many there really are.
var items = map[string]int{
	// Each of its 10 items holds an empty <item/>, which the reference counts.
	"real/node-feedparse--illegally-nested.xml": 10,
}

func TestSamples(t *testing.T) {
	dir := shared(t)
	for _, s := range samples(t, dir) {
		t.Run(s.file, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(dir, s.file))
			if err != nil {
				t.Fatal(err)
			}
			d, info, err := feed.Read(body, s.contentType, feed.DefaultLimits())
			if want := refused[s.file]; !errors.Is(err, want) {
				t.Fatalf("got error %v, want %v", err, want)
			}
			want := s.items
			if n, ok := items[s.file]; ok {
				want = n
			}
			if len(d.Items) < want {
				t.Errorf("got %d items, want %d; %+v", len(d.Items), want, info)
			}
			if len(d.Items) != s.items {
				t.Logf("deviation: %d items, reference %d, torn %v", len(d.Items), s.items, d.Torn)
			}
			for i := range d.Items {
				checkOne(t, d, i)
			}
		})
	}
}

// checkOne checks that item i is a whole feed by itself.
func checkOne(t *testing.T, d cut.Document, i int) {
	t.Helper()
	one := d.One(i)
	again, err := cut.Cut(one)
	if err != nil || len(again.Items) != 1 || again.Torn {
		t.Errorf("item %d: alone: %d items, torn %v, %v", i, len(again.Items), again.Torn, err)
	}
	if again.Format != d.Format {
		t.Errorf("item %d: alone: format %s, want %s", i, again.Format, d.Format)
	}
	if err := valid(d.Format, one); err != nil {
		t.Errorf("item %d: alone: %v in %.300s", i, err, one)
	}
}

// valid reads doc as strictly as the standard library does.
func valid(format schema.Format, doc []byte) error {
	if format == schema.FormatJSON {
		return json.Unmarshal(doc, new(any))
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func samples(t *testing.T, dir string) []sample {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []sample
	for lines := bufio.NewScanner(f); lines.Scan(); {
		col := strings.Split(lines.Text(), "\t")
		if len(col) < 13 || col[0] == "file" || col[1] == "opml" {
			continue
		}
		n, _ := strconv.Atoi(col[12])
		out = append(out, sample{file: col[0], contentType: col[7], items: n})
	}
	return out
}

// shared returns the folder of sample feeds and skips the test without it.
func shared(t *testing.T) string {
	t.Helper()
	dir := sharedDir()
	if dir == "" {
		t.Skip("no sample feeds: DATELINE_SHARED is not set and ../shared is not beside the repository")
	}
	return dir
}

// sharedDir finds the folder of sample feeds, empty when it is not there.
func sharedDir() string {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared") // beside the repository
	}
	dir = filepath.Join(dir, "feeds")
	if _, err := os.Stat(filepath.Join(dir, "MANIFEST.tsv")); err != nil {
		return ""
	}
	return dir
}
