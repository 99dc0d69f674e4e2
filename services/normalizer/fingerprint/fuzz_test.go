package fingerprint_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

// FuzzParse holds that a text is refused, or is a signature that comes back as it was
// written, and that compares with any other.
func FuzzParse(f *testing.F) {
	one, other := sign(f, strings.Join(words(0, 70), " ")).String(), sign(f, strings.Join(words(9, 300), " ")).String()
	f.Add(one, other)
	f.Add(strings.Repeat("A", len(one)), one)
	f.Add(strings.Repeat("/", len(one)), strings.Repeat("+", len(one)))
	f.Add(one[:len(one)-4]+"\n\n\n\n", other) // as long as one, and a few bytes short
	f.Add(one[1:], "")
	f.Fuzz(func(t *testing.T, first, second string) {
		a, err := fingerprint.Parse(first)
		if err != nil {
			if a != nil {
				t.Error("a signature beside an error")
			}
			return
		}
		if again, err := fingerprint.Parse(a.String()); err != nil || *again != *a {
			t.Errorf("%q became %v, %v", first, again, err)
		}
		b, err := fingerprint.Parse(second)
		if err != nil {
			b = a
		}
		for _, pair := range [][2]*fingerprint.Signature{{a, b}, {b, a}, {a, a}} {
			similarity, containment := fingerprint.Overlap(pair[0], pair[1])
			if similarity < 0 || similarity > 1000 || containment < 0 || containment > 1000 {
				t.Errorf("%d and %d of %+v", similarity, containment, pair)
			}
		}
	})
}
