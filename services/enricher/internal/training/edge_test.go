package training

import (
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

func TestCutLengths(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, maxSentences: 1, maxSentences + 1: 6, 6 * cutSentences: 6, 6*cutSentences + 1: 7} {
		d := corpus.Document{Texts: make([]string, n)}
		for i := range d.Texts {
			d.Texts[i] = "Ana"
			d.Spans = append(d.Spans, corpus.Span{Text: i, End: 3, Type: "PER"})
		}
		parts, texts, spans := cut(d), 0, 0
		for _, p := range parts {
			texts, spans = texts+len(p.Texts), spans+len(p.Spans)
			for _, s := range p.Spans {
				if p.Of(s) != "Ana" {
					t.Errorf("%d: got %q", n, p.Of(s))
				}
			}
		}
		if len(parts) != want || texts != n || spans != n {
			t.Errorf("%d: %d parts, %d texts, %d spans", n, len(parts), texts, spans)
		}
	}
}

func TestLinesOfLists(t *testing.T) {
	for _, test := range []struct {
		name string
		add  func(*tagger.Lexicon, string)
		line string
		of   string
		want tagger.Class
	}{
		{"large city", addCity, "1\tZork\tDE\tPPL\t1\t200000", "Zork", tagger.LargeCity},
		{"city", addCity, "1\tZork\tDE\tPPL\t1\t199999", "Zork", tagger.City},
		{"people not known", addCity, "1\tZork\tDE\tPPL\t1\t?", "Zork", tagger.City},
		{"short row", addCity, "1\tZork\tDE\tPPL\t1", "Zork", 0},
		{"first name", addFirstName, " Zork \r", "Zork", tagger.FirstName},
		{"last of a person", addPerson, "    last: 'Zork'", "Zork", tagger.LastName},
		{"first of a person", addPerson, `first: "Zork"`, "Zork", tagger.FirstName},
		{"other key", addPerson, "middle: Zork", "Zork", 0},
		{"no value", addPerson, "last:", "last", 0},
		{"company", addCompany, "Zork Inc. (Class A)", "Zork", tagger.Company},
		{"end within", addCompany, "Zork Group Ana", "Zork", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := tagger.NewLexicon()
			test.add(l, test.line)
			if got := l.Class(test.of); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
