package gazetteer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
	"github.com/dateline-news/dateline/services/enricher/steps/gazetteer"
)

// load makes the step once for all tests: it is safe for concurrent use.
var load = sync.OnceValues(func() (*gazetteer.Step, error) {
	base, err := pack.Load()
	if err != nil {
		return nil, err
	}
	return gazetteer.New(kb.NewSet(base))
})

func enrich(t testing.TB, a schema.Article, found ...schema.Entity) schema.Enriched {
	t.Helper()
	step, err := load()
	if err != nil {
		t.Fatal(err)
	}
	e := schema.Enriched{Article: a, Entities: found}
	if err := step.Enrich(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func body(paragraphs ...string) schema.Article {
	return schema.Article{Language: "en", Body: paragraphs}
}

// texts are the names of the entities.
func texts(e schema.Enriched) string {
	var all []string
	for _, x := range e.Entities {
		all = append(all, x.Name)
	}
	return strings.Join(all, "|")
}

// textTest is a text and the names in it.
type textTest struct{ text, want string }

func eachText(t *testing.T, language string, tests map[string]textTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a := body(test.text)
			a.Language = language
			if got := texts(enrich(t, a)); got != test.want {
				t.Errorf("%q: got %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestEnrich(t *testing.T) {
	a := schema.Article{
		Language: "en", Headline: "Peru and NATO", Lead: "In Peru, it rained.", Body: []string{"", "Geneva and Vladimir Putin"},
	}
	var got []string
	for _, x := range enrich(t, a).Entities {
		if x.ID != "" || len(x.Mentions) != 1 || x.Mentions[0].Text != x.Name {
			t.Errorf("entity is no span: %+v", x)
		}
		m := x.Mentions[0]
		got = append(got, fmt.Sprintf("%s %s %s %d %d:%d", x.Type, x.Name, m.Field, m.Index, m.Start, m.End))
	}
	want := []string{
		"location Peru headline 0 0:4", "organization NATO headline 0 9:13", "location Peru lead 0 3:7",
		"location Geneva body 1 0:6", "person Vladimir Putin body 1 11:25",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// What a recognizer has found stays, and nothing overlaps it.
func TestEnrichOverlapsNothing(t *testing.T) {
	text := "Kenya Airways left Kenya for New York and Peru."
	for name, test := range map[string]struct {
		start, end int
		want       string
	}{
		"nothing there": {0, 0, "Kenya|Kenya|New York|Peru"},
		"longer name":   {0, 13, "Kenya|New York|Peru"},
		"the name":      {19, 24, "Kenya|New York|Peru"},
		"its last word": {33, 37, "Kenya|Kenya|Peru"},
		"its first":     {29, 32, "Kenya|Kenya|Peru"},
		"end of text":   {46, 47, "Kenya|Kenya|New York|Peru"},
		"before it":     {42, 47, "Kenya|Kenya|New York"},
	} {
		t.Run(name, func(t *testing.T) {
			there := schema.Entity{Type: schema.Organization, Mentions: []schema.Mention{
				{Field: schema.FieldBody, Start: test.start, End: test.end, Text: text[test.start:test.end]},
			}}
			if test.end == 0 {
				there.Mentions = nil
			}
			e := enrich(t, body(text), there)
			if got := strings.TrimPrefix(texts(e), "|"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestModel(t *testing.T) {
	step, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if m := step.Model(); m.Step != "gazetteer" || m.Name != "dateline-gazetteer" || len(strings.Split(m.Version, ".")) != 3 {
		t.Errorf("got %+v", m)
	}
}

func readArticles(t testing.TB) []schema.Article {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "articles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var articles []schema.Article
	if err := json.Unmarshal(data, &articles); err != nil {
		t.Fatal(err)
	}
	return articles
}

func TestBounds(t *testing.T) {
	if e := enrich(t, body(strings.Repeat("To Peru. ", 10_000))); len(e.Entities) != 5000 {
		t.Errorf("%d entities, want 5000", len(e.Entities))
	}
	if e := enrich(t, body(strings.Repeat("To Peru. ", 1<<18))); len(e.Entities) != 0 {
		t.Error("a text beyond the limit was read")
	}
}

// Time must grow with the length of the text alone. A step that is quadratic in
// any of these does not come back.
func TestHostileText(t *testing.T) {
	for _, pattern := range []string{
		"A.", "a'", "O’", "(", "New ", "San ", "van ", "Saint-", "-", "\u0301", "X", "Mr ", "A&", "9", "中", "中国",
		"Democratic Republic of the ", "www.", "\xff", "Springfield, ", "Maria van ",
	} {
		text := strings.Repeat(pattern, (1<<18)/len(pattern))
		enrich(t, schema.Article{Language: "en", Headline: text, Source: schema.Source{Name: "Maria van"}})
	}
}

func TestEnrichIsSafeForConcurrentUse(t *testing.T) {
	articles := readArticles(t)
	want := make([]string, len(articles))
	for i, a := range articles {
		want[i] = fmt.Sprint(enrich(t, a))
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i, a := range articles {
				if got := fmt.Sprint(enrich(t, a)); got != want[i] {
					t.Errorf("%s: got %s, want %s", a.ID, got, want[i])
				}
			}
		})
	}
	group.Wait()
}

func TestEnrichStopsWithItsContext(t *testing.T) {
	step, err := load()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := step.Enrich(ctx, &schema.Enriched{}); err == nil {
		t.Error("no error")
	}
}

func FuzzEnrich(f *testing.F) {
	f.Add("Okello visits Peru", "GENEVA (Reuters) - Mr. O’Brien of the Lake Fishers Association (LFA).", "en")
	f.Add("U.S.", "U.S.A. J.J. A.\xff ’s -- (ABC) & Co. van der", "")
	f.Add("ΑΘΗΝΑ É́é", "İstanbul ſ K Å 北京 中国 ১২ café’ Zü", "de")
	f.Add("", "Peru A0\xb0 PERU A0\xb0", "")
	for _, a := range readArticles(f) {
		f.Add(a.Headline, a.Lead+strings.Join(a.Body, " "), a.Language)
	}
	f.Fuzz(func(t *testing.T, headline, text, language string) {
		a := schema.Article{Language: language, Headline: headline, Lead: text, Body: []string{text, headline}}
		last := map[string]int{}
		for _, x := range enrich(t, a).Entities {
			m := x.Mentions[0]
			s := map[schema.Field][]string{
				schema.FieldHeadline: {headline}, schema.FieldLead: {text}, schema.FieldBody: a.Body,
			}[m.Field][m.Index]
			if m.Start >= m.End || s[m.Start:m.End] != m.Text || x.Name != m.Text {
				t.Errorf("bad mention: %+v", m)
			}
			if utf8.ValidString(s) && !utf8.ValidString(m.Text) {
				t.Errorf("cut character: %+v", m)
			}
			at := fmt.Sprint(m.Field, m.Index)
			if m.Start < last[at] {
				t.Errorf("overlap: %+v", m)
			}
			last[at] = m.End
		}
	})
}

func BenchmarkEnrich(b *testing.B) {
	a := body()
	for range 20 {
		a.Body = append(a.Body, "Talks in Geneva between Maria Okello, the deputy head of the Lake Fishers Association (LFA), "+
			"and Mr Qwop of Zorbex Holdings Ltd ended on Monday without a result, the UN said, and both sides left for Lima, Peru.")
	}
	b.SetBytes(int64(len(strings.Join(a.Body, ""))))
	b.ReportAllocs()
	for b.Loop() {
		enrich(b, a)
	}
}
