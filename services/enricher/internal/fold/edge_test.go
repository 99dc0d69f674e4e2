package fold_test

import (
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/fold"
)

func TestStringEdges(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"mark alone", "\u0301", ""},
		{"two marks", "e\u0301\u0323", "e"},
		{"plain before the first accent", "ZORK é", "zork e"},
		{"capital after an accent", "éZORK", "ezork"},
		{"dotted capital", "İzmir", "izmir"},
		{"letters that are no accents", "Ørsted Łódź ß", "ørsted łodz ß"},
		{"Cyrillic", "КИЇВ", "київ"[:4] + "ів"},
		{"quote that opens", "‘Zork’", "'zork'"},
		{"other quotes stay", "“Zork”", "“zork”"},
		{"space stays", " A\tB\u00a0", " a\tb\u00a0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := fold.String(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got := string(fold.Append(nil, test.in)); got != test.want {
				t.Errorf("append: got %q, want %q", got, test.want)
			}
		})
	}
}
