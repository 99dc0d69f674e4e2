package render_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

// line prints a message as a line, its columns parted by two spaces or more.
func line(t *testing.T, o render.Options, kind, subject string, message any) string {
	t.Helper()
	data, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p, err := render.New(render.FormatLine, &out, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Print(kind, subject, data); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func TestLineOf(t *testing.T) {
	at := time.Date(2026, 3, 12, 9, 0, 0, 0, time.FixedZone("", 3600))
	article := schema.Article{Date: "2026-03-12", Language: "en", Event: schema.EventPublished, Revision: 1, Headline: "H"}
	for name, test := range map[string]struct {
		kind, subject string
		message       any
		want          []string
	}{
		"article": {"articles", "s", article, []string{"2026-03-12", "en", "published 1", "H"}},
		"entities without names": {"enriched", "s",
			schema.Enriched{Article: article, Entities: []schema.Entity{{Name: "\x1b"}, {Name: "Oslo"}}},
			[]string{"2026-03-12", "en", "published 1", "H", "[Oslo]"}},
		"only entities without names": {"enriched", "s",
			schema.Enriched{Article: article, Entities: []schema.Entity{{Name: " "}}},
			[]string{"2026-03-12", "en", "published 1", "H"}},
		"item": {"items", "s",
			schema.Item{Feed: schema.FeedRef{URL: "https://a.example/"}, Format: schema.FormatAtom, Document: "<feed/>", Fetch: schema.Fetch{FetchedAt: at}},
			[]string{"2026-03-12T08:00:00Z", "atom", "7 bytes", "https://a.example/"}},
		"item with its page": {"items", "s",
			schema.Item{Feed: schema.FeedRef{Title: "A"}, Page: &schema.Page{Status: 200}}, []string{"0 bytes", "A", "page 200"}},
		"mention on a short subject": {"mentions", "s",
			schema.Pointer{EntityID: "q20", Headline: "H", Revision: 1}, []string{"q20", "0.00", "H", "1"}},
		"mention of a replay": {"mentions", "news.replay.j.mention.person.a_b",
			schema.Pointer{EntityID: "a_b"}, []string{"person a_b", "0.00", "0"}},
		"event of the pipeline": {"ops", "s", schema.Health{Kind: "trimmed", Detail: "ITEMS to 80 %"}, []string{"trimmed", "ITEMS to 80 %"}},
		"story": {"stories", "s", schema.Story{ID: "5711", Event: schema.StoryJoined, ArticleID: "b2", Members: []schema.StoryMember{
			{ArticleID: "a1", Source: "agency_example", Kind: schema.MemberFirst, Similarity: 1},
			{ArticleID: "b2", Source: "paper_example", Kind: schema.MemberCut, Similarity: 0.75}}},
			[]string{"5711", "joined", "b2", "cut 0.75", "2 articles", "agency_example, paper_example"}},
		"story of many":           {"stories", "s", schema.Story{Event: schema.StoryLeft, ArticleID: "c3", Members: slices.Repeat([]schema.StoryMember{{Source: "a"}}, 10)}, []string{"left", "c3", "10 articles", "a, a, a, a, a, a, a, a, and 2 more"}},
		"event by id":             {"ops", "s", schema.Health{Kind: "removed", FeedID: "00ff"}, []string{"removed", "00ff"}},
		"dead on a short subject": {"dead", "s", "x", []string{"_", "_", "3 bytes", `"x"`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.FieldsFunc(strings.ReplaceAll(line(t, render.Options{}, test.kind, test.subject, test.message), "  ", "\n"),
				func(r rune) bool { return r == '\n' })
			for i := range got {
				got[i] = strings.TrimSpace(got[i])
			}
			if strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestLineAligned holds that the columns of two articles begin at one place.
func TestLineAligned(t *testing.T) {
	of := func(token string, event schema.Event) string {
		return line(t, render.Options{}, render.KindArticles, "s",
			schema.Article{Date: "2026-03-12", Source: schema.Source{Token: token}, Event: event, Revision: 1, Headline: "HEAD"})
	}
	a, b := of("a", schema.EventRevised), of("a_longer_example", schema.EventPublished)
	if strings.Index(a, "HEAD") != strings.Index(b, "HEAD") {
		t.Errorf("got\n%s\n%s", a, b)
	}
}

func TestLineColor(t *testing.T) {
	const red, green, yellow = "\x1b[31m", "\x1b[32m", "\x1b[33m"
	for name, test := range map[string]struct {
		kind    string
		message any
		want    string
	}{
		"published":  {"articles", schema.Article{Event: schema.EventPublished}, green},
		"revised":    {"articles", schema.Article{Event: schema.EventRevised}, yellow},
		"withdrawn":  {"articles", schema.Article{Event: schema.EventWithdrawn}, red},
		"failing":    {"ops", schema.Health{Kind: "failing"}, red},
		"recovered":  {"ops", schema.Health{Kind: "recovered"}, green},
		"other kind": {"ops", schema.Health{Kind: "trimmed"}, yellow},
		"dead":       {"dead", "x", red},
	} {
		t.Run(name, func(t *testing.T) {
			colored := line(t, render.Options{Color: true}, test.kind, "s", test.message)
			if !strings.Contains(colored, test.want) {
				t.Errorf("got %q, want %q in it", colored, test.want)
			}
			if plain := line(t, render.Options{}, test.kind, "s", test.message); strings.Contains(plain, "\x1b") {
				t.Errorf("colour was not asked for: %q", plain)
			}
		})
	}
}
