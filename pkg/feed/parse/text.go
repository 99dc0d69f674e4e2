package parse

import (
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"unicode"

	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// fullText are the names, without hyphens and in lower case, of elements that
// hold the full text where gofeed does not look.
var fullText = []string{"fulltext", "fullitem", "fullcontent", "encoded", "content", "body", "div", "articlebody"}

// summary finds the teaser.
func (e *entry) summary() string {
	if s := strings.TrimSpace(e.item.Description); s != "" {
		return s
	}
	s := first(e.custom("summary", "abstract", "teaser", "lead"), e.mediaDescription())
	if s != "" {
		e.repaired(RepairSummaryElement)
	}
	return s
}

// mediaDescription finds what Media RSS says of the item or of its files.
func (e *entry) mediaDescription() string {
	descriptions := extensions(e.item.Extensions, "media", "description")
	for _, group := range extensions(e.item.Extensions, "media", "group") {
		descriptions = append(descriptions, group.Children["description"]...)
	}
	for _, d := range descriptions {
		if s := strings.TrimSpace(d.Value); s != "" {
			return s
		}
	}
	return ""
}

// content finds the full text as HTML.
func (e *entry) content() string {
	switch {
	case e.rss != nil:
		return first(strings.TrimSpace(e.item.Content), e.fullText())
	case e.atom != nil:
		return e.atomContent()
	}
	if s := strings.TrimSpace(e.json.ContentHTML); s != "" {
		return s
	}
	return e.textToHTML(e.json.ContentText)
}

// fullText finds the full text where gofeed does not look.
func (e *entry) fullText() string {
	text := first(e.foreignText(), e.custom(fullText...))
	if text != "" {
		e.repaired(RepairFullText)
	}
	return text
}

// atomContent returns the content unless it is a picture or the like.
func (e *entry) atomContent() string {
	c := e.atom.Content
	if c == nil {
		return e.fullText()
	}
	switch kind := strings.ToLower(c.Type); {
	case kind == "text" || kind == "text/plain":
		return e.textToHTML(c.Value)
	case kind == "", strings.Contains(kind, "html"):
		return strings.TrimSpace(c.Value)
	}
	return ""
}

// custom returns the text of the first of the names that RSS does not have but
// the item does.
func (e *entry) custom(names ...string) string {
	if e.extra == nil && len(e.item.Custom) > 0 {
		e.extra = map[string]string{}
		for _, key := range slices.Sorted(maps.Keys(e.item.Custom)) {
			name := flat(key)
			e.extra[name] = first(e.extra[name], strings.TrimSpace(e.item.Custom[key]))
		}
	}
	for _, name := range names {
		if text := e.extra[name]; text != "" {
			return text
		}
	}
	return ""
}

// foreignText finds the full text in elements of other namespaces: that of
// Yandex, XHTML, Atom inside RSS, and any that names it so.
func (e *entry) foreignText() string {
	var found map[string]ext.Extension // by what orders them: rank, prefix, name
	for prefix, elements := range e.item.Extensions {
		for name, list := range elements {
			rank := slices.Index(fullText, flat(name))
			if i := slices.IndexFunc(list, hasContent); i >= 0 && rank >= 0 && holdsText(prefix, fullText[rank]) {
				if found == nil {
					found = map[string]ext.Extension{}
				}
				found[fmt.Sprintf("%02d %s %s", rank, prefix, name)] = list[i]
			}
		}
	}
	if found == nil {
		return ""
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if text := e.textOf(found[key]); text != "" {
			return text
		}
	}
	return ""
}

// holdsText reports whether an element holds the article, not a file beside it
// as media:content does.
func holdsText(prefix, name string) bool {
	switch name {
	case "content":
		return prefix == "atom" || prefix == "atom03"
	case "body", "div":
		return prefix == "xhtml"
	}
	return true
}

func hasContent(x ext.Extension) bool { return x.Value != "" || len(x.Children) > 0 }

// textOf returns the text of an element, or its markup where that was not
// escaped: gofeed keeps the children of an element without their order.
func (e *entry) textOf(x ext.Extension) string {
	if len(x.Children) == 0 {
		return strings.TrimSpace(x.Value)
	}
	return inner(e.document, strings.ToLower(x.Name))
}

// inner returns the markup inside the first child of the item of that name.
func inner(document []byte, name string) string {
	text, begin := "", -1
	walk(document, func(path []string, t markup.Token) bool {
		if inItem(path) != 2 || path[len(path)-1] != name {
			return true
		}
		if t.Kind == markup.Start && !t.Empty {
			begin = t.Stop
		} else if t.Kind == markup.End && begin >= 0 {
			text = string(document[begin:t.Pos])
		}
		return text == ""
	})
	return strings.TrimSpace(strings.NewReplacer("<xhtml:", "<", "</xhtml:", "</").Replace(text))
}

// flat brings the name of an element to one spelling.
func flat(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// textToHTML makes HTML of plain text: an empty line starts a paragraph.
func (e *entry) textToHTML(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return ""
	}
	e.repaired(RepairPlainText)
	text = strings.ReplaceAll(html.EscapeString(text), "\n\n", "</p><p>")
	return "<p>" + strings.ReplaceAll(text, "\n", "<br>") + "</p>"
}
