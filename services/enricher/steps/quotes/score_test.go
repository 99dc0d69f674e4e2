package quotes_test

import (
	"math"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/quotes"
)

func span(start, end int) schema.Mention {
	return schema.Mention{Field: schema.FieldLead, Start: start, End: end}
}

func source(start, end int, text string) schema.Mention {
	m := span(start, end)
	m.Text = text
	return m
}

func gold(start, end int, text string) quotes.Said {
	return quotes.Said{Mention: source(start, end, text)}
}

func TestScore(t *testing.T) {
	zork := []schema.Entity{{ID: "zork", Mentions: []schema.Mention{span(200, 204)}}}
	by := func(q schema.Mention, speaker, cue string) []schema.Quote {
		return []schema.Quote{{Mention: q, Speaker: speaker, Cue: cue}}
	}
	said := gold(0, 100, "one two three four")
	for name, test := range map[string]struct {
		found []schema.Quote
		gold  quotes.Said
		want  quotes.Figures
	}{
		"missed":       {nil, said, quotes.Figures{Gold: 1}},
		"exact":        {by(span(0, 100), "", ""), said, quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1}},
		"near":         {by(span(10, 100), "", ""), said, quotes.Figures{Found: 1, Near: 1, Gold: 1, GoldNear: 1}},
		"not near":     {by(span(30, 100), "", ""), said, quotes.Figures{Found: 1, Gold: 1}},
		"longer":       {by(span(0, 130), "", ""), said, quotes.Figures{Found: 1, Gold: 1}},
		"short":        {by(span(0, 9), "", ""), gold(0, 9, "one two"), quotes.Figures{Found: 1, Exact: 1, Near: 1}},
		"short, whole": {nil, quotes.Said{Mention: source(0, 9, "one two"), Whole: true}, quotes.Figures{Gold: 1, Whole: 1}},
		"other text": {
			[]schema.Quote{{Mention: schema.Mention{Field: schema.FieldBody, End: 100}}}, said,
			quotes.Figures{Found: 1, Gold: 1},
		},
		"cue": {
			by(span(0, 100), "", "said"), quotes.Said{Mention: said.Mention, Cue: " Said on Monday"},
			quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1, Cues: 1, CuesRight: 1},
		},
		"wrong cue": {
			by(span(0, 100), "", "told"), quotes.Said{Mention: said.Mention, Cue: "said"},
			quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1, Cues: 1},
		},
		"speaker": {
			by(span(0, 100), "zork", ""), quotes.Said{Mention: said.Mention, Source: source(190, 210, "a Mr Zork")},
			quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1, Named: 1, NamedGiven: 1, NamedRight: 1},
		},
		"other speaker": {
			by(span(0, 100), "blix", ""), quotes.Said{Mention: said.Mention, Source: source(190, 210, "a Mr Zork")},
			quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1, Named: 1, NamedGiven: 1},
		},
		"no name": {
			by(span(0, 100), "zork", ""), quotes.Said{Mention: said.Mention, Source: source(110, 120, "a fisher")},
			quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1, Unnamed: 1, UnnamedGiven: 1},
		},
		"pronoun": {
			by(span(0, 100), "zork", ""), quotes.Said{Mention: said.Mention, Source: source(110, 112, "He")},
			quotes.Figures{Found: 1, Exact: 1, Near: 1, Gold: 1, GoldExact: 1, GoldNear: 1, Pronouns: 1, PronounsGiven: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := quotes.Score(&schema.Enriched{Entities: zork, Quotes: test.found}, []quotes.Said{test.gold})
			if got != test.want {
				t.Errorf("got %+v\nwant %+v", got, test.want)
			}
			if twice := got.Add(got); twice.Gold != 2*got.Gold || twice.PronounsGiven != 2*got.PronounsGiven || twice.NamedRight != 2*got.NamedRight {
				t.Errorf("twice it is %+v", twice)
			}
		})
	}
}

func TestScores(t *testing.T) {
	f := quotes.Figures{Found: 4, Exact: 2, Near: 4, Gold: 8, GoldExact: 4, GoldNear: 8}
	if s := f.ExactScores(); s.Precision != 0.5 || s.Recall != 0.5 || math.Abs(s.F1-0.5) > 1e-9 {
		t.Errorf("exact: got %+v", s)
	}
	if s := f.NearScores(); s != (quotes.Scores{Precision: 1, Recall: 1, F1: 1}) {
		t.Errorf("near: got %+v", s)
	}
	if s := (quotes.Figures{}).NearScores(); s != (quotes.Scores{}) {
		t.Errorf("nothing: got %+v", s)
	}
}
