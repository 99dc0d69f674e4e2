package normalize

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestTypographic(t *testing.T) {
	for text, want := range map[string]string{
		``:                                `‘’`[:0],
		`No quotes at all.`:               `No quotes at all.`,
		`"Nobody was hurt," she said.`:    `“Nobody was hurt,” she said.`,
		`He said: "It's 'late', again."`:  `He said: “It’s ‘late’, again.”`,
		`The owners' boat`:                `The owners’ boat`,
		`Rock 'n' roll of the '90s`:       `Rock ‘n’ roll of the ’90s`,
		`("Quite.")`:                      `(“Quite.”)`,
		`A wave of 6' 2" in 5' of water`:  `A wave of 6' 2" in 5' of water`,
		`"It was in 2024," he said.`:      `“It was in 2024,” he said.`,
		`"It began in 1990" is the title`: `“It began in 1990” is the title`,
		`“Curly” ‘stays’ as it’s`:         `“Curly” ‘stays’ as it’s`,
		`well-known "boat"-builder`:       `well-known “boat”-builder`,
	} {
		if got := typographic(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// Only quotes change, each into one quote, and once is enough.
func TestTypographicChangesQuotesAlone(t *testing.T) {
	straight := strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`"'a 1.(-é“`))).Draw(t, "text")
		got := typographic(text)
		if straight.Replace(got) != straight.Replace(text) || utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Fatalf("%q became %q", text, got)
		}
		if again := typographic(got); strings.ContainsAny(got, `"'`) == false && again != got {
			t.Fatalf("%q, then %q", got, again)
		}
	})
}
