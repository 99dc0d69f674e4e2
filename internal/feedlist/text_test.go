package feedlist_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestParseTXT(t *testing.T) {
	for name, test := range map[string]struct{ text, title string }{
		"address alone":      {"https://example.org/", ""},
		"tab":                {"https://example.org/\tThe Post", "The Post"},
		"spaces":             {"https://example.org/   The  Post  ", "The Post"},
		"no end of line":     {"# list\nhttps://example.org/ A", "A"},
		"old Mac":            {"https://example.org/ A\r", "A"},
		"comment in a title": {"https://example.org/ # not a comment", "# not a comment"},
		"controls":           {"https://example.org/ A\x1b[2J\u202eB", "A[2JB"},
		"UTF-16":             {"\xff\xfeh\x00t\x00t\x00p\x00s\x00:\x00/\x00/\x00e\x00x\x00a\x00m\x00p\x00l\x00e\x00.\x00o\x00r\x00g\x00/\x00 \x00A\x00", "A"},
		"not UTF-8":          {"https://example.org/ Caf\xe9", "Caf\ufffd"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := feedlist.ParseTXT("l", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			want := []schema.Feed{feed(schema.Feed{URL: "https://example.org/", Title: test.title})}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTitleIsBounded(t *testing.T) {
	for name, title := range map[string]string{
		"two bytes":   strings.Repeat("é", 2000),
		"three bytes": strings.Repeat("京", 2000),
		"spaces":      strings.Repeat("a ", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := feedlist.ParseTXT("l", []byte("https://example.org/ "+title))
			if err != nil {
				t.Fatal(err)
			}
			n := len(got[0].Title)
			if n > feedlist.MaxText || n < feedlist.MaxText-3 || !utf8.ValidString(got[0].Title) || !strings.HasPrefix(title, got[0].Title) {
				t.Errorf("got %d bytes: %q", n, got[0].Title)
			}
		})
	}
}

// FuzzTXT holds that what is read comes back from what is written.
func FuzzTXT(f *testing.F) {
	f.Add([]byte("# a\nhttps://example.org/ A b\nfeed:http://h\r\n"))
	f.Add([]byte("#a\nhttps://d#l0\x16x\x00\x7fple\x1forg\r\xff"))
	f.Add([]byte("https://h/e\u0301\nhttps://h/\u202e\n"))
	f.Add([]byte("\xfe\xff\x00h\x00t\x00t\x00p\x00:\x00/\x00/\x00h"))
	f.Fuzz(func(t *testing.T, data []byte) {
		feeds, err := feedlist.ParseTXT("l", data)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := feedlist.WriteTXT(&out, feeds); err != nil {
			t.Fatal(err)
		}
		again, err := feedlist.ParseTXT("l", out.Bytes())
		if err != nil {
			t.Fatalf("%v\n%q", err, out.Bytes())
		}
		if diff := cmp.Diff(feeds, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
