package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordsBetween(t *testing.T) {
	for name, test := range map[string]struct {
		before, after string
		want          []words
	}{
		"both empty":        {"", "", nil},
		"the same":          {"The ferry was late", "The  ferry was late", []words{{kept, "The ferry was late"}}},
		"all new":           {"", "The ferry", []words{{added, "The ferry"}}},
		"all gone":          {"The ferry", "", []words{{gone, "The ferry"}}},
		"one word":          {"The ferry was late", "The boat was late", []words{{kept, "The"}, {gone, "ferry"}, {added, "boat"}, {kept, "was late"}}},
		"at the end":        {"The ferry", "The ferry sank", []words{{kept, "The ferry"}, {added, "sank"}}},
		"no part of a word": {"late", "later", []words{{gone, "late"}, {added, "later"}}},
		"a word twice":      {"a b a", "a a", []words{{kept, "a"}, {gone, "b"}, {kept, "a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, wordsBetween(test.before, test.after), cmp.AllowUnexported(words{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is kept and gone is the first text, what is kept and added the second.
func TestWordsBetweenHoldBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "¶", "ferry"}), 0, 30), func(w []string) string { return strings.Join(w, " ") })
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		var first, second []string
		for i, w := range wordsBetween(before, after) {
			if w.change != added {
				first = append(first, w.text)
			}
			if w.change != gone {
				second = append(second, w.text)
			}
			if w.text == "" {
				t.Errorf("piece %d is empty", i)
			}
		}
		if got := strings.Join(first, " "); got != before {
			t.Errorf("before: got %q, want %q", got, before)
		}
		if got := strings.Join(second, " "); got != after {
			t.Errorf("after: got %q, want %q", got, after)
		}
	})
}

func TestShorten(t *testing.T) {
	many := strings.TrimSpace(strings.Repeat("w ", 30))
	eight := strings.TrimSpace(strings.Repeat("w ", 8))
	for name, test := range map[string]struct {
		text        string
		first, last bool
		want        string
	}{
		"short":      {"a b c", false, false, "a b c"},
		"between":    {many, false, false, eight + " … " + eight},
		"before all": {many, true, false, "… " + eight},
		"after all":  {many, false, true, eight + " …"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shorten(test.text, test.first, test.last); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
