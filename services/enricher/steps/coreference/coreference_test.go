package coreference_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
)

// marked reads paragraphs with marked names, [P Maria Zork] for a person, O for an
// organization, L for a place. Each becomes an entity of one mention.
func marked(paragraphs ...string) schema.Enriched {
	e := schema.Enriched{Article: schema.Article{Language: "en"}}
	for i, marked := range paragraphs {
		var text strings.Builder
		for {
			before, rest, ok := strings.Cut(marked, "[")
			text.WriteString(before)
			if !ok {
				break
			}
			name, after, _ := strings.Cut(rest, "]")
			typ := map[byte]schema.EntityType{'P': schema.Person, 'O': schema.Organization, 'L': schema.Location}[name[0]]
			m := schema.Mention{Field: schema.FieldBody, Index: i, Start: text.Len(), Text: name[2:]}
			text.WriteString(name[2:])
			m.End = text.Len()
			e.Entities = append(e.Entities, schema.Entity{Type: typ, Name: m.Text, Mentions: []schema.Mention{m}})
			marked = after
		}
		e.Body = append(e.Body, text.String())
	}
	return e
}

func joined(t *testing.T, e schema.Enriched) []schema.Entity {
	t.Helper()
	if err := (coreference.Step{}).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	return e.Entities
}

// summary is each entity with its mentions: "Maria Zork: Maria Zork|Zork".
func summary(entities []schema.Entity) []string {
	var all []string
	for _, e := range entities {
		var texts []string
		for _, m := range e.Mentions {
			texts = append(texts, m.Text)
		}
		all = append(all, e.Name+": "+strings.Join(texts, "|"))
	}
	return all
}

