package feedlist_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/schema"
)

// feed is an expected feed with its id.
func feed(f schema.Feed) schema.Feed {
	f.ID = schema.FeedID(f.URL)
	return f
}

// write makes a file in a new folder and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadAddress(t *testing.T) {
	for name, test := range map[string]struct{ arg, want string }{
		"https":                {"https://example.org/rss", "https://example.org/rss"},
		"http":                 {"http://example.org:8080/", "http://example.org:8080/"},
		"kept as written":      {"HTTPS://Example.org/a?b=c&d#e", "HTTPS://Example.org/a?b=c&d#e"},
		"feed scheme":          {"feed://example.org/rss", "https://example.org/rss"},
		"feed before http":     {"feed:http://example.org/rss", "http://example.org/rss"},
		"FEED in capitals":     {"FEED:https://example.org/rss", "https://example.org/rss"},
		"spaces around and in": {" https://example.org/a b ", "https://example.org/a%20b"},
		"international":        {"https://пример.example/новости", "https://пример.example/новости"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := feedlist.Read(test.arg)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]schema.Feed{feed(schema.Feed{URL: test.want})}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadWrongAddress(t *testing.T) {
	for name, test := range map[string]struct{ arg, want string }{
		"scheme":       {"ftp://example.org/rss", `address "ftp://example.org/rss": does not begin with https:// or http://`},
		"no host":      {"https:///rss", `address "https:///rss": has no host`},
		"port alone":   {"https://:80/rss", `address "https://:80/rss": has no host`},
		"user":         {"https://ann:secret@example.org/", `address of "example.org": holds a user name, which every message would carry: leave it out`},
		"control":      {"https://example.org/\x1b[2J", `address "https://example.org/\x1b[2J": net/url: invalid control character in URL`},
		"hidden":       {"https://example.org/#\r\u202ea", `"https://example.org/#\r\u202ea": holds characters that are not shown`},
		"not in NFC":   {"https://example.org/e\u0301", "or not in their usual form (NFC): escape them as in %C3%A9"},
		"not UTF-8":    {"https://example.org/\xff", `address "https://example.org/\xff": not UTF-8`},
		"too long":     {"https://example.org/" + strings.Repeat("a", 2048), `longer than 2048 bytes`},
		"only feed":    {"feed:", `address "": does not begin with https:// or http://`},
		"no such file": {"example.org/rss", "example.org/rss: no such file; a feed's address begins with https:// or http://"},
	} {
		t.Run(name, func(t *testing.T) {
			feeds, err := feedlist.Read(test.arg)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, %v\nwant %s", feeds, err, test.want)
			}
		})
	}
}

func TestReadText(t *testing.T) {
	path := write(t, "feeds.TXT", "\ufeff# our feeds\r\n\r\n"+
		"https://example.org/rss\r\n"+
		"  https://example.com/a\tThe  Example \r\n"+
		"https://example.net/b Another one\n"+
		"feed://example.org/rss the first again\n")
	got, err := feedlist.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.Feed{
		feed(schema.Feed{URL: "https://example.org/rss"}),
		feed(schema.Feed{URL: "https://example.com/a", Title: "The Example"}),
		feed(schema.Feed{URL: "https://example.net/b", Title: "Another one"}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadNamesEveryWrongLine(t *testing.T) {
	path := write(t, "feeds.txt", "https://example.org/rss\nexample.com\n\nhttps://\n")
	feeds, err := feedlist.Read(path)
	want := path + `:2: address "example.com": does not begin with https:// or http://` + "\n" +
		path + `:4: address "https://": has no host`
	if err == nil || err.Error() != want || feeds != nil {
		t.Errorf("got %v, %v\nwant %s", feeds, err, want)
	}
}

func TestReadNamesTenWrongLines(t *testing.T) {
	_, err := feedlist.ParseTXT("l", []byte(strings.Repeat("x\n", 1000)))
	if err == nil || strings.Count(err.Error(), "\n") != 10 || !strings.HasSuffix(err.Error(), "\nand 990 more") {
		t.Errorf("got %v", err)
	}
}

func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b.txt":      "https://example.org/b\nhttps://example.org/a\n",
		"a.opml":     `<opml><body><outline xmlUrl="https://example.org/a" text="A"/></body></opml>`,
		".c.txt":     "hidden",
		"notes.md":   "no list",
		"config.xml": "no list",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub.txt"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := feedlist.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.Feed{
		feed(schema.Feed{URL: "https://example.org/a", Title: "A"}),
		feed(schema.Feed{URL: "https://example.org/b"}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadFolderFollowsLinks(t *testing.T) {
	target, dir := write(t, "target", "https://example.org/a\n"), t.TempDir()
	if err := os.Symlink(target, filepath.Join(dir, "l.txt")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "m.txt")); err != nil {
		t.Fatal(err)
	}
	got, err := feedlist.Read(dir)
	if err != nil || len(got) != 1 || got[0].URL != "https://example.org/a" {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestReadNamesTheFile holds that an error in one of several lists names that
// list, and that the lists before it are not used alone.
func TestReadNamesTheFile(t *testing.T) {
	good, wrong := write(t, "a.txt", "https://example.org/a\n"), write(t, "b.txt", "\nmailto:a@example.org\n")
	torn := write(t, "c.opml", "<opml>\n<body>")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"wrong line":     {[]string{good, wrong}, wrong + `:2: address "mailto:a@example.org": does not begin with`},
		"torn":           {[]string{good, torn}, torn + ":2: the file is torn or not XML (unexpected EOF)"},
		"torn first":     {[]string{torn, wrong}, torn + ":2: "},
		"and an address": {[]string{wrong, "http:///"}, wrong + ":2: "},
	} {
		t.Run(name, func(t *testing.T) {
			feeds, err := feedlist.Read(test.args...)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || feeds != nil {
				t.Errorf("got %v, %v\nwant %s", feeds, err, test.want)
			}
		})
	}
}

func TestReadSeveral(t *testing.T) {
	list := write(t, "l.txt", "https://example.org/b\nhttps://example.org/a\n")
	got, err := feedlist.Read("https://example.org/a", list, list)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].URL != "https://example.org/a" || got[1].URL != "https://example.org/b" {
		t.Errorf("got %v", got)
	}
	if none, err := feedlist.Read(); err != nil || len(none) != 0 {
		t.Errorf("without arguments: got %v, %v", none, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ file, text, want string }{
		"kind":  {"feeds.tsv", "", "not a feed list: want the address of a feed, an .opml, .xml, .csv or .txt file, or a folder"},
		"empty": {"feeds.txt", "# nothing\n", "no feeds in it"},
		"large": {"feeds.txt", strings.Repeat(" ", feedlist.MaxBytes+1), "larger than 8 MiB: split the list"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, test.file, test.text)
			if _, err := feedlist.Read(path); err == nil || err.Error() != path+": "+test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	t.Run("empty folder", func(t *testing.T) {
		dir := t.TempDir()
		want := dir + ": no feed lists in this folder: want *.opml, *.csv or *.txt"
		if _, err := feedlist.Read(dir); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	t.Run("too many", func(t *testing.T) {
		var text strings.Builder
		for i := range feedlist.MaxFeeds + 1 {
			fmt.Fprintf(&text, "http://h/%d\n", i)
		}
		_, err := feedlist.ParseTXT("l", []byte(text.String()))
		if !errors.Is(err, feedlist.ErrTooMany) || !strings.HasPrefix(err.Error(), "l:100001: ") {
			t.Errorf("got %v", err)
		}
	})
}
