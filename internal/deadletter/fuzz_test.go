package deadletter_test

import (
	"bytes"
	"testing"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// FuzzContent holds that of a dead letter no more than the limit is unpacked, and
// that what is not packed comes as it is.
func FuzzContent(f *testing.F) {
	bomb, err := bus.DeadLetter{Root: schema.DefaultRoot, Stage: "poller"}.Compressed(bytes.Repeat([]byte("a"), 1<<20), 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bomb.Data, "gzip", uint16(1000))
	f.Add(bomb.Data[:len(bomb.Data)/2], "gzip", uint16(65535))
	f.Add([]byte("<rss/>"), "", uint16(6))
	f.Add([]byte("<rss/>"), "", uint16(0))
	f.Add([]byte("\x1f\x8b"), "gzip", uint16(9))
	f.Add([]byte("x"), "br", uint16(9))
	f.Fuzz(func(t *testing.T, data []byte, encoding string, limit uint16) {
		got, whole, err := deadletter.Letter{Data: data, Encoding: encoding}.Content(int(limit))
		if len(got) > int(limit) || err != nil && (whole || got != nil) {
			t.Errorf("%d bytes of %d, whole %v, %v", len(got), limit, whole, err)
		}
		if encoding == "" && (err != nil || !bytes.HasPrefix(data, got) || whole != (len(data) <= int(limit))) {
			t.Errorf("%q became %q, whole %v, %v", data, got, whole, err)
		}
	})
}
