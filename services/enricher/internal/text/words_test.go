package text_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// Each title keeps its point and ends no sentence; other abbreviations keep their
// point, and end one before a word that begins sentences.
func TestAbbreviations(t *testing.T) {
	for _, title := range strings.Fields("Mr Mrs Ms Dr Prof St Gen Sen Rep Gov Lt Col Sgt Capt Adm Rev Hon Insp Mt Ft") {
		if got, want := words("met "+title+". Zork"), "met|"+title+".|Zork"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := sentences("He met "+title+". Zork. The end."), "He met "+title+". Zork.|The end."; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, short := range strings.Fields("Inc Corp Ltd Co Jr Sr Jan Sept Calif Fla") {
		if got, want := words("of "+short+". here"), "of|"+short+".|here"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := sentences("It is "+short+". The end."), "It is "+short+".|The end."; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := sentences("It is "+short+". Zork too."), "It is "+short+". Zork too."; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := words("the zork. The Corporate. x"); got != "the|zork|.|The|Corporate|.|x" {
		t.Errorf("got %s", got)
	}
}

// What is in the tokens does not depend on what is before them.
func TestTokensOfParts(t *testing.T) {
	parts := []string{"Ana's US-led", "“Bo,” she said.", "U.S. Steel Corp. of 1,000.5", "www.zork.example (x)", "Łódź — São Tomé", "don't O'Neil’s"}
	whole := words(strings.Join(parts, "\n"))
	var each []string
	for _, p := range parts {
		each = append(each, words(p))
	}
	if got := strings.Join(each, "|"); got != whole {
		t.Errorf("got  %s\nwant %s", got, whole)
	}
}

// Room that is given is used, and what is in it is kept.
func TestAppends(t *testing.T) {
	tokens := text.Tokenize(nil, "Ana went")
	tokens = text.Tokenize(tokens, "Bo stayed here")
	if len(tokens) != 5 || tokens[2].Start != 0 || tokens[2].Glued {
		t.Errorf("got %v", tokens)
	}
	found := text.Sentences([]text.Sentence{{From: 7, To: 9}}, "Bo stayed here", tokens[2:])
	if len(found) != 2 || found[0].From != 7 || found[1] != (text.Sentence{From: 0, To: 3}) {
		t.Errorf("got %v", found)
	}
}
