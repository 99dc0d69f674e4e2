package cut

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/internal/jsontext"
	"github.com/dateline-news/dateline/pkg/schema"
)

// member is a member of a JSON object, as written.
type member struct{ key, value []byte }

// jsonCutter is the state of one walk over a JSON Feed.
type jsonCutter struct {
	doc     []byte
	header  []member
	items   []span
	damaged map[int]bool // of items, those that are no valid JSON
	found   bool         // the member items
	torn    int          // where a torn last item starts, or -1
	ended   bool         // the document object ended
	budget  int          // bytes that may still be looked at; see cutItems

	elements func(i int) (end int) // takes the items, the first of which is from i on
	resumes  *regexp.Regexp
}

func newJSONCutter(doc []byte) *jsonCutter {
	return &jsonCutter{doc: doc, header: make([]member, 0, 16), torn: -1, budget: 8 * len(doc)}
}

func cutJSON(doc []byte, start int) (Document, error) {
	c := newJSONCutter(doc)
	c.elements = c.cutItems
	c.object(start + 1)
	if !c.found {
		c.lostItems(start)
	}
	c.header = slices.DeleteFunc(c.header, func(m member) bool { return !jsontext.Valid(m.key) || !jsontext.Valid(m.value) })
	if !c.isFeed() {
		return Document{}, notFeed(doc, c.describe())
	}
	d := Document{Format: schema.FormatJSON, Torn: !c.ended, tail: "]}"}
	for _, s := range c.items {
		d.Items = append(d.Items, doc[s.pos:s.stop:s.stop])
	}
	if c.torn >= 0 {
		if region := wholeMembers(doc[c.torn:]); region != nil {
			c.damage(len(d.Items))
			d.Items = append(d.Items, slices.Clip(region))
			d.TornItem = true
		}
	}
	d.damaged = c.damaged
	d.Header = c.write(headerLimit(len(d.Items)))
	return d, nil
}

// lostItems looks for the items of a document whose header is damaged: where
// they are said to be, or else at the first object with a member of an item.
func (c *jsonCutter) lostItems(start int) {
	if loc := itemsMember.FindIndex(c.doc[start:]); loc != nil {
		c.object(c.cutItems(start + loc[1]))
	} else if loc := itemObject.FindSubmatchIndex(c.doc[start:]); loc != nil && bytes.Contains(c.doc, []byte("jsonfeed.org")) {
		c.object(c.cutItems(start + loc[2]))
	}
}

// itemObject is the start of an item: no other object of a JSON Feed has these.
var itemObject = regexp.MustCompile(`(\{)\s*"(?:id|title|content_html|content_text|date_published|external_url)"\s*:`)

var itemsMember = regexp.MustCompile(`"items"\s*:\s*\[`)

// object reads the members of the document object from i on.
func (c *jsonCutter) object(i int) {
	for {
		i = jsontext.Skip(c.doc, i, ",")
		if i >= len(c.doc) {
			return
		}
		if c.doc[i] == '}' {
			c.ended = true
			return
		}
		i = max(i+1, c.member(i))
	}
}

// member reads the member at i and returns where it ends.
func (c *jsonCutter) member(i int) int {
	k, value, ok := jsontext.Key(c.doc, i)
	if !ok { // Damaged: look for the next one.
		if c.doc[i] == '"' {
			i, _ = jsontext.StringEnd(c.doc, i)
		}
		return i
	}
	if string(k) == `"items"` && !c.found && bytes.HasPrefix(c.doc[value:], []byte("[")) {
		c.found = true
		return c.elements(value + 1)
	}
	end, whole := jsontext.ValueEnd(c.doc, value)
	if whole {
		c.header = append(c.header, member{key: k, value: c.doc[value:end]})
	}
	return end
}

