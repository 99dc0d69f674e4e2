package page

import (
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// facts is what the head and the data of a page say of its article.
type facts struct {
	*tree
	graph
	data object // of the article; nil when there is none
	base *url.URL
	hint Hint

	titles    []string // what the page may call its article, folded, the best first
	summaries []string // what the feed and the page say of it in short
}

// maxSayings is how many of its titles and descriptions of a page are looked for
// in its text.
const maxSayings = 12

func newFacts(t *tree, address string, hint Hint) *facts {
	f := &facts{tree: t, graph: readGraph(t.data), hint: hint}
	f.base, _ = url.Parse(address)
	if own := f.resolveURL(t.home); own != "" {
		f.base, _ = url.Parse(own)
	}
	f.data = f.article(address, hint.Headline)
	for _, headline := range f.headlines() {
		if folded := text.Fold(headline); folded != "" {
			f.titles = append(f.titles, folded)
		}
	}
	f.summaries = f.descriptions()
	return f
}

// page is what the facts say, without the text.
func (f *facts) page() Page {
	published := f.published()
	return Page{
		Byline: f.authors(), Published: published.Date, DateSource: published.source, Modified: f.modified().Date,
		Section: f.section(), Publisher: f.publisher(), Canonical: f.linkTo("canonical", ""), AMP: f.linkTo("amphtml", ""),
		Image: f.image(), Language: f.lang(), Paywalled: f.paywalled(), Rights: f.rights(),
	}
}

// metas are the contents of the meta elements of some names, in the order of the
// names.
func (f *facts) metas(names ...string) []string {
	var found []string
	for _, name := range names {
		for _, m := range f.meta {
			if m.name == name && strings.TrimSpace(m.value) != "" {
				found = append(found, m.value)
			}
		}
	}
	return found
}

// first is the first of some texts that says something, cleaned.
func first(texts ...string) string {
	for _, s := range texts {
		if s = line(s); s != "" {
			return s
		}
	}
	return ""
}

// line is a clean line of a value that may hold markup or escaped references.
func line(s string) string {
	if len(s) > maxLine {
		s = strings.ToValidUTF8(s[:maxLine], "")
	}
	if strings.ContainsAny(s, "&") {
		s = html.UnescapeString(s)
	}
	if strings.Contains(s, "<") && strings.Contains(s, ">") {
		s = strings.Join(text.Texts(text.Paragraphs(s)), " ")
	}
	return schema.Clean(s)
}

// maxLine is the bytes of a value of the head.
const maxLine = 4 << 10

func (f *facts) metaFirst(names ...string) string { return first(f.metas(names...)...) }

// headlines are what the page may call its article, the best first.
func (f *facts) headlines() []string {
	found := []string{f.hint.Headline, f.data.text("headline"), f.data.text("name")}
	found = append(found, f.metas("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title")...)
	return clean(append(found, f.withoutSite(line(f.title))))
}

// clean are the first of some texts, cleaned, each once, without empty ones.
func clean(texts []string) []string {
	var found []string
	for _, s := range texts {
		if s = line(s); s != "" && len(found) < maxSayings && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// withoutSite is the title of a page without what stands behind the last bar or
// dash, where that is the shorter part.
func (f *facts) withoutSite(title string) string {
	if named := f.withoutName(title); named != title {
		return named
	}
	if i, _ := lastBar(title); i*2 > len(title) {
		return strings.TrimSpace(title[:i])
	}
	return title
}

// withoutName is a title without the name of the site behind a bar or a dash.
func (f *facts) withoutName(title string) string {
	i, rest := lastBar(title)
	if i <= 0 || rest == "" {
		return title
	}
	host := ""
	if f.base != nil {
		host = strings.TrimPrefix(f.base.Hostname(), "www.")
	}
	if same(rest, f.publisher()) || same(rest, host) {
		return strings.TrimSpace(title[:i])
	}
	return title
}

// lastBar is where in a title its last bar or dash is, and what stands behind it.
func lastBar(title string) (at int, rest string) {
	for _, bar := range [...]string{" | ", " - ", " – ", " — ", " :: ", " » "} {
		if i := strings.LastIndex(title, bar); i > at {
			at, rest = i, title[i+len(bar):]
		}
	}
	return at, rest
}

// descriptions are the feed's summary and the page's own.
func (f *facts) descriptions() []string {
	found := []string{f.hint.Summary, f.data.text("description"), f.data.text("abstract"), f.data.text("alternativeHeadline")}
	return clean(append(found, f.metas("og:description", "description", "twitter:description", "sailthru.description", "dc.description", "dcterms.description", "dcterms.abstract", "parsely-description", "lp.article:description", "cxenseparse:recs:articlelead", "article:description")...))
}

func (f *facts) publisher() string {
	return first(append(f.metas("og:site_name", "application-name", "publisher", "dc.publisher", "dcterms.publisher", "apple-mobile-web-app-title"),
		f.names(f.data["publisher"])...)...)
}

func (f *facts) section() string {
	return first(append([]string{f.data.text("articleSection")}, f.metas("article:section", "parsely-section", "section", "og:article:section", "sailthru.section", "cxenseparse:recs:articlesection", "news:section")...)...)
}

// authors are the names of those who wrote the article.
func (f *facts) authors() []string {
	found := f.names(f.data["author"])
	if len(found) == 0 {
		found = f.names(f.data["creator"])
	}
	if len(found) == 0 {
		found = f.metas("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "og:article:author", "cxenseparse:author", "citation_author", "article:author_name")
	}
	var names []string
	for _, name := range found {
		for _, part := range f.people(line(name)) {
			if !slices.Contains(names, part) && len(names) < maxAuthors {
				names = append(names, part)
			}
		}
	}
	return names
}

// people are the names in a byline.
func (f *facts) people(byline string) []string {
	for _, opening := range []string{"By ", "by ", "BY ", "Von ", "von ", "Par ", "Por ", "Di ", "Door ", "Av ", "Af "} {
		byline = strings.TrimPrefix(byline, opening)
	}
	if strings.Contains(byline, "://") || strings.HasPrefix(byline, "www.") || len(byline) > 300 {
		return nil
	}
	for _, word := range []string{" and ", " und ", " et ", " y ", " & ", "; ", " | "} {
		byline = strings.ReplaceAll(byline, word, ", ")
	}
	var names []string
	for _, name := range strings.Split(byline, ", ") {
		if name = strings.Trim(schema.Clean(name), ",;:| "); name != "" && len(name) <= 100 {
			names = append(names, name)
		}
	}
	return names
}

// lang is the language that the page declares.
func (f *facts) lang() string {
	for _, tag := range append([]string{f.language, f.data.text("inLanguage")}, f.metas("content-language", "language", "dc.language", "dcterms.language", "og:locale")...) {
		tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
		if len(tag) >= 2 && len(tag) <= 35 && !strings.ContainsAny(tag, " ,;/{}<>\"") {
			return tag
		}
	}
	return f.hint.Language
}

// linkTo is the address of the first link of a relation to a document of a type,
// which stays unsaid for pages.
func (f *facts) linkTo(rel, kind string) string {
	for _, l := range f.links {
		isOf := l.kind == kind || kind == "" && !strings.HasSuffix(l.kind, "+xml")
		if !isOf || !slices.Contains(strings.Fields(l.name), rel) {
			continue
		}
		if address := f.resolveURL(l.value); address != "" {
			return address
		}
	}
	return ""
}

// maxAddress is the bytes of an address.
const maxAddress = 2048

// resolveURL is an address of the page made whole; empty when it is none of the web.
func (f *facts) resolveURL(address string) string {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > maxAddress {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if f.base != nil {
		u = f.base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// image is the picture that the page shows for the article.
func (f *facts) image() Image {
	value := f.data["image"]
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	if o, ok := f.resolve(value).(map[string]any); ok {
		if address := f.resolveURL(object(o).text("url", "contentUrl", "@id")); address != "" {
			return Image{URL: address, Width: pixels(object(o).text("width")), Height: pixels(object(o).text("height")),
				Caption: first(object(o).text("caption", "description")), Credit: first(object(o).text("creditText", "copyrightNotice"))}
		}
	}
	for _, address := range append([]string{textOf(value, 0)}, f.metas("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "thumbnail")...) {
		if address = f.resolveURL(address); address != "" {
			return Image{URL: address, Width: pixels(f.metaFirst("og:image:width")), Height: pixels(f.metaFirst("og:image:height")), Caption: f.metaFirst("og:image:alt")}
		}
	}
	return Image{}
}

// maxPixels is the longest side of a picture that is believed.
const maxPixels = 100_000

func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > maxPixels {
		return 0
	}
	return n
}

// paywalled reports whether the page says that not all may read it.
func (f *facts) paywalled() bool {
	if free := strings.ToLower(f.data.text("isAccessibleForFree")); free != "" {
		return free == "false" || free == "no"
	}
	parts, _ := f.data["hasPart"].([]any)
	if one, ok := f.data["hasPart"].(map[string]any); ok {
		parts = []any{one}
	}
	for _, part := range parts[:min(len(parts), maxAuthors)] {
		if o, ok := part.(map[string]any); ok && strings.EqualFold(object(o).text("isAccessibleForFree"), "false") {
			return true
		}
	}
	for _, tier := range f.metas("article:content_tier", "og:article:content_tier", "cxenseparse:recs:paywall", "access", "paywall") {
		switch strings.ToLower(strings.TrimSpace(tier)) {
		case "locked", "metered", "premium", "paid", "true", "hard", "subscription":
			return true
		}
	}
	return false
}

// rights is what the page says of using it.
func (f *facts) rights() Rights {
	r := Rights{License: f.linkTo("license", ""), RSL: f.linkTo("license", "application/rsl+xml")}
	for _, key := range []string{"license", "usageInfo"} {
		if r.License == "" {
			r.License = f.resolveURL(f.data.link(key))
		}
	}
	r.TDMReserved = f.metaFirst("tdm-reservation") == "1"
	r.TDMPolicy = f.resolveURL(f.metaFirst("tdm-policy"))
	r.Holder = first(append(f.names(f.data["copyrightHolder"]), f.metas("dcterms.rightsholder")...)...)
	r.Notice = first(append([]string{f.data.text("copyrightNotice")}, f.metas("copyright", "dc.rights", "dcterms.rights", "rights")...)...)
	r.Year = first(f.data.text("copyrightYear"))
	return r
}
