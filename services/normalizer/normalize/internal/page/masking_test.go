package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMaskOnThePage finds by the text of the data where the article stands, and
// says of each block why it is left out; nothing is said where it does not help.
func TestMaskOnThePage(t *testing.T) {
	long := "The carpenters of the old town have built a boat of oak that is as long as the market hall, and nobody knows how it gets out. "
	more := "They had begun with a chest of drawers in the spring, the eldest said, and then one thing had simply led to another. "
	last := "The council will talk about the wall on Thursday, as it stands between the boat and the sea, and has done so for long. "
	data := func(text string) string {
		return `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"` + text + `"}</script>`
	}
	p := func(s string) string { return "<p>" + s + "</p>" }
	for name, test := range map[string]struct {
		source string
		masked bool
		want   []string
	}{
		"all of it":                     {data(long+more+last+long) + "<div>" + p(long) + p(more) + p(last) + "</div>", true, []string{"", "", ""}},
		"in an element with a bad name": {data(long+more+last+long) + `<div><div class="promo">` + p(long) + p(more) + "</div>" + p(last) + "</div>", true, []string{"", "", ""}},
		"a line of the page below":      {data(long+more+last+long) + "<div>" + p(long) + p(more) + p(last) + p("The Harbour Times is sold at the quay.") + "</div>", true, []string{"", "", "", "below_text"}},
		"a line of the page between":    {data(long+more+last+long) + "<div>" + p(long) + p("The Harbour Times is sold at the quay.") + p(more) + p(last) + "</div>", true, []string{"", "", "", ""}},
		"a third of it a link":          {data(long+more+last+long) + "<div>" + p(long) + p(`<a href="/a">`+more+"</a>") + p(last) + "</div>", false, []string{"", "", ""}},
		"too short to tell":             {data(long) + "<div>" + p(long) + p(more) + p(last) + "</div>", false, []string{"", "", ""}},
		"another text":                  {data(strings.Repeat(said, 6)) + "<div>" + p(long) + p(more) + p(last) + "</div>", false, []string{"", "", ""}},
		"a caption that says the same":  {data(long+more+last+long) + "<div>" + p(long) + p(more) + "<figcaption>" + last + "</figcaption>" + p(last) + "</div>", true, []string{"", "", "caption", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			f := foundIn(t, test.source)
			if got := f.masked != nil; got != test.masked {
				t.Errorf("masked: %t", got)
			}
			if diff := cmp.Diff(test.want, drops(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestStandfirstOfSeveralBlocks counts the blocks that a description is.
func TestStandfirstOfSeveralBlocks(t *testing.T) {
	const one, two, three = "The boat is as long as the market hall.", "Nobody knows how it gets out.", "The council talks on Thursday."
	for name, test := range map[string]struct {
		description string
		want        int
	}{
		"one":              {one, 1},
		"two":              {one + " " + two, 2},
		"three":            {one + " " + two + " " + three, 3},
		"cut off in two":   {one + " " + two[:len(two)-8], 0},
		"two with a dash":  {one + " – " + two, 2},
		"two as in a line": {strings.ToUpper(one + " " + two), 2},
		"the second":       {two, 0},
		"too short":        {"The boat", 0},
		"another":          {"A duck was seen on the pond at noon, and again at one.", 0},
		"nothing":          {"", 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := finderOf(t, `<meta name="description" content="`+test.description+`"><ul><li>`+one+"</li><li>"+two+"</li><li>"+three+"</li></ul>")
			if got := f.described(0); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
