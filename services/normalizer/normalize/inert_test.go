package normalize_test

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/klauspost/compress/zstd"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// checkInert checks what holds for every string of an article, whoever wrote it: it
// has no control characters, so that in HTML, escaped as text, it is what it was; and
// what is to be an address is one of the web, so that a link to it runs nothing.
func checkInert(t interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}, a schema.Article) {
	t.Helper()
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	eachText("", all, func(field, text string) {
		if strings.ContainsFunc(text, unicode.IsControl) || shown(text) != text {
			t.Errorf("%s: %q", field, text)
		}
		switch field {
		case "url", "alternate_urls", "license", "rsl", "tdm_policy":
			if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
				t.Errorf("%s: address %q", field, text)
			}
		}
	})
	if strings.Trim(a.ID, "0123456789abcdef") != "" {
		t.Errorf("id %q", a.ID)
	}
}

// eachText calls a function with each string in a value of JSON, and the name of the
// field that it is in.
func eachText(field string, v any, do func(field, text string)) {
	switch v := v.(type) {
	case string:
		do(field, v)
	case []any:
		for _, element := range v {
			eachText(field, element, do)
		}
	case map[string]any:
		for name, value := range v {
			eachText(name, value, do)
		}
	}
}

// shown is what a browser shows of a text that was escaped: one text, or else nothing.
func shown(text string) string {
	tokens := nethtml.NewTokenizer(strings.NewReader("<p>" + html.EscapeString(text) + "</p>"))
	tokens.Next()
	if text == "" {
		return ""
	}
	if tokens.Next() != nethtml.TextToken {
		return ""
	}
	got := tokens.Token().Data
	if tokens.Next() != nethtml.EndTagToken {
		return ""
	}
	return got
}

// running are pieces of HTML that a browser would run or obey, each with the word
// RUNS where no reader sees it; reading are those that a reader sees.
func running() []string {
	return []string{
		`<script>RUNS()</script>`, `<script src=RUNS>`, `<img src=x onerror=RUNS>`, `<iframe src="RUNS">RUNS</iframe>`, `<svg/onload=RUNS>`,
		`<a href="javascript:RUNS">word</a>`, `<style>@import 'RUNS';</style>`, `<!-- RUNS -->`, `<!--><img title="RUNS">-->`, `<p style="x:RUNS">`,
		`<object data=RUNS></object>`, `<form action=RUNS><input value="RUNS"></form>`, `<meta http-equiv=refresh content="0;url=RUNS">`,
		`<math><mi xlink:href="RUNS">x</mi></math>`, `<base href="//RUNS/">`, `<noscript>RUNS</noscript>`, `<SCRIPT >RUNS</sCript >`, `<img title="&quot;><script>RUNS</script>">`,
	}
}

// obeyed is the first tag in a text that a browser would make an element of HTML or
// give a value, if the text were put in a page as it is; empty when there is none.
func obeyed(text string) string {
	tokens := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case nethtml.ErrorToken:
			return ""
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken, nethtml.EndTagToken, nethtml.CommentToken, nethtml.DoctypeToken:
			raw := string(tokens.Raw())
			if name, _ := tokens.TagName(); atom.Lookup(name) != 0 || strings.Contains(raw, "=") || strings.HasPrefix(raw, "<!") {
				return raw
			}
		}
	}
}

// Text is text. Of what is markup in an item nothing is left in its article but the
// words between the tags; what an article has of tags was written to be read, escaped
// as characters. So whoever shows an article escaped shows what was written, and
// whoever forgets that runs nothing that a page of its publisher would not show.
func TestMarkupDoesNotSurvive(t *testing.T) {
	const written = "&lt;b&gt;LITERAL&lt;/b&gt;"
	literal := regexp.MustCompile(`</?b>`)
	piece := rapid.OneOf(rapid.SampledFrom(running()), rapid.SampledFrom([]string{"Some words. ", "<p>", "</p>", "<br>", "<b>bold</b> ", written, " &amp; ", "1 < 2 "}))
	text := rapid.Map(rapid.SliceOfN(piece, 0, 8), func(s []string) string { return "Words " + strings.Join(s, "") })
	page := withPage(t, rss(), "").Page
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		item := rss("title", text.Draw(t, "title"), "description", text.Draw(t, "description"), "content:encoded", text.Draw(t, "content"),
			"dc:creator", text.Draw(t, "author"), "category", text.Draw(t, "category"), "dc:rights", text.Draw(t, "rights"), "link", pageLink)
		item.Feed.Title = "Words"
		if rapid.Bool().Draw(t, "with a page") {
			p := *page
			p.HTML = packer.EncodeAll([]byte(pageOf("Words", "", append(paragraphs(9), text.Draw(t, "page"))...)), nil)
			item.Page = &p
		}
		a, err := normalize.Normalize(item)
		if err != nil {
			return // no headline
		}
		checkInert(t, a)
		for _, line := range append([]string{a.Lead}, a.Body...) {
			if tag := obeyed(literal.ReplaceAllString(line, "")); strings.Contains(line, "RUNS") || tag != "" {
				t.Fatalf("%q in %q of %s", tag, line, item.Document)
			}
		}
		for _, line := range append(append([]string{a.Headline, a.Source.Name}, a.Authors...), a.Categories...) {
			if tag := obeyed(line); tag != "" {
				t.Fatalf("%q in %q of %s", tag, line, item.Document)
			}
		}
	})
}
