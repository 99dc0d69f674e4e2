package tagger

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// check tags a text and fails when a span is not a stretch of whole tokens.
func check(t *testing.T, tagger *Tagger, s string) {
	t.Helper()
	end, valid := 0, utf8.ValidString(s)
	for _, x := range tagger.Tag(nil, []string{s}) {
		if x.Start < end || x.End <= x.Start || x.End > len(s) || !x.Label.begins() {
			t.Fatalf("span %v of %q after %d", x, s, end)
		}
		if valid && !utf8.ValidString(s[x.Start:x.End]) {
			t.Fatalf("span %q of %q is cut inside a character", s[x.Start:x.End], s)
		}
		end = x.End
	}
}

// names is a model that finds a name at each capital.
func names(t testing.TB) *Model {
	w := Weights{Features: map[uint64][Labels]int8{}}
	for c := capital; c <= alphanums; c++ {
		for mode := range uint8(modes) {
			h := tShape.of(uint64(itself)<<40 ^ (&form{casing: c}).written(mode))
			w.Features[h] = [Labels]int8{BeginPerson: 50, InPerson: 60}
		}
	}
	return encode(t, w)
}

func FuzzTag(f *testing.F) {
	for _, s := range []string{"", "Ana Zork", "Mr. Zork-Bo’s U.S.-led", "\xffAna\x80", "北京 ANA", "MR. ANA"} {
		f.Add(s)
	}
	tagger := NewTagger(names(f))
	f.Fuzz(func(t *testing.T, s string) { check(t, tagger, s) })
}

// The time for hostile texts is linear: these are far out of reach otherwise.
func TestLinear(t *testing.T) {
	const size = 1 << 20
	var many strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&many, "Zork%d met Bo. ", i)
	}
	for name, s := range map[string]string{
		"capitals": strings.Repeat("Ana ", 5*size/4), "a token": strings.Repeat("A", 1<<20), "small": strings.Repeat("ana ", size/4),
		"all capitals": strings.Repeat("ANA ", size/4), "names": many.String(), "hyphens": strings.Repeat("A-", size/2),
		"country": strings.Repeat("Republic of ", size/12), "titles": strings.Repeat("Mr. ", size/4),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			check(t, NewTagger(names(t)), s)
			if d := time.Since(start); d > 60*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
}

func TestNoAllocations(t *testing.T) {
	texts := []string{"Ana Zork Goes Home", strings.Repeat("Then Mr. Zork met Ana Bo of the Republic of Zork, she said. ", 50)}
	tagger := NewTagger(names(t))
	spans := tagger.Tag(nil, texts)
	if n := testing.AllocsPerRun(20, func() { spans = tagger.Tag(spans[:0], texts) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A memory of words that is full changes nothing but time.
func TestCacheIsBounded(t *testing.T) {
	m := names(t)
	tagger := NewTagger(m)
	var b strings.Builder
	for i := range maxForms + 10 {
		fmt.Fprintf(&b, "Zork%d ", i)
	}
	tagger.Tag(nil, []string{b.String()})
	if len(tagger.cache.forms) < maxForms {
		t.Fatalf("%d words", len(tagger.cache.forms))
	}
	const in = "Then Ana met Bo."
	if got, want := found(in, tagger.Tag(nil, []string{in})), found(in, NewTagger(m).Tag(nil, []string{in})); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(tagger.cache.forms) > 10 {
		t.Errorf("%d words are kept", len(tagger.cache.forms))
	}
}
