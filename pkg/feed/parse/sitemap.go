package parse

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
)

// sitemap is a document of the Sitemaps protocol 0.9 with the extensions for
// news, images and video. gofeed does not read those. Elements are found by
// their local names: publishers get the namespaces wrong.
type sitemap struct {
	URLs []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
	News    struct {
		Publication struct {
			Name     string `xml:"name"`
			Language string `xml:"language"`
		} `xml:"publication"`
		Date     string `xml:"publication_date"`
		Title    string `xml:"title"`
		Keywords string `xml:"keywords"`
		Genres   string `xml:"genres"`
	} `xml:"news"`
	Images []struct {
		Loc     string `xml:"loc"`
		Title   string `xml:"title"`
		Caption string `xml:"caption"`
	} `xml:"image"`
	Videos []struct {
		Title     string `xml:"title"`
		Thumbnail string `xml:"thumbnail_loc"`
		Content   string `xml:"content_loc"`
	} `xml:"video"`
}

// readSitemap reads a news sitemap of one address.
func readSitemap(document []byte, base string) (Item, error) {
	var s sitemap
	d := xml.NewDecoder(strings.NewReader(string(withoutDeclaration(document))))
	d.Strict = false
	if err := d.Decode(&s); err != nil {
		return Item{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	switch n := len(s.URLs); {
	case n == 0:
		return Item{}, ErrNoItem
	case n > 1:
		return Item{}, fmt.Errorf("%w: %d", ErrManyItems, n)
	}
	return s.URLs[0].item(base), nil
}

// item is what a sitemap says of an article. Its text is on its page only.
func (u sitemapURL) item(base string) Item {
	i := Item{
		FeedTitle:  plain(u.News.Publication.Name),
		Link:       resolve(base, strings.TrimSpace(u.Loc)),
		Title:      plain(u.News.Title),
		Categories: u.keywords(),
		Media:      u.media(base),
		Language:   normalTag(u.News.Publication.Language),
		Base:       base,
	}
	if i.Language != "" {
		i.LanguageSource = "item"
	}
	i.Published, _ = date.ParseIn(u.News.Date, i.Language)
	i.Updated, _ = date.ParseIn(u.LastMod, i.Language)
	return i
}

func (u sitemapURL) keywords() []string {
	words := strings.Split(u.News.Keywords, ",")
	for i, word := range words {
		words[i] = plain(word)
	}
	return distinct(words)
}

func (u sitemapURL) media(base string) []schema.Media {
	var found []schema.Media
	for _, image := range u.Images {
		found = append(found, schema.Media{URL: image.Loc, Caption: plain(first(image.Caption, image.Title))})
	}
	for _, video := range u.Videos {
		found = append(found, schema.Media{URL: first(video.Content, video.Thumbnail), Caption: plain(video.Title)})
	}
	return (&entry{scope: newScope(base)}).distinctMedia(found)
}
