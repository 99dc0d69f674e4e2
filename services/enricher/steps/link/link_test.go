package link_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
	"github.com/dateline-news/dateline/services/enricher/steps/link"
)

// load reads the base once for all tests.
var load = sync.OnceValues(pack.Load)

func step(t testing.TB, own ...*kb.Base) *link.Step {
	t.Helper()
	base, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return link.New(kb.NewSet(base, own...))
}

// marked is an article of text in which [LOC Paris] marks a name, and its entities,
// one for each way to write a name.
func marked(t testing.TB, paragraphs ...string) schema.Enriched {
	t.Helper()
	var e schema.Enriched
	e.Language = "en"
	at := map[string]int{}
	for i, paragraph := range paragraphs {
		var text strings.Builder
		for rest := paragraph; ; {
			before, after, ok := strings.Cut(rest, "[")
			text.WriteString(before)
			if !ok {
				break
			}
			label, name, _ := strings.Cut(after[:strings.IndexByte(after, ']')], " ")
			rest = after[strings.IndexByte(after, ']')+1:]
			start := text.Len()
			text.WriteString(name)
			j, ok := at[label+name]
			if !ok {
				j = len(e.Entities)
				at[label+name] = j
				e.Entities = append(e.Entities, schema.Entity{Type: typeOf(label), Name: name})
			}
			e.Entities[j].Mentions = append(e.Entities[j].Mentions, schema.Mention{
				Field: schema.FieldBody, Index: i, Start: start, End: text.Len(), Text: name,
			})
		}
		e.Body = append(e.Body, text.String())
	}
	return e
}

func typeOf(label string) schema.EntityType {
	return map[string]schema.EntityType{"LOC": schema.Location, "ORG": schema.Organization, "PER": schema.Person}[label]
}

// ids are those of an article's entities, in their order.
func ids(e schema.Enriched) string {
	var all []string
	for _, x := range e.Entities {
		all = append(all, x.ID)
	}
	return strings.Join(all, " ")
}

