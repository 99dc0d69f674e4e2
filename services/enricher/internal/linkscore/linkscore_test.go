package linkscore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/linkscore"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
	"github.com/dateline-news/dateline/services/enricher/steps/link"
)

func base(t *testing.T) *kb.Set {
	t.Helper()
	b, err := pack.Load()
	if err != nil {
		t.Fatal(err)
	}
	return kb.NewSet(b)
}

// evaluation is a file of the evaluation data, which is no part of the repository.
func evaluation(t *testing.T, name string) []corpus.Document {
	t.Helper()
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	path := filepath.Join(dir, "ner", "eval", name, "test.jsonl")
	if _, err := os.Stat(path); err != nil {
		t.Skip("no evaluation data: set DATELINE_SHARED")
	}
	docs, err := corpus.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// The least accuracy by links, and with places that are only near to one: what was
// measured, less a margin.
func TestPlacesEvaluation(t *testing.T) {
	for name, least := range map[string]struct{ linked, near float64 }{
		"geo_trnews": {0.79, 0.81},
		"geo_lgl":    {0.65, 0.695},
	} {
		t.Run(name, func(t *testing.T) {
			got := linkscore.ScorePlaces(link.New(base(t)), evaluation(t, name))
			t.Log(got)
			if got.Accuracy() < least.linked || got.AccuracyNear() < least.near {
				t.Errorf("want %.3f, and %.3f with those near", least.linked, least.near)
			}
		})
	}
}

// The least F1 over what the base covers.
func TestLinksEvaluation(t *testing.T) {
	for name, least := range map[string]float64{"el_voxel": 0.81, "el_kore50": 0.6, "el_rss500": 0.62} {
		t.Run(name, func(t *testing.T) {
			set := base(t)
			got := linkscore.ScoreLinks(link.New(set), set, evaluation(t, name))
			t.Log(got)
			if got.F1() < least {
				t.Errorf("want F1 %.2f", least)
			}
		})
	}
}

// document is a text in which each of the spans marks its name where it first stands.
func document(text string, spans ...corpus.Span) corpus.Document {
	at := 0
	for i := range spans {
		name := spans[i].Entity // of these tests: the name
		spans[i].Start = at + strings.Index(text[at:], name)
		spans[i].End = spans[i].Start + len(name)
		at = spans[i].End
	}
	return corpus.Document{Texts: []string{text}, Spans: spans}
}

func TestScorePlaces(t *testing.T) {
	docs := []corpus.Document{document(
		"Peru, Lima, London, Zorkville, Lima, Zork and northern Syria.",
		corpus.Span{Entity: "Peru", Link: "geonames:3932488", Lat: 50, Lon: 50},          // right by its id
		corpus.Span{Entity: "Lima", Lat: -12, Lon: -77},                                  // right by its place
		corpus.Span{Entity: "London", Link: "geonames:6058560", Lat: 43, Lon: -81.2},     // wrong, and reachable
		corpus.Span{Entity: "Zorkville", Lat: 1, Lon: 1},                                 // not found
		corpus.Span{Entity: "Lima", Lat: 40, Lon: -84},                                   // another one: reachable
		corpus.Span{Entity: "Zork"},                                                      // of no known place: left out
		corpus.Span{Entity: "northern Syria", Link: "geonames:163843", Lat: 35, Lon: 38}, // near, without a link
	)}
	got := linkscore.ScorePlaces(link.New(base(t)), docs)
	want := linkscore.Places{All: 6, Found: 5, Linked: 2, Near: 1, Reachable: 4}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.Accuracy() != 2.0/6 || got.AccuracyNear() != 0.5 || !strings.HasPrefix(got.String(), "6 places: 33.3 %") {
		t.Errorf("got %s", got)
	}
	if none := linkscore.ScorePlaces(link.New(base(t)), nil); none.Accuracy() != 0 || none.AccuracyNear() != 0 {
		t.Errorf("got %+v", none)
	}
}

func TestScoreLinks(t *testing.T) {
	docs := []corpus.Document{document(
		"Peru and NATO, London, Ontario, Georgia, Zork, Lima, Congress, Putin and Reading. NATO.",
		corpus.Span{Entity: "Peru", Type: "LOC", Link: "Peru"},                             // right
		corpus.Span{Entity: "NATO", Type: "ORG", Link: "NATO"},                             // right
		corpus.Span{Entity: "London", Type: "LOC", Link: "London,_Ontario"},                // right
		corpus.Span{Entity: "Georgia", Type: "LOC", Link: "Georgia_(U.S._state)"},          // wrong
		corpus.Span{Entity: "Zork", Type: "PER", Link: "Zork_(game)"},                      // not covered
		corpus.Span{Entity: "Lima", Type: "LOC", Link: "Zork_Beans"},                       // not covered, and linked
		corpus.Span{Entity: "Congress", Type: "ORG"},                                       // stands for no page: left out
		corpus.Span{Entity: "Putin", Link: "https://en.wikipedia.org/wiki/Vladimir_Putin"}, // right, of no type
		corpus.Span{Entity: "Reading", Type: "MISC", Link: "Reading"},                      // covered, and not asked for
	)}
	set := base(t)
	got := linkscore.ScoreLinks(link.New(set), set, docs)
	want := linkscore.Links{All: 8, Covered: 6, Given: 5, Right: 4, Extra: 1}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.Precision() != 4.0/6 || got.Recall() != 4.0/6 || got.F1() <= 0 || !strings.HasPrefix(got.String(), "8 names") {
		t.Errorf("got %s", got)
	}
}
