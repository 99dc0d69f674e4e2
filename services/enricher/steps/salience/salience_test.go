package salience_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus/gum"
	"github.com/dateline-news/dateline/services/enricher/steps/salience"
)

const thousand = 1000

// article has 1,000 bytes of headline, lead and body each.
func article() schema.Article {
	text := strings.Repeat("x", thousand)
	return schema.Article{Headline: text, Lead: text, Body: []string{text}}
}

func entity(id string, mentions ...schema.Mention) schema.Entity {
	return schema.Entity{ID: id, Type: schema.Person, Name: id, Mentions: mentions}
}

func at(field schema.Field, start int) schema.Mention {
	return schema.Mention{Field: field, Start: start, End: start + 1, Text: "x"}
}

func enrich(t *testing.T, e *schema.Enriched) {
	t.Helper()
	if err := (salience.Step{}).Enrich(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func TestSalience(t *testing.T) {
	const h, l, b = schema.FieldHeadline, schema.FieldLead, schema.FieldBody
	for name, test := range map[string]struct {
		mentions []schema.Mention
		want     float64
	}{
		"end of the body":      {[]schema.Mention{at(b, 999)}, 0.11}, // 1 point
		"start of the body":    {[]schema.Mention{at(b, 0)}, 0.2},    // 1 and a third of 3
		"body twice":           {[]schema.Mention{at(b, 999), at(b, 999)}, 0.2},
		"lead":                 {[]schema.Mention{at(l, 0)}, 0.38}, // 1 + 2 + 2
		"headline":             {[]schema.Mention{at(h, 0)}, 0.5},  // 1 + 4 + 3
		"headline and lead":    {[]schema.Mention{at(h, 0), at(l, 0)}, 0.58},
		"not in reading order": {[]schema.Mention{at(b, 0), at(h, 0)}, 0.53},
		"never more than 1":    {slices.Repeat([]schema.Mention{at(h, 0)}, 100_000), 1},
		"beyond the text":      {[]schema.Mention{at(b, 1<<30)}, 0.11},
	} {
		t.Run(name, func(t *testing.T) {
			e := schema.Enriched{Article: article(), Entities: []schema.Entity{entity("a", test.mentions...)}}
			enrich(t, &e)
			if got := e.Entities[0].Salience; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	e := schema.Enriched{Article: article(), Entities: []schema.Entity{
		entity("late", at(schema.FieldBody, 990)),
		entity("nothing"),
		entity("twin b", at(schema.FieldBody, 501)),
		entity("twin a", at(schema.FieldBody, 500)),
		entity("headline", at(schema.FieldHeadline, 1)),
	}}
	input := slices.Clone(e.Entities)
	enrich(t, &e)
	var got []string
	for _, x := range e.Entities {
		got = append(got, x.ID)
	}
	if want := []string{"headline", "twin a", "twin b", "late"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for i, x := range input {
		if x.Salience != 0 {
			t.Errorf("the entities that were given: %d is changed", i)
		}
	}
}

// Who says much counts for more, where quotes are known.
func TestSpeakers(t *testing.T) {
	e := schema.Enriched{Article: article(), Entities: []schema.Entity{
		entity("silent", at(schema.FieldBody, 999)), entity("speaks", at(schema.FieldBody, 999)), entity("", at(schema.FieldBody, 999)),
	}, Quotes: []schema.Quote{{Speaker: "speaks"}, {Speaker: "speaks"}, {}}}
	enrich(t, &e)
	if e.Entities[0].ID != "speaks" || e.Entities[0].Salience != 0.27 || e.Entities[1].Salience != 0.11 || e.Entities[2].Salience != 0.11 {
		t.Errorf("got %+v", e.Entities)
	}
}

// The publisher, the authors and the agency are not what the article is about.
func TestCredits(t *testing.T) {
	a := schema.Article{
		Source: schema.Source{Name: "The Zork Times"}, Authors: []string{"Maria Zork"}, Attribution: &schema.Attribution{Source: "Zork News"},
		Lead: "LIMA (Blix) - It rained, said Blix.", Body: []string{"By Maria Zork", "It rained on Maria Zork and Qwop (Quux).", "From Zork News, Qwop."},
	}
	named := func(name string, mentions ...schema.Mention) schema.Entity {
		return schema.Entity{ID: name, Name: name, Type: schema.Organization, Mentions: mentions}
	}
	mention := func(field schema.Field, index int, text, name string, nth int) schema.Mention {
		start := -1
		for range nth {
			start += 1 + strings.Index(text[start+1:], name)
		}
		return schema.Mention{Field: field, Index: index, Start: start, End: start + len(name), Text: name}
	}
	lead, b := schema.FieldLead, schema.FieldBody
	for name, test := range map[string]struct {
		entity schema.Entity
		alone  bool
	}{
		"agency":            {named("Blix", mention(lead, 0, a.Lead, "Blix", 1)), true},
		"agency that says":  {named("Blix", mention(lead, 0, a.Lead, "Blix", 1), mention(lead, 0, a.Lead, "Blix", 2)), false},
		"author":            {named("Maria Zork", mention(b, 0, a.Body[0], "Maria Zork", 1)), true},
		"author in text":    {named("Maria Zork", mention(b, 0, a.Body[0], "Maria Zork", 1), mention(b, 1, a.Body[1], "Maria Zork", 1)), true},
		"publisher":         {named("Zork News", mention(b, 2, a.Body[2], "Zork News", 1)), true},
		"other at the end":  {named("Qwop", mention(b, 2, a.Body[2], "Qwop", 1)), false},
		"other in brackets": {named("Quux", mention(b, 1, a.Body[1], "Quux", 1)), false},
	} {
		t.Run(name, func(t *testing.T) {
			a := a
			if name == "author in text" {
				a.Body = append(slices.Clone(a.Body[:2]), a.Body[1]+strings.Repeat(".", 100))
				test.entity.Mentions[1].Index, test.alone = 2, false
			}
			e := schema.Enriched{Article: a, Entities: []schema.Entity{test.entity}}
			enrich(t, &e)
			if got := e.Entities[0].Salience == 0.11; got != test.alone {
				t.Errorf("salience %v", e.Entities[0].Salience)
			}
		})
	}
	place := named("Zork News", mention(b, 2, a.Body[2], "Zork News", 1))
	place.Type = schema.Location
	e := schema.Enriched{Article: a, Entities: []schema.Entity{place}}
	if enrich(t, &e); e.Entities[0].Salience == 0.11 {
		t.Error("a place is no maker")
	}
}

func TestBounds(t *testing.T) {
	step := salience.Step{}
	e := schema.Enriched{Article: article(), Models: []schema.Model{{Step: "other"}, step.Model()}}
	for i := range 310 {
		e.Entities = append(e.Entities, entity(fmt.Sprint(i), at(schema.FieldBody, i)))
	}
	e.Entities = append(e.Entities, entity("much", slices.Repeat([]schema.Mention{at(schema.FieldHeadline, 0)}, 205)...))
	e.Quotes = []schema.Quote{{Speaker: "309"}, {Speaker: "much"}}
	e.Entities[309].Mentions[0].Start = 999 // so that it is the least, though it speaks
	e.Quotes[0].Speaker = "308"
	e.Entities[308].Mentions[0].Start = 5000
	e.Quotes = append(e.Quotes, schema.Quote{Speaker: "309"})
	enrich(t, &e)
	if len(e.Entities) != 300 || len(e.Entities[0].Mentions) != 200 {
		t.Errorf("%d entities, %d mentions", len(e.Entities), len(e.Entities[0].Mentions))
	}
	if got := e.Models[1].Cut; got != "11 entities, 5 mentions" || e.Models[0].Cut != "" {
		t.Errorf("told %q and %q", e.Models[0].Cut, got)
	}
	kept := map[string]bool{"": true}
	for _, x := range e.Entities {
		kept[x.ID] = true
	}
	for _, q := range e.Quotes {
		if !kept[q.Speaker] {
			t.Errorf("%s speaks, but is left out", q.Speaker)
		}
	}
}

func TestNothingIsToldWithinBounds(t *testing.T) {
	step := salience.Step{}
	e := schema.Enriched{Article: article(), Models: []schema.Model{step.Model()}, Entities: []schema.Entity{entity("a", at(schema.FieldLead, 0))}}
	if enrich(t, &e); e.Models[0].Cut != "" || e.Models[0].Name == "" || e.Models[0].Version == "" {
		t.Errorf("got %+v", e.Models[0])
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := step.Enrich(ctx, &e); err == nil {
		t.Error("no error of a context that has ended")
	}
}

func TestScore(t *testing.T) {
	o := salience.Score([]float64{0.9, 0.5, 0.5, 0.1}, []float64{5, 0, 1, 1})
	if o.Pairs != 5 || o.Right != 3.5 { // 0.9 is right three times, 0.5 and 0.5 half, 0.1 wrong
		t.Errorf("got %+v", o)
	}
	if sum := o.Add(o); sum.Pairs != 10 || math.Abs(sum.Share()-0.7) > 1e-9 {
		t.Errorf("got %+v", sum)
	}
	if (salience.Order{}).Share() != 0 {
		t.Error("nothing has a score")
	}
}

// The least share of pairs in the right order that the step may have: what was
// measured, less a margin. Gold is how many of five summaries name the entity.
func TestEvaluation(t *testing.T) {
	docs, err := gum.Read(os.DirFS(filepath.Join(shared(t), "ner", "train", "gum_by")))
	if err != nil {
		t.Skip("no evaluation data: ", err)
	}
	var halves, before [2]salience.Order
	for _, doc := range docs {
		e, gold := joined(&doc)
		enrich(t, &e)
		var found, want, old []float64
		for _, x := range e.Entities {
			found, want = append(found, x.Salience), append(want, gold[x.ID])
			old = append(old, formerly(x.Mentions))
		}
		h := fnv.New32a()
		h.Write([]byte(doc.ID))
		half := h.Sum32() % 2
		halves[half] = halves[half].Add(salience.Score(found, want))
		before[half] = before[half].Add(salience.Score(old, want))
	}
	for i, o := range halves {
		t.Logf("half %d: %.3f of %d pairs in order; by mentions, headline and lead alone %.3f", i+1, o.Share(), o.Pairs, before[i].Share())
		if o.Share() < 0.82 {
			t.Errorf("want 0.82")
		}
	}
}

// formerly is the salience without the place of the first mention.
func formerly(mentions []schema.Mention) float64 {
	points := float64(len(mentions))
	if mentions[0].Field == schema.FieldHeadline {
		points += 4
	}
	if slices.ContainsFunc(mentions, func(m schema.Mention) bool { return m.Field == schema.FieldLead }) {
		points += 2
	}
	return points
}

// joined is a document with its first paragraphs as headline and lead, and the
// gold entities, and how salient each is.
func joined(doc *gum.Document) (schema.Enriched, map[string]float64) {
	texts := strings.Split(doc.Text, "\n\n")
	e := schema.Enriched{Article: schema.Article{Headline: texts[0]}}
	gold, at := map[string]float64{}, map[int]int{}
	for _, n := range doc.Names {
		m, start := schema.Mention{Field: schema.FieldHeadline}, 0
		for i, text := range texts {
			if n.Start < start+len(text)+2 {
				m.Start, m.End = n.Start-start, n.End-start
				switch {
				case i == 1:
					m.Field = schema.FieldLead
				case i > 1:
					m.Field, m.Index = schema.FieldBody, i-2
				}
				break
			}
			start += len(text) + 2
		}
		id := fmt.Sprint(n.Thing)
		i, ok := at[n.Thing]
		if !ok {
			i = len(e.Entities)
			at[n.Thing] = i
			e.Entities = append(e.Entities, schema.Entity{ID: id, Name: doc.Text[n.Start:n.End], Type: n.Type})
		}
		e.Entities[i].Mentions = append(e.Entities[i].Mentions, m)
		gold[id] = max(gold[id], float64(n.Salience))
	}
	if len(texts) > 1 {
		e.Lead, e.Body = texts[1], texts[2:]
	}
	return e, gold
}

// shared is the folder of reference data, which is no part of the repository.
func shared(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("DATELINE_SHARED"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			dir = filepath.Join(filepath.Dir(dir), "shared")
			if _, err := os.Stat(dir); err == nil {
				return dir
			}
			break
		}
	}
	t.Skip("no folder of reference data: set DATELINE_SHARED")
	return ""
}

func FuzzEnrich(f *testing.F) {
	f.Add("A (B) - C", "By D", "B", 3, 4, 400)
	f.Add("", "\xff", "", -5, 1<<40, 3)
	f.Fuzz(func(t *testing.T, lead, text, name string, start, end, times int) {
		e := schema.Enriched{Article: schema.Article{Lead: lead, Body: []string{text}, Authors: []string{name, lead}}}
		for i := range max(0, times) % 500 {
			e.Entities = append(e.Entities, schema.Entity{ID: name, Name: name, Mentions: []schema.Mention{
				{Field: schema.FieldLead, Start: max(0, start) + i, End: max(0, end) + i}, {Field: schema.FieldBody, Index: start, Start: max(0, end)},
			}})
		}
		if err := (salience.Step{}).Enrich(t.Context(), &e); err != nil || len(e.Entities) > 300 {
			t.Fatal(len(e.Entities), err)
		}
		last := 1.0
		for _, x := range e.Entities {
			if !(x.Salience > 0 && x.Salience <= last) {
				t.Errorf("%v after %v", x.Salience, last)
			}
			last = x.Salience
		}
	})
}
