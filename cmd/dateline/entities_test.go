package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/entities"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// The entities of these tests, by what the articles below call them.
func cast() map[string]schema.Entity {
	return map[string]schema.Entity{
		"russia":  {ID: "q159", Type: schema.Location, Name: "Russia", Salience: 0.9},
		"ukraine": {ID: "q212", Type: schema.Location, Name: "Ukraine", Salience: 0.4},
		"ryabkov": {ID: "sergei_ryabkov", Type: schema.Person, Name: "Sergei Ryabkov", Salience: 0.8},
		"city":    {ID: "q61", Type: schema.Location, Name: "Washington", Salience: 0.3},
		"general": {ID: "q23", Type: schema.Person, Name: "Washington", Salience: 0.2},
		"evil":    {ID: "evil", Type: schema.Organization, Name: "Evil \x1b[2J", Salience: 0.1},
	}
}

// news is a revision of an article of a date that names some of the cast, with its
// pointers.
func (bed *testbed) news(number, revision int, date, names string, set ...func(*schema.Enriched)) {
	bed.t.Helper()
	e := sample(number, revision)
	e.Date, e.Entities = date, nil
	for _, name := range strings.Fields(names) {
		e.Entities = append(e.Entities, cast()[name])
	}
	for _, s := range set {
		s(&e)
	}
	seq := bed.publish(bed.enriched(e))[0].Sequence
	for i, p := range enricher.Pointers(e, seq) {
		bed.publish(bed.message(bed.Root().Mention(e.Entities[i]), p, bus.Message{Type: schema.TypeEntityMentioned, ID: schema.MentionMessageID(p), Dedup: true}))
	}
}

func french(e *schema.Enriched) {
	e.Language = "fr"
	e.Source.Token = "example_fr"
}

// inTheNews is a pipeline with a few days of news.
func inTheNews(t *testing.T) *testbed {
	t.Helper()
	bed := newTestbed(t)
	bed.news(1, 1, "2026-03-01", "russia ukraine ryabkov")
	bed.news(2, 1, "2026-03-01", "russia")
	bed.news(3, 1, "2026-03-03", "russia ryabkov")
	bed.news(3, 2, "2026-03-03", "russia ryabkov city")
	bed.news(4, 1, "2026-03-03", "ukraine general city", french)
	bed.news(5, 1, "2025-01-01", "russia evil")
	return bed
}

