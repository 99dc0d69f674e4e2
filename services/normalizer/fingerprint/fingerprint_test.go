package fingerprint_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

// words are n different words, from the given number on.
func words(from, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("word%d", from+i)
	}
	return list
}

// text is words from one number to another in one paragraph.
func text(from, n int) []string { return []string{strings.Join(words(from, n), " ")} }

func sign(t testing.TB, paragraphs ...string) *fingerprint.Signature {
	t.Helper()
	s := fingerprint.Of(paragraphs)
	if s == nil {
		t.Fatal("no signature")
	}
	return s
}

// Signatures are stored and compared for days, by programs on other machines:
// when a golden one changes, so must the version.
func TestGolden(t *testing.T) {
	if fingerprint.Version != "1" {
		t.Error("the golden signatures are of version 1")
	}
	for name, test := range map[string]struct {
		text     []string
		shingles uint32
		sum      string
	}{
		"numbered words": {text(0, 200), 198, "e7a1865b2620de56"},
		"sixty words":    {text(0, 60), 58, "323408f58b29a2a4"},
		"cyrillic":       {[]string{strings.Repeat("Паром пришёл в порт поздно вечером, сообщил капитан. ", 9)}, 8, "c84764659d64de54"},
		"chinese":        {[]string{chinese(200)}, 196, "0ddb377dd89f2263"},
		"thai":           {[]string{strings.Repeat("เรือข้ามฟากมาถึงท่าเรือช้าในเย็นวันอาทิตย์", 8)}, 42, "2ceda53142ce2345"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sign(t, test.text...)
			sum := sha256.Sum256([]byte(s.String()))
			if got := hex.EncodeToString(sum[:8]); s.Shingles != test.shingles || got != test.sum {
				t.Errorf("%d shingles, sum %s; want %d, %s", s.Shingles, got, test.shingles, test.sum)
			}
		})
	}
}

// chinese is n different characters.
func chinese(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune(0x4E00 + i))
	}
	return b.String()
}

// Sixty words are wanted, whatever a script takes for one.
func TestEnoughWords(t *testing.T) {
	for name, test := range map[string]struct {
		text []string
		want bool
	}{
		"nothing":                {nil, false},
		"59 words":               {text(0, 59), false},
		"60 words":               {text(0, 60), true},
		"60 in two paragraphs":   {append(text(0, 30), text(30, 30)...), true},
		"60 of one line each":    {words(0, 60), false}, // no three in a row
		"punctuation":            {[]string{strings.Repeat("... ", 100)}, false},
		"119 Chinese characters": {[]string{chinese(119)}, false},
		"120 Chinese characters": {[]string{chinese(120)}, true},
		"239 Thai characters":    {[]string{strings.Repeat("ก", 239)}, false},
		"240 Thai characters":    {[]string{strings.Repeat("ก", 240)}, true},
		"60 Korean words":        {[]string{strings.Repeat("부산항 ", 60)}, true},
		"60 Arabic words":        {[]string{strings.Repeat("وصلت ", 60)}, true},
		"60 Hindi words":         {[]string{strings.Repeat("नौका ", 60)}, true},
		"invalid bytes":          {[]string{strings.Repeat("\xff\xfe ", 100)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fingerprint.Of(test.text) != nil; got != test.want {
				t.Errorf("a signature: %v, want %v", got, test.want)
			}
		})
	}
}

// What does not count must not change a signature, and what counts must.
func TestWhatCounts(t *testing.T) {
	plain := "The crew’s ferry reached Bilbao’s harbour late, 17 of 40 aboard were hurt " + strings.Join(words(0, 80), " ")
	for name, test := range map[string]struct {
		text string
		same bool
	}{
		"case":        {strings.ToUpper(plain), true},
		"apostrophes": {strings.ReplaceAll(plain, "’", "'"), true},
		"punctuation": {strings.ReplaceAll(plain, " ", " — "), true},
		"quotes":      {"“" + plain + "”", true},
		"numbers":     {strings.ReplaceAll(plain, "word", "1"), false},
		"order":       {strings.Join(words(0, 80), " ") + " The crew’s ferry", false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := sign(t, plain), sign(t, test.text)
			if same := *a == *b; same != test.same {
				t.Errorf("the same signature: %v, want %v", same, test.same)
			}
		})
	}
}

