package page_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

// sentence is a line that reads as one of an article.
const sentence = "The harbour office said on Monday that the ferry would sail again by the end of the week, weather permitting. "

// hostile are pages that try to cost more than they are worth, by what they do.
func hostile() map[string]struct {
	page string
	want error
} {
	article := "<h1>Ferry sails again</h1>" + strings.Repeat("<p>"+sentence+"</p>", 4)
	within := func(s string) string { return "<html><body><article>" + article + s + "</article></body></html>" }
	data := func(json string) string {
		return `<html><head><script type="application/ld+json">` + json + "</script></head><body>" + article
	}
	return map[string]struct {
		page string
		want error
	}{
		"50,000 paragraphs":          {within(strings.Repeat("<p>x", 50_000)), page.ErrTooManyNodes},
		"24,000 sentences":           {within(strings.Repeat("<p>"+sentence, 24_000)), nil},
		"200,000 breaks":             {within(strings.Repeat("<br>", 200_000)), page.ErrTooManyNodes},
		"40,000 breaks":              {within(strings.Repeat("a<br>", 20_000)), nil},
		"100,000 links":              {within(strings.Repeat(`<a href="/a">a</a> `, 100_000)), page.ErrTooManyNodes},
		"15,000 links":               {within(strings.Repeat(`<a href="/a">Another story</a> `, 15_000)), nil},
		"7 MiB":                      {within(strings.Repeat(sentence, 7<<20/len(sentence))), page.ErrTooLarge},
		"100,000 in each other":      {strings.Repeat("<div>", 100_000), page.ErrTooDeep},
		"500 in each other":          {strings.Repeat("<div><p>"+sentence+"</p>", 500), nil},
		"500 tables in each other":   {strings.Repeat("<table><tr><td>a<td>b", 120), nil},
		"formatting without an end":  {strings.Repeat("<p><b><i><u>"+sentence, 8_000), nil},
		"bold without an end":        {strings.Repeat("<b>", 100_000), page.ErrTooDeep},
		"giant attribute":            {within(`<p class="` + strings.Repeat("a ", 1<<20) + `">x</p>`), nil},
		"giant tag":                  {within("<p " + strings.Repeat("a=b ", 1<<19) + ">x</p>"), nil},
		"comment without an end":     {within("<!--" + strings.Repeat("x", 1<<20)), nil},
		"tag without an end":         {within("<p " + strings.Repeat("x", 1<<20)), nil},
		"script without an end":      {within("<script>" + strings.Repeat("<p>", 1<<19)), nil},
		"text of one line":           {within("<p>" + strings.Repeat("word ", 700_000)), nil},
		"names in each element":      {within(strings.Repeat(`<i class="`+strings.Repeat("wordByWord ", 30)+`"></i>`, 10_000)), nil},
		"references":                 {within("<p>" + strings.Repeat("&amp;", 700_000)), nil},
		"data: lists in each other":  {data(strings.Repeat("[", 500_000)), nil},
		"data: empty lists":          {data(`{"@type":"NewsArticle","author":[` + strings.Repeat("[],", 330_000) + "[]]}"), nil},
		"data: objects":              {data("[" + strings.Repeat(`{"@type":"NewsArticle"},`, 40_000) + "{}]"), nil},
		"data: not JSON":             {data(strings.Repeat(`"`, 1<<20)), nil},
		"data: text of the article":  {data(`{"@type":"NewsArticle","articleBody":"` + strings.Repeat(sentence, 9_000) + `"}`), nil},
		"data: an object of itself":  {data(`{"@type":"NewsArticle","@id":"a","author":{"@id":"a"},"publisher":{"@id":"a"}}`), nil},
		"meta by the thousand":       {"<html><head>" + strings.Repeat(`<meta property="og:title" content="`+strings.Repeat("x", 300)+`">`, 10_000) + "</head>" + article, nil},
		"headings by the thousand":   {within(strings.Repeat("<h2>Ferry sails again</h2>", 15_000)), nil},
		"teasers by the thousand":    {within(strings.Repeat(`<div><h3><a href="/b">Another story of the day</a></h3><p>`+sentence+"</p></div>", 5_000)), nil},
		"time by the thousand":       {within(strings.Repeat(`<time datetime="2022-01-10">x</time>`, 15_000)), nil},
		"cells by the thousand":      {within("<table><tr>" + strings.Repeat("<td>a", 20_000)), nil},
		"ruby by the thousand":       {within("<ruby>" + strings.Repeat("a<rt>b</rt>", 12_000)), nil},
		"drawings without an end":    {within(strings.Repeat("<svg><g>", 20_000) + "<p>" + sentence), nil},
		"elements that HTML has not": {strings.Repeat("<x-y>", 100_000), page.ErrTooDeep},
	}
}

// TestHostilePagesAreBounded holds the work for a page, counted in bytes
// allocated in all, which no machine's load changes.
func TestHostilePagesAreBounded(t *testing.T) {
	const most = 64 << 20
	for name, test := range hostile() {
		t.Run(name, func(t *testing.T) {
			source := []byte(test.page)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := page.Read(source, "text/html", "https://example.com/a", page.Hint{})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, test.want) && !(test.want == nil && errors.Is(err, page.ErrNoText)) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > most {
				t.Errorf("%d MiB allocated", n>>20)
			}
		})
	}
}

// TestWorkIsLinear compares a page with one twice as long: twice the work is
// about twice the memory taken.
func TestWorkIsLinear(t *testing.T) {
	for name, line := range map[string]string{
		"paragraphs": "<p>" + sentence + "</p>",
		"links":      `<li><a href="/a">Another story</a></li>`,
		"teasers":    `<div><h3><a href="/b">Another story of the day</a></h3><p>` + sentence + "</p></div>",
		"names":      `<div class="related-articles promoBox story">` + sentence + "</div>",
	} {
		t.Run(name, func(t *testing.T) {
			work := func(lines int) float64 {
				source := []byte("<html><body>" + strings.Repeat(line, lines))
				return testing.AllocsPerRun(3, func() {
					_, _ = page.Read(source, "text/html", "", page.Hint{})
				})
			}
			if once, twice := work(1_000), work(2_000); twice > 2.5*once {
				t.Errorf("%.0f allocations for twice as much, %.0f for once", twice, once)
			}
		})
	}
}

// BenchmarkHostile shows the time of each.
func BenchmarkHostile(b *testing.B) {
	for name, test := range hostile() {
		b.Run(name, func(b *testing.B) {
			source := []byte(test.page)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = page.Read(source, "text/html", "https://example.com/a", page.Hint{})
			}
		})
	}
}
