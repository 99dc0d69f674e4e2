package text

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkPassage is what the stage does with the text of an item: cut it, leave
// out what is no text, see whether it is whole, count its words.
func BenchmarkPassage(b *testing.B) {
	var html strings.Builder
	for n := range 20 {
		fmt.Fprintf(&html, "<p>The ferry from Cardiff reached the harbour late on trip %d of the year. “Nobody was hurt,” said Anna Berg of Oslo. "+
			"Its owner had asked the council for another boat, and the council had asked for time.</p>\n", n)
	}
	for name, source := range map[string]string{
		"html":  html.String(),
		"plain": strings.Repeat("The ferry was two hours late, its owner said on Monday.\n\n", 60),
		"short": strings.Repeat("<p>Read on, said Ann.</p>", 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			b.ReportAllocs()
			for b.Loop() {
				paragraphs := Paragraphs(source)
				kept, _ := Sift(paragraphs)
				if IsCut(paragraphs) || Words(Texts(kept)...) < 400 {
					b.Fatal(kept)
				}
			}
		})
	}
}