// A signature survives being written and read; nothing else is read.
func TestParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := fingerprint.Signature{Shingles: rapid.Uint32Min(1).Draw(t, "shingles")}
		copy(s.Least[:], rapid.SliceOfN(rapid.Uint32(), fingerprint.Bins, fingerprint.Bins).Draw(t, "least"))
		got, err := fingerprint.Parse(s.String())
		if err != nil || *got != s {
			t.Fatalf("got %v, %v", got, err)
		}
	})
	good := (&fingerprint.Signature{Shingles: 1}).String()
	for name, text := range map[string]string{
		"empty": "", "short": good[:len(good)-1], "long": good + "A", "no base64": "?" + good[1:],
		"no shingles": new(fingerprint.Signature).String(), "simhash": "3a4f09c2b1d8e755",
	} {
		if _, err := fingerprint.Parse(text); !errors.Is(err, fingerprint.ErrSignature) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The estimates are within what their errors allow: of texts that share a known
// part of their shingles, the mean error and the largest are bounded.
func TestEstimates(t *testing.T) {
	for _, test := range []struct{ first, second, shared int }{
		{100, 100, 50}, {300, 300, 150}, {700, 700, 350}, {700, 350, 350}, {700, 120, 120}, {700, 120, 60}, {60, 60, 30}, {2000, 2000, 200},
	} {
		var jaccard, contained []float64
		for seed := range 60 {
			base := seed * 10_000
			a := sign(t, text(base, test.first)...)
			b := sign(t, text(base+test.first-test.shared, test.second)...)
			j, c := fingerprint.Overlap(a, b)
			if j2, c2 := fingerprint.Overlap(b, a); j2 != j || c2 != c {
				t.Fatalf("overlap is not symmetric: %d %d, %d %d", j, c, j2, c2)
			}
			jaccard, contained = append(jaccard, float64(j)/1000), append(contained, float64(c)/1000)
		}
		shared := float64(test.shared - 2)
		wantJ := shared / (float64(test.first+test.second-4) - shared)
		wantC := shared / float64(min(test.first, test.second)-2)
		jBias, jError := deviation(jaccard, wantJ)
		cBias, cError := deviation(contained, wantC)
		t.Logf("%4d and %4d words, %4d shared: similarity %.3f ± %.3f (true %.3f), containment %.3f ± %.3f (true %.3f)",
			test.first, test.second, test.shared, wantJ+jBias, jError, wantJ, wantC+cBias, cError, wantC)
		if math.Abs(jBias) > 0.04 || jError > 0.09 {
			t.Errorf("similarity is off by %.3f ± %.3f", jBias, jError)
		}
		if math.Abs(cBias) > 0.08 || cError > 0.2 {
			t.Errorf("containment is off by %.3f ± %.3f", cBias, cError)
		}
	}
}

// deviation is the mean error of estimates, and their root mean square error.
func deviation(estimates []float64, truth float64) (bias, rms float64) {
	for _, e := range estimates {
		bias += (e - truth) / float64(len(estimates))
		rms += (e - truth) * (e - truth) / float64(len(estimates))
	}
	return bias, math.Sqrt(rms)
}

// A text is as like as can be to itself, and the order of paragraphs hardly
// matters. Any text is signed without harm.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paragraphs := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-z]{1,6} ){0,80}`), rapid.StringMatching(`[一-龥]{0,200}`)), 0, 8).Draw(t, "text")
		s := fingerprint.Of(paragraphs)
		if s == nil {
			return
		}
		if j, c := fingerprint.Overlap(s, s); j != 1000 || c != 1000 {
			t.Fatalf("like itself: %d, %d", j, c)
		}
		if again := fingerprint.Of(slices.Clone(paragraphs)); *again != *s {
			t.Fatal("another signature of the same text")
		}
		slices.Reverse(paragraphs)
		if turned := fingerprint.Of(paragraphs); *turned != *s {
			t.Fatal("the order of paragraphs counts")
		}
	})
}

// A text of one repeated phrase fills one bin or a few: the others borrow.
func TestFewShingles(t *testing.T) {
	for seed := range 300 {
		s := sign(t, strings.Repeat(fmt.Sprintf("w%d ", seed), 100))
		if s.Shingles != 1 || slices.ContainsFunc(s.Least[:], func(v uint32) bool { return v != s.Least[0] }) {
			t.Fatalf("seed %d: %d shingles, %v", seed, s.Shingles, s.Least)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add(strings.Join(words(0, 70), " "))
	f.Add(chinese(130) + " and more \xff words")
	f.Fuzz(func(t *testing.T, text string) {
		s := fingerprint.Of([]string{text})
		if s == nil {
			return
		}
		if got, err := fingerprint.Parse(s.String()); err != nil || *got != *s {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for name, paragraphs := range map[string][]string{"700 words": text(0, 700), "1400 Chinese characters": {chinese(1400)}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fingerprint.Of(paragraphs)
			}
		})
	}
}