func enrich(t testing.TB, s *link.Step, e schema.Enriched) schema.Enriched {
	t.Helper()
	if err := s.Enrich(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// Which of several places of one name is meant.
func TestPlaces(t *testing.T) {
	for name, test := range map[string]struct {
		paragraphs []string
		want       string
	}{
		"most populous":         {[]string{"In [LOC London]."}, "london_gb"},
		"country in the text":   {[]string{"In [LOC London] and [LOC Toronto], said [LOC Canada]."}, "london_ca toronto_ca q16"},
		"both countries":        {[]string{"In [LOC London], as [LOC Canada] and [LOC Britain] said."}, "london_gb q16 q145"},
		"region after":          {[]string{"In [LOC London], [LOC Ontario]."}, "london_ca ontario_ca"},
		"region after, plain":   {[]string{"In [LOC London], Ontario."}, "london_ca"},
		"in brackets":           {[]string{"In [LOC London] (Ontario)."}, "london_ca"},
		"abbreviation after":    {[]string{"In [LOC London], Ky., it rained."}, "london_us_ky"},
		"abbreviation marked":   {[]string{"In [LOC London], [LOC Ky.], it rained."}, "london_us_ky kentucky_us"},
		"country after":         {[]string{"In [LOC Hyderabad], [LOC Pakistan]."}, "hyderabad_pk q843"},
		"after wins":            {[]string{"[LOC India] and [LOC Hyderabad], [LOC Pakistan]."}, "q668 hyderabad_pk q843"},
		"for all mentions":      {[]string{"In [LOC Paris], Texas.", "Then [LOC Paris] slept."}, "paris_us"},
		"other region after":    {[]string{"In [LOC Birmingham], [LOC Ontario]."}, "birmingham_gb ontario_ca"},
		"region near":           {[]string{"In [LOC Birmingham] and [LOC Alabama]."}, "birmingham_us alabama_us"},
		"near to another":       {[]string{"From [LOC Dallas] to [LOC Fort Worth] and [LOC Arlington]."}, "dallas_us fort_worth_us arlington_us"},
		"by its division":       {[]string{"In [LOC Springfield], [LOC Massachusetts]."}, "springfield_us_ma massachusetts_us"},
		"state after its city":  {[]string{"In [LOC Albany], [LOC New York], and [LOC Buffalo], [LOC New York]."}, "albany_us new_york_us_ny buffalo_us"},
		"mostly the city":       {[]string{"In [LOC Albany], [LOC New York].", "From [LOC New York] to [LOC New York]."}, "albany_us new_york_us"},
		"list of cities":        {[]string{"In [LOC Oslo], [LOC Paris], [LOC Georgia]."}, "oslo_no paris_fr q230"},
		"city before its state": {[]string{"In [LOC New York]."}, "new_york_us"},
		"country, no state":     {[]string{"In [LOC Georgia]."}, "q230"},
		"state, by its cities":  {[]string{"In [LOC Atlanta], [LOC Savannah] and the rest of [LOC Georgia]."}, "atlanta_us savannah_us georgia_us"},
		"soft name":             {[]string{"In [LOC Reading]."}, "reading_gb"},
		"demonym":               {[]string{"The [LOC Russian] and the [LOC French]."}, "q159 q142"},
		"native name":           {[]string{"En [LOC Alemania]."}, "q183"},
		"possessive":            {[]string{"It is [LOC Russia's]."}, "q159"},
		"article":               {[]string{"In [LOC the Netherlands]."}, "q55"},
		"in capitals":           {[]string{"IN [LOC PERU]."}, "q419"},
		"no pronoun":            {[]string{"He told [LOC us]."}, "us"},
		"name of another":       {[]string{"In [LOC Nato]."}, "nato"},
		"unknown":               {[]string{"In [LOC Zorkville]."}, "zorkville"},
		"what it is after":      {[]string{"In [LOC Fars Province] and [LOC Lima city]."}, "fars_ir lima_pe"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ids(enrich(t, step(t), marked(t, test.paragraphs...))); got != test.want {
				t.Errorf("%q: got %s, want %s", test.paragraphs, got, test.want)
			}
		})
	}
}

// The country of the publisher decides where nothing else does.
func TestPublisherCountry(t *testing.T) {
	own := build(t,
		kb.Entity{Kind: kb.City, Name: "Zork", QID: 900001, Country: "PE", Prior: 3},
		kb.Entity{Kind: kb.City, Name: "Zork", QID: 900002, Country: "GB", Prior: 2},
		kb.Entity{Kind: kb.City, Name: "Zork", QID: 900003, Country: "AU", Prior: 1},
	)
	for host, want := range map[string]string{
		"": "q900001", "example.com": "q900001", "example.co.uk": "q900002", "uk": "q900002", "example.com.au": "q900003",
		"example.tv": "q900001", "example.zz": "q900001", ".": "q900001",
	} {
		e := marked(t, "In [LOC Zork].")
		e.Source.Host = host
		if got := ids(enrich(t, step(t, own), e)); got != want {
			t.Errorf("%s: got %s, want %s", host, got, want)
		}
	}
}

// What is only named after a place gets its country, and no link.
func TestNear(t *testing.T) {
	for text, want := range map[string]string{
		"In [LOC northern Syria].":                                            "northern_syria SY",
		"In [LOC Lexington], [LOC Kentucky], and [LOC Fayette County].":       "fayette_county US",
		"In [LOC Austin], [LOC Texas], and [LOC Zork County].":                "zork_county US",
		"In [LOC Zork County].":                                               "zork_county ",
		"In [LOC Paris County].":                                              "paris_county ",
		"In [LOC Lima] and [LOC Paris] and [LOC Oslo] and [LOC Zork County].": "zork_county ",
	} {
		e := enrich(t, step(t), marked(t, text))
		last := e.Entities[len(e.Entities)-1]
		if got := last.ID + " " + last.Country; got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
		if last.Wikidata != "" || last.GeoNames != "" {
			t.Errorf("%s: linked: %+v", text, last)
		}
	}
}

// People and organizations: the type decides, and names of many need a reason.
func TestPeopleAndOrganizations(t *testing.T) {
	for text, want := range map[string]string{
		"[PER Putin] spoke.":                                                          "q7747",
		"[PER Vladimir Putin] spoke.":                                                 "q7747",
		"[PER Igor Putin] spoke.":                                                     "igor_putin",
		"[PER Maria Cantwell] spoke.":                                                 "maria_cantwell",
		"[PER Maria Cantwell] spoke in [LOC the U.S.]":                                "maria_cantwell q30",
		"[PER Maria Cantwell] spoke in the Senate of [LOC the United States].":        "q22250 q30",
		"[PER Maria Cantwell] spoke to Republicans in [LOC Texas].":                   "q22250 texas_us",
		"[PER Washington] said, in [LOC Washington].":                                 "washington washington_us",
		"[ORG Liverpool] beat [ORG Paris Saint-Germain].":                             "liverpool paris_saint-germain",
		"[ORG NATO] and [ORG Nato] and the [ORG North Atlantic Treaty Organization].": "q7184",
		"[ORG WHO] and [ORG who].":                                                    "q7817 who",
		"[ORG Zorbex Ltd].":                                                           "zorbex_ltd",
		"[ORG Peru] and [LOC Peru].":                                                  "peru q419",
		"[PER Zork] of [ORG Zork].":                                                   "zork zork_organization",
	} {
		if got := ids(enrich(t, step(t), marked(t, text))); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestEnrich(t *testing.T) {
	e := enrich(t, step(t), marked(t, "The [LOC US] and the [LOC United States], then [LOC Geneva].", "[LOC US] again."))
	if len(e.Entities) != 2 {
		t.Fatalf("got %d entities", len(e.Entities))
	}
	us, geneva := e.Entities[0], e.Entities[1]
	if us.ID != "q30" || us.Wikidata != "Q30" || us.GeoNames != "6252001" || us.Country != "US" || us.Name != "United States" {
		t.Errorf("got %+v", us)
	}
	if geneva.ID != "geneva_ch" || geneva.Wikidata != "" || geneva.GeoNames != "2660646" || geneva.Country != "CH" {
		t.Errorf("got %+v", geneva)
	}
	var at []string
	for _, m := range us.Mentions {
		at = append(at, fmt.Sprint(m.Index, ":", m.Text))
	}
	if got := strings.Join(at, ", "); got != "0:US, 0:United States, 1:US" {
		t.Errorf("mentions are %s", got)
	}
}

// An entity of several names is found by any of them.
func TestFurtherNames(t *testing.T) {
	e := schema.Enriched{Entities: []schema.Entity{
		{Type: schema.Location, Name: "Zorkland", Mentions: []schema.Mention{{Text: "Zorkland"}, {Text: "Peru"}}},
		{Type: schema.Person, Name: "Igor Putin", Mentions: []schema.Mention{{Text: "Igor Putin"}, {Text: "Putin"}}},
		{Type: schema.Organization, Mentions: []schema.Mention{{Text: "Zork Zork"}}},
	}}
	if got := ids(enrich(t, step(t), e)); got != "q419 igor_putin zork_zork" {
		t.Errorf("got %s", got)
	}
}

// A base of the user adds to the one of the program, and wins.
func TestOwnBase(t *testing.T) {
	own := build(t,
		kb.Entity{Kind: kb.City, Name: "Zorkville", QID: 900001, Country: "PE", Prior: 3},
		kb.Entity{Kind: kb.City, Name: "Paris", QID: 900002, Country: "PE", Prior: 2},
		kb.Entity{Kind: kb.Person, Name: "Ann Zork", QID: 900003, Prior: 2},
		kb.Entity{Kind: kb.Person, Name: "Zork", QID: 900004, Prior: 2},
		kb.Entity{Kind: kb.Organization, Name: "Twice", QID: 900005, Prior: 2},
		kb.Entity{Kind: kb.Organization, Name: "Twice", QID: 900006, Prior: 3},
		kb.Entity{Kind: kb.Organization, Name: "Often", QID: 900007, Prior: 2},
		kb.Entity{Kind: kb.Organization, Name: "Often", QID: 900008, Prior: 30},
		kb.Entity{Kind: kb.Organization, Name: "Arab League", QID: 900009, Prior: 1},
		kb.Entity{Kind: kb.Person, Name: "Putin", QID: 7747, Prior: 1},
	)
	for text, want := range map[string]string{
		"In [LOC Zorkville].":              "q900001",
		"In [LOC Paris].":                  "q900002",
		"In [LOC Paris], [LOC France].":    "paris_fr q142",
		"[PER Ann Zork] spoke.":            "q900003",
		"[PER Zork] spoke.":                "zork",
		"[ORG Twice] and [ORG Often].":     "twice q900008",
		"[ORG Arab League] of [PER Putin]": "q900009 q7747",
		"[LOC Peru] is there, as ever.":    "q419",
	} {
		if got := ids(enrich(t, step(t, own), marked(t, text))); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if one, two := step(t).Model().Version, step(t, own).Model().Version; !strings.HasPrefix(two, one+"+") {
		t.Errorf("versions are %s and %s", one, two)
	}
}

func build(t testing.TB, entities ...kb.Entity) *kb.Base {
	t.Helper()
	dir := t.TempDir()
	b, err := kb.NewBuilder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, e := range entities {
		if err := b.Add(e, kb.Name{Text: e.Name}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.WriteFile(dir + "/own.kb"); err != nil {
		t.Fatal(err)
	}
	base, err := kb.Open(dir + "/own.kb")
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// Time must grow no faster than the text: a step that weighs all against all does
// not come back.
func TestManyPlaces(t *testing.T) {
	var e schema.Enriched
	for i := range 20_000 {
		name := []string{"Springfield", "San José", "Paris", "London", "Zork"}[i%5]
		e.Entities = append(e.Entities, schema.Entity{
			Type: schema.Location, Name: name, Mentions: []schema.Mention{{Field: schema.FieldBody, Start: i, End: i + 1, Text: name}},
		})
	}
	e = enrich(t, step(t), e)
	if seen := len(e.Entities); seen > 10 {
		t.Errorf("%d entities", seen)
	}
}

func TestEnrichStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := step(t).Enrich(ctx, &schema.Enriched{}); err == nil {
		t.Error("no error")
	}
}

// Whatever the mentions are, the step ends, ids are distinct, no mention is lost.
func FuzzEnrich(f *testing.F) {
	f.Add("Paris, Texas", "Paris", 0, 5, true)
	f.Add("Zork County (Ky.) of U.S.", "northern Zork County", 5, 90, true)
	f.Add("\xff, \xff", "\xff", -1, 2, false)
	f.Fuzz(func(t *testing.T, text, name string, start, end int, place bool) {
		typ := schema.Location
		if !place {
			typ = schema.Person
		}
		m := schema.Mention{Field: schema.FieldBody, Start: start, End: end, Text: name}
		e := schema.Enriched{Article: schema.Article{Body: []string{text}}, Entities: []schema.Entity{
			{Type: typ, Name: name, Mentions: []schema.Mention{m}},
			{Type: schema.Organization, Name: name, Mentions: []schema.Mention{m}},
			{Type: schema.Location, Name: text, Mentions: []schema.Mention{{Field: schema.FieldLead, Start: end, End: start, Text: text}}},
		}}
		e = enrich(t, step(t), e)
		var seen []string
		for _, x := range e.Entities {
			if x.ID == "" || slices.Contains(seen, x.ID) || len(x.Mentions) == 0 {
				t.Errorf("bad entity: %+v", x)
			}
			seen = append(seen, x.ID)
		}
	})
}

func BenchmarkEnrich(b *testing.B) {
	s := step(b)
	e := marked(b, "In [LOC Paris], [LOC Texas], and [LOC Springfield], [PER Ann Zork] of [ORG NATO] said that [LOC London], [LOC Cambridge] "+
		"and [LOC Birmingham] were as near as [LOC Richmond], [LOC Washington], [LOC Arlington] and [LOC Alexandria].")
	b.ReportAllocs()
	for b.Loop() {
		c := schema.Enriched{Article: e.Article, Entities: slices.Clone(e.Entities)}
		enrich(b, s, c)
	}
}
