// Package places says which countries an article is about, and from where it was
// sent. It reads the entities that the steps before it have linked.
package places

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// Step sets the countries and the dateline place. It is safe for concurrent use.
type Step struct{}

// New is the step.
func New() Step { return Step{} }

// Name is places.
func (Step) Name() string { return "places" }

// Model names the rules.
func (s Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-places", Version: "1"}
}

// Enrich sets the countries of the article's places, and the place that it was
// sent from.
func (Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.Countries = countries(e.Entities)
	e.DatelinePlace = datelinePlace(e)
	return nil
}

// countries are the codes of the countries that the places are or lie in, by the
// sum of their saliences.
func countries(entities []schema.Entity) []string {
	sums := map[string]float64{}
	for i := range entities {
		if e := &entities[i]; e.Country != "" && e.Type == schema.Location {
			sums[e.Country] += e.Salience
		}
	}
	codes := make([]string, 0, len(sums))
	for code := range sums {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b))
	})
	return codes
}

// datelinePlace is the id of the place that the article says it was sent from: the
// lead or the first paragraph begins as in "GENEVA (Reuters) -".
func datelinePlace(e *schema.Enriched) string {
	if id := openingPlace(e, schema.FieldLead, e.Lead); id != "" || len(e.Body) == 0 {
		return id
	}
	return openingPlace(e, schema.FieldBody, e.Body[0])
}

// openingPlace is the id of the place with which s begins, if that is a dateline.
func openingPlace(e *schema.Enriched, field schema.Field, s string) string {
	start := len(s) - len(strings.TrimLeft(s, " \u00a0\n\t"))
	for i := range e.Entities {
		if e.Entities[i].Type != schema.Location {
			continue
		}
		for _, m := range e.Entities[i].Mentions {
			if m.Field == field && m.Index == 0 && m.Start == start && m.End <= len(s) && dateline(s[m.End:]) {
				return e.Entities[i].ID
			}
		}
	}
	return ""
}

// Bounds of a dateline after its place.
const (
	maxBytes  = 160
	maxTokens = 16
)

// dateline reports whether s, which a place stands before, comes to a dash through
// names, dates and an agency in brackets.
func dateline(s string) bool {
	s = s[:min(len(s), maxBytes)]
	bracket := false // there was one: small letters and hyphens are no longer prose
	var room [maxTokens * 4]text.Token
	for i, t := range text.Tokenize(room[:0], s) {
		word := t.Of(s)
		switch {
		case i == maxTokens || t.Break:
			return false
		case strings.Contains("-–—", word):
			return bracket || word != "-" || spaceBefore(s, t, i)
		case word == "(":
			bracket = true
		case !within(t, word) && !bracket:
			return false
		}
	}
	return false
}

// spaceBefore reports whether there is a space before the token i of s.
func spaceBefore(s string, t text.Token, i int) bool {
	if i == 0 {
		return strings.HasPrefix(s, " ")
	}
	return !t.Glued
}

// within reports whether a token may stand between the place and the dash.
func within(t text.Token, word string) bool {
	switch t.Kind {
	case text.Word:
		return word[0] < 'a' || word[0] > 'z'
	case text.Number:
		return true
	}
	return strings.Contains(",./)", word)
}
