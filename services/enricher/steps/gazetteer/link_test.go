package gazetteer

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// idsIn are the ids of an article's entities of one type, in reading order.
func idsIn(e schema.Enriched, typ schema.EntityType) string {
	entities := slices.Clone(e.Entities)
	slices.SortFunc(entities, func(a, b schema.Entity) int { return comparePosition(a.Mentions[0], b.Mentions[0]) })
	var ids []string
	for _, x := range entities {
		if x.Type == typ {
			ids = append(ids, x.ID)
		}
	}
	return strings.Join(ids, " ")
}

// Which of several places of one name is meant.
func TestDisambiguate(t *testing.T) {
	for name, test := range map[string]struct {
		paragraphs []string
		want       string
	}{
		"most populous":          {[]string{"It rained in London."}, "london_gb"},
		"country in the text":    {[]string{"It rained in London.", "Canada sent pumps."}, "london_ca q16"},
		"both countries":         {[]string{"It rained in London, as Canada and Britain said."}, "london_gb q16 q145"},
		"region after":           {[]string{"It rained in London, Ontario."}, "london_ca ontario_ca"},
		"country after":          {[]string{"It rained in Hyderabad, Pakistan."}, "hyderabad_pk q843"},
		"after wins":             {[]string{"India and it rained in Hyderabad, Pakistan."}, "q668 hyderabad_pk q843"},
		"other region after":     {[]string{"It rained in Birmingham, Ontario."}, "birmingham_gb ontario_ca"},
		"no comma":               {[]string{"It rained in Birmingham and Alabama."}, "birmingham_us alabama_us"},
		"apart in one country":   {[]string{"It rained in Springfield, Massachusetts."}, "springfield_us_ma massachusetts_us"},
		"larger in one country":  {[]string{"It rained in Springfield, as the U.S. said."}, "springfield_us q30"},
		"city before its state":  {[]string{"It rained in New York."}, "new_york_us"},
		"state of the city":      {[]string{"It rained in Albany, New York, and in Buffalo, New York."}, "new_york_us buffalo_us"},
		"country, not the state": {[]string{"It rained in Georgia."}, "q230"},
		"state, by its country":  {[]string{"It rained in Georgia and Texas."}, "georgia_us texas_us"},
		"two of one name":        {[]string{"From Hyderabad, India, to Hyderabad, Pakistan."}, "hyderabad_in q668 hyderabad_pk q843"},
		"two countries, Congo":   {[]string{"The Democratic Republic of the Congo and Congo-Brazzaville met."}, "q974 q971"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := idsIn(enriched(t, test.paragraphs...), schema.Location); got != test.want {
				t.Errorf("%q: got %s, want %s", test.paragraphs, got, test.want)
			}
		})
	}
}

// A name of few is linked by itself, one of Congress only in a text on it.
func TestLinkPerson(t *testing.T) {
	for text, want := range map[string]string{
		"Then Putin spoke.":                                                 "q7747",
		"Then Mr Putin spoke.":                                              "q7747",
		"Then Russian President Vladimir Putin spoke.":                      "q7747",
		"Then Igor Putin spoke. Putin sat.":                                 "igor_putin",
		"Then Maria Cantwell spoke.":                                        "maria_cantwell",
		"Then Maria Cantwell spoke in the U.S.":                             "maria_cantwell",
		"Then Maria Cantwell spoke in the Senate.":                          "maria_cantwell",
		"Then Maria Cantwell spoke in the Senate of the United States.":     "q22250",
		"Then Sen. Maria Cantwell spoke in Texas.":                          "q22250",
		"Then Maria Cantwell spoke to Republicans in Texas. Cantwell sat.":  "q22250",
		"Then Maria Cantwell spoke to republicans in Texas.":                "maria_cantwell",
		"Then Mrs Cantwell spoke to Republicans in Texas. Cantwell agreed.": "cantwell",
	} {
		if got := idsIn(enriched(t, text), schema.Person); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestContains(t *testing.T) {
	peru := &entry{Entity: schema.Entity{Country: "PE"}, kind: country}
	lima := &entry{Entity: schema.Entity{Country: "PE"}, kind: city, admin: "15"}
	for name, test := range map[string]struct {
		where *entry
		want  bool
	}{
		"country":       {peru, true},
		"other country": {&entry{Entity: schema.Entity{Country: "KE"}, kind: country}, false},
		"region":        {&entry{Entity: schema.Entity{Country: "PE"}, kind: region, admin: "15"}, true},
		"other region":  {&entry{Entity: schema.Entity{Country: "PE"}, kind: region, admin: "14"}, false},
		"region abroad": {&entry{Entity: schema.Entity{Country: "KE"}, kind: region, admin: "15"}, false},
		"itself":        {lima, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.where.contains(lima); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
