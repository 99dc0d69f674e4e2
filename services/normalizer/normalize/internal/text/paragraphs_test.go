package text_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

func TestParagraphs(t *testing.T) {
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"empty":                     {"", nil},
		"white space":               {" \n\t&nbsp;<p> </p>", nil},
		"plain":                     {"One line\nof text.", []string{"One line of text."}},
		"blank lines":               {"One.\n\nTwo,\nlonger.\r\n \r\nThree.", []string{"One.", "Two, longer.", "Three."}},
		"blank lines, inline marks": {"<b>One</b>.\n\nTwo.", []string{"One.", "Two."}},
		"blank lines within blocks": {"<p>One\n\nline.</p>", []string{"One line."}},
		"less than":                 {"5 < 6 and 7 > 2", []string{"5 < 6 and 7 > 2"}},
		"blocks":                    {"<p>One.</p><p>Two.</p>", []string{"One.", "Two."}},
		"blocks not closed":         {"<p>One.<p>Two.", []string{"One.", "Two."}},
		"text beside blocks":        {"Zero.<div>One.<p>Two.</p>Three.</div>Four.", []string{"Zero.", "One.", "Two.", "Three.", "Four."}},
		"inline elements":           {"<p>An <b>im</b>portant <a href='x'>link</a>.</p>", []string{"An important link."}},
		"headings and quotes":       {"<h2>Why</h2><blockquote>“So.”</blockquote>", []string{"Why", "“So.”"}},
		"one break":                 {"One<br>and<br/>two.", []string{"One and two."}},
		"two breaks":                {"One.<br><br>Two.<br />\n&nbsp;<br />Three.", []string{"One.", "Two.", "Three."}},
		"break before a block":      {"One.<br><p>Two.</p>", []string{"One.", "Two."}},
		"list":                      {"<ul><li>One<li>Two <b>b</b></li><li><p>Three</p></li></ul>", []string{"One", "Two b", "Three"}},
		"nested list":               {"<ol><li>One<ul><li>Two</li></ul></li></ol>", []string{"One", "Two"}},
		"bullets":                   {"<p>• One</p><p>· Two</p>", []string{"One", "Two"}},
		"table":                     {"<table><tr><th>Day</th><th>Sun</th></tr><tr><td>Mon</td> <td></td><td>2 <b>h</b></td></tr></table>", []string{"Day; Sun", "Mon; 2 h"}},
		"table for layout":          {"<table><tr><td><img src=x></td><td><p>One.</p><p>Two.</p></td></tr></table>", []string{"One.", "Two."}},
		"scripts":                   {"<p>A <script>if (a<b) alert('<p>x')</script>b<style>p{}</style>.</p>", []string{"A b."}},
		"forms and captions":        {"<p>A.</p><form><p>Mail</p></form><figure><img><figcaption>Pic</figcaption></figure><p>B.</p>", []string{"A.", "B."}},
		"caption not closed":        {"<figure><figcaption>Pic</figure><p>B.</p>", []string{"B."}},
		"caption by class":          {`<div class="wp-caption"><p class="wp-caption-text">Pic</p></div><p class="lede">B.</p>`, []string{"B."}},
		"hidden":                    {`<p>A<span style="display: none"> for machines</span>.</p><div hidden><p>x</p></div>B`, []string{"A.", "B"}},
		"hidden picture":            {`<p>A<img hidden src=x> b.</p>`, []string{"A b."}},
		"empty frame":               {`<iframe src="x"/><p>A.</p><video/><p>B.</p>`, []string{"A.", "B."}},
		"empty script":              {`<p>A.</p><script/>alert(1)</script><p>B.</p>`, []string{"A.", "B."}},
		"comment and CDATA":         {"A<!-- x -->b <![CDATA[& c]]>", []string{"Ab & c"}},
		"entities":                  {"<p>Fish &amp; chips &#8211; &pound;5&nbsp;&lt;now&gt;</p>", []string{"Fish & chips – £5 <now>"}},
		"escaped twice":             {"&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two &amp;amp; three.&lt;/p&gt;", []string{"One.", "Two & three."}},
		"about markup":              {"<p>Use &lt;p&gt; for text.</p>", []string{"Use <p> for text."}},
		"ruby":                      {"<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字</p>", []string{"漢字"}},
		"joiners stay":              {"<p>می\u200cخواهم</p>", []string{"می\u200cخواهم"}},
		"stray end tags":            {"</div></p>A.</b></script>B", []string{"A.B"}},
		"whole page":                {"<html><head><title>T</title><style>x</style></head><body><nav>Home</nav><p>A.</p></body></html>", []string{"A."}},
	} {
		t.Run(name, func(t *testing.T) {
			got := text.Texts(text.Paragraphs(test.source))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParagraphsKnowLinks(t *testing.T) {
	for source, want := range map[string]int{
		"<p>No link.</p>":                            0,
		"<p><a href=x>All of it</a></p>":             9,
		"<p>Half <a href=x>half</a></p>":             4,
		"<p><a href=x>a</p></a><p>after</p>":         0,
		"<div><a href=x>a</div><p>not linked</p>":    0,
		"<p><a href=x>one <a href=y>two</p><p>3</p>": 0,
	} {
		paragraphs := text.Paragraphs(source)
		if got := paragraphs[len(paragraphs)-1].Linked; got != want {
			t.Errorf("%s: got %d bytes linked, want %d", source, got, want)
		}
	}
}

// What is hostile costs no more than what is long.
func TestParagraphsBounds(t *testing.T) {
	for name, source := range map[string]string{
		"paragraphs":    strings.Repeat("<p>a", 300_000),
		"breaks":        strings.Repeat("<br>", 300_000),
		"links":         strings.Repeat("<a href=x>a", 100_000),
		"nesting":       strings.Repeat("<div>", 200_000) + "text",
		"formatting":    strings.Repeat("<b><p>", 150_000) + "text",
		"tables":        strings.Repeat("<table><tr><td>", 70_000) + "text",
		"end tags":      strings.Repeat("<i>", 500) + strings.Repeat("</b>", 250_000),
		"attributes":    "<p " + strings.Repeat("a=b ", 250_000) + ">text",
		"open tag":      strings.Repeat("<p", 500_000),
		"quotes":        strings.Repeat(`<p a="`, 160_000),
		"entities":      strings.Repeat("&lt;p&gt;", 110_000),
		"marks":         "a" + strings.Repeat("\u0301", 500_000),
		"blank lines":   strings.Repeat("a\n\n", 300_000),
		"line feeds":    strings.Repeat("\n", 1_000_000) + "a",
		"one long word": strings.Repeat("x", 3_000_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			paragraphs := text.Paragraphs(source)
			size := 0
			for _, p := range paragraphs {
				size += len(p.Text)
			}
			if len(paragraphs) > 2000 || size > 384<<10 {
				t.Errorf("got %d paragraphs of %d bytes", len(paragraphs), size)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 10, "short"},
		{"some more words", 12, "some…"},
		{"somemorewords", 10, "somemor…"},
		{"ééééé", 8, "éé…"},
	} {
		if got := text.Cut(test.in, test.limit); got != test.want || len(got) > test.limit {
			t.Errorf("Cut(%q, %d) = %q, want %q", test.in, test.limit, got, test.want)
		}
	}
}

func FuzzParagraphs(f *testing.F) {
	f.Add("<p>One.<br><br>Two</p><table><tr><td>a<td>b</table>")
	f.Add("&lt;p&gt;x&lt;/p&gt;")
	f.Add("<a><div hidden><script>x</script></div>[&hellip;]")
	f.Fuzz(func(t *testing.T, source string) {
		paragraphs := text.Paragraphs(source)
		for _, p := range paragraphs {
			if p.Text == "" || p.Text != schema.Clean(p.Text) || p.Linked < 0 || p.Linked > len(p.Text) {
				t.Fatalf("paragraph %+v", p)
			}
			rest, cut := text.Uncut(p.Text)
			if !strings.HasPrefix(p.Text, rest) || cut != (rest != p.Text) || !utf8.ValidString(text.TrimCut(p.Text)) {
				t.Fatalf("Uncut(%q) = %q, %v", p.Text, rest, cut)
			}
			if first := text.FirstSentence(p.Text); first == "" || !strings.HasPrefix(p.Text, first) {
				t.Fatalf("FirstSentence(%q) = %q", p.Text, first)
			}
		}
		kept, removed := text.Sift(paragraphs)
		if len(kept) > len(paragraphs) || len(kept) < len(paragraphs) != (len(removed) > 0) {
			t.Fatalf("kept %d of %d by %v", len(kept), len(paragraphs), removed)
		}
	})
}
