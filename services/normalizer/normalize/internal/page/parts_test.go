package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html/atom"
)

func TestWords(t *testing.T) {
	for names, want := range map[string][]string{
		"":                       nil,
		"story":                  {"story"},
		"related-articles":       {"related", "articles"},
		"article__body--wide":    {"article", "body", "wide"},
		"articleBody":            {"article", "body"},
		"sc-9cd5 lmzibM":         {"sc", "cd", "lmzib", "m"},
		"NEWS":                   {"news"},
		"text[10px]/md:block":    {"text", "px", "md", "block"},
		"größe überBlick":        {"größe", "über", "blick"},
		"  two   words  ":        {"two", "words"},
		"post-123 type-post":     {"post", "type", "post"},
		"c-recirculation\nstory": {"c", "recirculation", "story"},
	} {
		t.Run(names, func(t *testing.T) {
			var got []string
			words(names, func(word string) bool { got = append(got, word); return true })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAside(t *testing.T) {
	for name, test := range map[string]struct {
		node node
		want string
	}{
		"no names":               {node{tag: atom.Div}, ""},
		"a story":                {node{tag: atom.Div, names: "story"}, ""},
		"nav":                    {node{tag: atom.Nav}, "navigation"},
		"footer":                 {node{tag: atom.Footer, names: "story"}, "footer"},
		"aside":                  {node{tag: atom.Aside}, "aside"},
		"the page":               {node{tag: atom.Body, names: "has-sidebar comments-open"}, ""},
		"an article":             {node{tag: atom.Article, names: "category-news tag-ferry"}, ""},
		"a form around all":      {node{tag: atom.Form, names: "social"}, ""},
		"comments":               {node{tag: atom.Section, names: "comments-area"}, "comments"},
		"comments in one word":   {node{tag: atom.Div, names: "articlecomments"}, "comments"},
		"related":                {node{tag: atom.Div, names: "c-related-links"}, "related"},
		"no part of a word":      {node{tag: atom.Div, names: "shadow loaded header"}, ""},
		"an ad":                  {node{tag: atom.Div, names: "top-ad"}, "advertisement"},
		"the second name":        {node{tag: atom.Div, names: "box newsletter"}, "newsletter"},
		"a heading in a toc":     {node{tag: atom.H2, names: "toc-3"}, ""},
		"a heading of something": {node{tag: atom.H2, names: "related-title"}, "related"},
		"very long":              {node{tag: atom.Div, names: strings.Repeat("ä ", 300) + "comments"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := aside(&test.node); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNamesOfBodyAndStandfirst(t *testing.T) {
	for names, want := range map[string][2]bool{
		"article-body":         {true, false},
		"articleBody":          {true, false},
		"entry-content":        {true, false},
		"post__text":           {true, false},
		"content":              {false, false},
		"article":              {false, false},
		"body article":         {false, false},
		"standfirst":           {false, true},
		"article__subtitle":    {false, true},
		"c-article-intro wide": {false, true},
		"chapo":                {false, true},
		"leading-tight":        {false, false},
	} {
		t.Run(names, func(t *testing.T) {
			n := node{tag: atom.Div, names: names}
			if got := [2]bool{isBody(&n), isStandfirst(&n)}; got != want {
				t.Errorf("body, standfirst: got %v, want %v", got, want)
			}
		})
	}
	for prop, want := range map[string][2]bool{"articleBody": {true, false}, "description": {false, true}, "name": {}} {
		n := node{tag: atom.Div, prop: prop}
		if got := [2]bool{isBody(&n), isStandfirst(&n)}; got != want {
			t.Errorf("%s: got %v, want %v", prop, got, want)
		}
	}
}

// TestPlant writes trees as their elements in brackets.
func TestPlant(t *testing.T) {
	for source, want := range map[string]string{
		"<p>a<p>b":                            "(p a)(p b)",
		"<p>a<div>b</div>":                    "(p a)(div b)",
		"<ul><li>a<li>b</ul>":                 "(ul (li a)(li b))",
		"<ul><li>a<ul><li>b</ul><li>c</ul>":   "(ul (li a(ul (li b)))(li c))",
		"<table><tr><td>a<td>b<tr><td>c":      "(table (tr (td a)(td b))(tr (td c)))",
		"<table><tr><td></div>a</table>b":     "(table (tr (td a)))b",
		"<dl><dt>a<dd>b<dt>c</dl>":            "(dl (dt a)(dd b)(dt c))",
		"<b>a<p>b</b>c</p>":                   "(b a(p bc))",
		"<a>a<a>b</a>":                        "(a a)(a b)",
		"a</p></div>b":                        "ab",
		"<br>a<br/>b":                         "(br )a(br )b",
		"<div/>a":                             "(div a)",
		"<x-y/>a<x-y>b</x-y>c":                "( )a( b)c",
		"<x-y><p>a</x-y>b":                    "( (p a))b",
		"<svg><path><g>a</g></svg>b":          "(svg )b",
		"<svg><g><p>a</p>":                    "(svg )(p a)",
		"<script>a<b></script>b":              "(script )b",
		"<style>a</style><textarea>a":         "(style )(textarea )",
		"<title>a</title><meta name=b>":       "(title )",
		"<!-- a --><!doctype html>b":          "b",
		"<p>a<button><p>b</button>c":          "(p a(button (p b))c)",
		"<select><option>a<option>b":          "(select (option a)(option b))",
		"<div><span>a</div>b":                 "(div (span a))b",
		"<head><meta><body><p>a":              "(head )(body (p a))",
		"<p>a &amp; b&nbsp;c":                 "(p a & b\u00a0c)",
		"<iframe>a</iframe><noscript>b</div>": "(iframe )(noscript )",
	} {
		t.Run(source, func(t *testing.T) {
			tree, err := plant([]byte(source))
			if err != nil {
				t.Fatal(err)
			}
			if got := draw(tree, 0); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			for i, n := range tree.nodes[1:] {
				if int(n.parent) > i || n.end <= int32(i)+1 || n.end > tree.nodes[n.parent].end {
					t.Errorf("node %d has parent %d and end %d", i+1, n.parent, n.end)
				}
			}
		})
	}
}

func draw(t *tree, at int32) string {
	var s strings.Builder
	for i := at + 1; i < t.nodes[at].end; i = t.nodes[i].end {
		if t.nodes[i].isText {
			s.WriteString(t.nodes[i].text)
			continue
		}
		s.WriteString("(" + t.nodes[i].tag.String() + " " + draw(t, i) + ")")
	}
	return s.String()
}

func TestCut(t *testing.T) {
	for source, want := range map[string][]string{
		"a<br>b":                                    {"paragraph a b"},
		"a<br><br>b":                                {"paragraph a", "paragraph b"},
		"<p>a</p>b<p>c</p>":                         {"paragraph a", "paragraph b", "paragraph c"},
		"<h2>a</h2><p>b":                            {"heading a", "paragraph b"},
		"<ul><li>• a<li>b</ul>":                     {"item a", "item b"},
		"<blockquote>a</blockquote>":                {"quote a"},
		"<table><tr><td>a<td>b</table>":             {"row a; b"},
		"<table><tr><td>a<br>b<td>c</table>":        {"row a b; c"},
		"<table><tr><td>a<br><br>b<td>c</table>":    {"paragraph a", "paragraph b", "paragraph c"},
		"<table><tr><td>a<td><h2>b</h2></table>":    {"paragraph a", "heading b"},
		"<table><tr><td>a</table>":                  {"paragraph a"},
		"<table><tr><td><p>a</p><td> <td>b</table>": {"row a; b"},
		"<p hidden>a</p>b":                          {"paragraph b"},
		`<p style="display : none">a</p>b`:          {"paragraph b"},
		`<p aria-hidden="true">a</p>b`:              {"paragraph b"},
		"<button>a</button>b<select><option>c":      {"paragraph b"},
		"a <em>b</em>c":                             {"paragraph a bc"},
		"<p> </p><div>\n</div>":                     nil,
	} {
		t.Run(source, func(t *testing.T) {
			tree, err := plant([]byte(source))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range cut(tree, false) {
				got = append(got, string(b.kind)+" "+b.text)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLinked(t *testing.T) {
	for source, want := range map[string]int{
		"<p>abc <a href=/x>def</a></p>":         3,
		"<p><a href=/x>abc</a><a href=/y>d</a>": 4,
		"<h2><a href=#x>abc</a></h2>":           0,
		"<p><a href=#x>abc</a></p>":             3,
		"<h2><a href=/x>abc</a></h2>":           3,
		"<p>abc</p>":                            0,
	} {
		tree, err := plant([]byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if got := cut(tree, false)[0].linked; got != want {
			t.Errorf("%s: got %d, want %d", source, got, want)
		}
	}
}

func TestCreditsAndCalls(t *testing.T) {
	for s, want := range map[string]string{
		"The ferry at the quay. Foto: Jo Example":           "picture_credit",
		"The ferry at the quay © Jo Example":                "picture_credit",
		"AFP":                                               "picture_credit",
		"AFP/Getty Images":                                  "picture_credit",
		"(Reuters)":                                         "picture_credit",
		"The ferry at the quay (AFP / Jo Example)":          "picture_credit",
		"She works for Reuters in the old town.":            "",
		"The photo: a ferry at the quay. It was not taken.": "",
		"The quay (north / south)":                          "",
		"Additional reporting by Jo Example":                credit,
		"— Editing by Jo Example":                           credit,
		"Jo Example contributed to this article.":           credit,
		"The reporting by this paper led to a change.":      "",
		"Close":                          "label",
		"Close to the quay lies a boat.": "",
		"Find us on our WhatsApp channel for more.":            "share",
		strings.Repeat("She took a photo: of the ferry. ", 12): "",
	} {
		t.Run(s, func(t *testing.T) {
			if got := noText(&block{kind: Paragraph, text: s}); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestDescribes(t *testing.T) {
	const line = "Three days after the storm the islands have their ferry back."
	for name, test := range map[string]struct {
		description, lines string
		want               bool
	}{
		"the same":          {line, line, true},
		"other marks":       {strings.ToUpper(line), "“" + line + "”", true},
		"cut off":           {line[:40] + "...", line, true},
		"a start":           {line[:40], line, true},
		"too small a start": {line[:32], line + line + line, false},
		"cut off far":       {line[:40] + "…", line + line + line, true},
		"most of it":        {line + " And more.", line, true},
		"less than most":    {line + line, line, false},
		"short":             {"Ferry", "Ferry", false},
		"something else":    {line, "The next storm is not expected before the end of the month.", false},
		"nothing":           {"", line, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := describes(test.description, test.lines); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestAlike(t *testing.T) {
	const line = "three days after the storm the islands have their ferry back"
	for other, want := range map[string]bool{
		line:                  true,
		"Islands. " + line:    true,
		strings.ToUpper(line): true,
		line + " " + line:     false,
		"the ferry is back":   false,
		"":                    false,
		"three days after the fire the town has lost its only school hall": false,
	} {
		if got := alike(line, other); got != want {
			t.Errorf("%q: got %t", other, got)
		}
	}
	if alike("a b c", "a b c") {
		t.Error("three words are too few to tell")
	}
}

func TestWordsOf(t *testing.T) {
	for s, want := range map[string][]string{
		"":              nil,
		"a b, c.":       {"a", "b", "c"},
		"don't":         {"don", "t"},
		"港は静か":          {"港", "は", "静", "か"},
		"the 港 port":    {"the", "港", "port"},
		"नमस्ते दुनिया": {"नमस्ते", "दुनिया"},
	} {
		if got := slices.Collect(wordsOf(s)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
	for range wordsOf("it stops when asked") {
		break
	}
}

func TestMask(t *testing.T) {
	body := strings.Repeat("The harbour office said that the ferry sails again this week. ", 8)
	if newMask("short") != nil {
		t.Error("a short text is a mask")
	}
	m := newMask("<p>" + body + "</p>")
	for s, want := range map[string]bool{
		"The harbour office said that the ferry sails again": true,
		"“The HARBOUR office said that the ferry sails”":     true,
		"the ferry": false,
		"A seal was found asleep on a heap of ice on Tuesday": false,
	} {
		if got := m.covers(s); got != want {
			t.Errorf("%q: got %t", s, got)
		}
	}
}

func TestMendJSON(t *testing.T) {
	for s, want := range map[string]string{
		`{"a":1}`:                `{"a":1}`,
		"{\"a\":\"b\nc\"}":       `{"a":"b c"}`,
		`{"a":[1,2,],}`:          `{"a":[1,2]}`,
		`{"a":",}"}`:             `{"a":",}"}`,
		`{"a":"\",}"}`:           `{"a":"\",}"}`,
		"<!-- {} -->":            "{}",
		"//<![CDATA[\n{}\n//]]>": "{}",
		"{};":                    "{}",
		"":                       "",
	} {
		if got := string(mendJSON(s)); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

func TestSamePage(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"https://example.com/a", "http://www.example.com/a/?x=1#y", true},
		{"https://example.com/a", "https://example.com/b", false},
		{"", "", false},
		{"/a", "/a", false},
	} {
		if got := samePage(test.a, test.b); got != test.want {
			t.Errorf("%q, %q: got %t", test.a, test.b, got)
		}
	}
}

func TestPeople(t *testing.T) {
	f := &facts{tree: &tree{}}
	for byline, want := range map[string][]string{
		"Jo Example":                       {"Jo Example"},
		"By Jo Example and Sam Sample":     {"Jo Example", "Sam Sample"},
		"Von Jo Example, Kim Muster":       {"Jo Example", "Kim Muster"},
		"Jo Example; Sam Sample":           {"Jo Example", "Sam Sample"},
		"https://example.com/jo":           nil,
		strings.Repeat("Jo Example, ", 40): nil,
		"":                                 nil,
	} {
		if got := f.people(byline); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", byline, got, want)
		}
	}
}
