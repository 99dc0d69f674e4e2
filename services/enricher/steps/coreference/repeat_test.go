package coreference_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// What the text repeats of the names that were found is a mention, too.
func TestRepeats(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"surname":                 {"[P Maria Zork] came. Zork sat.", []string{"Maria Zork: Maria Zork|Zork"}},
		"surname before":          {"Zork won. [P Maria Zork] came.", []string{"Maria Zork: Zork|Maria Zork"}},
		"title and surname":       {"[P Maria Zork] came. Ms Zork sat.", []string{"Maria Zork: Maria Zork|Zork"}},
		"possessive":              {"[P Maria Zork] came. Zork's dog and Zork’s cat, too.", []string{"Maria Zork: Maria Zork|Zork|Zork"}},
		"hyphen":                  {"[P Maria Zork] came. A Zork-led plan.", []string{"Maria Zork: Maria Zork|Zork"}},
		"capitals":                {"[P Maria Zork] came. ZORK SAYS NO.", []string{"Maria Zork: Maria Zork|ZORK"}},
		"lower case":              {"[P Maria Zork] came. A zork sat, Zork.", []string{"Maria Zork: Maria Zork"}},
		"accents":                 {"[P José Ñandú] came. Nandu sat.", []string{"José Ñandú: José Ñandú|Nandu"}},
		"full name":               {"[P Maria Zork] came. Maria Zork sat.", []string{"Maria Zork: Maria Zork|Maria Zork"}},
		"full name, hyphen":       {"[P Jean-Luc Zork] came. Jean-Luc Zork sat.", []string{"Jean-Luc Zork: Jean-Luc Zork|Jean-Luc Zork"}},
		"first name alone":        {"[P Maria Zork] came. Maria sat.", []string{"Maria Zork: Maria Zork"}},
		"name goes on":            {"[P Maria Zork] came. The Zork Blixers won.", []string{"Maria Zork: Maria Zork"}},
		"other first name":        {"[P Maria Zork] came. So Peter Zork sat.", []string{"Maria Zork: Maria Zork"}},
		"two of one surname":      {"[P Maria Zork] and [P Peter Zork] came. Zork sat.", []string{"Maria Zork: Maria Zork", "Peter Zork: Peter Zork"}},
		"short surname":           {"[P Maria Zo] came. Zo sat.", []string{"Maria Zo: Maria Zo"}},
		"month":                   {"[P Maria March] came. In March it rained.", []string{"Maria March: Maria March"}},
		"a place, too":            {"[P Ana Lima] went to [L Lima]. Lima is large.", []string{"Ana Lima: Ana Lima", "Lima: Lima"}},
		"no surname":              {"[P Louis the Zorkish] came. The Zorkish army left.", []string{"Louis the Zorkish: Louis the Zorkish"}},
		"acronym":                 {"The [O Lake Zork Association] ([O LZA]) met. LZA's vote.", []string{"Lake Zork Association: Lake Zork Association|LZA|LZA"}},
		"acronym before":          {"LZA votes. The [O Lake Zork Association] ([O LZA]) met.", []string{"Lake Zork Association: LZA|Lake Zork Association|LZA"}},
		"acronym as a word":       {"The [O Lake Zork Association] ([O LZA]) met. Lza voted.", []string{"Lake Zork Association: Lake Zork Association|LZA"}},
		"organization":            {"[O Zork Group] met. The Zork Group voted.", []string{"Zork Group: Zork Group|Zork Group"}},
		"part of a longer name":   {"[L New Zork] and the New Zork Stock Board.", []string{"New Zork: New Zork"}},
		"one word":                {"[O Zorbex] met. Zorbex voted.", []string{"Zorbex: Zorbex"}},
		"head of an organization": {"The [O Court] met. The Court Zork voted.", []string{"Court: Court"}},
		"of another type":         {"[P Maria Zork] came. [O Zork] and Zork.", []string{"Maria Zork: Maria Zork|Zork", "Zork: Zork"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(joined(t, marked(test.text))); !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

// In a headline in Title Case every word has a capital.
func TestRepeatsInTitleCase(t *testing.T) {
	e := marked("Minister [P Maria Zork] of the [O Lake Zork Association] ([O LZA]) left.")
	e.Headline = "Lake Board Says Zork Plan Hurts LZA Members"
	got := summary(joined(t, e))
	if want := []string{"Maria Zork: Zork|Maria Zork", "Lake Zork Association: LZA|Lake Zork Association|LZA"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	e.Headline = "LAKE BOARD SAYS ZORK PLAN HURTS LZA MEMBERS"
	got = summary(joined(t, e))
	if want := []string{"Maria Zork: ZORK|Maria Zork", "Lake Zork Association: Lake Zork Association|LZA"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Time must grow with the text and the names alone.
func TestHostileRepeats(t *testing.T) {
	for _, pattern := range []string{"Zork ", "Maria ", "Maria Zork ", "ZORK-", "LZA ", "Lake Zork ", "\xff", "’s ", "zork "} {
		e := marked("[P Maria Zork] [O Lake Zork Association] [O LZA] [P Maria Maria Maria Maria Maria]")
		e.Body = append(e.Body, strings.Repeat(pattern, (1<<18)/len(pattern)))
		for _, entity := range joined(t, e) {
			for i, m := range entity.Mentions {
				if s := e.Body[m.Index]; s[m.Start:m.End] != m.Text || i > 0 && overlaps(entity.Mentions[i-1], m) {
					t.Fatalf("%q: %+v", pattern, m)
				}
			}
		}
	}
}

func overlaps(a, b schema.Mention) bool { return a.Index == b.Index && b.Start < a.End }
