package page

import (
	"encoding/json"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// markup draws a page of random elements, open and closed in any order.
func markup(t *rapid.T) string {
	tags := []string{"p", "div", "b", "a", "li", "ul", "ol", "td", "tr", "table", "h1", "h2", "h3", "blockquote", "span", "figure", "figcaption",
		"aside", "br", "svg", "ruby", "rt", "rp", "x-y", "article", "section", "time", "form", "dl", "dt", "dd", "script", "title", "button", "select", "option"}
	names := []string{"", "related", "comments", "article-body", "standfirst", "caption", "sr-only", "toc", "promo"}
	texts := []string{"The boat is well. ", "a", " ", "\n", "&amp;", "&nbsp;", "•", "港は静か", "Comments (2)", "<!-- c -->", "<"}
	var s strings.Builder
	for range rapid.IntRange(0, 60).Draw(t, "parts") {
		tag := rapid.SampledFrom(tags).Draw(t, "tag")
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			s.WriteString("<" + tag + ` class="` + rapid.SampledFrom(names).Draw(t, "name") + `">`)
		case 1:
			s.WriteString("</" + tag + ">")
		default:
			s.WriteString(rapid.SampledFrom(texts).Draw(t, "text"))
		}
	}
	return s.String()
}

// TestTreesAreWhole holds that nodes lie within their parents and follow each
// other, whatever they are made of.
func TestTreesAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, err := plant([]byte(markup(t)))
		if err != nil {
			t.Fatal(err)
		}
		if root := tree.nodes[0]; root.parent != none || int(root.end) != len(tree.nodes) {
			t.Fatalf("the page has parent %d and end %d of %d", root.parent, root.end, len(tree.nodes))
		}
		for i := int32(1); int(i) < len(tree.nodes); i++ {
			n := &tree.nodes[i]
			if n.parent < 0 || n.parent >= i || n.end <= i || n.end > tree.nodes[n.parent].end {
				t.Fatalf("node %d has parent %d and end %d", i, n.parent, n.end)
			}
			if n.isText && n.end != i+1 {
				t.Fatalf("text %d holds nodes", i)
			}
			if up := tree.nodes[n.parent]; up.isText || text.IsVoid(up.tag) {
				t.Fatalf("node %d is in a text or in an element that holds nothing", i)
			}
		}
	})
}

// TestCutLosesNoText holds that the blocks of a page are the letters that it
// shows, each once and in their order.
func TestCutLosesNoText(t *testing.T) {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("（）;•<\u00a0 \n", r) {
				return -1 // what cut adds, and what it takes away
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		tree, err := plant([]byte(markup(t)))
		if err != nil {
			t.Fatal(err)
		}
		var want, got strings.Builder
		for i := 1; i < len(tree.nodes); i++ {
			n := &tree.nodes[i]
			switch {
			case !n.isText && (isSilent(n.tag) || isForReaders(n)):
				i = int(n.end) - 1
			case n.isText:
				want.WriteString(n.text)
			}
		}
		for _, b := range cut(tree, false) {
			if b.text == "" || b.linked > len(b.text) || b.at <= 0 || b.in < 0 || !tree.nodes[b.at].isText && tree.nodes[b.at].tag != atom.Rt {
				t.Fatalf("block %+v", b)
			}
			got.WriteString(b.text)
		}
		if diff := cmp.Diff(letters(want.String()), letters(got.String())); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestBlocksAreInOrder holds that no block starts before the one above it, and
// each in the element that is said to be around it.
func TestBlocksAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, err := plant([]byte(markup(t)))
		if err != nil {
			t.Fatal(err)
		}
		last := int32(0)
		for _, b := range cut(tree, true) {
			if b.at < last || b.at < b.in || b.at >= tree.nodes[b.in].end {
				t.Fatalf("block %q at %d in %d, below one at %d", b.text, b.at, b.in, last)
			}
			last = b.at
		}
	})
}

// TestSumsAreThoseOfTheirParts holds that an element has the text of its blocks,
// and that the whole page has all of it.
func TestSumsAreThoseOfTheirParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, err := plant([]byte(markup(t)))
		if err != nil {
			t.Fatal(err)
		}
		blocks := cut(tree, false)
		f := newFinder(newFacts(tree, "", Hint{}), blocks)
		for at := range f.size {
			size, linked := 0, 0
			for _, b := range blocks {
				if int(b.in) >= at && b.in < tree.nodes[at].end {
					size, linked = size+len(b.text), linked+b.linked
				}
			}
			if f.size[at] != size || f.linked[at] != linked {
				t.Fatalf("node %d: %d and %d bytes, want %d and %d", at, f.size[at], f.linked[at], size, linked)
			}
		}
	})
}

