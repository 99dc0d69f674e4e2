package parse

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/dateline-news/dateline/pkg/schema"
)

// media finds pictures, sound and video: those of Media RSS with what describes
// them, enclosures, and the item's own picture.
func (e *entry) media() []schema.Media {
	found := mediaIn(ext.Extension{Children: e.item.Extensions["media"]}, schema.Media{})
	inMediaRSS := len(found)
	found = append(found, e.enclosures()...)
	if e.item.ITunesExt != nil {
		found = append(found, schema.Media{URL: e.item.ITunesExt.Image})
	}
	if e.json != nil {
		found = append(found, schema.Media{URL: e.json.Image}, schema.Media{URL: e.json.BannerImage})
	}
	if image := e.custom("image", "thumbnail"); isWeb(image) {
		found = append(found, schema.Media{URL: image})
	}
	kept := e.distinctMedia(found)
	if inMediaRSS > 0 && len(kept) > 0 || len(kept) > len(e.item.Enclosures) {
		e.repaired(RepairMedia)
	}
	return kept
}

// enclosures returns the files that the format itself knows. gofeed drops the
// titles that they have in JSON Feed.
func (e *entry) enclosures() []schema.Media {
	var found []schema.Media
	for i, x := range e.item.Enclosures {
		m := schema.Media{URL: x.URL, Type: x.Type}
		if e.json != nil {
			m.Caption = plain((*e.json.Attachments)[i].Title)
		}
		found = append(found, m)
	}
	return found
}

// mediaIn reads the files in an element and in its groups. What is said of the
// whole holds for each file that does not say it itself.
func mediaIn(x ext.Extension, outer schema.Media) []schema.Media {
	about := schema.Media{
		Credit:  first(childText(x, "credit"), outer.Credit),
		Caption: first(childText(x, "description"), childText(x, "text"), outer.Caption),
	}
	var found []schema.Media
	for _, name := range []string{"content", "thumbnail"} {
		for _, c := range x.Children[name] {
			found = append(found, schema.Media{
				URL:     c.Attrs["url"],
				Type:    c.Attrs["type"],
				Width:   pixels(c.Attrs["width"]),
				Height:  pixels(c.Attrs["height"]),
				Credit:  first(childText(c, "credit"), about.Credit),
				Caption: first(childText(c, "description"), childText(c, "text"), childText(c, "title"), about.Caption),
			})
			found = append(found, mediaIn(c, about)...)
		}
	}
	for _, group := range x.Children["group"] {
		found = append(found, mediaIn(group, about)...)
	}
	return found
}

// childText returns the text of the first child of that name that has one.
func childText(x ext.Extension, name string) string {
	for _, c := range x.Children[name] {
		if text := plain(c.Value); text != "" {
			return text
		}
	}
	return ""
}

// distinctMedia makes addresses absolute, drops what has none or is a web page,
// and merges what is there twice.
func (e *entry) distinctMedia(found []schema.Media) []schema.Media {
	var kept []schema.Media
	for _, m := range found {
		written := m.URL
		m.URL = resolve(e.scope.itemBase, m.URL)
		m.Type = mediaType(m)
		if m.URL == "" || m.Type == "text/html" {
			continue
		}
		if m.URL != strings.TrimSpace(written) && !isWeb(tidy(written)) {
			e.repaired(RepairBase)
		}
		if i := slices.IndexFunc(kept, func(k schema.Media) bool { return k.URL == m.URL }); i >= 0 {
			kept[i] = merge(kept[i], m)
		} else if len(kept) < maxList {
			kept = append(kept, m)
		}
	}
	return kept
}

func merge(m, more schema.Media) schema.Media {
	m.Type = first(m.Type, more.Type)
	m.Credit = first(m.Credit, more.Credit)
	m.Caption = first(m.Caption, more.Caption)
	m.Width = cmp.Or(m.Width, more.Width)
	m.Height = cmp.Or(m.Height, more.Height)
	return m
}

// mediaType returns the declared type, if it is one, or that of the file name.
func mediaType(m schema.Media) string {
	declared, _, _ := strings.Cut(strings.ToLower(m.Type), ";")
	if declared = strings.TrimSpace(declared); strings.Contains(declared, "/") {
		return declared
	}
	u, err := url.Parse(m.URL)
	if err != nil {
		return ""
	}
	switch name := strings.TrimPrefix(strings.ToLower(path.Ext(u.Path)), "."); name {
	case "jpg", "jpeg":
		return "image/jpeg"
	case "png", "gif", "webp", "avif":
		return "image/" + name
	case "svg":
		return "image/svg+xml"
	case "mp3":
		return "audio/mpeg"
	case "m4a":
		return "audio/mp4"
	case "ogg":
		return "audio/ogg"
	case "mp4", "webm":
		return "video/" + name
	}
	return ""
}

// pixels reads a width or a height, 0 when it is none.
func pixels(s string) int {
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(s), "px"), 64)
	if err != nil || !(n >= 1 && n <= 1<<16) {
		return 0
	}
	return int(n)
}
