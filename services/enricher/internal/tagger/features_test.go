package tagger

import (
	"slices"
	"testing"
)

// features are those of each token of a text, by what is written.
func features(t *testing.T, m *Model, in string) map[string][]uint64 {
	t.Helper()
	tagger := NewTagger(m)
	tagger.Read([]string{in})
	all := map[string][]uint64{}
	for _, seg := range tagger.Segments() {
		for i := seg.From; i < seg.To; i++ {
			all[tagger.tokens[i].Of(in)] = tagger.Features(nil, i, seg)
		}
	}
	return all
}

// What the trainer sees is what the tagger sums: with one weight for each feature,
// the sums are how many there are.
func TestFeaturesAreWhatIsSummed(t *testing.T) {
	const in = "Then Mr. Zork met Ana Bo of the Republic of Zork, and Zork Valley’s US-led talks went on."
	blank := encode(t, Weights{})
	w := Weights{Features: map[uint64][Labels]int8{}}
	tagger := NewTagger(blank)
	tagger.Read([]string{in})
	counts := map[int]int{}
	for _, seg := range tagger.Segments() {
		for i := seg.From; i < seg.To; i++ {
			f := tagger.Features(nil, i, seg)
			counts[i] = len(f)
			for _, h := range f {
				w.Features[h] = [Labels]int8{InOther: 1}
			}
		}
	}
	tagger = NewTagger(encode(t, w))
	tagger.Read([]string{in})
	tagger.label()
	at := 0
	for _, seg := range tagger.Segments() {
		for i := seg.From; i < seg.To; i++ {
			if got := tagger.emissions[at][InOther]; int(got) != counts[i] {
				t.Errorf("%s: %d features are summed, want %d", tagger.tokens[i].Of(in), got, counts[i])
			}
			at++
		}
	}
}

func TestFeaturesSayWhatIsAround(t *testing.T) {
	m := encode(t, Weights{})
	same := func(a, b, word string) bool {
		return slices.Equal(features(t, m, a)[word], features(t, m, b)[word])
	}
	for _, test := range []struct {
		name, a, b string
		want       bool
	}{
		{"nothing else", "then Bo went home", "then Bo went home", true},
		{"far away", "long ago and then Bo went home to stay", "long since and then Bo went home to sleep", true},
		{"before", "then Bo went home", "now Bo went home", false},
		{"after", "then Bo went home", "then Bo came home", false},
		{"glued", "then Bo - went home", "then Bo-went home", false},
		{"first", "it is so. then Bo went home", "Bo went home", false},
		{"elsewhere in lower case", "then Bo went home. a bo is", "then Bo went home. a xy is", false},
		{"elsewhere after a title", "then Bo went home. But now Mr. Bo is here", "then Bo went home. But now no Bo is here", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := same(test.a, test.b, "Bo"); got != test.want {
				t.Errorf("the same: %v", got)
			}
		})
	}
}

func TestTemplatesDiffer(t *testing.T) {
	seen := map[uint64]template{}
	for n := tLower; n <= tMajority; n++ {
		for _, h := range []uint64{n.of(7), n.of2(7, 9), n.of2(9, 7)} {
			if other, ok := seen[h]; ok {
				t.Errorf("templates %d and %d have one hash", n, other)
			}
			seen[h] = n
		}
	}
}

func TestRuns(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     []string
	}{
		{"one", "then Ana went", []string{"Ana"}},
		{"several", "then Ana Zork met Bo", []string{"Ana Zork", "Bo"}},
		{"of", "the Republic of Zork is", []string{"Republic of Zork"}},
		{"of at the end", "the Republic of it", []string{"Republic"}},
		{"hyphen", "the Rolls-Royce was", []string{"Rolls-Royce"}},
		{"dash", "then Ana - Bo too", []string{"Ana", "Bo"}},
		{"and", "then Bo & Co. went", []string{"Bo & Co."}},
		{"Title Case has none", "Ana Zork Goes Home To Paris", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			tagger := NewTagger(encode(t, Weights{}))
			tagger.Read([]string{test.in})
			var got []string
			for _, r := range tagger.runs {
				got = append(got, test.in[tagger.tokens[r.from].Start:tagger.tokens[r.to-1].End])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
