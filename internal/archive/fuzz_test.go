package archive_test

import (
	"bytes"
	"testing"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/pkg/bus"
)

// FuzzRecord holds that whatever a line is, it is refused, or it is a message that
// is written and read as the same again.
func FuzzRecord(f *testing.F) {
	for _, text := range []string{
		`{"seq":1,"time":"2026-03-11T23:59:58Z","subject":"news.a","headers":{"a":["b"]},"data":{"a": 1}}`,
		`{"seq":1,"subject_base64":"bv8=","headers_base64":{"bg==":["/w=="]},"data_base64":"AA=="}`, `{"seq":18446744073709551615,"subject":"a","data":null}`, `{`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		d, err := archive.ParseRecord(line)
		if err != nil {
			return
		}
		again, err := archive.AppendRecord(nil, d)
		if err != nil {
			t.Skip(err) // a year that JSON has no form for
		}
		if bytes.IndexByte(again, '\n') != len(again)-1 {
			t.Fatalf("more than a line: %q", again)
		}
		back, err := archive.ParseRecord(again)
		if err != nil {
			t.Fatalf("%q: %v", again, err)
		}
		same(t, []bus.Delivery{d}, []bus.Delivery{back})
	})
}
