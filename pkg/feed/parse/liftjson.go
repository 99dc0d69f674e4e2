package parse

import (
	"bytes"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed/json"

	"github.com/dateline-news/dateline/pkg/feed/internal/jsontext"
)

// liftedJSON is a JSON Feed of one item, cheap to read, and the texts that were
// taken out of it: gofeed reads a text five times, and tries all layouts on a date
// twice.
type liftedJSON struct {
	document []byte // what is left
	feed     json.Feed
	item     json.Item
}

// bareJSON is what is left of a feed and an item that are texts alone.
const bareJSON = `{"items":[{}]}`

// liftJSON lifts the texts out of a JSON Feed. It does so only where it is sure
// that they are read just so otherwise: the document has one item, and none of
// their names twice or in other letters. Any other comes back as it is.
func liftJSON(document []byte) *liftedJSON {
	l := &liftedJSON{document: make([]byte, 0, 256)}
	feed := jsonObject{lifted: l, texts: feedTexts(&l.feed), isFeed: true}
	end, ok := feed.walk(document, jsontext.Skip(document, 0, ""))
	if !ok || !feed.hasItem || jsontext.Skip(document, end, "") < len(document) {
		return &liftedJSON{document: document}
	}
	return l
}

// restore puts the texts back into a feed and its one item.
func (l *liftedJSON) restore(f *json.Feed) {
	fill(feedTexts(f), feedTexts(&l.feed))
	if len(f.Items) == 1 {
		fill(itemTexts(f.Items[0]), itemTexts(&l.item))
	}
}

// jsonText is a member of an object that is to be a text.
type jsonText struct {
	name string
	text *string
	seen bool
}

func feedTexts(f *json.Feed) []jsonText {
	return []jsonText{
		{name: "version", text: &f.Version}, {name: "title", text: &f.Title}, {name: "home_page_url", text: &f.HomePageURL}, {name: "feed_url", text: &f.FeedURL},
		{name: "description", text: &f.Description}, {name: "user_comment", text: &f.UserComment}, {name: "next_url", text: &f.NextURL},
		{name: "icon", text: &f.Icon}, {name: "favicon", text: &f.Favicon}, {name: "language", text: &f.Language},
	}
}

func itemTexts(i *json.Item) []jsonText {
	return []jsonText{
		{name: "id", text: &i.ID}, {name: "url", text: &i.URL}, {name: "external_url", text: &i.ExternalURL}, {name: "title", text: &i.Title},
		{name: "content_html", text: &i.ContentHTML}, {name: "content_text", text: &i.ContentText}, {name: "summary", text: &i.Summary},
		{name: "image", text: &i.Image}, {name: "banner_image", text: &i.BannerImage}, {name: "language", text: &i.Language},
		{name: "date_published", text: &i.DatePublished}, {name: "date_modified", text: &i.DateModified},
	}
}

// fill puts the texts of one object into another of its kind.
func fill(to, from []jsonText) {
	for n := range to {
		*to[n].text = first(*from[n].text, *to[n].text)
	}
}

// jsonObject is the walk over the feed or over its item.
type jsonObject struct {
	lifted  *liftedJSON
	texts   []jsonText
	isFeed  bool
	hasItem bool
}

// walk lifts the texts out of the object at i, and returns where it ends. False
// says that it is not to be lifted.
func (o *jsonObject) walk(doc []byte, i int) (end int, ok bool) {
	if i >= len(doc) || doc[i] != '{' {
		return 0, false
	}
	o.write("{")
	for {
		key, value, ok := jsontext.Key(doc, jsontext.Skip(doc, i+1, ""))
		if !ok {
			return 0, false
		}
		end, whole := jsontext.ValueEnd(doc, value)
		if !whole || end == value || !o.member(key, doc[value:end]) {
			return 0, false
		}
		i = jsontext.Skip(doc, end, "")
		switch {
		case i < len(doc) && doc[i] == '}':
			o.write("}")
			return i + 1, true
		case i == len(doc) || doc[i] != ',':
			return 0, false
		}
	}
}

// member takes a member, whose name is in quotes.
func (o *jsonObject) member(key, value []byte) (ok bool) {
	name := string(key[1 : len(key)-1])
	n := slices.IndexFunc(o.texts, func(t jsonText) bool { return t.name == name })
	switch {
	case o.isFeed && name == "items":
		return o.item(value)
	case n < 0:
		return o.other(name, value)
	case o.texts[n].seen:
		return false
	}
	t := &o.texts[n]
	t.seen = true
	switch {
	case value[0] == '"':
		*t.text, ok = jsontext.Unquote(value)
		return ok
	case string(value) != "null":
		o.keep(name, value)
	}
	return true
}

// item lifts the texts out of the one item of a list.
func (o *jsonObject) item(list []byte) bool {
	if o.hasItem || list[0] != '[' {
		return false
	}
	o.hasItem = true
	o.keep("items", []byte{'['})
	item := jsonObject{lifted: o.lifted, texts: itemTexts(&o.lifted.item)}
	end, ok := item.walk(list, jsontext.Skip(list, 1, ""))
	o.write("]")
	return ok && string(bytes.TrimSpace(list[end:])) == "]"
}

// other keeps a member that is no text, unless it is an extension, or its name
// may be taken for another.
func (o *jsonObject) other(name string, value []byte) bool {
	isAlike := func(t jsonText) bool { return strings.EqualFold(t.name, name) }
	switch {
	case strings.Contains(name, `\\`), strings.EqualFold(name, "items"), slices.ContainsFunc(o.texts, isAlike):
		return false
	case !strings.HasPrefix(name, "_") || !jsontext.Valid(value):
		o.keep(name, value)
	}
	return true
}

// keep writes a member to what is left.
func (o *jsonObject) keep(name string, value []byte) {
	if left := o.lifted.document; left[len(left)-1] != '{' {
		o.write(",")
	}
	o.write(`"` + name + `":`)
	o.write(string(value))
}

func (o *jsonObject) write(s string) { o.lifted.document = append(o.lifted.document, s...) }
