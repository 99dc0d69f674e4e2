package page

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// The bounds of what is looked at in the JSON of a page.
const (
	maxObjects   = 2_000
	maxDataDepth = 24
	maxAuthors   = 16
)

// object is an object of JSON-LD.
type object map[string]any

// graph is the objects of a page's JSON-LD.
type graph struct {
	objects []object
	byID    map[string]object
}

// readGraph reads the JSON-LD documents of a page, broken ones as far as they go.
func readGraph(documents []string) graph {
	g := graph{byID: map[string]object{}}
	for _, document := range documents {
		decoder := json.NewDecoder(bytes.NewReader(mendJSON(document)))
		for {
			var value any
			if decoder.Decode(&value) != nil {
				break
			}
			g.add(value, 0)
		}
	}
	return g
}

// add adds the objects of a value, the outer before the inner.
func (g *graph) add(value any, depth int) {
	if depth > maxDataDepth || len(g.objects) >= maxObjects {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			g.add(each, depth+1)
		}
	case map[string]any:
		o := object(v)
		g.keep(o)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "author", "publisher", "hasPart", "itemReviewed", "itemListElement", "item"} {
			g.add(v[key], depth+1)
		}
	}
}

// keep keeps an object that says what it is, and its name for others.
func (g *graph) keep(o object) {
	if len(o.types()) > 0 {
		g.objects = append(g.objects, o)
	}
	if id := o.text("@id"); id != "" && len(o) > 1 && g.byID[id] == nil {
		g.byID[id] = o
	}
}

// article is the object that describes the article of the page, nil when there is
// none: of those of an article's type, the first that says that it is the page's,
// else the first with a headline, else the first.
func (g *graph) article(address, headline string) object {
	var best object
	rank := 0
	for _, o := range g.objects {
		if !o.isArticle() {
			continue
		}
		r := 1
		if o.text("headline", "name") != "" {
			r = 2
		}
		if address != "" && (samePage(o.link("mainEntityOfPage"), address) || samePage(o.link("url"), address)) {
			r = 3
		}
		if headline != "" && same(o.text("headline", "name"), headline) {
			r = 4
		}
		if r > rank {
			best, rank = o, r
		}
	}
	return best
}

// samePage reports whether two addresses are the same but for scheme, query and
// fragment.
func samePage(a, b string) bool {
	bare := func(s string) string {
		_, rest, _ := strings.Cut(s, "://")
		if i := strings.IndexAny(rest, "?#"); i >= 0 {
			rest = rest[:i]
		}
		return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
	}
	return bare(a) != "" && bare(a) == bare(b)
}

// resolve is the object that another refers to by its @id, or itself.
func (g *graph) resolve(value any) any {
	v, ok := value.(map[string]any)
	if !ok {
		return value
	}
	if target := g.byID[object(v).text("@id")]; target != nil {
		return map[string]any(target)
	}
	return v
}

// names are the names of people or organizations, which may be texts, objects, or
// lists of either.
func (g *graph) names(value any) []string {
	var found []string
	switch v := g.resolve(value).(type) {
	case string:
		found = append(found, v)
	case []any:
		for _, each := range v[:min(len(v), maxAuthors)] {
			if _, list := each.([]any); !list {
				found = append(found, g.names(each)...)
			}
		}
	case map[string]any:
		found = append(found, g.names(v["name"])...)
	}
	return found
}

// types are what an object says it is, without the vocabulary's address.
func (o object) types() []string {
	var types []string
	add := func(v any) {
		if s, ok := v.(string); ok {
			types = append(types, s[1+strings.LastIndexAny(s, "/:#"):])
		}
	}
	switch v := o["@type"].(type) {
	case string:
		add(v)
	case []any:
		for _, each := range v[:min(len(v), 8)] {
			add(each)
		}
	}
	return types
}

func (o object) isArticle() bool {
	for _, t := range o.types() {
		switch t {
		case "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BackgroundNewsArticle",
			"ReviewNewsArticle", "AskPublicNewsArticle", "LiveBlogPosting", "BlogPosting", "SocialMediaPosting", "TechArticle",
			"ScholarlyArticle", "AdvertiserContentArticle", "SatiricalArticle", "Report", "Review", "Posting":
			return true
		}
	}
	return false
}

// text is the first of some members that is a text or holds one.
func (o object) text(keys ...string) string {
	for _, key := range keys {
		if s := textOf(o[key], 0); s != "" {
			return s
		}
	}
	return ""
}

func textOf(value any, depth int) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		if len(v) > 0 && depth < 3 {
			return textOf(v[0], depth+1)
		}
	case map[string]any:
		if depth < 3 {
			return textOf(v["@value"], depth+1)
		}
	}
	return ""
}

// link is the address in a member, which may be a text, an object or a list.
func (o object) link(key string) string {
	value := o[key]
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	if v, ok := value.(map[string]any); ok {
		return object(v).text("url", "@id", "contentUrl")
	}
	return textOf(value, 0)
}

// mendJSON takes from a document what publishers put into it that is no JSON:
// comments around it, controls in texts, commas before a closing bracket.
func mendJSON(document string) []byte {
	s := unwrap(document)
	out := make([]byte, 0, len(s))
	quoted, escaped := false, false
	for i := range len(s) {
		c := s[i]
		switch {
		case c < ' ':
			c = ' '
		case escaped:
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '}' || c == ']'):
			out = bytes.TrimRight(out, " ")
			out = bytes.TrimSuffix(out, []byte(","))
		}
		escaped = quoted && !escaped && c == '\\'
		out = append(out, c)
	}
	return out
}

// unwrap is a document without the comments and sections around it.
func unwrap(document string) string {
	s := strings.TrimSpace(document)
	for _, wrapper := range []string{"<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA["} {
		s = strings.TrimSpace(strings.TrimPrefix(s, wrapper))
	}
	for _, wrapper := range []string{"-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", "//", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, wrapper))
	}
	return s
}