// TestMendedJSONSaysTheSame holds that sound JSON means the same when mended, with
// what publishers put around it or not.
func TestMendedJSONSaysTheSame(t *testing.T) {
	value := rapid.Deferred(func() *rapid.Generator[any] { return jsonValue(3) })
	rapid.Check(t, func(t *rapid.T) {
		want := value.Draw(t, "value")
		sound, err := json.Marshal(map[string]any{"value": want})
		if err != nil {
			t.Fatal(err)
		}
		around := rapid.SampledFrom([][2]string{{"", ""}, {" ", "\n"}, {"<!--", "-->"}, {"//<![CDATA[\n", "\n//]]>"}, {"", ";"}, {"/*<![CDATA[*/", "/*]]>*/"}}).Draw(t, "around")
		var got map[string]any
		if err := json.Unmarshal(mendJSON(around[0]+string(sound)+around[1]), &got); err != nil {
			t.Fatalf("%s: %v", sound, err)
		}
		again, _ := json.Marshal(got)
		if diff := cmp.Diff(string(sound), string(again)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func jsonValue(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Map(rapid.StringMatching(`[a-z,\]}{\["\\ é港]{0,8}`), func(s string) any { return s }),
		rapid.Map(rapid.IntRange(-9, 99), func(n int) any { return n }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
	}
	if depth > 0 {
		inner := jsonValue(depth - 1)
		kinds = append(kinds,
			rapid.Map(rapid.SliceOfN(inner, 0, 4), func(v []any) any { return v }),
			rapid.Map(rapid.MapOfN(rapid.StringMatching(`[a-z@]{1,4}`), inner, 0, 4), func(v map[string]any) any { return v }))
	}
	return rapid.OneOf(kinds...)
}

// TestGraphOfAnything reads any JSON: no panic, and bounded.
func TestGraphOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var documents []string
		for range rapid.IntRange(1, 3).Draw(t, "documents") {
			document, _ := json.Marshal(rapid.MapOf(rapid.SampledFrom([]string{"@type", "@id", "@graph", "author", "name", "publisher", "headline", "image", "hasPart"}),
				rapid.OneOf(jsonValue(3), rapid.Just[any]("NewsArticle"))).Draw(t, "object"))
			documents = append(documents, string(document[:rapid.IntRange(0, len(document)).Draw(t, "cut")]), string(document))
		}
		f := newFacts(&tree{data: documents, nodes: make([]node, 1)}, "https://example.com/a", Hint{})
		p := f.page()
		if len(p.Byline) > maxAuthors || len(f.objects) > maxObjects {
			t.Fatalf("%d authors, %d objects", len(p.Byline), len(f.objects))
		}
	})
}

// TestWordsAreOfTheirText holds that words come in order and lose nothing that is
// a letter or a digit.
func TestWordsAreOfTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`([a-z0-9]{1,5}|[港静か]|[ ,.…'-]){0,20}`).Draw(t, "text")
		want := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" ,.…'-", r) {
				return -1
			}
			return r
		}, s)
		got := slices.Collect(wordsOf(s))
		if strings.Join(got, "") != want || slices.Contains(got, "") {
			t.Fatalf("%q gives %q", s, got)
		}
	})
}

// TestAlikeIsMutual holds that two lines are alike in either order, and each to
// itself.
func TestAlikeIsMutual(t *testing.T) {
	line := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"the", "boat", "is", "well", "and", "quay", "storm", "port"}), 6, 14), func(w []string) string { return strings.Join(w, " ") })
	rapid.Check(t, func(t *rapid.T) {
		a, b := line.Draw(t, "a"), line.Draw(t, "b")
		if !alike(a, a) || alike(a, b) != alike(b, a) {
			t.Fatalf("%q, %q", a, b)
		}
	})
}

// TestMaskCoversItsOwn holds that a mask covers each run of its words that is long
// enough, and none of another text.
func TestMaskCoversItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-m]{5,8}`), 80, 120).Draw(t, "words")
		m := newMask(strings.Join(words, " "))
		from := rapid.IntRange(0, len(words)-10).Draw(t, "from")
		run := words[from : from+rapid.IntRange(maskShingle+1, 10).Draw(t, "length")]
		if !m.covers(strings.Join(run, ", ")) || !m.covers("“"+strings.ToUpper(strings.Join(run, " "))+"!”") {
			t.Fatalf("%q is not covered", run)
		}
		if other := strings.NewReplacer("a", "n", "b", "o", "c", "p", "d", "q", "e", "r", "f", "s", "g", "t", "h", "u", "i", "v", "j", "w", "k", "x", "l", "y", "m", "z").Replace(strings.Join(run, " ")); m.covers(other) {
			t.Fatalf("%q is covered", other)
		}
	})
}

// TestDescriptionsCutOff holds that a description that is the start of a line
// describes it, however it is cut off.
func TestDescriptionsCutOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{4,8}`), 14, 20).Draw(t, "words")
		whole := strings.Join(words, " ") + "."
		start := strings.Join(words[:rapid.IntRange(12, len(words)).Draw(t, "kept")], " ")
		for _, mark := range []string{"...", "…", " …", " ..."} {
			if !describes(start+mark, whole) {
				t.Fatalf("%q does not describe %q", start+mark, whole)
			}
		}
		if describes("zz zz "+start, whole) {
			t.Fatal("it describes what begins with other words")
		}
	})
}

// TestLinesOfTheHeadAreClean holds that a value of the head gives the same line
// when it is read as it was given, or escaped once more.
func TestLinesOfTheHeadAreClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.TrimSpace(rapid.StringMatching(`([A-Za-zäé]{1,6}[ ,.'"-]){1,8}`).Draw(t, "text"))
		want := line(s)
		for _, given := range []string{html.EscapeString(s), " " + s + "\n", "<b>" + s + "</b>", s + "\u200b"} {
			if got := line(given); got != want {
				t.Fatalf("%q gives %q, want %q", given, got, want)
			}
		}
		if line(want) != want {
			t.Fatalf("%q is not clean", want)
		}
	})
}
