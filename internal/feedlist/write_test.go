package feedlist_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestWriteOPML(t *testing.T) {
	feeds := []schema.Feed{
		feed(schema.Feed{URL: "https://example.org/a?b=c&d", Title: `A "b" <c>`, Folder: "World/Europe", Language: "de", Section: "UK", Source: "S & T", Interval: 900}),
		feed(schema.Feed{URL: "https://example.org/b", Fulltext: schema.FulltextNever}),
		feed(schema.Feed{URL: "https://example.org/c", Title: "C", Folder: "World/Asia", Section: "Asia/Pacific"}),
		feed(schema.Feed{URL: "https://example.org/d", Title: "D", Folder: "World", Section: "Arts, books"}),
		feed(schema.Feed{URL: "https://example.org/e", Title: "E", Folder: strings.Repeat("x/", 100) + "y"}),
	}
	var out bytes.Buffer
	if err := feedlist.WriteOPML(&out, feeds); err != nil {
		t.Fatal(err)
	}
	const want = `		<outline text="World">
			<outline text="Europe">
				<outline type="rss" text="A &#34;b&#34; &lt;c&gt;" xmlUrl="https://example.org/a?b=c&amp;d" language="de" category="UK" dateline:source="S &amp; T" dateline:interval="900"/>
			</outline>
`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s", out.String())
	}
	got, err := feedlist.ParseOPML("l", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(sorted(feeds), sorted(got)); diff != "" {
		t.Error(diff)
	}
}

func TestWriteTXT(t *testing.T) {
	feeds := []schema.Feed{
		feed(schema.Feed{URL: "https://example.org/a", Title: "The A"}),
		feed(schema.Feed{URL: "https://example.org/b"}),
	}
	var out bytes.Buffer
	if err := feedlist.WriteTXT(&out, feeds); err != nil {
		t.Fatal(err)
	}
	if want := "https://example.org/a\tThe A\nhttps://example.org/b\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	got, err := feedlist.ParseTXT("l", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(feeds, got); diff != "" {
		t.Error(diff)
	}
}

// failing is a writer whose disk is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteFails(t *testing.T) {
	feeds := []schema.Feed{{URL: "https://example.org/" + strings.Repeat("a", 10_000)}}
	for name, err := range map[string]error{
		"OPML": feedlist.WriteOPML(failing{}, feeds),
		"CSV":  feedlist.WriteCSV(failing{}, feeds),
		"text": feedlist.WriteTXT(failing{}, feeds),
	} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func ExampleWriteOPML() {
	err := feedlist.WriteOPML(os.Stdout, []schema.Feed{
		{URL: "https://example.org/rss", Title: "The Example", Folder: "World", Language: "en", Section: "UK"},
	})
	fmt.Println(err)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <opml version="2.0" xmlns:dateline="https://dateline.news/opml/v1">
	// 	<head>
	// 		<title>Feeds</title>
	// 		<docs>http://opml.org/spec2.opml</docs>
	// 	</head>
	// 	<body>
	// 		<outline text="World">
	// 			<outline type="rss" text="The Example" xmlUrl="https://example.org/rss" language="en" category="UK"/>
	// 		</outline>
	// 	</body>
	// </opml>
	// <nil>
}
