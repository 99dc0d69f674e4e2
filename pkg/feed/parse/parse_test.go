package parse_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestOneRSS(t *testing.T) {
	got := one(t, `<rss version="2.0"`+namespaces+`><channel>
		<title>The &amp;amp; Example</title><link>/</link><language>en_gb</language>
		<copyright>© The Example</copyright>
		<item><title>Two ships meet</title><link>/ships</link><guid isPermaLink="false"> 17 </guid>
		<pubDate>Mon, 10 Jan 2022 18:30:00 +0100</pubDate><dc:creator>Ada Byron</dc:creator>
		<category>Sea</category><description>They met.</description>
		<content:encoded><![CDATA[<p>They met at sea.</p>]]></content:encoded>
		<enclosure url="/ships.jpg" type="image/jpeg" length="1"/></item></channel></rss>`)
	published := time.Date(2022, 1, 10, 18, 30, 0, 0, time.FixedZone("", 3600))
	want := parse.Item{
		FeedTitle: "The & Example", FeedLink: "https://news.example/", FeedLanguage: "en-GB",
		Title: "Two ships meet", Link: "https://news.example/ships", GUID: "17",
		Summary: "They met.", Content: "<p>They met at sea.</p>",
		Published: parse.Date{Time: published, HasZone: true, HasTime: true, Raw: "Mon, 10 Jan 2022 18:30:00 +0100"},
		Authors:   []string{"Ada Byron"}, Categories: []string{"Sea"},
		Language: "en-GB", LanguageSource: "feed",
		Media:  []schema.Media{{URL: "https://news.example/ships.jpg", Type: "image/jpeg"}},
		Rights: &schema.Rights{Text: "© The Example"},
		Base:   feedURL,

		Repairs: []string{parse.RepairBase, parse.RepairRightsInherited},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if name, offset := got.Published.Time.Zone(); offset != 3600 {
		t.Errorf("published in zone %q %d, want the offset that was written", name, offset)
	}
}

func TestOneAtom(t *testing.T) {
	got := one(t, atom(`<title type="html">Two &amp;amp; ships</title><id>tag:example,2022:17</id>
		<link rel="alternate" href="https://news.example/ships"/>
		<published>2022-01-10T18:30:00+01:00</published><updated>2022-01-11T08:00:00Z</updated>
		<summary>They met.</summary><content type="html">&lt;p&gt;At sea.&lt;/p&gt;</content>
		<category term="sea" label="Sea"/><author><name>Ada Byron</name></author>`))
	if got.Title != "Two & ships" || got.Link != "https://news.example/ships" || got.GUID != "tag:example,2022:17" {
		t.Errorf("got %q %q %q", got.Title, got.Link, got.GUID)
	}
	if got.Summary != "They met." || got.Content != "<p>At sea.</p>" {
		t.Errorf("got summary %q, content %q", got.Summary, got.Content)
	}
	if got.Published.Raw != "2022-01-10T18:30:00+01:00" || got.Updated.Raw != "2022-01-11T08:00:00Z" {
		t.Errorf("got %v and %v", got.Published, got.Updated)
	}
	if diff := cmp.Diff([]string{"Sea"}, got.Categories); diff != "" {
		t.Error(diff)
	}
}

func TestOneRDF(t *testing.T) {
	got := one(t, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
		xmlns:dc="http://purl.org/dc/elements/1.1/">
		<channel rdf:about="https://news.example/"><title>The Example</title><link>https://news.example/</link>
		<dc:language>de</dc:language></channel>
		<item rdf:about="https://news.example/ships"><title>Two ships meet</title>
		<dc:date>2022-01-10T18:30:00+01:00</dc:date></item></rdf:RDF>`)
	if got.Link != "https://news.example/ships" || got.GUID != "https://news.example/ships" {
		t.Errorf("got link %q, guid %q", got.Link, got.GUID)
	}
	if !got.Published.HasTime || got.Language != "de" {
		t.Errorf("got published %v, language %q", got.Published, got.Language)
	}
}

// A declaration that the document is in another encoding is not true any more
// when it gets here.
func TestOneIgnoresDeclaredEncoding(t *testing.T) {
	got := one(t, `<?xml version="1.0" encoding="iso-8859-1"?>`+rss("<title>Grüße</title>"))
	if got.Title != "Grüße" {
		t.Errorf("got %q", got.Title)
	}
}

// gofeed's detection looks at the first 4,096 bytes; the root may be longer.
func TestOneReadsLongRoot(t *testing.T) {
	pad := ` xmlns:x="` + strings.Repeat("x", 5000) + `"`
	got := one(t, strings.Replace(rss("<title>Ships</title>"), "<rss", "<rss"+pad, 1))
	if got.Title != "Ships" {
		t.Errorf("got %q", got.Title)
	}
}

func TestOneErrors(t *testing.T) {
	for name, test := range map[string]struct {
		document string
		format   schema.Format
		want     error
	}{
		"nothing":            {"", schema.FormatRSS, parse.ErrUnreadable},
		"no item":            {`<rss><channel><title>x</title></channel></rss>`, schema.FormatRSS, parse.ErrNoItem},
		"no entry":           {`<feed><title>x</title></feed>`, schema.FormatAtom, parse.ErrNoItem},
		"no items":           {`{"title":"x"}`, schema.FormatJSON, parse.ErrNoItem},
		"two items":          {`<rss><channel><item/><item/></channel></rss>`, schema.FormatRSS, parse.ErrManyItems},
		"empty item":         {rss(`<guid isPermaLink="false">17</guid><pubDate>x</pubDate>`), schema.FormatRSS, parse.ErrEmptyItem},
		"empty entry":        {atom(""), schema.FormatAtom, parse.ErrEmptyItem},
		"empty object":       {jsonFeed("{}"), schema.FormatJSON, parse.ErrEmptyItem},
		"null item":          {jsonFeed("null"), schema.FormatJSON, parse.ErrNoItem},
		"torn":               {`<rss><channel><item><title>x`, schema.FormatRSS, parse.ErrUnreadable},
		"torn JSON":          {`{"items":[{"title":"x`, schema.FormatJSON, parse.ErrUnreadable},
		"a page":             {`<html><body>x</body></html>`, schema.FormatRSS, parse.ErrUnreadable},
		"another format":     {atom("<title>x</title>"), schema.FormatRSS, parse.ErrUnreadable},
		"an empty sitemap":   {`<urlset/>`, schema.FormatSitemap, parse.ErrNoItem},
		"two addresses":      {`<urlset><url><loc>a</loc></url><url/></urlset>`, schema.FormatSitemap, parse.ErrManyItems},
		"an empty address":   {`<urlset><url/></urlset>`, schema.FormatSitemap, parse.ErrEmptyItem},
		"no sitemap":         {`<html><body>x</body></html>`, schema.FormatSitemap, parse.ErrNoItem},
		"a torn sitemap":     {`<urlset><url><loc>a`, schema.FormatSitemap, parse.ErrUnreadable},
		"an unknown format":  {rss("<title>x</title>"), "csv", parse.ErrUnreadable},
		"JSON but no object": {`[1,2]`, schema.FormatJSON, parse.ErrUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			i, err := parse.One([]byte(test.document), test.format, feedURL)
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if diff := cmp.Diff(parse.Item{}, i); diff != "" {
				t.Errorf("an item with an error: %s", diff)
			}
		})
	}
}

func TestFold(t *testing.T) {
	base := `<title>Ships</title><link>/a</link><description>They met.</description>` +
		`<pubDate>Mon, 10 Jan 2022 18:30:00 GMT</pubDate><comments>3</comments>`
	same := one(t, rss(base)).Fold()
	for name, test := range map[string]struct {
		old, new string
		same     bool
	}{
		"comments":          {"<comments>3", "<comments>4", true},
		"a category":        {"<comments>", "<category>Sea</category><comments>", true},
		"the date's form":   {"18:30:00 GMT", "18:30:00 +0000", true},
		"the date's offset": {"18:30:00 GMT", "19:30:00 +0100", false},
		"the date":          {"18:30", "18:31", false},
		"the headline":      {"Ships", "Boats", false},
		"the link":          {"/a", "/b", false},
		"the text":          {"met.", "parted.", false},
	} {
		t.Run(name, func(t *testing.T) {
			changed := one(t, rss(strings.Replace(base, test.old, test.new, 1))).Fold()
			if (changed == same) != test.same {
				t.Errorf("folds the same: %v, want %v", changed == same, test.same)
			}
		})
	}
	// A text that moves from one field to the next is another item.
	a, b := parse.Item{Title: "xy"}, parse.Item{Title: "x", Summary: "y"}
	if a.Fold() == b.Fold() {
		t.Error("the borders of fields are not hashed")
	}
}
