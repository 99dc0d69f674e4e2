package archive_test

import (
	"bytes"
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

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

// FuzzManifest holds that a manifest is refused, or its parts follow each other and
// its files are in the folder of its day.
func FuzzManifest(f *testing.F) {
	const name = "enriched/day=2026-03-11/manifest.json"
	const part = `{"after":0,"first":1,"last":3,"first_time":"2026-03-11T00:00:00Z","last_time":"2026-03-11T01:00:00Z","messages":3,"files":[{"name":"enriched-00000000000000000001.jsonl.zst","bytes":9,"sha256":"00"}]}`
	for _, parts := range []string{"", part, part + "," + part, strings.Replace(part, `"last":3`, `"last":0`, 1), strings.Replace(part, "enriched-0", "../../etc/x-0", 1)} {
		f.Add(name, []byte(`{"version":1,"format":"jsonl","stream":"ENRICHED","day":"2026-03-11","parts":[`+parts+`]}`))
	}
	f.Add("enriched/day=../manifest.json", []byte(`{"version":1,"day":"..","parts":[]}`))
	f.Add(name, []byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		m, files, err := archive.ParseManifest(name, data)
		if err != nil {
			if !errors.Is(err, archive.ErrManifest) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		last := uint64(0)
		for _, p := range m.Parts {
			if p.After < last || p.First <= p.After || p.Last < p.First {
				t.Errorf("part %+v after %d", p, last)
			}
			last = p.Last
		}
		if len(files) < len(m.Parts) {
			t.Errorf("%d files of %d parts", len(files), len(m.Parts))
		}
		for _, file := range files {
			kind, _, _ := strings.Cut(name, "/")
			if !strings.HasPrefix(path.Base(path.Dir(path.Clean(name))), "day=") || path.Dir(file) != path.Join(kind, "day="+m.Day) {
				t.Errorf("%s names %s", name, file)
			}
		}
	})
}

// FuzzRecords holds that a file is read to its end or to the first thing that is
// wrong, whatever its bytes are, and that it yields whole messages alone.
func FuzzRecords(f *testing.F) {
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	const line = `{"seq":1,"time":"2026-03-11T23:59:58Z","subject":"news.a","data":{"a":1}}` + "\n"
	for _, text := range []string{"", line, line + line, line + "{", line[:20], "\n", strings.Repeat("a", 17<<20)} {
		packed := packer.EncodeAll([]byte(text), nil)
		f.Add(packed)
		f.Add(packed[:len(packed)/2])
	}
	f.Add([]byte(line))
	f.Fuzz(func(t *testing.T, data []byte) {
		failed := false
		for d, err := range archive.Records(bytes.NewReader(data)) {
			if failed {
				t.Fatal("goes on after an error")
			}
			if failed = err != nil; !failed && (d.Sequence == 0 || d.Subject == "") {
				t.Fatalf("got %+v", d)
			}
		}
	})
}
