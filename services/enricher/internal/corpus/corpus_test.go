package corpus_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
)

// lines writes "word/LABEL word" as lines of a file; words without a label are O.
func lines(s string) string {
	var b strings.Builder
	for _, word := range strings.Fields(s) {
		switch word {
		case "|":
			b.WriteString("\n")
			continue
		case "||":
			b.WriteString("\n-DOCSTART-\tO\n\n")
			continue
		}
		token, label, ok := strings.Cut(word, "/")
		if !ok {
			label = "O"
		}
		b.WriteString(token + "\t" + label + "\n")
	}
	return b.String()
}

// marked writes documents with their spans in brackets.
func marked(docs []corpus.Document) string {
	var all []string
	for _, d := range docs {
		var texts []string
		for i, text := range d.Texts {
			at, out := 0, ""
			for _, s := range d.Spans {
				if s.Text == i {
					out += text[at:s.Start] + "[" + d.Of(s) + " " + s.Type + "]"
					at = s.End
				}
			}
			texts = append(texts, out+text[at:])
		}
		all = append(all, strings.Join(texts, " | "))
	}
	return strings.Join(all, " || ")
}

func TestReadCoNLL(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"span", "Ana/B-PER Zork/I-PER left .", "[Ana Zork PER] left."},
		{"beside", "Ana/B-PER Bo/B-PER", "[Ana PER] [Bo PER]"},
		{"other type inside", "Ana/B-PER Bo/I-LOC", "[Ana PER] [Bo LOC]"},
		{"sentences", "Ana/B-PER | Bo/I-PER left", "[Ana PER] | [Bo PER] left"},
		{"documents", "|| Ana/B-PER || || Bo/B-PER", "[Ana PER] || [Bo PER]"},
		{"marks", "He ( Bo/B-PER ) , 5 % ; no !", "He ([Bo PER]), 5%; no!"},
		{"possessive", "Bo/B-PER 's and Jones/B-PER '", "[Bo PER]'s and [Jones PER]'"},
		{"quotes", `He said " I do n't " and " no " .`, `He said "I don't" and "no".`},
		{"compound", "US/B-LOC - led talks", "[US LOC]-led talks"},
		{"money", "$ 5 and £ 3", "$5 and £3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, err := corpus.ReadCoNLL(strings.NewReader(lines(test.in)))
			if err != nil {
				t.Fatal(err)
			}
			if got := marked(docs); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestReadSpaced(t *testing.T) {
	docs, err := corpus.ReadSpaced(strings.NewReader(lines("Bo/B-PER 's ( US/B-LOC ) .")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := marked(docs), "[Bo PER] 's ( [US LOC] ) ."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReadCoNLLLongLine(t *testing.T) {
	if _, err := corpus.ReadCoNLL(strings.NewReader(strings.Repeat("a", 2<<20))); err == nil {
		t.Error("want an error")
	}
}

func TestReadJSONL(t *testing.T) {
	in := `{"id":"x","text":"Ana left Łódź.","spans":[{"start":0,"end":3,"type":"PER","entity":"1","salience":0.5},` +
		`{"start":9,"end":16,"type":"LOC","link":"geonames:1","lat":51.8,"lon":19.5,"etype":"place","mention":"Full","overlap":"None"}]}` + "\n" +
		`{"id":"y","text":"No.","spans":[]}`
	docs, err := corpus.ReadJSONL(strings.NewReader(in))
	if err != nil || len(docs) != 2 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	want := []corpus.Span{
		{End: 3, Type: "PER", Entity: "1", Salience: 0.5},
		{Start: 9, End: 16, Type: "LOC", Link: "geonames:1", Lat: 51.8, Lon: 19.5, Kind: "place", Mention: "Full", Overlap: "None"},
	}
	for i, s := range docs[0].Spans {
		if s != want[i] {
			t.Errorf("got %+v, want %+v", s, want[i])
		}
	}
	if got := docs[0].Of(docs[0].Spans[1]); got != "Łódź" || docs[1].ID != "y" {
		t.Errorf("got %q", got)
	}
}

func TestReadJSONLErrors(t *testing.T) {
	for _, in := range []string{
		`{"text":"Ana","spans":[{"start":0,"end":4}]}`,
		`{"text":"Ana","spans":[{"start":-1,"end":2}]}`,
		`{"text":"Ana","spans":[{"start":2,"end":2}]}`,
	} {
		if _, err := corpus.ReadJSONL(strings.NewReader(in)); !errors.Is(err, corpus.ErrSpan) {
			t.Errorf("%s: got %v", in, err)
		}
	}
	if _, err := corpus.ReadJSONL(strings.NewReader(`{"text":`)); err == nil {
		t.Error("want an error")
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"b.conll": lines("Ana/B-PER"), "a.conll": lines("Bo/B-PER"), "c.jsonl": `{"text":"Cy","spans":[{"end":2,"type":"PER"}]}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := corpus.Files(dir, ".conll")
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != "a.conll" {
		t.Fatalf("got %v, %v", files, err)
	}
	for name, want := range map[string]string{"a.conll": "[Bo PER]", "c.jsonl": "[Cy PER]"} {
		docs, err := corpus.Open(filepath.Join(dir, name))
		if err != nil || marked(docs) != want {
			t.Errorf("%s: got %s, %v", name, marked(docs), err)
		}
	}
	if _, err := corpus.Open(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestRecase(t *testing.T) {
	doc, err := corpus.ReadCoNLL(strings.NewReader(lines("the boss of Łódź/B-LOC 's O'Neil/B-PER Bank/I-PER met straße/B-ORG u.s./B-LOC ɐ/B-LOC")))
	if err != nil {
		t.Fatal(err)
	}
	for c, want := range map[corpus.Case]string{
		corpus.AsWritten: "the boss of [Łódź LOC]'s [O'Neil Bank PER] met [straße ORG] [u.s. LOC] [ɐ LOC]",
		corpus.TitleCase: "the Boss of [Łódź LOC]'s [O'Neil Bank PER] Met [Straße ORG] [U.s. LOC] [Ɐ LOC]",
		corpus.AllCaps:   "THE BOSS OF [ŁÓDŹ LOC]'S [O'NEIL BANK PER] MET [STRAßE ORG] [U.S. LOC] [Ɐ LOC]",
	} {
		if got := marked([]corpus.Document{doc[0].Recase(c)}); got != want {
			t.Errorf("%d: got  %s\nwant %s", c, got, want)
		}
	}
}

func FuzzRecase(f *testing.F) {
	f.Add("Ana left \xff Łódź.", 4, 8)
	f.Fuzz(func(t *testing.T, s string, start, end int) {
		if start < 0 || end > len(s) || start >= end {
			return
		}
		d := corpus.Document{Texts: []string{s}, Spans: []corpus.Span{{Start: start, End: end}}}
		for _, c := range []corpus.Case{corpus.TitleCase, corpus.AllCaps} {
			r := d.Recase(c)
			if x := r.Spans[0]; x.Start < 0 || x.Start > x.End || x.End > len(r.Texts[0]) {
				t.Fatalf("%q: %d:%d is %d:%d of %q", s, start, end, x.Start, x.End, r.Texts[0])
			}
		}
	})
}
