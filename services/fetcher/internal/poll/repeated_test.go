package poll_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

const offer = "Support this site by a gift of any size."

// withTexts is a feed of items of these texts, in HTML; "#" in one is its number.
func withTexts(texts ...string) []byte {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Tides</title>`)
	for i, text := range texts {
		n := fmt.Sprint(len(texts) - i) // as of a feed that grows at its start
		fmt.Fprintf(&b, `<item><title>Item %s</title><link>/%[1]s</link><description>%s</description></item>`, n, html.EscapeString(strings.ReplaceAll(text, "#", n)))
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}

// times is n times the same.
func times(n int, text string) []string {
	return slices.Repeat([]string{text}, n)
}

func TestPollTellsWhatTheFeedRepeats(t *testing.T) {
	story := "<p>" + strings.Repeat("The ferry # waits for the tide. ", 10) + "</p><p>" + strings.Repeat("Its crew of # plays cards. ", 10) + "</p>"
	brief := "<p>Ferry # waits.</p><p>The crew plays cards for #.</p>"
	for name, test := range map[string]struct {
		texts []string
		want  []string // of the first item
	}{
		"below each text":              {times(3, story+"<p>"+offer+"</p>"), []string{offer}},
		"above each text":              {times(3, "<p>"+offer+"</p>"+story), []string{offer}},
		"with markup in it":            {times(3, story+`<div>Support this <a href="/gift">site</a> by<br>a gift of any size.</div>`), []string{offer}},
		"below and above":              {times(4, "<p>This is what we have heard:</p>"+story+"<p>"+offer+"</p>"), []string{"This is what we have heard:", offer}},
		"in plain text":                {times(3, strings.Repeat("Ferry # waits. ", 20)+"\n\n"+offer), []string{offer}},
		"below some long texts":        {append(times(3, story+"<p>"+offer+"</p>"), times(9, story)...), []string{offer}},
		"below some short texts":       {append(times(3, brief+"<p>"+offer+"</p>"), times(9, brief)...), nil},
		"above some long texts":        {append(times(3, "<p>"+offer+"</p>"+story), times(9, story)...), nil},
		"in two items":                 {append(times(2, story+"<p>"+offer+"</p>"), story), nil},
		"in the middle":                {times(3, story+"<p>"+offer+"</p>"+story+story), nil},
		"in a sentence":                {[]string{story + "<p>" + offer + "</p>", story + "<p>They say: " + offer + "</p>", story + "<p>We say: " + offer + "</p>"}, nil},
		"a credit":                     {times(3, story+"<p>(Reporting by A. Skipper; Editing by B. Mate)</p>"), nil},
		"another credit":               {times(3, story+"<p>A. Skipper contributed to this report.</p>"), nil},
		"a short line":                 {times(3, story+"<p>See you soon.</p>"), nil},
		"a long line":                  {times(3, story+"<p>"+strings.Repeat("See you again. ", 20)+"</p>"), nil},
		"weather":                      {times(5, "Mostly cloudy with a chance of rain"), nil},
		"weather, some of it the same": {[]string{"<p>Cloudy with a chance of rain</p><p>#</p>", "<p>Sun all day long and warm</p><p>#</p>", "<p>Cloudy with a chance of rain</p><p>#</p>", "<p>Snow in the hills at night</p><p>#</p>", "<p>Fog until noon, and then sun</p><p>#</p>", "<p>Cloudy with a chance of rain</p><p>#</p>"}, nil},
		"one item":                     {[]string{story + "<p>" + offer + "</p>"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: ok(withTexts(test.texts...), "")}
			result, state := w.poll(t, schema.PollState{})
			if got := items(t, result)[0].Repeated; !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			w.answer = ok(withTexts(append(test.texts[:1:1], test.texts...)...), "") // one more
			result, _ = w.poll(t, state)
			got := items(t, result)
			if len(got) != 1 || test.want != nil && !slices.Equal(got[0].Repeated, test.want) {
				t.Errorf("of a later item: got %+v, want %q", got, test.want)
			}
		})
	}
}

// An article that stands in a feed three times repeats nothing.
func TestOneArticleSeveralTimesRepeatsNothing(t *testing.T) {
	body := strings.ReplaceAll(string(withTexts(times(3, "<p>The ferry waits for the tide again.</p><p>The crew of the ferry plays cards.</p>")...)), "Item 1", "Item 3")
	body = strings.ReplaceAll(body, "Item 2", "Item 3")
	w := &world{feed: &tides, answer: ok([]byte(body), "")}
	result, _ := w.poll(t, schema.PollState{})
	for _, item := range items(t, result) {
		if item.Repeated != nil {
			t.Errorf("got %q", item.Repeated)
		}
	}
}

// What an item names is bounded, as is what is looked at of a long text.
func TestRepeatedIsBounded(t *testing.T) {
	var edges strings.Builder
	for n := range 5 {
		fmt.Fprintf(&edges, "<p>%s %s</p>", offer, strings.Repeat("x", n+1))
	}
	long := edges.String() + strings.Repeat("<p>The ferry number # waits for the tide.</p>", 5000) + edges.String()
	w := &world{feed: &tides, answer: ok(withTexts(times(4, long)...), "")}
	result, _ := w.poll(t, schema.PollState{})
	got := items(t, result)[0].Repeated
	if len(got) != 5 || len(got) > schema.MaxRepeated || !strings.HasSuffix(got[0], " x") || !strings.HasSuffix(got[4], " xxxxx") {
		t.Errorf("got %d: %q", len(got), got)
	}
}

// Of the reference feeds few repeat a line, and all that do were looked at: a
// reminder of where the text is from, a note on advertising, links to more.
func TestRepeatedLinesOfRealFeeds(t *testing.T) {
	want := map[string]int{"real/Feeder--rss_geekpark.xml": 33, "real/feedparser--stern_auto.xml": 3, "real/picoFeed--rue89.xml": 3}
	for file, body := range sharedFeeds(t) {
		w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, FinalURL: tides.URL, Body: body}}
		result, _ := w.poll(t, schema.PollState{})
		n := 0
		for _, item := range items(t, result) {
			n += len(item.Repeated)
		}
		if n != want[file] {
			t.Errorf("%s: %d lines, want %d", file, n, want[file])
		}
	}
}
