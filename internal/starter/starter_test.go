package starter_test

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/internal/starter"
)

func TestFeeds(t *testing.T) {
	feeds, err := starter.Feeds()
	if err != nil {
		t.Fatal(err)
	}
	if len(feeds) < 30 {
		t.Errorf("got %d feeds, want 30 or more", len(feeds))
	}
	languages, folders, hosts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range feeds {
		if f.Title == "" || f.Source == "" || f.Section == "" || f.Folder == "" {
			t.Errorf("%s: lacks a title, source, section or folder: %+v", f.URL, f)
		}
		tag, err := language.Parse(f.Language)
		if err != nil || tag.String() != f.Language {
			t.Errorf("%s: language %q, %v", f.URL, f.Language, err)
		}
		base, _ := tag.Base()
		u, err := url.Parse(f.URL)
		if err != nil {
			t.Fatal(err)
		}
		if hosts[u.Host] {
			t.Errorf("%s: a second feed of this host", f.URL)
		}
		languages[base.String()], folders[f.Folder], hosts[u.Host] = true, true, true
	}
	if len(languages) < 12 || len(folders) < 6 {
		t.Errorf("got %d languages in %d folders, want 12 in 6 or more", len(languages), len(folders))
	}
}

// TestWritten holds that the list is as WriteOPML would write it, but for its
// title.
func TestWritten(t *testing.T) {
	feeds, err := starter.Feeds()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := feedlist.WriteOPML(&out, feeds); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("starter.opml")
	if err != nil {
		t.Fatal(err)
	}
	want = bytes.Replace(want, []byte("<title>Starter feeds<"), []byte("<title>Feeds<"), 1)
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestListed holds that every address stands in the lists that it was chosen
// from, which the repository does not hold.
func TestListed(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no reference material: set DATELINE_SHARED")
	}
	listed, err := feedlist.Read(filepath.Join(dir, "feeds", "opml"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range listed {
		known[f.ID] = true
	}
	feeds, err := starter.Feeds()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range feeds {
		if !known[f.ID] {
			t.Errorf("%s: not in the lists", f.URL)
		}
	}
}
