package warc_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/warc"
)

// parsed is a record as a reader by the letter of the standard sees it.
type parsed struct {
	header textproto.MIMEHeader
	block  []byte
}

// parse reads records, each of which must be a member of the gzip file.
func parse(data []byte) ([]parsed, error) {
	var all []parsed
	in := bufio.NewReader(bytes.NewReader(data))
	for {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			return all, nil
		}
		member, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		member.Multistream(false)
		text, err := io.ReadAll(member)
		if err != nil {
			return nil, err
		}
		r, err := parseOne(text)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
}

func parseOne(text []byte) (parsed, error) {
	rest, found := bytes.CutPrefix(text, []byte("WARC/1.1\r\n"))
	if !found {
		return parsed{}, errors.New("no version")
	}
	in := bufio.NewReader(bytes.NewReader(rest))
	header, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return parsed{}, err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return parsed{}, err
	}
	block := make([]byte, n)
	if _, err := io.ReadFull(in, block); err != nil {
		return parsed{}, err
	}
	end, err := io.ReadAll(in)
	if err != nil || string(end) != "\r\n\r\n" {
		return parsed{}, errors.New("the block does not end where it should")
	}
	return parsed{header, block}, nil
}

var at = time.Date(2026, 3, 12, 9, 0, 0, 120_000_000, time.FixedZone("", 3600))

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	w := warc.NewWriter(&out)
	info := warc.ID("info")
	for _, r := range []warc.Record{
		{Type: warc.Info, ID: info, Date: at, ContentType: warc.ContentTypeFields, Block: warc.Fields("software", "dateline", "empty", "")},
		{Type: warc.Resource, ID: warc.ID("a"), InfoID: info, Date: at, TargetURI: "https://example.org/ä b", ContentType: "text/html", Block: []byte("abc")},
		{Type: warc.Metadata, ID: warc.ID("b"), InfoID: info, RefersTo: warc.ID("a"), Date: at, ContentType: warc.ContentTypeFields},
	} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	records, err := parse(out.Bytes())
	if err != nil || len(records) != 3 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	if string(records[0].block) != "software: dateline\r\n" || string(records[1].block) != "abc" {
		t.Errorf("blocks %q, %q", records[0].block, records[1].block)
	}
	want := textproto.MIMEHeader{
		"Warc-Type": {"resource"}, "Warc-Record-Id": {warc.ID("a")}, "Warc-Date": {"2026-03-12T08:00:00.12Z"}, "Warc-Warcinfo-Id": {info},
		"Warc-Target-Uri": {"https://example.org/%C3%A4%20b"}, "Content-Type": {"text/html"}, "Content-Length": {"3"},
		"Warc-Block-Digest": {"sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"}, "Warc-Payload-Digest": {"sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"},
	}
	if diff := cmp.Diff(want, records[1].header); diff != "" {
		t.Error(diff)
	}
	if records[2].header.Get("WARC-Refers-To") != warc.ID("a") || records[2].header.Get("WARC-Payload-Digest") != "" {
		t.Errorf("metadata: %v", records[2].header)
	}
}

func TestID(t *testing.T) {
	id := warc.ID("a", 1)
	if id != warc.ID("a", 1) || id == warc.ID("a", 2) || len(id) != len("<urn:uuid:12345678-1234-1234-1234-123456789012>") || id[24] != '8' {
		t.Errorf("got %s", id)
	}
}

// Nothing from outside makes a line of a header, or ends a block.
func TestHostileValues(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := func(name string) string {
			return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
				rapid.SampledFrom([]string{"a\r\nWARC-Type: response", "a\r\n\r\nWARC/1.1\r\n", "\x00", " ", "a\x85b"})).Draw(r, name)
		}
		block := []byte(text("block"))
		var out bytes.Buffer
		err := warc.NewWriter(&out).Write(warc.Record{
			Type: warc.Resource, ID: warc.ID(1), Date: at, TargetURI: text("uri"), ContentType: text("type"), Block: block,
		})
		if err != nil {
			r.Fatal(err)
		}
		records, err := parse(out.Bytes())
		if err != nil || len(records) != 1 {
			r.Fatalf("%d records, %v", len(records), err)
		}
		h := records[0].header
		if len(h) > 8 || len(h["Warc-Type"]) != 1 || h.Get("WARC-Type") != "resource" || !bytes.Equal(records[0].block, block) {
			r.Errorf("header %v, block %q", h, records[0].block)
		}
		if h.Get("WARC-Block-Digest") != warc.Digest(block) {
			r.Errorf("digest %s", h.Get("WARC-Block-Digest"))
		}
		fields := string(warc.Fields("a", text("field")))
		if strings.Count(fields, "\n") > 1 || fields != "" && !strings.HasSuffix(fields, "\r\n") {
			r.Errorf("fields %q", fields)
		}
	})
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWriteFails(t *testing.T) {
	if err := warc.NewWriter(full{}).Write(warc.Record{Type: warc.Info, Block: make([]byte, 1<<20)}); err == nil {
		t.Error("no error")
	}
}
