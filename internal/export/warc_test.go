package export_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/export"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

const itemsFile = "items-00000000000000000001.warc.gz"

func items(t *testing.T) memory {
	t.Helper()
	other := item(t, 3, "")
	other.Format, other.Document, other.Page = schema.FormatJSON, `{"items":[{}]}`, &schema.Page{URL: "https://example.org/x", Error: "timeout"}
	return memory{
		delivery(t, 1, "news.item.example_org", item(t, 1, "<p>One – \xff\r\n\r\nWARC/1.1\r\n")),
		delivery(t, 2, "news.item.example_org", item(t, 2, strings.Repeat("<p>Two</p>", 100_000))),
		delivery(t, 3, "news.item.example_org", other),
	}
}

func TestWARC(t *testing.T) {
	s, left := write(t, t.TempDir(), export.FormatWARC, render.KindItems, items(t))
	if len(left) > 0 {
		t.Fatal(left)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(file(t, s, "items", itemsFile)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]int{
		"WARC/1.1\r\nWARC-Type: warcinfo\r\n": 1, "WARC/1.1\r\nWARC-Type: resource\r\n": 5, "WARC/1.1\r\nWARC-Type: metadata\r\n": 5,
		"WARC-Target-URI: https://example.org/feed\r\n": 6, "WARC-Target-URI: https://example.org/%C3%A4%202\r\n": 2,
		"WARC-Date: 2026-03-12T10:00:00Z\r\n": 4, "WARC-Date: 2026-03-12T09:00:00.000000003Z\r\n": 2,
		"Content-Type: text/html; charset=iso-8859-1\r\n": 2, "Content-Type: application/rss+xml; charset=utf-8\r\n": 2, "Content-Type: application/feed+json\r\n": 1,
		"article: " + fmt.Sprintf("%032x", 2) + "\r\n": 1, "etag: \"e\"\r\n": 3, "message-id: id-2\r\n": 2,
		"<rss><channel><item><title>1 – ö</title></item></channel></rss>\r\n\r\n": 1, `{"items":[{}]}`: 1, "<p>One – \xff\r\n\r\nWARC/1.1\r\n": 1,
	} {
		if got := bytes.Count(text, []byte(part)); got != want {
			t.Errorf("%q: %d times, want %d", part, got, want)
		}
	}
}

// Two exports of the same items are the same file.
func TestWARCIsTheSameAgain(t *testing.T) {
	first, _ := write(t, t.TempDir(), export.FormatWARC, render.KindItems, items(t))
	second, _ := write(t, t.TempDir(), export.FormatWARC, render.KindItems, items(t))
	if !bytes.Equal(file(t, first, "items", itemsFile), file(t, second, "items", itemsFile)) {
		t.Error("they differ")
	}
}

// A page that cannot be unpacked, or only to too much, leaves its item out.
func TestWARCBadPages(t *testing.T) {
	damaged, bomb := item(t, 1, "<p>"), item(t, 2, strings.Repeat("a", 33<<20))
	damaged.Page.HTML = []byte("no zstd")
	_, left := write(t, t.TempDir(), export.FormatWARC, render.KindItems, memory{delivery(t, 1, "s", damaged), delivery(t, 2, "s", bomb), delivery(t, 3, "s", item(t, 3, "<p>"))})
	if len(left) != 2 {
		t.Errorf("left out: %v", left)
	}
}

// Another reader, when it is there, finds the records, and the digests to hold.
func TestWARCByAnotherReader(t *testing.T) {
	dir := t.TempDir()
	all := items(t)
	write(t, dir, export.FormatWARC, render.KindItems, all)
	script := `
import { WARCParser } from 'warcio'
import { createReadStream } from 'node:fs'
import { createHash } from 'node:crypto'
const base32 = (bytes) => {
  let bits = ''
  for (const b of bytes) bits += b.toString(2).padStart(8, '0')
  return bits.match(/.{5}/g).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five, 2)]).join('')
}
for await (const record of new WARCParser(createReadStream(process.argv[1]))) {
  const block = await record.readFully(false)
  const digest = 'sha1:' + base32(createHash('sha1').update(block).digest())
  const holds = record.warcHeader('WARC-Block-Digest') === digest
  console.log(record.warcType, record.warcTargetURI ?? '-', record.warcDate, block.length, holds)
}`
	got := node(t, "warcio", script, path(dir, "items", itemsFile))
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 11 || strings.Contains(got, "false") || !strings.HasPrefix(lines[0], "warcinfo - 2026-03-12T09:00:01Z") ||
		!strings.Contains(got, "resource https://example.org/%C3%A4%202 2026-03-12T10:00:00Z 1000000 true\n") {
		t.Errorf("got\n%s", got)
	}
}
