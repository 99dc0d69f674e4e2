package text_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

func words(s string) string {
	var all []string
	for _, t := range text.Tokenize(nil, s) {
		all = append(all, t.Of(s))
	}
	return strings.Join(all, "|")
}

func TestTokenize(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"space", " \n\t ", ""},
		{"sentence", "Ana went home.", "Ana|went|home|."},
		{"possessive", "Russia’s and Jones' and Lee's", "Russia|’s|and|Jones|'|and|Lee|'s"},
		{"possessive in capitals", "RUSSIA'S PLAN", "RUSSIA|'S|PLAN"},
		{"possessive apart", "Russia 's plan", "Russia|'s|plan"},
		{"contractions", "They're sure we don't; he'd", "They|'re|sure|we|don't|;|he|'d"},
		{"apostrophe in a name", "O'Brien, d’Ivoire, L'Oréal", "O'Brien|,|d’Ivoire|,|L'Oréal"},
		{"quotes", "‘In some ways,’ she said", "‘|In|some|ways|,|’|she|said"},
		{"hyphens", "US-led al-Assad Jean-Luc", "US|-|led|al|-|Assad|Jean|-|Luc"},
		{"dash", "Paris – London—Rome", "Paris|–|London|—|Rome"},
		{"initials", "U.S. and U.N.-backed J.R. Ewing, J.Smith", "U.S.|and|U.N.|-|backed|J.R.|Ewing|,|J.|Smith"},
		{"initials without the last point", "the U.S said", "the|U.S|said"},
		{"small initials", "at 9 p.m. on", "at|9|p.m.|on"},
		{"end of a sentence", "vitamin a. Next", "vitamin|a|.|Next"},
		{"titles", "Mr. Lee of Zorbex Inc. in St. Zork", "Mr.|Lee|of|Zorbex|Inc.|in|St.|Zork"},
		{"numbers", "1,200.50 at 10:30, 5bn in the 1990s.", "1,200.50|at|10:30|,|5bn|in|the|1990s|."},
		{"number at the end", "in 2021.", "in|2021|."},
		{"money", "US$5 and A$10bn, $3", "US$|5|and|A$|10bn|,|$|3"},
		{"address", "see https://zork.example/a?b=1. Or www.zork.example, ok", "see|https://zork.example/a?b=1|.|Or|www.zork.example|,|ok"},
		{"mail", "to ana@zork.example.", "to|ana@zork.example|."},
		{"handle", "by @ana today", "by|@|ana|today"},
		{"accents", "São Tomé, Łódź", "São|Tomé|,|Łódź"},
		{"combining", "Jose\u0301 Zork", "Jose\u0301|Zork"},
		{"cyrillic", "в Москве.", "в|Москве|."},
		{"han", "北京。上海", "北京|。|上海"},
		{"wide space", "Ana\u00a0Zork\u3000x", "Ana|Zork|x"},
		{"invalid", "Ana\xff\xfe b", "Ana|\xff|\xfe|b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := words(test.in); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestGluedAndBreak(t *testing.T) {
	s := "a-b c\nd\u2029e"
	var got string
	for _, tok := range text.Tokenize(nil, s) {
		got += tok.Of(s)
		if tok.Glued {
			got += "+"
		}
		if tok.Break {
			got += "/"
		}
	}
	if want := "a-+b+cd/e/"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestKinds(t *testing.T) {
	s := "Ana's 12 , http://a.example US$"
	want := []text.Kind{text.Word, text.Clitic, text.Number, text.Mark, text.Address, text.Mark}
	for i, tok := range text.Tokenize(nil, s) {
		if tok.Kind != want[i] {
			t.Errorf("%s: got %d, want %d", tok.Of(s), tok.Kind, want[i])
		}
	}
}

func sentences(s string) string {
	tokens := text.Tokenize(nil, s)
	var all []string
	for _, x := range text.Sentences(nil, s, tokens) {
		all = append(all, s[tokens[x.From].Start:tokens[x.To-1].End])
	}
	return strings.Join(all, "|")
}

func TestSentences(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"one", "Ana went home", "Ana went home"},
		{"two", "Ana went. Bo stayed.", "Ana went.|Bo stayed."},
		{"marks", "Who? Ana! Yes…  No.", "Who?|Ana!|Yes…|No."},
		{"lower case goes on", "He asked why? nobody said. com", "He asked why? nobody said. com"},
		{"title", "He met Mr. Lee. Dr. Zork left.", "He met Mr. Lee.|Dr. Zork left."},
		{"initial", "J. Lee met U.S. Secretary A. B. Zork.", "J. Lee met U.S. Secretary A. B. Zork."},
		{"initials end", "It is in the U.S. The rest is not.", "It is in the U.S.|The rest is not."},
		{"company", "He runs Zorbex Inc. The firm grew.", "He runs Zorbex Inc.|The firm grew."},
		{"company goes on", "Zorbex Corp. Chairman Lee", "Zorbex Corp. Chairman Lee"},
		{"quote", "“I left.” She stayed. “So did I,” he said.", "“I left.”|She stayed.|“So did I,” he said."},
		{"quote in lower case", "“Why?” he said.", "“Why?” he said."},
		{"opening quote", "He left. “I stay.”", "He left.|“I stay.”"},
		{"number", "It cost 1.5 million. 20 people came.", "It cost 1.5 million.|20 people came."},
		{"lines", "A Headline\nThe text", "A Headline|The text"},
		{"wide stops", "北京。上海。", "北京。|上海。"},
		{"hindi", "यह है। वह है।", "यह है।|वह है।"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := sentences(test.in); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// check fails when tokens or sentences of s are not what they promise.
func check(t *testing.T, s string) {
	t.Helper()
	tokens := text.Tokenize(nil, s)
	end, valid := 0, utf8.ValidString(s)
	for i, tok := range tokens {
		if int(tok.Start) < end || tok.End <= tok.Start || int(tok.End) > len(s) {
			t.Fatalf("token %d of %q: %d:%d after %d", i, s, tok.Start, tok.End, end)
		}
		if strings.TrimSpace(s[end:tok.Start]) != "" {
			t.Fatalf("%q is in no token of %q", s[end:tok.Start], s)
		}
		if valid && !utf8.ValidString(tok.Of(s)) {
			t.Fatalf("token %q of %q is cut inside a character", tok.Of(s), s)
		}
		if tok.Glued != (i > 0 && int(tok.Start) == end) {
			t.Fatalf("token %q of %q: glued is %v", tok.Of(s), s, tok.Glued)
		}
		end = int(tok.End)
	}
	if strings.TrimSpace(s[end:]) != "" {
		t.Fatalf("%q is in no token of %q", s[end:], s)
	}
	at := 0
	for _, x := range text.Sentences(nil, s, tokens) {
		if x.From != at || x.To <= x.From {
			t.Fatalf("sentence %v of %q begins not at %d", x, s, at)
		}
		at = x.To
	}
	if at != len(tokens) {
		t.Fatalf("sentences of %q end at %d of %d", s, at, len(tokens))
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"", "Mr. O'Brien’s U.S.-led US$5 a@b.c", "“Ana.” he", "www.", "\xff.\x80", "北京。’s", "A.B.C"} {
		f.Add(s)
	}
	f.Fuzz(check)
}

// The time for hostile texts is linear: these are far out of reach otherwise.
func TestLinear(t *testing.T) {
	const size = 1 << 20
	for name, unit := range map[string]string{
		"one word": "a", "marks": ".", "quotes": `"`, "initials": "A.", "apostrophes": "a'", "addresses": "www.",
		"mail": "a@", "numbers": "1,", "clitics": "'s", "words": "Ana went to Paris. ", "accents": "é", "closings": ".)",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			check(t, strings.Repeat(unit, size/len(unit)))
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
}

func TestNoAllocations(t *testing.T) {
	s := strings.Repeat("Mr. Lee’s US-led talks in São Tomé cost US$5. ", 20)
	tokens := text.Tokenize(nil, s)
	found := text.Sentences(nil, s, tokens)
	if n := testing.AllocsPerRun(10, func() {
		tokens = text.Tokenize(tokens[:0], s)
		found = text.Sentences(found[:0], s, tokens)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkTokenize(b *testing.B) {
	s := strings.Repeat("Mr. Lee’s US-led talks in São Tomé went on for a long time and cost US$5, she said. ", 200)
	var tokens []text.Token
	var found []text.Sentence
	b.ReportAllocs()
	for b.Loop() {
		tokens = text.Tokenize(tokens[:0], s)
		found = text.Sentences(found[:0], s, tokens)
	}
	b.ReportMetric(float64(len(tokens)*b.N)/b.Elapsed().Seconds(), "tokens/s")
}
