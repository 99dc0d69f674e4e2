package markup_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

var kinds = map[markup.Kind]string{markup.Start: "start", markup.End: "end", markup.Comment: "comment",
	markup.CDATA: "cdata", markup.Instruction: "instruction", markup.Directive: "directive"}

func TestNext(t *testing.T) {
	for name, test := range map[string]struct {
		doc  string
		want []string
	}{
		"tags":                {"<a>x</a ><b/><c:d e='f'>", []string{"start <a>", "end </a >", "start <b/>", "start <c:d e='f'>"}},
		"> in quotes":         {`<a b=">" c='>'>x`, []string{`start <a b=">" c='>'>`}},
		"quote without end":   {`<a b="c>d</a>`, []string{`start <a b="c>`, "end </a>"}},
		"tag without end":     {"<a b<c>", []string{"start <a b", "start <c>"}},
		"tag at the end":      {"<a>< <b", []string{"start <a>"}},
		"no tags":             {"a < b <1> <me@x> </ > <> <a$> <http://x> <", nil},
		"comment":             {"<!-- <a> -- --><b>", []string{"comment <!-- <a> -- -->", "start <b>"}},
		"comment without end": {"<!-- <a>", []string{"start <a>"}},
		"CDATA":               {"<![CDATA[<a>]]]]><b>", []string{"cdata <![CDATA[<a>]]]]>", "start <b>"}},
		"CDATA without end":   {"<![CDATA[<b>x", []string{"start <b>"}},
		"CDATA in CDATA":      {"<![CDATA[<script><![CDATA[<b>]]><c>", []string{"cdata <![CDATA[<script><![CDATA[<b>]]>", "start <c>"}},
		"CDATA over two items": {"<item><![CDATA[a</item> <item><![CDATA[<b>]]>", []string{
			"start <item>", "end </item>", "start <item>", "cdata <![CDATA[<b>]]>"}},
		"CDATA of items":         {"<![CDATA[</item><item>]]><b>", []string{"cdata <![CDATA[</item><item>]]>", "start <b>"}},
		"instruction":            {"<?xml version='1.0'?><a>", []string{"instruction <?xml version='1.0'?>", "start <a>"}},
		"instruction, no end":    {"<?xml version='1.0'><a>", []string{"start <a>"}},
		"DOCTYPE":                {"<!DOCTYPE a [<!ENTITY b '<c>'>]><a>", []string{"directive <!DOCTYPE a [<!ENTITY b '<c>'>]>", "start <a>"}},
		"no subset in the root":  {"<a><!x [><b>]>", []string{"start <a>", "directive <!x [>", "start <b>"}},
		"name of another script": {"<é>x</é>", []string{"start <é>", "end </é>"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			s := markup.NewScanner([]byte(test.doc))
			for tok, ok := s.Next(); ok; tok, ok = s.Next() {
				got = append(got, kinds[tok.Kind]+" "+test.doc[tok.Pos:tok.Stop])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestAttrs(t *testing.T) {
	for doc, want := range map[string]string{
		`<a>`:                           "",
		`<a/>`:                          "",
		`<a b="c" d='e"' />`:            `b=c d=e" `,
		"<a\n b = \"c\"\n>":             "b=c ",
		`<a b=c d e=f/>`:                "b=c d= e=f ",
		`<a b= c="d">`:                  `b=c="d" `,
		`<a "x" 1 b="c>`:                "x= b=c ",
		`<a b='c d='e'>`:                "b=c d= e= ",
		`<a xmlns:b="c" b:d="e"></b:d>`: "xmlns:b=c b:d=e ",
	} {
		t.Run(doc, func(t *testing.T) {
			tok, _ := markup.NewScanner([]byte(doc)).Next()
			got := ""
			attrs := tok.Attrs([]byte(doc))
			for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
				got += fmt.Sprintf("%s=%s ", a.Name, a.Value)
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("<a b='c'><!--d--><![CDATA[e]]><?f?></a><g/"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		pos := 0
		s := markup.NewScanner(doc)
		for tok, ok := s.Next(); ok; tok, ok = s.Next() {
			if tok.Pos < pos || tok.Stop <= tok.Pos || doc[tok.Pos] != '<' {
				t.Fatalf("token %d to %d behind %d", tok.Pos, tok.Stop, pos)
			}
			pos = tok.Stop
			attrs := tok.Attrs(doc)
			for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
				if len(a.Name) == 0 {
					t.Fatal("attribute without a name")
				}
			}
		}
	})
}