// cutItems cuts the elements of the array that starts before i, and returns
// where it ends. A damaged element ends where the next one seems to start; as
// it may have to be looked at again from there, a budget keeps that linear.
func (c *jsonCutter) cutItems(i int) int {
	c.found = true
	for {
		i = jsontext.Skip(c.doc, i, ",}:")
		if i >= len(c.doc) || c.doc[i] == ']' {
			return i + 1
		}
		end, whole := jsontext.ValueEnd(c.doc, i)
		c.budget -= end - i
		if c.budget < 0 {
			return len(c.doc)
		}
		isValid := whole && jsontext.Valid(c.doc[i:end])
		if !isValid {
			if next := c.nextItem(i); next > 0 {
				end, whole = next, true
			}
		}
		if !whole {
			c.torn = i
			return len(c.doc)
		}
		stop := i + len(bytes.TrimRight(c.doc[i:end], ", \t\r\n"))
		if stop > i {
			if !isValid {
				c.damage(len(c.items))
			}
			c.items = append(c.items, span{pos: i, stop: stop})
		}
		i = max(end, i+1)
	}
}

func (c *jsonCutter) damage(item int) {
	if c.damaged == nil {
		c.damaged = map[int]bool{}
	}
	c.damaged[item] = true
}

// nextItem returns where the item behind the one at i seems to start: at an
// object behind a comma with the same first member as the first item. Inside of
// a string its quotes would be escaped.
func (c *jsonCutter) nextItem(i int) int {
	if c.resumes == nil {
		start := i
		if len(c.items) > 0 {
			start = c.items[0].pos
		}
		k, _, ok := jsontext.Key(c.doc, jsontext.Skip(c.doc, start+1, ""))
		if !ok {
			return -1
		}
		c.resumes = regexp.MustCompile(`,\s*(\{)\s*` + regexp.QuoteMeta(string(k)) + `\s*:`)
	}
	m := c.resumes.FindSubmatchIndex(c.doc[i+1:])
	if m == nil {
		c.budget -= len(c.doc) - i
		return -1
	}
	c.budget -= m[1]
	return i + 1 + m[2]
}

// isFeed reports whether the object says that it is a JSON Feed, or looks like
// one that leaves that out.
func (c *jsonCutter) isFeed() bool {
	return c.versioned() ||
		c.found && (c.value("feed_url") != nil || c.value("home_page_url") != nil) ||
		c.found && !c.ended && c.value("title") != nil
}

func (c *jsonCutter) versioned() bool {
	return bytes.Contains(c.value("version"), []byte("jsonfeed.org"))
}

func (c *jsonCutter) value(name string) []byte {
	for _, m := range c.header {
		if string(m.key) == `"`+name+`"` && jsontext.Valid(m.value) {
			return bytes.ReplaceAll(m.value, []byte(`\/`), []byte("/"))
		}
	}
	return nil
}

func (c *jsonCutter) describe() string {
	var keys []string
	for _, m := range c.header[:min(len(c.header), 5)] {
		keys = append(keys, fmt.Sprintf("%.40s", m.key))
	}
	return "a JSON object with the members " + strings.Join(keys, ", ")
}

// write writes the header of a JSON Feed, within limit.
func (c *jsonCutter) write(limit int) []byte {
	size := 0
	for _, m := range c.header {
		size += len(m.key) + len(m.value) + 2
	}
	out := []byte("{")
	var seen []string
	if !c.versioned() {
		out = append(out, `"version":"https://jsonfeed.org/version/1.1",`...)
		seen = append(seen, "version")
	}
	for _, m := range c.header {
		name := strings.Trim(string(m.key), `"`)
		fits := size <= limit || essential(name) && len(out)+len(m.key)+len(m.value)+2 <= limit
		if !fits || name == "items" || slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		out = append(out, m.key...)
		out = append(out, ':')
		out = append(out, m.value...)
		out = append(out, ',')
	}
	return append(out, `"items":[`...)
}

// wholeMembers returns a torn item up to the end of its last whole member, nil
// when these are not enough to know the item by.
func wholeMembers(region []byte) []byte {
	stop, has := 0, make(map[string]bool)
	for i := 1; ; i = stop {
		k, value, ok := jsontext.Key(region, jsontext.Skip(region, i, ","))
		if !ok {
			break
		}
		end, whole := jsontext.ValueEnd(region, value)
		if !whole || end == len(region) || !jsontext.Valid(region[value:end]) {
			break
		}
		has[string(k)] = true
		stop = end
	}
	if !has[`"title"`] || !has[`"url"`] && !has[`"id"`] {
		return nil
	}
	return region[:stop]
}
