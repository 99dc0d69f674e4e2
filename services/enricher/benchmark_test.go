package enricher_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// BenchmarkEnrich takes articles of about 700 words in 20 paragraphs: every fourth
// sentence has one of 12 people of one of 12 places say it.
func BenchmarkEnrich(b *testing.B) {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		b.Fatal(err)
	}
	articles := make([]schema.Article, 20)
	for seed := range articles {
		articles[seed] = sampleArticle(uint64(seed))
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := enricher.Enrich(b.Context(), steps, articles[n%len(articles)]); err != nil {
			b.Fatal(err)
		}
	}
}

func sampleArticle(seed uint64) schema.Article {
	w := sampleWriter{rand.New(rand.NewPCG(seed, 1))}
	a := schema.Article{
		ID: "sample", Language: "en", Headline: w.sentence(), Lead: w.sentence(),
		Source: schema.Source{Name: "Evening Sample"},
	}
	for range 20 {
		a.Body = append(a.Body, w.sentence()+" "+w.sentence()+" "+w.sentence())
	}
	return a
}

type sampleWriter struct{ *rand.Rand }

func (w sampleWriter) pick(list string) string {
	all := strings.Split(list, "|")
	return all[w.IntN(len(all))]
}

func (w sampleWriter) sentence() string {
	var words []string
	for range 7 + w.IntN(9) {
		words = append(words, w.pick("the|of|a|and|in|harbour|council|price|water|village|report|ship|late|raise|steel|winter|had|said|more|bank"))
	}
	text := strings.Join(words, " ")
	text = strings.ToUpper(text[:1]) + text[1:]
	if w.IntN(4) > 0 {
		return text + "."
	}
	return fmt.Sprintf("“%s,” said %s of %s.", text,
		w.pick("Anna Berg|Tomas Novak|Maria Lopez|James Carter|Wei Zhang|Fatima Haddad|Peter Lindqvist|Ines Duarte|Samuel Okoro|Yuki Tanaka|Ivan Petrov"),
		w.pick("Lisbon|Nairobi|Oslo|Montreal|Osaka|Vienna|Lima|Cardiff|Riga|Hanoi|Accra|Boston"))
}
