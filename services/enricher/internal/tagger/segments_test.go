package tagger

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// What is labelled together reaches over the hyphen of a name, as in Kim Ji-yeon,
// and no token is in two segments.
func TestSegmentsReachOverHyphens(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"the actor Kim Ji-yeon said no", "the actor Kim Ji - yeon"},
		{"they met Choi Yuk-lin, Lee Hae-in and others then", "they met Choi Yuk - lin , Lee Hae - in"},
		{"a visit to Park -which one", "visit to Park -"},
		{"it was Kim-", "it was Kim -"},
		{"no name here at all", ""},
		{"it is the U.S.-led plan of them", "is the U.S. - led"},
		{"so Ann met her, and then, much later, the two met Bo", "so Ann met|two met Bo"},
	} {
		tagger := NewTagger(encode(t, Weights{}))
		tagger.Read([]string{test.text})
		tokens := text.Tokenize(nil, test.text)
		var got []string
		end := 0
		for _, seg := range tagger.Segments() {
			if seg.From < end {
				t.Errorf("%q: token %d is in two segments", test.text, seg.From)
			}
			end = seg.To
			var words []string
			for _, tok := range tokens[seg.From:seg.To] {
				words = append(words, tok.Of(test.text))
			}
			got = append(got, strings.Join(words, " "))
		}
		if strings.Join(got, "|") != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}
