package normalize_test

import (
	"encoding/json"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// FuzzItem holds that a message of items, whoever has written it, is refused or makes
// an article as every article is: with an id, in the dated format, and inert.
func FuzzItem(f *testing.F) {
	atom := rss()
	atom.Format, atom.Document = schema.FormatAtom, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">A &lt;b&gt;b</title><id>urn:x</id><link href="/1"/></entry></feed>`
	feed := rss()
	feed.Format, feed.Document = schema.FormatJSON, `{"items":[{"id":"1","title":"A","content_html":"<p>One.<p>Two.","url":"javascript:x"}]}`
	written := rss()
	written.Format, written.Document = schema.FormatDated, " date 2026-03-12 A lead.\n\nOne.\n\nHeadline"
	written.Given = &schema.Given{GUID: "1", URL: "https://example.org/1", Language: "en"}
	stone := rss()
	stone.Format, stone.Document = schema.FormatTombstone, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><at:deleted-entry ref="urn:x" when="2026-03-12T00:00:00Z"/></feed>`
	stone.Given = &schema.Given{Host: "example.org"}
	forged := rss("title", "T", "link", "https://example.org/1")
	forged.ID, forged.Feed.URL, forged.Feed.ID, forged.Feed.Source = "../\x1b[2J", "javascript:x", "a.b.>", "\x1b\u202e\r\n"
	for _, item := range []schema.Item{
		rss("title", "T", "link", "/a", "guid", "1", "description", "<p>One.</p><script>x</script>", "pubDate", "1 May 2024"), atom, feed, written, stone, forged,
		withPage(f, teaser(), pageOf("Ferry waits for the tide", `<link rel=canonical href="javascript:x"><meta name=author content="&#27;[2J">`, paragraphs(9)...)),
	} {
		data, err := json.Marshal(item)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var item schema.Item
		if json.Unmarshal(data, &item) != nil {
			return
		}
		a, err := normalize.Normalize(item)
		if err != nil {
			return
		}
		if a.Event == schema.EventWithdrawn { // which says nothing but which
			checkInert(t, a)
			return
		}
		checkArticle(t, item, a)
	})
}