func TestPeople(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"surname":              {"[P Maria Zork] sat. [P Zork] left.", []string{"Maria Zork: Maria Zork|Zork"}},
		"surname first":        {"[P Zork] left. [P Maria Zork] sat.", []string{"Maria Zork: Zork|Maria Zork"}},
		"title":                {"[P Maria Zork] sat. Ms [P Zork] left.", []string{"Maria Zork: Maria Zork|Zork"}},
		"title in the mention": {"[P Maria Zork] sat. [P Ms. Zork] left.", []string{"Maria Zork: Maria Zork|Ms. Zork"}},
		"office":               {"[P US President Maria Zork] sat. [P Zork] left.", []string{"Maria Zork: US President Maria Zork|Zork"}},
		"club":                 {"[P Maria Zork of Blix] sat. [P Zork] left.", []string{"Maria Zork: Maria Zork of Blix|Zork"}},
		"possessive":           {"[P Maria Zork] sat. [P Zork's] dog, [P Zork’s] cat.", []string{"Maria Zork: Maria Zork|Zork's|Zork’s"}},
		"first name":           {"[P Maria Zork] sat. [P Maria] left.", []string{"Maria Zork: Maria Zork|Maria"}},
		"accents and case":     {"[P José Ñandú] sat. [P NANDU] left.", []string{"José Ñandú: José Ñandú|NANDU"}},
		"capitals":             {"[P MARIA ZORK] SAT. [P Maria Zork] left.", []string{"Maria Zork: MARIA ZORK|Maria Zork"}},
		"middle initial":       {"[P Maria Zork] sat. [P Maria J. Zork] left.", []string{"Maria J. Zork: Maria Zork|Maria J. Zork"}},
		"middle name":          {"[P Maria Jola Zork], [P Maria J. Zork], [P Maria Zork].", []string{"Maria Jola Zork: Maria Jola Zork|Maria J. Zork|Maria Zork"}},
		"other middle name":    {"[P Maria Jola Zork] and [P Maria B. Zork].", []string{"Maria Jola Zork: Maria Jola Zork", "Maria B. Zork: Maria B. Zork"}},
		"initial":              {"[P M. Zork] sat. [P Maria Zork] left.", []string{"Maria Zork: M. Zork|Maria Zork"}},
		"other initial":        {"[P B. Zork] sat. [P Maria Zork] left.", []string{"B. Zork: B. Zork", "Maria Zork: Maria Zork"}},
		"initial of two":       {"[P M. Zork], [P Maria Zork], [P Mona Zork].", []string{"M. Zork: M. Zork", "Maria Zork: Maria Zork", "Mona Zork: Mona Zork"}},
		"initials alone":       {"[P M.J. Zork] sat. [P Zork] left.", []string{"M.J. Zork: M.J. Zork|Zork"}},
		"junior":               {"[P Ivo Zork Jr.] sat. [P Zork] left.", []string{"Ivo Zork Jr.: Ivo Zork Jr.|Zork"}},
		"junior and senior":    {"[P Ivo Zork Jr] and [P Ivo Zork Sr].", []string{"Ivo Zork Jr: Ivo Zork Jr", "Ivo Zork Sr: Ivo Zork Sr"}},
		"particles":            {"[P Pieter van der Zork], [P Van der Zork], [P van der Zork], [P Zork].", []string{"Pieter van der Zork: Pieter van der Zork|Van der Zork|van der Zork|Zork"}},
		"bin":                  {"[P Mohammed bin Zork], [P bin Zork].", []string{"Mohammed bin Zork: Mohammed bin Zork|bin Zork"}},
		"al-":                  {"[P Ali al-Zork], [P Al-Zork], [P al-Zork].", []string{"Ali al-Zork: Ali al-Zork|Al-Zork|al-Zork"}},
		"Al the first name":    {"[P Al Zork], [P Zork].", []string{"Al Zork: Al Zork|Zork"}},
		"two surnames":         {"[P Enrique Zork Blix], [P Zork Blix], [P Blix].", []string{"Enrique Zork Blix: Enrique Zork Blix|Zork Blix|Blix"}},
		"no two surnames":      {"[P Mary Jane Zork] and [P Jane Zork].", []string{"Mary Jane Zork: Mary Jane Zork", "Jane Zork: Jane Zork"}},
		"family name first":    {"[P Zork Jong Un] sat. Mr [P Zork] left.", []string{"Zork Jong Un: Zork Jong Un|Zork"}},
		"familiar name":        {"[P Robert Zork] sat. [P Bob Zork] left.", []string{"Robert Zork: Robert Zork|Bob Zork"}},
		"hyphen":               {"[P Jean-Luc Zork], [P Jean Luc Zork].", []string{"Jean-Luc Zork: Jean-Luc Zork|Jean Luc Zork"}},
		"nobody in full":       {"Mr [P Zork] sat. [P Zork] left.", []string{"Zork: Zork|Zork"}},
		"two of no full name":  {"Mr [P Zork] and Ms [P Zork].", []string{"Zork: Zork", "Zork: Zork"}},
		"two of one surname":   {"[P Maria Zork], Ms [P Zork], [P Peter Zork], Mr [P Zork], [P Zork].", []string{"Maria Zork: Maria Zork|Zork", "Peter Zork: Peter Zork|Zork|Zork"}},
		"titles tell apart":    {"[P Maria Zork] and [P Peter Zork]. Ms [P Zork] and Mr [P Zork].", []string{"Maria Zork: Maria Zork|Zork", "Peter Zork: Peter Zork|Zork"}},
		"a title is recalled":  {"[P Zaza Zork] and [P Peter Zork]. Ms [P Zork] sat. [P Zork] left.", []string{"Zaza Zork: Zaza Zork|Zork|Zork", "Peter Zork: Peter Zork"}},
		"a title against":      {"[P Maria Zork] sat. Mr [P Zork] left.", []string{"Maria Zork: Maria Zork", "Zork: Zork"}},
		"queen":                {"[P Elizabeth Zork] sat. Queen [P Elizabeth] left.", []string{"Elizabeth Zork: Elizabeth Zork", "Elizabeth: Elizabeth"}},
		"queen, within":        {"[P Queen Elizabeth] sat. [P Elizabeth] left.", []string{"Queen Elizabeth: Queen Elizabeth|Elizabeth"}},
		"king of a place":      {"[P King Zork of Blix], [P King Zork], the [P King Zork].", []string{"King Zork: King Zork of Blix|King Zork|King Zork"}},
		"no title":             {"[P Don Zork], [P Sacha Baron Zork], [P Zork].", []string{"Don Zork: Don Zork", "Sacha Baron Zork: Sacha Baron Zork|Zork"}},
		"minister within":      {"[P Health Minister Maria Zork], [P Maria Zork].", []string{"Maria Zork: Health Minister Maria Zork|Maria Zork"}},
		"other people":         {"[P Maria Zork] and [P Ivo Blix].", []string{"Maria Zork: Maria Zork", "Ivo Blix: Ivo Blix"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(joined(t, marked(test.text))); !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestOrganizationsAndPlaces(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"acronym after":          {"[O Lake Zork Association] ([O LZA]) met. [O LZA] left.", []string{"Lake Zork Association: Lake Zork Association|LZA|LZA"}},
		"acronym before":         {"[O LZA] ([O Lake Zork Association]) met.", []string{"Lake Zork Association: LZA|Lake Zork Association"}},
		"acronym, other letters": {"[O Zorkish Lake Society] ([O ZOLA]) met.", []string{"Zorkish Lake Society: Zorkish Lake Society|ZOLA"}},
		"no acronym of it":       {"[O Zork Board] ([O XYW]) met.", []string{"Zork Board: Zork Board", "XYW: XYW"}},
		"acronym far off":        {"[O XLA] left. [O Xylo Lake Association] met.", []string{"Xylo Lake Association: XLA|Xylo Lake Association"}},
		"small words":            {"[O Union of the Lakes] met; [O UL] and [O UOTL].", []string{"Union of the Lakes: Union of the Lakes|UL|UOTL"}},
		"acronym of two":         {"[O Blue Lake Board], [O Big Lake Board], [O BLB].", []string{"Blue Lake Board: Blue Lake Board", "Big Lake Board: Big Lake Board", "BLB: BLB"}},
		"like a word":            {"[O Zork Alpine Treaty Order], [O Zato].", []string{"Zork Alpine Treaty Order: Zork Alpine Treaty Order|Zato"}},
		"case":                   {"[O ZATO] and [O Zato], [O Zato].", []string{"Zato: ZATO|Zato|Zato"}},
		"points":                 {"[L U.Z.] and [L UZ] and [L United Zorks].", []string{"United Zorks: U.Z.|UZ|United Zorks"}},
		"company":                {"[O Zorbex Holdings Ltd] and [O Zorbex].", []string{"Zorbex Holdings Ltd: Zorbex Holdings Ltd|Zorbex"}},
		"company first":          {"[O Zorbex], [O Zorbex, Inc.] and [O Zorbex Inc].", []string{"Zorbex, Inc.: Zorbex|Zorbex, Inc.|Zorbex Inc"}},
		"two companies":          {"[O Zorbex Energy] and [O Zorbex Motors], [O Zorbex].", []string{"Zorbex Energy: Zorbex Energy", "Zorbex Motors: Zorbex Motors", "Zorbex: Zorbex"}},
		"part of a company":      {"[O Zorbex Research] and [O Zorbex].", []string{"Zorbex Research: Zorbex Research", "Zorbex: Zorbex"}},
		"ministry":               {"[O Zork Ministry of Lakes] and [O Zork Ministry].", []string{"Zork Ministry of Lakes: Zork Ministry of Lakes|Zork Ministry"}},
		"country before":         {"[O United States Lake Force] and [O Lake Force].", []string{"United States Lake Force: United States Lake Force|Lake Force"}},
		"place before":           {"[L Zorkia]: [O Zorkia Lake Force] and [O Lake Force].", []string{"Zorkia: Zorkia", "Zorkia Lake Force: Zorkia Lake Force|Lake Force"}},
		"article":                {"[O the Zork Group] and [O Zork Group].", []string{"Zork Group: the Zork Group|Zork Group"}},
		"possessive":             {"[O Zorbex's] plan, [O Zorbex].", []string{"Zorbex: Zorbex's|Zorbex"}},
		"head of the latest":     {"[O Zork Court], the [O Court]; [O Blix Court], the [O Court].", []string{"Zork Court: Zork Court|Court", "Blix Court: Blix Court|Court"}},
		"heads alone":            {"The [O Court] and the [O Court].", []string{"Court: Court|Court"}},
		"state of":               {"[L State of Zork] and [L Zork].", []string{"State of Zork: State of Zork|Zork"}},
		"ampersand":              {"[O Zork & Blix] and [O Zork and Blix].", []string{"Zork & Blix: Zork & Blix|Zork and Blix"}},
		"other type":             {"[L Zork] and [O Zork].", []string{"Zork: Zork", "Zork: Zork"}},
		"wrong type, two words":  {"[O Zork Blix], [O Zork Blix], [L Zork Blix].", []string{"Zork Blix: Zork Blix|Zork Blix|Zork Blix"}},
		"wrong type, acronym":    {"[O ZBX], [L ZBX].", []string{"ZBX: ZBX|ZBX"}},
		"wrong type, one of six": {"[O Zork], [O Zork], [O Zork], [L Zork].", []string{"Zork: Zork|Zork|Zork|Zork"}},
		"a person like a place":  {"[P Ana Lima], [P Lima], [L Lima], [L Lima], [L Lima], [L Lima].", []string{"Ana Lima: Ana Lima|Lima", "Lima: Lima|Lima|Lima|Lima"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(joined(t, marked(test.text))); !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

// Entities of more mentions, and what is known of them, are kept.
func TestKeepsWhatIsKnown(t *testing.T) {
	e := marked("[P Zork], [P Maria Zork], [P Zork].")
	e.Entities[0].Mentions = append(e.Entities[0].Mentions, e.Entities[2].Mentions[0])
	e.Entities[0].Wikidata, e.Entities[1].ID, e.Entities[1].Country = "Q1", "q1", "KE"
	e.Entities = append(e.Entities[:2], schema.Entity{ID: "empty"})
	got := joined(t, e)
	if len(got) != 1 || got[0].Wikidata != "Q1" || got[0].ID != "q1" || got[0].Country != "KE" || len(got[0].Mentions) != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestSameMentionTwice(t *testing.T) {
	e := marked("[P Maria Zork]")
	e.Entities = append(e.Entities, e.Entities[0])
	if got := joined(t, e); len(got) != 1 || len(got[0].Mentions) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestInputIsNotChanged(t *testing.T) {
	e := marked("[P Maria Zork], [P Zork], [P Zork].")
	input := slices.Clone(e.Entities)
	joined(t, e)
	for i, entity := range input {
		if len(entity.Mentions) != 1 || entity.Mentions[0].Start == 0 && i > 0 {
			t.Errorf("%d is now %+v", i, entity)
		}
	}
}

func TestStep(t *testing.T) {
	step := coreference.Step{}
	if m := step.Model(); m.Step != step.Name() || m.Name == "" || m.Version == "" {
		t.Errorf("got %+v", m)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := step.Enrich(ctx, &schema.Enriched{}); err == nil {
		t.Error("no error of a context that has ended")
	}
	if err := step.Enrich(t.Context(), &schema.Enriched{}); err != nil {
		t.Error(err)
	}
}

// Time must grow with the number of names alone: a step that is quadratic in any
// of these does not come back.
func TestHostileNames(t *testing.T) {
	const names = 100_000
	for name, test := range map[string]struct {
		typ schema.EntityType
		of  func(i int) string
	}{
		"distinct people":   {schema.Person, func(i int) string { return fmt.Sprintf("Maria%d Zork%d", i, i) }},
		"one surname":       {schema.Person, func(i int) string { return fmt.Sprintf("Maria%d Zork", i) }},
		"one first name":    {schema.Person, func(i int) string { return fmt.Sprintf("Maria Zork%d", i) }},
		"middle names":      {schema.Person, func(i int) string { return fmt.Sprintf("Maria Jola%d Zork", i) }},
		"surnames alone":    {schema.Person, func(int) string { return "Zork" }},
		"initials":          {schema.Person, func(i int) string { return fmt.Sprintf("M. Zork%d", i%7) }},
		"many words":        {schema.Person, func(i int) string { return strings.Repeat("Zork ", 1+i%20) }},
		"organizations":     {schema.Organization, func(i int) string { return fmt.Sprintf("Zork%d Holdings Ltd", i) }},
		"acronyms":          {schema.Organization, func(i int) string { return []string{"ZHL", "Zork Holdings Ltd"}[i%2] }},
		"one organization":  {schema.Organization, func(i int) string { return fmt.Sprintf("Zork Bank of Lake %d", i) }},
		"heads":             {schema.Organization, func(i int) string { return []string{"Court", fmt.Sprintf("Zork%d Court", i)}[i%2] }},
		"places":            {schema.Location, func(i int) string { return fmt.Sprintf("State of Zork %d", i%9) }},
		"other type":        {"event", func(i int) string { return fmt.Sprintf("Zork %d", i) }},
		"nothing but marks": {schema.Person, func(i int) string { return strings.Repeat("-", 1+i%9) }},
	} {
		t.Run(name, func(t *testing.T) {
			var e schema.Enriched
			var text strings.Builder
			for i := range names {
				m := schema.Mention{Field: schema.FieldBody, Start: text.Len(), Text: test.of(i)}
				text.WriteString(m.Text)
				m.End = text.Len()
				text.WriteString(" (")
				e.Entities = append(e.Entities, schema.Entity{Type: test.typ, Name: m.Text, Mentions: []schema.Mention{m}})
			}
			e.Body = []string{text.String()}
			total := 0
			for _, entity := range joined(t, e) {
				total += len(entity.Mentions)
			}
			if total != names {
				t.Errorf("%d mentions of %d", total, names)
			}
		})
	}
}

func TestHugeName(t *testing.T) {
	for _, word := range []string{"Z", "Zork ", "Mr ", "A.", "\u0301", "of ", "- "} {
		text := strings.Repeat(word, 1<<20/len(word))
		e := schema.Enriched{Article: schema.Article{Body: []string{text}}}
		for _, typ := range []schema.EntityType{schema.Person, schema.Organization, schema.Location} {
			m := schema.Mention{Field: schema.FieldBody, End: len(text), Text: text}
			e.Entities = append(e.Entities, schema.Entity{Type: typ, Name: text, Mentions: []schema.Mention{m}})
		}
		if got := joined(t, e); len(got) == 0 {
			t.Errorf("%q: nothing", word)
		}
	}
}

// Any names, also ones that are not in the text: each mention comes out once, in
// order, and joining again changes nothing in what is where.
func FuzzEnrich(f *testing.F) {
	f.Add("Maria Zork sat. Mr Zork left.", "Maria Zork|Zork|Zork", uint16(0))
	f.Add("Lake Zork Association (LZA)", "Lake Zork Association|LZA|The LZA's", uint16(0x55))
	f.Add("U.S. J.R. \xff ’s -- (ABC) & Co. van der", "U.S.|van der|’s|\xff|--| ", uint16(0xe4))
	f.Fuzz(func(t *testing.T, text, names string, types uint16) {
		e := schema.Enriched{Article: schema.Article{Lead: text}}
		total, given := 0, map[schema.Mention]bool{}
		for i, name := range strings.Split(names, "|") {
			typ := []schema.EntityType{schema.Person, schema.Organization, schema.Location, ""}[types>>(i%8*2)&3]
			at := max(0, strings.Index(text, name)) + i%3
			m := schema.Mention{Field: schema.FieldLead, Index: i, Start: at, End: at + len(name), Text: name}
			e.Entities = append(e.Entities, schema.Entity{Type: typ, Name: name, Mentions: []schema.Mention{m}})
			total++
			given[m] = true
		}
		for _, entity := range joined(t, e) {
			total -= len(entity.Mentions)
			for _, m := range entity.Mentions {
				if !given[m] && text[m.Start:m.End] != m.Text {
					t.Errorf("%+v is not in the text", m)
				}
			}
			if !slices.IsSortedFunc(entity.Mentions, func(a, b schema.Mention) int { return a.Index - b.Index }) {
				t.Errorf("%+v", entity)
			}
		}
		if total > 0 {
			t.Errorf("%d mentions lost", total)
		}
	})
}

func BenchmarkEnrich(b *testing.B) {
	var paragraphs []string
	for range 20 {
		paragraphs = append(paragraphs, "[P Maria Zork] of the [O Lake Zork Association] ([O LZA]) met Mr [P Blix] in [L Lima]; [P Zork] left.")
	}
	e := marked(paragraphs...)
	b.ReportAllocs()
	for b.Loop() {
		again := e
		if err := (coreference.Step{}).Enrich(context.Background(), &again); err != nil {
			b.Fatal(err)
		}
	}
}
