package entities_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/entities"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// mention stores pointers of an entity.
func mention(t *testing.T, b *bus.Bus, e schema.Entity, times int) {
	t.Helper()
	for n := range times {
		p := schema.Pointer{ArticleID: fmt.Sprint("a", n), Revision: 1, EntityID: e.ID, Name: e.Name, Type: e.Type}
		data, err := bus.Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Mention(e), Data: data, Type: schema.TypeEntityMentioned}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFind(t *testing.T) {
	b := bustest.New(t)
	for id, e := range map[string]struct {
		schema.Entity
		times int
	}{
		"q159":            {schema.Entity{Type: schema.Location, Name: "Russia"}, 3},
		"q34":             {schema.Entity{Type: schema.Location, Name: "Malmö"}, 1},
		"q61":             {schema.Entity{Type: schema.Location, Name: "Washington"}, 2},
		"q23":             {schema.Entity{Type: schema.Person, Name: "washington"}, 5},
		"sergei_ryabkov":  {schema.Entity{Type: schema.Person, Name: "Sergei Ryabkov"}, 1},
		"russia_today":    {schema.Entity{Type: schema.Organization, Name: "Russia Today"}, 1},
		"olga_ryabkov":    {schema.Entity{Type: schema.Person, Name: "Olga Ryabkov"}, 4},
		"from_long_ago":   {schema.Entity{Type: schema.Person}, 1},
		"gone=2E_strange": {schema.Entity{Type: schema.Person, Name: " \n"}, 1},
	} {
		e.ID = id
		mention(t, b, e.Entity, e.times)
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: "news.mention.person.broken", Data: []byte("{")}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text string
		typ  schema.EntityType
		want string
	}{
		{"Russia", "", "location q159 3"},
		{"  rUSSIA ", "", "location q159 3"},
		{"Q159", "", "location q159 3"},
		{"q159", schema.Location, "location q159 3"},
		{"q159", schema.Person, ""},
		{"Malmo\u0308", "", "location q34 1"}, // as some keyboards write it
		{"Washington", "", "person q23 5, location q61 2"},
		{"Washington", schema.Location, "location q61 2"},
		{"sergei_ryabkov", "", "person sergei_ryabkov 1"},
		{"ryabkov sergei", "", "person sergei_ryabkov 1"},
		{"Ryabkov", "", "person olga_ryabkov 4, person sergei_ryabkov 1"},
		{"today", "", "organization russia_today 1"},
		{"From Long Ago", "", "person from_long_ago 1"},
		{"Ryab", "", ""},
		{"", "", ""},
		{"*", "", ""},
		{">", "", ""},
		{"q99", "", ""},
	} {
		t.Run(test.text+string(test.typ), func(t *testing.T) {
			found, err := entities.Find(t.Context(), b, test.typ, test.text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range found[0] {
				got = append(got, fmt.Sprintf("%s %s %d", e.Type, e.ID, e.Mentions))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got %q, want %q", strings.Join(got, ", "), test.want)
			}
		})
	}
}

func TestFindIsBounded(t *testing.T) {
	b := bustest.New(t)
	for n := range 30 {
		mention(t, b, schema.Entity{Type: schema.Person, ID: fmt.Sprintf("john_smith_%d", n), Name: "John Smith"}, 1)
	}
	if found, err := entities.Find(t.Context(), b, "", "john smith", "q1", "john_smith_7"); err != nil || len(found[0]) != 20 || len(found[1]) != 0 || len(found[2]) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
	if found, err := entities.Find(t.Context(), b, "", "Q1", "q1", "q2"); err != nil || len(found) != 3 {
		t.Errorf("of ids: %v, %v", found, err)
	}
	if _, err := entities.Find(t.Context(), bustest.Connect(t, bustest.Server(t), "empty"), "", "x"); err == nil {
		t.Error("a server without streams")
	}
}

func TestFilter(t *testing.T) {
	for want, got := range map[string]string{
		"news.mention.*.*":          entities.Filter("news", "", ""),
		"p.mention.person.*":        entities.Filter("p", schema.Person, ""),
		"news.mention.*.q1":         entities.Filter("news", "", "Q1"),
		"news.mention.location.=3E": entities.Filter("news", schema.Location, ">"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func article(id string, names ...string) entities.Article {
	a := entities.Article{ID: id}
	for _, name := range names {
		typ := schema.Person
		if strings.HasPrefix(name, "q") {
			typ = schema.Location
		}
		a.Entities = append(a.Entities, entities.Named{ID: name, Type: typ, Name: strings.ToUpper(name), Salience: 0.5})
	}
	return a
}

func TestCounter(t *testing.T) {
	c, people := entities.NewCounter(""), entities.NewCounter(schema.Person)
	for _, a := range []entities.Article{
		article("1", "ann", "q1"), article("2", "q1", "bob"), article("3", "q1"),
		article("1", "ann", "q1", "carl"), // a revision
		article("4"),
	} {
		c.Add(a)
		people.Add(a)
	}
	want := []entities.Count{
		{Type: schema.Location, ID: "q1", Name: "Q1", Articles: 3, Salience: 1.5},
		{Type: schema.Person, ID: "ann", Name: "ANN", Articles: 1, Salience: 0.5},
		{Type: schema.Person, ID: "bob", Name: "BOB", Articles: 1, Salience: 0.5},
	}
	if got := c.Top(10); !slices.Equal(got, want) || c.Articles() != 4 || c.Short() != 0 {
		t.Errorf("got %+v of %d", got, c.Articles())
	}
	if got := people.Top(1); !slices.Equal(got, want[1:2]) {
		t.Errorf("people: %+v", got)
	}
}

func pointer(id string, revision int, date string, seq uint64) schema.Pointer {
	return schema.Pointer{ArticleID: id, Revision: revision, Date: date, EnrichedSeq: seq}
}

func TestHistory(t *testing.T) {
	var h entities.History
	if got := h.Articles(); len(got) != 0 {
		t.Errorf("of none: %v", got)
	}
	for _, p := range []schema.Pointer{
		pointer("a", 1, "2026-03-01", 1), pointer("b", 1, "2026-03-03", 2), pointer("a", 2, "2026-03-01", 3),
		pointer("a", 1, "2026-03-01", 4), pointer("c", 1, "2026-03-03", 5), pointer("d", 1, "2025-01-01", 6), pointer("e", 1, "", 7),
	} {
		h.Add(p)
	}
	var got []string
	for _, p := range h.Articles() {
		got = append(got, fmt.Sprint(p.ArticleID, p.Revision))
	}
	if want := []string{"c1", "b1", "a2", "d1", "e1"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	days, earlier := entities.Days(h.Articles(), 31)
	want := []entities.Day{{Date: "2026-03-01", Articles: 1}, {Date: "2026-03-02"}, {Date: "2026-03-03", Articles: 2}}
	if !slices.Equal(days, want) || earlier != 2 {
		t.Errorf("got %v and %d", days, earlier)
	}
	if days, earlier := entities.Days(h.Articles(), 2); !slices.Equal(days, want[2:]) || earlier != 3 {
		t.Errorf("of two days: %v and %d", days, earlier)
	}
	if days, earlier := entities.Days([]schema.Pointer{pointer("e", 1, "some day", 1)}, 31); days != nil || earlier != 1 {
		t.Errorf("without dates: %v and %d", days, earlier)
	}
}

// BenchmarkFind looks for a name among 50,000 entities.
func BenchmarkFind(b *testing.B) {
	bed := bustest.New(b)
	var messages []bus.Message
	for n := range 50_000 {
		e := schema.Entity{Type: schema.Person, ID: fmt.Sprint("someone_", n), Name: fmt.Sprint("Someone ", n)}
		data, err := bus.Encode(schema.Pointer{ArticleID: "a", EntityID: e.ID, Name: e.Name, Type: e.Type, Headline: strings.Repeat("headline ", 8)})
		if err != nil {
			b.Fatal(err)
		}
		messages = append(messages, bus.Message{Subject: bed.Root().Mention(e), Data: data, ID: e.ID, Dedup: true})
	}
	for part := range slices.Chunk(messages, 2000) {
		if _, err := bed.Publish(b.Context(), part...); err != nil {
			b.Fatal(err)
		}
	}
	for _, text := range []string{"Someone 77", "Q77"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := entities.Find(b.Context(), bed, "", text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCounter counts articles of ten entities.
func BenchmarkCounter(b *testing.B) {
	c := entities.NewCounter("")
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		a := entities.Article{ID: fmt.Sprint(n)}
		for i := range 10 {
			a.Entities = append(a.Entities, entities.Named{ID: fmt.Sprint("q", (n*7+i*i*131)%100_000), Type: schema.Location})
		}
		c.Add(a)
	}
}
