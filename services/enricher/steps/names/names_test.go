package names_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/steps/names"
)

// fake finds what it is told to, and keeps what it was given.
type fake struct {
	find  func(text string) []recognizer.Span
	short bool // gives a list for the first text alone
	err   error
	got   []string
}

func (*fake) Model() schema.Model { return schema.Model{Name: "fake", Version: "7"} }

func (*fake) Knows(language string) bool { return language == "en" }

func (f *fake) Recognize(_ context.Context, _ string, texts []string) ([][]recognizer.Span, error) {
	f.got = texts
	spans := make([][]recognizer.Span, len(texts))
	for i, text := range texts {
		spans[i] = f.find(text)
	}
	if f.short {
		spans = spans[:1]
	}
	return spans, f.err
}

// word finds the first place of a word in a text.
func word(w string, typ schema.EntityType) func(string) []recognizer.Span {
	return func(text string) []recognizer.Span {
		if at := strings.Index(text, w); at >= 0 {
			return []recognizer.Span{{Start: at, End: at + len(w), Type: typ}}
		}
		return nil
	}
}

func spans(all ...recognizer.Span) func(string) []recognizer.Span {
	return func(string) []recognizer.Span { return all }
}

func article() schema.Article {
	return schema.Article{ID: "a", Language: "en", Headline: "Łódź waits", Lead: "In Łódź.", Body: []string{"", "To Łódź."}}
}

func listed(e *schema.Enriched) string {
	var all []string
	for _, x := range e.Entities {
		for _, m := range x.Mentions {
			all = append(all, fmt.Sprintf("%s %s %s[%d]%d:%d %s", x.Type, x.Name, m.Field, m.Index, m.Start, m.End, m.Text))
		}
		if x.ID != "" || len(x.Mentions) != 1 {
			all = append(all, fmt.Sprintf("ID %q, %d mentions", x.ID, len(x.Mentions)))
		}
	}
	return strings.Join(all, "\n")
}

func TestEnrich(t *testing.T) {
	e := schema.Enriched{Article: article()}
	e.Entities = []schema.Entity{{Type: schema.Person, Name: "Bo", Mentions: []schema.Mention{{}}}}
	if err := names.New(&fake{find: word("Łódź", schema.Location)}).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	e.Entities = e.Entities[1:] // what was there is kept
	want := "location Łódź headline[0]0:7 Łódź\nlocation Łódź lead[0]3:10 Łódź\nlocation Łódź body[1]3:10 Łódź"
	if got := listed(&e); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSpansOutsideOfTheText(t *testing.T) {
	for name, test := range map[string]struct {
		spans   []recognizer.Span
		want    string
		dropped int64
	}{
		"before the start":   {[]recognizer.Span{{Start: -1, End: 2, Type: schema.Person}}, "", 1},
		"beyond the end":     {[]recognizer.Span{{Start: 0, End: 14, Type: schema.Person}}, "", 1},
		"empty":              {[]recognizer.Span{{Start: 2, End: 2, Type: schema.Person}}, "", 1},
		"backwards":          {[]recognizer.Span{{Start: 4, End: 2, Type: schema.Person}}, "", 1},
		"starts in a letter": {[]recognizer.Span{{Start: 1, End: 7, Type: schema.Person}}, "", 1},
		"ends in a letter":   {[]recognizer.Span{{Start: 0, End: 6, Type: schema.Person}}, "", 1},
		"no type":            {[]recognizer.Span{{Start: 0, End: 7}}, "", 1},
		"other type":         {[]recognizer.Span{{Start: 0, End: 7, Type: "misc"}}, "", 1},
		"overlap": {
			[]recognizer.Span{{Start: 0, End: 7, Type: schema.Person}, {Start: 2, End: 9, Type: schema.Person}},
			"person Łódź headline[0]0:7 Łódź", 1,
		},
		"the whole": {[]recognizer.Span{{Start: 0, End: 13, Type: schema.Person}}, "person Łódź waits headline[0]0:13 Łódź waits", 0},
	} {
		t.Run(name, func(t *testing.T) {
			step := names.New(&fake{find: spans(test.spans...), short: true})
			e := schema.Enriched{Article: article()}
			if err := step.Enrich(t.Context(), &e); err != nil {
				t.Fatal(err)
			}
			if got := listed(&e); got != test.want || step.Dropped() != test.dropped {
				t.Errorf("got %s, dropped %d", got, step.Dropped())
			}
		})
	}
}

func TestInvalidText(t *testing.T) {
	e := schema.Enriched{Article: schema.Article{Language: "en", Headline: "Ana\xff"}}
	step := names.New(&fake{find: spans(recognizer.Span{End: 4, Type: schema.Person}), short: true})
	if err := step.Enrich(t.Context(), &e); err != nil || len(e.Entities) != 0 {
		t.Errorf("%v, %v", e.Entities, err)
	}
}

func TestLongArticle(t *testing.T) {
	long := strings.Repeat("Ana ", 1<<18-10)
	a := schema.Article{Language: "en", Headline: "Ana", Body: []string{"Ana", long, "Ana", "Ana"}}
	f := &fake{find: word("Ana", schema.Person)}
	e := schema.Enriched{Article: a}
	if err := names.New(f).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	if len(f.got) != 6 || len(e.Entities) != 5 {
		t.Errorf("%d texts, %d entities", len(f.got), len(e.Entities))
	}
	e = schema.Enriched{Article: schema.Article{Headline: "Ana", Lead: long + long, Body: []string{"Ana"}}}
	if err := names.New(f).Enrich(t.Context(), &e); err != nil || len(f.got) != 1 || len(e.Entities) != 1 {
		t.Errorf("%d texts, %d entities, %v", len(f.got), len(e.Entities), err)
	}
}

func TestError(t *testing.T) {
	bad := errors.New("bad")
	e := schema.Enriched{Article: article()}
	if err := names.New(&fake{find: spans(), err: bad}).Enrich(t.Context(), &e); !errors.Is(err, bad) || !strings.Contains(err.Error(), "article a") {
		t.Errorf("got %v", err)
	}
}

func TestSkip(t *testing.T) {
	step := names.New(&fake{})
	for language, want := range map[string]string{"en": "", "fr": "unsupported language", "und": "unsupported language", "": "unsupported language"} {
		if got := step.Skip(&schema.Article{Language: language}); got != want {
			t.Errorf("%s: got %q, want %q", language, got, want)
		}
	}
}

func TestModel(t *testing.T) {
	step := names.New(&fake{})
	if got, want := step.Model(), (schema.Model{Step: "names", Name: "fake", Version: "7"}); got != want || step.Name() != "names" {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
