package gazetteer

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// builtIn is the data of the program, loaded once for all tests: it is read only.
var builtIn = sync.OnceValues(func() (*lexicon, error) { return load(entitiesTSV, wordsTSV) })

func lexiconOf(t testing.TB) *lexicon {
	t.Helper()
	l, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// english is s as the rules see it.
func english(t testing.TB, s string) *text {
	t.Helper()
	text := newText(lexiconOf(t), s, true)
	return &text
}

// found are the names that a rule finds, left to right.
func found(t *text, rule func(*text, int) span) []string {
	var names []string
	for i := 0; i < len(t.toks); {
		sp := rule(t, i)
		if sp.to == 0 {
			i++
			continue
		}
		names = append(names, t.textOf(sp))
		i = sp.to
	}
	return names
}

// ruleTest is a text and the names that one rule finds in it, with | between them.
type ruleTest struct{ text, want string }

func testRule(t *testing.T, rule func(*text, int) span, tests map[string]ruleTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(found(english(t, test.text), rule), "|"); got != test.want {
				t.Errorf("%q: got %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// enriched is what the step makes of paragraphs in English.
func enriched(t *testing.T, paragraphs ...string) schema.Enriched {
	t.Helper()
	step := &Step{lexicon: lexiconOf(t)}
	e := schema.Enriched{Article: schema.Article{Language: "en", Body: paragraphs}}
	if err := step.Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// spansIn are the spans of a whole text, all rules at work, as "type:text".
func spansIn(text *text) []string {
	d := &document{}
	d.scan(text)
	var names []string
	for _, sp := range text.spans {
		names = append(names, string(sp.typ[:3])+":"+text.textOf(sp))
	}
	return names
}

// What may begin at one word: the longest name is taken, and of two as long the
// one from the lists.
func TestScan(t *testing.T) {
	for text, want := range map[string][]string{
		"Lagos State University opened.":          {"org:Lagos State University"},
		"Lagos is wet.":                           {"loc:Lagos"},
		"The Bank of China in China.":             {"org:Bank of China", "loc:China"},
		"Lake Victoria University on the lake.":   {"org:Lake Victoria University"},
		"Then Mary Zork River rose.":              {"loc:Zork River"},
		"The University of Geneva and Geneva.":    {"org:University of Geneva", "loc:Geneva"},
		"The UN Security Council and the UN met.": {"org:UN Security Council", "org:UN"},
		"Nothing here is a name.":                 nil,
	} {
		t.Run(text, func(t *testing.T) {
			if got := spansIn(english(t, text)); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// What a rule finds is looked up, so that "President Putin" is linked.
func TestAddCandidates(t *testing.T) {
	for _, test := range []struct {
		text string
		typ  schema.EntityType
		want int
	}{
		{"Putin", schema.Person, 1},
		{"Putin", schema.Location, 0},
		{"Putin Zork", schema.Person, 0},
		{"Springfield", schema.Location, 2},
		{"Zork", schema.Person, 0},
	} {
		text := english(t, test.text)
		sp := span{to: len(text.toks), typ: test.typ}
		if text.addCandidates(&sp); len(sp.candidates) != test.want {
			t.Errorf("%s %q: got %d candidates, want %d", test.typ, test.text, len(sp.candidates), test.want)
		}
	}
}
