package robots_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

// FuzzDecode holds that whatever is in the bucket of robots.txt is refused, or is an
// entry that answers, and that is written and read as the same.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"origin":"https://example.org","product":"dateline","rules":{},"expires":"2026-03-01T00:00:00Z"}`,
		`{"origin":"https://example.org","rules":null,"status":404,"error":"gone","since":"2026-03-01T00:00:00Z"}`, `{"rules":{"rules":["x"]}}`, `[]`, `{`,
	} {
		f.Add([]byte(text), "/a")
	}
	for _, file := range []string{"User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 9", "User-agent: dateline\nDisallow: /"} {
		text, err := robots.Entry{Origin: "https://example.org", Rules: robots.Parse([]byte(file), "dateline")}.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "/a?b")
	}
	f.Fuzz(func(t *testing.T, data []byte, path string) {
		entry, err := robots.Decode(data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "robots: entry: ") {
				t.Errorf("error %q", err)
			}
			return
		}
		allowed := entry.Rules.Allows(path)
		text, err := entry.Encode()
		if err != nil {
			t.Skip(err) // a time that JSON has no form for
		}
		again, err := robots.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(text, twice) {
			t.Errorf("%q became %q, %v", text, twice, err)
		}
		if again.Rules.Allows(path) != allowed {
			t.Errorf("%s: another answer of the same entry", path)
		}
	})
}
