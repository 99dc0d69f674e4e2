package archive_test

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/pkg/bus"
)

// anyMessage is any message that a stream can hold, and some that it cannot.
func anyMessage(r *rapid.T, seq uint64) bus.Delivery {
	header := nats.Header{}
	for range rapid.IntRange(0, 3).Draw(r, "headers") {
		header[anyText(r, "name")] = []string{anyText(r, "value"), anyText(r, "value")}[:rapid.IntRange(1, 2).Draw(r, "values")]
	}
	return bus.Delivery{
		Stream: "ARTICLES", Sequence: seq, Delivered: 1, Subject: "s" + anyText(r, "subject"), Header: header,
		Time: born.Add(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(r, "time"))),
		Data: anyData(r),
	}
}

func anyText(r *rapid.T, label string) string {
	if rapid.Bool().Draw(r, "valid") {
		return rapid.String().Draw(r, label)
	}
	return string(rapid.SliceOf(rapid.Byte()).Draw(r, label))
}

// anyData are bytes, JSON, nearly JSON, and JSON that cannot stand in a line.
func anyData(r *rapid.T) []byte {
	switch rapid.IntRange(0, 3).Draw(r, "data") {
	case 0:
		return rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")
	case 1:
		data, err := json.Marshal(map[string]any{rapid.String().Draw(r, "key"): rapid.Float64Range(-1e9, 1e9).Draw(r, "number"), "<&>": nil})
		if err != nil {
			r.Fatal(err)
		}
		return data
	default:
		return []byte(rapid.SampledFrom([]string{
			"", "null", "1", `""`, "{}", " {}", "{} ", "{}\n", "{\n}", "{\r}", `{"a" : 1 ,  "b":[ ]}`, `1,"seq":2`, `{}}`, `"` + "\u2028" + `"`,
			`{"a":1,"a":2}`, `1e400`, `-0`, `{"a":"\ud800"}`, "\"\xff\"", "\xef\xbb\xbf{}",
			strings.Repeat("[", 9999) + strings.Repeat("]", 9999), `"` + strings.Repeat("[", 9999) + `"`, "[" + strings.Repeat(`{"]":[]},`, 9000) + "1]",
		}).Draw(r, "sample"))
	}
}

// Whatever a message is, it comes back to the byte.
func TestAnyMessageComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var all memory
		for i := range rapid.IntRange(1, 8).Draw(r, "n") {
			all = append(all, anyMessage(r, uint64(i+1)))
		}
		s := newRAM()
		write(t, s, all, options(), bus.ReadOptions{})
		same(t, all, back(t, s, bus.ReadOptions{}))
	})
}

// line is the one line of an archive of one message.
func line(t *testing.T, d bus.Delivery) string {
	t.Helper()
	s := newRAM()
	d.Sequence, d.Time = 1, born
	write(t, s, memory{d}, options(), bus.ReadOptions{})
	file, err := s.Open(t.Context(), "articles/day=2026-03-11/articles-00000000000000000001.jsonl.zst")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it is only read
	unpacked, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer unpacked.Close()
	text, err := bufio.NewReader(unpacked).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The form of a line is a contract with whoever reads archives without dateline.
func TestLines(t *testing.T) {
	header := nats.Header{"ce-id": {"a:1"}, "b": {"1", "2"}}
	const begin = `{"seq":1,"time":"2026-03-11T23:59:58Z",`
	for want, d := range map[string]bus.Delivery{
		`"subject":"news.a","headers":{"b":["1","2"],"ce-id":["a:1"]},"data":{"h": "<ö&>"}}`: {Subject: "news.a", Header: header, Data: []byte(`{"h": "<ö&>"}`)},
		`"subject":"news.a"}`:                                                   {Subject: "news.a"},
		`"subject":"news.a","data_base64":"bm90IEpTT04="}`:                      {Subject: "news.a", Data: []byte("not JSON")},
		`"subject_base64":"bv8=","headers_base64":{"bg==":["/w=="]},"data":[]}`: {Subject: "n\xff", Header: nats.Header{"n": {"\xff"}}, Data: []byte("[]")},
	} {
		if got := line(t, d); got != begin+want+"\n" {
			t.Errorf("got  %swant %s", got, begin+want)
		}
	}
}

// A line that is none is named with its file, and not taken for a message.
func TestBadLines(t *testing.T) {
	for _, text := range []string{
		"", "no JSON", "{}", `{"seq":1}`, `{"subject":"a"}`, `{"seq":0,"subject":"a"}`, `{"seq":-1,"subject":"a"}`, `[]`, "null",
		`{"seq":1,"subject":"a","headers_base64":{"a":["?"]}}`, `{"seq":1,"subject":"a","data_base64":"?"}`, `{"seq":1,"time":"never","subject":"a"}`,
	} {
		if _, err := archive.ParseRecord([]byte(text)); err == nil {
			t.Errorf("%q is no message", text)
		}
	}
}
