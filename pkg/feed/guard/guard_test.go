package guard_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/guard"
)

const head = `<rss version="2.0" xmlns:x="urn:x"><channel><title>t</title>`

// rss puts text into the one item of a feed.
func rss(text string) string { return head + "<item>" + text + "</item></channel></rss>" }

// nested opens an element n times, each with its number in the name or in the
// attributes where pattern wants it.
func nested(n int, pattern string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(pattern, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// TestAmplification holds the inputs against Check that are small and keep a
// parser busy for seconds or fill its memory.
func TestAmplification(t *testing.T) {
	for name, test := range map[string]struct{ doc, bound string }{
		"nested extension elements":      {rss(nested(1_000_000, "<x:a>")), "depth"},
		"nested with a namespace each":   {rss(nested(7_000, `<x:a xmlns:n#="urn:#">`)), "depth"},
		"nested xml:base":                {rss(nested(30_000, `<a xml:base="p#/">`)), "bases"},
		"nested, every second closed":    {rss(nested(1_000_000, "<x:a><x:b></x:b>")), "depth"},
		"nested, wrong ends":             {rss(nested(100_000, "<x:a></x:z>")), "depth"},
		"nested items of an extension":   {rss(nested(100_000, "<x:item>")), "depth"},
		"nested, no item in Atom":        {"<feed><entry>" + nested(1_000, "<item>"), "depth"},
		"nested items in elements":       {rss(nested(1_000, "<a><item>")), "depth"},
		"nested names of other scripts":  {rss(nested(1_000, "<é>")), "depth"},
		"comments in one element":        {rss("<x:a>" + nested(160_000, "<!---->") + "</x:a>"), "run"},
		"comments between letters":       {rss("<x:a>" + nested(160_000, "a<!---->") + "</x:a>"), "run"},
		"CDATA sections":                 {rss("<x:a>" + nested(160_000, "<![CDATA[a]]>") + "</x:a>"), "run"},
		"instructions":                   {rss("<x:a>" + nested(160_000, "<?a?>") + "</x:a>"), "run"},
		"text between empty elements":    {rss("<x:a>" + nested(100_000, "text of twenty bytes<b/>") + "</x:a>"), "text_work"},
		"long text between elements":     {rss("<x:a>" + strings.Repeat("a", 7<<20) + nested(1_000, "<b/>a") + "</x:a>"), "text_work"},
		"one million items":              {head + nested(1_000_000, "<item/>"), "items"},
		"300,000 small items":            {head + nested(300_000, "<item><title/></item>"), "items"},
		"items without an end":           {head + nested(300_000, "<item>"), "items"},
		"elements":                       {rss(nested(500_000, "<x:a/>")), "tokens"},
		"stray ends":                     {rss(nested(500_000, "</x>")), "tokens"},
		"attributes":                     {rss("<x:a " + nested(100_000, `a#="" `) + "/>"), "attributes"},
		"attributes without value":       {rss("<x:a " + nested(100_000, `a# `) + "/>"), "attributes"},
		"2,000 namespaces, 16,000 items": {"<rss " + nested(2_000, `xmlns:n#="urn:#" `) + ">" + nested(16_000, "<item/>"), "attributes"},
		"many namespaces, many elements": {nested(30, `<rss xmlns:a#="1" xmlns:b#="1" xmlns:c#="1" xmlns:d#="1">`) + nested(100_000, "<a/>"), "namespace_work"},
		"namespaces everywhere":          {rss(nested(60_000, `<a xmlns="urn:#"/>`)), "namespaces"},
		"long xml:base, many links":      {`<feed xml:base="` + strings.Repeat("a/", 1<<20) + `">` + nested(16_000, `<entry/>`), "address"},
		"long namespace":                 {`<feed xmlns="` + strings.Repeat("a/", 1<<20) + `">` + nested(16_000, `<entry/>`), "address"},
		"deep JSON":                      {`{"items":` + nested(100_000, "["), "json_depth"},
		"deep JSON in an item":           {`{"items":[{"_x":` + nested(100_000, `{"a":`), "json_depth"},
		"JSON of many items":             {`{"items":[` + nested(300_000, "{},") + "{}]}", "items"},
		"JSON of many values":            {`{"items":[` + nested(500_000, "1,") + "1]}", "tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			var e *guard.Error
			if err := guard.Check([]byte(test.doc), guard.DefaultLimits()); !errors.As(err, &e) || e.Bound != test.bound || !errors.Is(err, guard.ErrHostile) {
				t.Fatalf("%d bytes: got %v, want %s", len(test.doc), err, test.bound)
			}
			if e.Seen <= e.Limit {
				t.Errorf("seen %d, which is within %d", e.Seen, e.Limit)
			}
		})
	}
}

// TestTolerance holds documents against Check that are odd or damaged, but small.
func TestTolerance(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing":                     "",
		"text":                        "no markup, 1 < 2",
		"a feed":                      rss("<title>t</title>"),
		"depth 64":                    "<a>" + nested(63, "<b>"),
		"items without their ends":    head + nested(1_000, "<item><title>t</title>"),
		"breaks without an end":       rss("<description>" + nested(1_000, "a<br>") + "</description>"),
		"elements without an end":     head + nested(1_000, "<item><enclosure url='#'></item>"),
		"unclosed comments":           rss(nested(100_000, "<!--")),
		"unclosed CDATA":              rss(nested(100_000, "<![CDATA[")),
		"unclosed instructions":       rss(nested(100_000, "<?a")),
		"unclosed tags":               rss(nested(50, "<a b='")),
		"words in a tag without end":  rss("<title" + nested(1_000, " word") + "</title>"),
		"tags in comments":            rss("<!--" + nested(1_000, "<a>") + "-->"),
		"tags in CDATA":               rss("<![CDATA[" + nested(1_000, "<a>") + "]]>"),
		"tags in a DOCTYPE":           "<!DOCTYPE rss [" + nested(1_000, "<!ENTITY a# '<a>'>") + "]>" + rss(""),
		"2,000 paragraphs":            rss("<content><div>" + nested(2_000, "\n<p>word</p>") + "</div></content>"),
		"200 items with namespaces":   head + nested(200, `<item><a:link xmlns:a="http://www.w3.org/2005/Atom"/></item>`),
		"end of the document":         head + "<item",
		"brackets in strings of JSON": `{"a":"` + nested(1_000, `[{\"`) + `"}`,
		"ends without a start, JSON":  `{"a":1}` + nested(1_000, "]") + "[",
		"unclosed string of JSON":     `{"a":"` + nested(1_000, "["),
	} {
		t.Run(name, func(t *testing.T) {
			if err := guard.Check([]byte(doc), guard.DefaultLimits()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheckAllocates(t *testing.T) {
	doc := []byte(head + nested(5_000, `<item><title a="b">t</title><link/><!-- c --></item>`))
	limits := guard.DefaultLimits()
	n := testing.AllocsPerRun(5, func() {
		if err := guard.Check(doc, limits); err != nil {
			t.Fatal(err)
		}
	})
	if n > 20 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(rss("<a xml:base='b' xmlns:c=d><!-- e --><![CDATA[f]]></a>")))
	f.Add([]byte("<!DOCTYPE a [<!ENTITY b '<c>'>]><a <b></b c='>'/></a"))
	f.Add([]byte(`{"items":[{"a":"\"[{"},{}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var e *guard.Error
		if err := guard.Check(doc, guard.DefaultLimits()); err != nil && !errors.As(err, &e) {
			t.Fatalf("error of no kind: %v", err)
		}
		// What passes tight bounds passes wide ones.
		l := guard.Limits{Depth: 4, Attributes: 2, Tokens: 30, Items: 3, Namespaces: 3, NamespaceWork: 9,
			Run: 3, TextWork: 99, Bases: 1, Address: 9, JSONDepth: 3}
		if guard.Check(doc, l) == nil && len(doc) < 1<<10 && guard.Check(doc, guard.DefaultLimits()) != nil {
			t.Fatal("passes lower limits only")
		}
	})
}