func TestEntitiesTop(t *testing.T) {
	t.Parallel()
	bed := inTheNews(t)
	golden(t, "entities-top.golden", bed.ok("entities", "top").out)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a type":      {[]string{"--type", "person"}, "sergei_ryabkov 2, q23 1"},
		"a limit":     {[]string{"--limit", "1"}, "q159 4"},
		"a language":  {[]string{"--language", "fr-FR"}, "q212 1, q61 1, q23 1"},
		"a source":    {[]string{"--source", "www.example.fr", "--limit", "1"}, "q212 1"},
		"of the past": {[]string{"--until", "2020-01-01", "--since", "2019-01-01"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := bed.ok(append([]string{"entities", "top", "--output", "json"}, test.args...)...)
			var top entitiesTop
			if err := json.Unmarshal([]byte(r.out), &top); err != nil {
				t.Fatalf("%v: %s", err, r.out)
			}
			var got []string
			for _, e := range top.Entities {
				got = append(got, fmt.Sprint(e.ID, " ", e.Articles))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
	bed.run("entities", "top", "--until", "2020-01-01", "--since", "2019-01-01").fails(t, 1, "no article in this stretch names an entity")
}

func TestEntitiesTopLeavesOutWhatIsNoArticle(t *testing.T) {
	t.Parallel()
	bed := inTheNews(t)
	bed.publish(bus.Message{Subject: "news.enriched.en.example_org.x", Data: []byte("no JSON")})
	r := bed.ok("entities", "top", "--limit", "1")
	if !strings.Contains(r.out, "q159") || !strings.Contains(r.stderr, "1 messages of ENRICHED are no articles") {
		t.Errorf("%s%s", r.out, r.stderr)
	}
	var out, stderr strings.Builder
	top := entitiesTop{Entities: []entities.Count{{ID: "x"}}, Short: 7}
	if err := top.print(terminal{Out: &out, Err: &stderr}); err != nil || !strings.Contains(stderr.String(), "up to 7 too low") {
		t.Errorf("%v: %s", err, stderr.String())
	}
}

func TestEntitiesShow(t *testing.T) {
	t.Parallel()
	bed := inTheNews(t)
	golden(t, "entities-show.golden", bed.ok("entities", "show", "russia").out)
	show := func(args ...string) entityShown {
		t.Helper()
		var s entityShown
		if out := bed.ok(append([]string{"entities", "show", "--output", "json"}, args...)...).out; json.Unmarshal([]byte(out), &s) != nil {
			t.Fatal(out)
		}
		return s
	}
	s := show("Q159", "--limit", "1")
	if s.Name != "Russia" || s.Articles != 4 || s.Mentions != 5 || s.Earlier != 1 || len(s.Days) != 3 || s.Looked != 4 ||
		len(s.Latest) != 1 || s.Latest[0].Revision != 2 || len(s.With) != 1 || s.With[0].ID != "sergei_ryabkov" || s.With[0].Articles != 2 {
		t.Errorf("%+v", s)
	}
	if s := show("Ukraine", "--language", "fr"); s.Articles != 1 || s.Latest[0].Source != "example_fr" {
		t.Errorf("%+v", s)
	}
	if s := show("Ukraine", "--source", "example.org"); s.Articles != 1 || s.Latest[0].Source != "example_org" {
		t.Errorf("%+v", s)
	}
	if s := show("Washington", "--type", "person"); s.ID != "q23" {
		t.Errorf("%+v", s)
	}
	if s := show("Russia", "--since", "2019-01-01", "--until", "2020-01-01"); s.Articles != 0 || len(s.Days)+len(s.With)+len(s.Latest) != 0 {
		t.Errorf("%+v", s)
	}
	bed.run("entities", "show", "Atlantis").fails(t, 1, `entity "Atlantis": no article names it`)
}

func TestEntitiesRefuse(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"entities top --limit=0":                             "--limit: got 0, want 1 to 10000",
		"entities show x --limit=1001":                       "--limit: got 1001",
		"entities top --since=1h --until=2h":                 "--until: is before --since",
		"entities show x --since=2026-02-01 --until=2h --x=": "unknown flag",
		"entities top --type=thing":                          "--type must be one of",
		"tail --entity=x":                                    "--entity, --type: only mentions have entities",
		"tail articles --type=person":                        "only mentions have entities",
		"tail mentions --entity=x --subject=news.mention.>":  "do not go with --subject",
	} {
		t.Run(args, func(t *testing.T) {
			runProgram(t.Context(), strings.Fields(args)...).fails(t, 2, want)
		})
	}
}

// An ambiguous name is answered with the choice, and nothing is printed.
func TestAmbiguousNames(t *testing.T) {
	t.Parallel()
	bed := inTheNews(t)
	for _, args := range [][]string{{"entities", "show", "Washington"}, {"tail", "mentions", "--entity", "washington"}} {
		r := bed.run(args...)
		for _, want := range []string{"several entities have this name", "location  q61  2 mentions  Washington", "person    q23  1 mentions  Washington"} {
			if r.code != 2 || r.out != "" || !strings.Contains(r.stderr, want) {
				t.Errorf("%v: exit code %d, stderr %s", args, r.code, r.stderr)
			}
		}
	}
	bed.run("tail", "mentions", "--entity", " ").fails(t, 2, "--entity: want a name or an id")
}

func TestTailMentionsOfEntities(t *testing.T) {
	t.Parallel()
	bed := inTheNews(t)
	tail := func(args ...string) []string {
		t.Helper()
		out := bed.ok(append([]string{"tail", "mentions", "--since", "1h", "--no-follow"}, args...)...).out
		return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	}
	lines := tail("--entity", "Sergei Ryabkov", "--entity", "Q61")
	if len(lines) != 5 || !strings.Contains(lines[0], "person sergei_ryabkov Sergei Ryabkov") || !strings.Contains(lines[0], "0.80  example_org") ||
		!strings.Contains(lines[0], "Headline 1.1") || !strings.Contains(lines[4], "location q61 Washington") {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
	if lines := tail("--type", "person"); len(lines) != 4 {
		t.Errorf("people:\n%s", strings.Join(lines, "\n"))
	}
	if lines := tail("--entity", "washington", "--type", "location"); len(lines) != 2 {
		t.Errorf("the city:\n%s", strings.Join(lines, "\n"))
	}
	if r := bed.ok("tail", "mentions", "--since", "1h", "--no-follow", "--entity", "Atlantis"); r.out != "" || r.stderr != "dateline: no article names \"Atlantis\"\n" {
		t.Errorf("nobody: %s%s", r.out, r.stderr)
	}
	// Pointers of before they had names.
	bed.publish(bed.message("news.mention.person.ada_lovelace", schema.Pointer{ArticleID: "a", EntityID: "ada_lovelace", Headline: "Old"}, bus.Message{ID: "old", Dedup: true}))
	if lines := tail("--entity", "Ada Lovelace"); len(lines) != 1 || !strings.Contains(lines[0], "person ada_lovelace") {
		t.Errorf("an old one:\n%s", strings.Join(lines, "\n"))
	}
}

// More entities than the server is asked for one by one.
func TestTailMentionsOfMany(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	args := []string{"tail", "mentions", "--since", "1h", "--no-follow"}
	for n := range 40 {
		e := schema.Entity{ID: fmt.Sprint("q", n), Type: schema.Location, Name: fmt.Sprint("Place ", n)}
		p := schema.Pointer{ArticleID: "a", EntityID: e.ID, Name: e.Name, Type: e.Type}
		bed.publish(bed.message(bed.Root().Mention(e), p, bus.Message{ID: schema.MentionMessageID(p), Dedup: true}))
		if n%2 == 0 {
			args = append(args, "--entity", e.Name)
		}
	}
	if out := bed.ok(args...).out; strings.Count(out, "\n") != 20 || strings.Contains(out, "Place 7 ") || !strings.Contains(out, "Place 38 ") {
		t.Errorf("got\n%s", out)
	}
}

// An entity that nothing names yet is waited for by its name: its id is not known.
func TestTailWaitsForAnEntity(t *testing.T) {
	t.Parallel()
	bed := inTheNews(t)
	done := make(chan result, 1)
	go func() {
		done <- bed.run("tail", "mentions", "--entity", "Ada Lovelace", "--entity", "Q61", "--count", "2")
	}()
	// The look-up reads too: what follows is the reader that stays.
	s, err := bed.JetStream().Stream(t.Context(), schema.StreamMentions)
	if err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		for info := range s.ListConsumers(t.Context()).Info() {
			if info.Config.DeliverPolicy.String() == "new" {
				return nil
			}
		}
		return fmt.Errorf("nobody waits")
	})
	bed.publish(bed.message("news.mention.person.q7259", schema.Pointer{ArticleID: "a", EntityID: "q7259", Name: "Ada Lovelace", Type: schema.Person, Headline: "Engine"}, bus.Message{ID: "1", Dedup: true}))
	bed.news(6, 1, "2026-03-04", "russia city")
	select {
	case r := <-done:
		if r.code != 0 || !strings.Contains(r.stderr, `no article names "Ada Lovelace" yet; waiting`) || strings.Count(r.out, "\n") != 2 ||
			!strings.Contains(r.out, "Engine") || !strings.Contains(r.out, "q61") {
			t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
		}
	case <-time.After(bustest.Limit):
		t.Fatal("it did not end")
	}
}

// BenchmarkEntitiesTop counts 2,000 articles of 5 KB with 20 entities each, from a
// server in this process.
func BenchmarkEntitiesTop(b *testing.B) {
	bed := bustest.New(b)
	const articles = 2000
	var messages []bus.Message
	for n := range articles {
		e := sample(n, 1)
		e.Body = []string{strings.Repeat("A paragraph of an article. ", 100)}
		e.Entities = nil
		for i := range 20 {
			e.Entities = append(e.Entities, schema.Entity{ID: fmt.Sprint("q", n%50*i), Type: schema.Location, Name: "Place", Salience: 0.5,
				Mentions: []schema.Mention{{Field: schema.FieldBody, Start: 0, End: 1, Text: "A"}}})
		}
		data, err := bus.Encode(e)
		if err != nil {
			b.Fatal(err)
		}
		messages = append(messages, bus.Message{Subject: bed.Root().Enriched(e.Article), Data: data, ID: e.ID})
	}
	if _, err := bed.Publish(b.Context(), messages...); err != nil {
		b.Fatal(err)
	}
	var c entitiesTopCommand
	for b.Loop() {
		counter, err := c.count(b.Context(), terminal{Out: io.Discard, Err: io.Discard}, bed)
		if err != nil || counter.Articles() != articles {
			b.Fatal(counter.Articles(), err)
		}
	}
	b.ReportMetric(articles*float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}
