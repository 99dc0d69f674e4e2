package gazetteer_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// seen is what a recognizer has found: the first place of a name in a paragraph.
func seen(t *testing.T, typ schema.EntityType, text, name string) schema.Entity {
	t.Helper()
	start := strings.Index(text, name)
	if start < 0 {
		t.Fatalf("%q has no %q", text, name)
	}
	return schema.Entity{Type: typ, Name: name, Mentions: []schema.Mention{
		{Field: schema.FieldBody, Start: start, End: start + len(name), Text: name},
	}}
}

// typed are the names of the entities after the first letter of their types.
func typed(e schema.Enriched) string {
	var all []string
	for _, x := range e.Entities {
		all = append(all, string(x.Type)[:1]+" "+x.Name)
	}
	return strings.Join(all, "|")
}

// A listed longer name takes the place of a recognizer's shorter one of its type.
func TestLongerNameReplaces(t *testing.T) {
	for name, test := range map[string]struct {
		text, seen string
		typ        schema.EntityType
		want       string
	}{
		"first word": {
			"On the Crimean peninsula it rained.", "Crimean", schema.Location, "l Crimean peninsula",
		},
		"last word": {
			"Then New York slept.", "York", schema.Location, "l New York",
		},
		"two words of three": {
			"Then New York City slept.", "New York", schema.Location, "l New York City",
		},
		"of an organization": {
			"Then the United Nations met.", "Nations", schema.Organization, "o United Nations",
		},
		"of a person": {
			"Then Angela Merkel spoke.", "Merkel", schema.Person, "p Angela Merkel",
		},
		"another type within": {
			"On the Crimean peninsula it rained.", "Crimean", schema.Organization, "o Crimean",
		},
		"a place in an organization": {
			"Then the United Nations met.", "Nations", schema.Location, "l Nations",
		},
		"an organization in a place": {
			"Then New York slept.", "York", schema.Organization, "o York",
		},
		"overlaps at the end": {
			"On the Crimean peninsula road it rained.", "peninsula road", schema.Location, "l peninsula road",
		},
		"overlaps at the beginning": {
			"Then Old New York slept.", "Old New", schema.Location, "l Old New",
		},
		"the same": {
			"On the Crimean peninsula it rained.", "Crimean peninsula", schema.Location, "l Crimean peninsula",
		},
		"the same, another type": {
			"On the Crimean peninsula it rained.", "Crimean peninsula", schema.Person, "p Crimean peninsula",
		},
		"recognizer's is longer": {
			"On the Crimean peninsula road it rained.", "Crimean peninsula road", schema.Location, "l Crimean peninsula road",
		},
		"elsewhere": {
			"Zork saw New York.", "Zork", schema.Location, "l Zork|l New York",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := enrich(t, body(test.text), seen(t, test.typ, test.text, test.seen))
			if got := typed(e); got != test.want {
				t.Errorf("%q with %q: got %q, want %q", test.text, test.seen, got, test.want)
			}
		})
	}
}

// A name that holds one of another type gives way to a shorter one that does not,
// if there is such a one.
func TestLongerNameOfSeveral(t *testing.T) {
	const text = "Then New York City slept."
	for name, test := range map[string]struct {
		types [2]schema.EntityType
		want  string
	}{
		"all of its type": {[2]schema.EntityType{schema.Location, schema.Location}, "l New York City"},
		"first of others": {[2]schema.EntityType{schema.Person, schema.Location}, "p New|l City"},
		"last of others":  {[2]schema.EntityType{schema.Location, schema.Person}, "p City|l New York"},
	} {
		t.Run(name, func(t *testing.T) {
			e := enrich(t, body(text), seen(t, test.types[0], text, "New"), seen(t, test.types[1], text, "City"))
			if got := typed(e); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
