package normalize_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// imported is an item whose document is an article in the dated format.
func imported(document string, given *schema.Given) schema.Item {
	return schema.Item{
		Feed:   schema.FeedRef{ID: "0123456789abcdef", URL: "import://archive"},
		Fetch:  schema.Fetch{FetchedAt: fetched()},
		Format: schema.FormatDated, Document: document, Given: given,
	}
}

func TestDatedDocument(t *testing.T) {
	document := " date 2022-01-10 The tide was late.\n\nRead more: nothing is left out.\n\nUK news summary from The Example.\n\nFerry waits"
	a := mustNormalize(t, imported(document, &schema.Given{URL: "https://example.org/ferry", Language: "en-GB"}))
	if got, err := a.Dated(); err != nil || string(got) != document {
		t.Errorf("written again: %q, %v", got, err)
	}
	if a.Language != "en-GB" || a.URL != "https://example.org/ferry" || a.Source.Token != "example_org" || a.Source.Name != "The Example" ||
		a.DateSource != schema.DatePublished || a.Extent != schema.ExtentSummary {
		t.Errorf("article: %+v", a)
	}
	if feed := mustNormalize(t, rss("title", "Ferry waits", "link", "https://example.org/ferry")); feed.ID != a.ID {
		t.Errorf("by its address it is article %s, in a feed %s", a.ID, feed.ID)
	}
}

// Without an address an article is known by its name in its import, without
// either by its headline and date.
func TestDatedIdentity(t *testing.T) {
	id := func(document string, given *schema.Given) string {
		return mustNormalize(t, imported(document, given)).ID
	}
	const one, other = " date 2022-01-10 A\n\nH", " date 2022-01-10 B\n\nH"
	if id(one, &schema.Given{GUID: "a"}) != id(other, &schema.Given{GUID: "a"}) || id(one, &schema.Given{GUID: "a"}) == id(one, &schema.Given{GUID: "b"}) {
		t.Error("the name does not identify")
	}
	if id(one, nil) != id(other, nil) || id(one, nil) == id(" date 2022-01-11 A\n\nH", nil) {
		t.Error("headline and date do not identify")
	}
	if a := mustNormalize(t, imported(one, nil)); a.Source.Token != "archive" {
		t.Errorf("source: %+v", a.Source)
	}
}

func TestDatedRefused(t *testing.T) {
	for _, document := range []string{"", "no header", " date 2022-01-10 A\r\n\r\nH"} {
		if _, err := normalize.Normalize(imported(document, nil)); !errors.Is(err, schema.ErrDatedInvalid) {
			t.Errorf("%q: %v", document, err)
		}
	}
}

// The real article goes through to the byte.
func TestDatedSeed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "seed"), "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("seed: %v, %v", files, err)
	}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a := mustNormalize(t, imported(string(document), nil))
		got, err := a.Dated()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(document), string(got)); diff != "" {
			t.Error(diff)
		}
		if a.Extent != schema.ExtentFull {
			t.Errorf("extent %s", a.Extent)
		}
	}
}
