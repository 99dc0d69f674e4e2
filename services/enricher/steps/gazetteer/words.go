package gazetteer

import (
	_ "embed" // for the data
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

//go:embed words.tsv
var wordsTSV string

// kinds are what is known of a word, as a set.
type kinds uint8

const (
	stop        kinds = 1 << iota // part of no name, unless the base has the name
	adjective                     // of a country
	title                         // before the name of a person
	preposition                   // a preposition that a place follows
	thing                         // the last word of the name of something else: Empire, Cup, County
)

// kindOf is the kind that the data calls so.
func kindOf(name string) (kinds, bool) {
	switch name {
	case "stop":
		return stop, true
	case "adjective":
		return adjective, true
	case "title":
		return title, true
	case "place":
		return preposition, true
	case "thing":
		return thing, true
	}
	return 0, false
}

// parseWords reads rows of a kind and its words.
func parseWords(table string) (map[string]kinds, error) {
	words := map[string]kinds{}
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, list, _ := strings.Cut(line, "\t")
		kind, ok := kindOf(name)
		if !ok {
			return nil, fmt.Errorf("words.tsv: no such kind of word: %q", name)
		}
		for _, word := range strings.Fields(list) {
			words[string(kb.AppendWord(nil, word))] |= kind
		}
	}
	return words, nil
}
