package parse_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

var formats = []schema.Format{schema.FormatRSS, schema.FormatAtom, schema.FormatJSON, schema.FormatSitemap}

func FuzzOne(f *testing.F) {
	for _, seed := range []string{
		rss(`<title>a &amp;lt;b&amp;gt;</title><link>/1</link><pubDate>Mon, 10 Jan 2022 18:30:00 GMT+2</pubDate>`),
		rss(`<yandex:full-text>a <b>b</b></yandex:full-text><media:group><media:content url="a.jpg"/></media:group>`),
		rss(`<guid>http://a.example/</guid><dc:creator>a@b (C)</dc:creator><pubDate><time datetime="x"/></pubDate>`),
		atom(`<title type="xhtml"><div>x</div></title><link xml:base="http://b.example/" xml:lang="fr" href="%"/>`),
		atom(`<content type="html" xml:base="//x" src="y">&lt;p</content>`),
		jsonFeed(`{"title":1,"tags":"a,b","author":"c","image":{"url":"d"},"attachments":{}}`),
		`{"items":[null,{"authors":[null,[]]}]}`,
		sitemap(`<loc>/1</loc><lastmod>2024-01-02</lastmod><news:news><news:title>x &amp;lt;</news:title><news:keywords>a,,b</news:keywords></news:news>`),
		sitemap(`<image:image><image:loc>%</image:loc></image:image><video:video><video:title><![CDATA[x]]></video:title></video:video>`),
	} {
		for i := range formats {
			f.Add([]byte(seed), byte(i), feedURL)
		}
	}
	f.Fuzz(func(t *testing.T, document []byte, format byte, base string) {
		if _, err := parse.Head(document, formats[int(format)%len(formats)], base); err != nil && !known(err) {
			t.Errorf("an error of no kind: %v", err)
		}
		item, err := parse.One(document, formats[int(format)%len(formats)], base)
		if err != nil {
			if !known(err) {
				t.Errorf("an error of no kind: %v", err)
			}
			if strings.Contains(err.Error(), "panicked") {
				t.Error(err)
			}
			return
		}
		checkItem(t, item, utf8.Valid(document))
	})
}

func known(err error) bool {
	for _, kind := range []error{parse.ErrUnreadable, parse.ErrNoItem, parse.ErrManyItems, parse.ErrEmptyItem} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// checkItem checks what holds for every item.
func checkItem(t *testing.T, i parse.Item, valid bool) {
	t.Helper()
	for _, line := range append(append([]string{i.Title, i.FeedTitle}, i.Authors...), i.Categories...) {
		if strings.Join(strings.Fields(line), " ") != line {
			t.Errorf("not one line: %q", line)
		}
		if valid && !utf8.ValidString(line) {
			t.Errorf("not UTF-8: %q", line)
		}
	}
	links := []string{i.Link, i.FeedLink}
	for _, m := range i.Media {
		links = append(links, m.URL)
	}
	for _, link := range links {
		if u, err := url.Parse(link); link != "" && (err != nil || !u.IsAbs() || u.Host == "") {
			t.Errorf("link is not absolute: %q", link)
		}
	}
	for _, name := range i.Repairs {
		if !slices.Contains(vocabulary, name) {
			t.Errorf("repair %q is not of the vocabulary", name)
		}
	}
	if len(i.Authors) > 64 || len(i.Categories) > 64 || len(i.Media) > 64 {
		t.Error("a list is too long")
	}
	if i.Title == "" && i.Link == "" && i.Summary == "" && i.Content == "" {
		t.Error("an empty item")
	}
}
