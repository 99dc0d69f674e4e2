package schema_test

import (
	"regexp"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Ids are stored and published: another value for the same input would make
// every article of every archive a new one.
func TestIDsNeverChange(t *testing.T) {
	pointer := schema.Pointer{ArticleID: "a1", Revision: 2, EnrichedSeq: 3, EntityID: "q159"}
	article := schema.Article{Headline: "No boats this week", Lead: "Crews stay ashore.", Date: "2024-03-18", Body: []string{"One.", "Two."}}
	for name, test := range map[string]struct{ got, want string }{
		"feed":         {schema.FeedID("https://example.org/feed.xml"), "d74f9ca50683ebec"},
		"article":      {schema.ArticleID("https://example.org/1"), "18c17418f5ad82f063ef70de0bd2d3e7"},
		"region":       {schema.RegionHash([]byte("<item/>")), "193038bab0f8fdb1225543ec21447cebc90a16ee7ff3f19a27778e51d1b2bb27"},
		"item message": {schema.ItemMessageID("f1", 7, "abc"), "d702e3bf3cbe918146b5438227924f30"},
		"mention":      {schema.MentionMessageID(pointer), "ab199cab300c1d7e8807853dff0fd9ac"},
		"revision":     {schema.RevisionID("a1", 12), "a1:12"},
		"story":        {schema.StoryID("0123456789abcdef0123456789abcdef", 1), "06cb84dde93a5fe4485faf2bd795dc8f"},
		"story, later": {schema.StoryID("0123456789abcdef0123456789abcdef", 2), "2f96282a9224724398cf446dd01d8831"},
		"content":      {article.Hash(), "0b4a7f1f6eb0091f774aa9beec3a77a7"},
		"no content":   {schema.Article{}.Hash(), "9d908ecfb6b256def8b49a7c504e6c88"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %s, want %s", test.got, test.want)
			}
		})
	}
}

func TestFormsOfIDs(t *testing.T) {
	for name, test := range map[string]struct {
		id   string
		form string
	}{
		"feed":         {schema.FeedID(""), `^[0-9a-f]{16}$`},
		"article":      {schema.ArticleID(""), `^[0-9a-f]{32}$`},
		"region":       {schema.RegionHash(nil), `^[0-9a-f]{64}$`},
		"item message": {schema.ItemMessageID("", 0, ""), `^[0-9a-f]{32}$`},
		"mention":      {schema.MentionMessageID(schema.Pointer{}), `^[0-9a-f]{32}$`},
		"content":      {schema.Article{}.Hash(), `^[0-9a-f]{32}$`},
	} {
		if !regexp.MustCompile(test.form).MatchString(test.id) {
			t.Errorf("%s: %q is not %s", name, test.id, test.form)
		}
	}
}

// Parts that are joined must not be able to pass for other parts.
func TestIDsAreNotAmbiguous(t *testing.T) {
	article := func(headline, lead, date string, body ...string) string {
		return schema.Article{Headline: headline, Lead: lead, Date: date, Body: body}.Hash()
	}
	pointer := func(article string, revision int, seq uint64, entity string) string {
		return schema.MentionMessageID(schema.Pointer{ArticleID: article, Revision: revision, EnrichedSeq: seq, EntityID: entity})
	}
	seen := map[string]string{}
	for name, id := range map[string]string{
		"item a":                 schema.ItemMessageID("f", 1, "1a"),
		"item b":                 schema.ItemMessageID("f", 11, "a"),
		"item c":                 schema.ItemMessageID("f1", 1, "a"),
		"item d":                 schema.ItemMessageID("", 1, "f1a"),
		"pointer a":              pointer("a", 1, 12, "e"),
		"pointer b":              pointer("a", 11, 2, "e"),
		"pointer c":              pointer("a1", 1, 2, "e"),
		"pointer d":              pointer("a", 1, 1, "2e"),
		"headline or lead":       article("one two", "", "d"),
		"lead or headline":       article("one", " two", "d"),
		"lead":                   article("", "one two", "d"),
		"one paragraph":          article("h", "l", "d", "a b"),
		"two paragraphs":         article("h", "l", "d", "a", "b"),
		"two, joined by nothing": article("h", "l", "d", "ab"),
		"an empty one more":      article("h", "l", "d", "a", "b", ""),
		"an empty one between":   article("h", "l", "d", "a", "", "b"),
		"date or paragraph":      article("h", "l", "", "d", "a", "b"),
		"other order":            article("h", "l", "d", "b", "a"),
		"length in the text":     article("h", "l", "d", "\x00\x00\x00\x00\x00\x00\x00\x01a"),
	} {
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s have one id", name, other)
		}
		seen[id] = name
	}
}

// The content hash covers what a reader sees, and nothing else.
func TestHashCoversTheText(t *testing.T) {
	base := func() schema.Article {
		return schema.Article{ID: "a", Revision: 1, Headline: "h", Lead: "l", Date: "2024-03-18", Body: []string{"one", "two"}}
	}
	same, other := base().Hash(), map[string]func(*schema.Article){
		"headline":  func(a *schema.Article) { a.Headline = "H" },
		"lead":      func(a *schema.Article) { a.Lead = "" },
		"date":      func(a *schema.Article) { a.Date = "2024-03-19" },
		"body":      func(a *schema.Article) { a.Body[1] = "three" },
		"less body": func(a *schema.Article) { a.Body = a.Body[:1] },
	}
	for name, change := range other {
		a := base()
		if change(&a); a.Hash() == same {
			t.Errorf("%s is not covered", name)
		}
	}
	for name, change := range map[string]func(*schema.Article){
		"id":        func(a *schema.Article) { a.ID = "b" },
		"revision":  func(a *schema.Article) { a.Revision = 2 },
		"event":     func(a *schema.Article) { a.Event = schema.EventWithdrawn },
		"url":       func(a *schema.Article) { a.URL = "https://example.org" },
		"authors":   func(a *schema.Article) { a.Authors = []string{"A. Writer"} },
		"old hash":  func(a *schema.Article) { a.ContentHash = "x" },
		"nil, none": func(a *schema.Article) { a.AlternateURLs = []string{} },
	} {
		a := base()
		if change(&a); a.Hash() != same {
			t.Errorf("%s is covered", name)
		}
	}
}
