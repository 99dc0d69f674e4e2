package gazetteer

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The fields are read in order, empty ones left out, up to maxText bytes.
func TestRead(t *testing.T) {
	long := strings.Repeat("a", maxText-10)
	for name, test := range map[string]struct {
		article schema.Article
		want    string
	}{
		"nothing":    {schema.Article{}, ""},
		"all":        {schema.Article{Headline: "a", Lead: "b", Body: []string{"c", "d"}}, "headline0 lead0 body0 body1"},
		"no lead":    {schema.Article{Headline: "a", Body: []string{"", "d"}}, "headline0 body1"},
		"too long":   {schema.Article{Headline: "a", Body: []string{long + "0123456789"}}, "headline0"},
		"to the end": {schema.Article{Body: []string{long + "0123456789"}}, "body0"},
		"after it":   {schema.Article{Headline: "a", Body: []string{long, "0123456789", "012345678"}}, "headline0 body0 body2"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, text := range read(lexiconOf(t), &test.article).texts {
				got = append(got, string(text.field)+string(rune('0'+text.index)))
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestHasRules(t *testing.T) {
	for language, want := range map[string]bool{
		"en": true, "en-GB": true, "EN_us": true, "und": true, "": true, "de": false, "enm": false, "pt-BR": false, "-": true,
	} {
		if got := hasRules(language); got != want {
			t.Errorf("%q: got %t", language, got)
		}
	}
}

func TestPolitics(t *testing.T) {
	for text, want := range map[string]bool{
		"The Senate met.": true, "Republicans met.": true, "The GOP met.": true, "Sen. Zork met.": true,
		"The senate met.": false, "The republicans met.": false, "Zork met.": false, "": false,
	} {
		if got := read(lexiconOf(t), &schema.Article{Lead: text}).politics; got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}

func TestPublisherWords(t *testing.T) {
	for name, test := range map[string]struct {
		source, attributed string
		want               []string
	}{
		"source":      {"Zanzi Gazetteer", "", []string{"zanzi", "gazetteer"}},
		"article":     {"The Zanzi Gazetteer", "", []string{"zanzi", "gazetteer"}},
		"attribution": {"Zanzi", "The Evening Blarg", []string{"evening", "blarg"}},
		"none":        {"", "", nil},
		"The":         {"The ", "", nil},
		"accents":     {"L’Écho", "", []string{"l'echo"}},
		"marks":       {"Zork & Co.", "", []string{"zork", "&", "co", "."}},
		"too long":    {strings.Repeat("Zork ", 13), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			a := schema.Article{Source: schema.Source{Name: test.source}}
			if test.attributed != "" {
				a.Attribution = &schema.Attribution{Source: test.attributed}
			}
			if got := publisherWords(&a); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
