package gazetteer_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/gazetteer"
)

func TestBounds(t *testing.T) {
	var many []string
	for i := range 400 {
		many = append(many, fmt.Sprintf("Then Maria Zo%s spoke.", strings.Repeat("a", i)))
	}
	if e := enrich(t, body(many...)); len(e.Entities) != 300 {
		t.Errorf("%d entities, want 300", len(e.Entities))
	}
	e := enrich(t, body(strings.Repeat("To Peru. ", 5000)))
	if n := len(e.Entities[0].Mentions); n != 200 {
		t.Errorf("%d mentions, want 200", n)
	}
	if e := enrich(t, body(strings.Repeat("To Peru. ", 1<<18))); len(e.Entities) != 0 {
		t.Error("a text beyond the limit was read")
	}
}

// Time must grow with the length of the text alone. A step that is quadratic in
// any of these does not come back.
func TestHostileText(t *testing.T) {
	for _, pattern := range []string{
		"A.", "a'", "O’", "(", "AB (AB) ", "Maria ", "van ", "Maria van ", "Bank of ", "-", "\u0301", "X", "San ", "Mr ", "A&", "9",
		"Democratic Republic of the ", "www.", "\xff",
	} {
		text := strings.Repeat(pattern, (1<<18)/len(pattern))
		enrich(t, schema.Article{Language: "en", Headline: text, Source: schema.Source{Name: "Maria van"}})
	}
}

func TestEnrichIsRepeatable(t *testing.T) {
	text := body("Maria Okello of Zorbex Ltd met Mr Qwop in Lima, Geneva and Birmingham, as the UN asked.")
	first := fmt.Sprint(enrich(t, text))
	for range 20 {
		if again := fmt.Sprint(enrich(t, text)); again != first {
			t.Fatalf("got %s\nthen %s", first, again)
		}
	}
}

func TestEnrichIsSafeForConcurrentUse(t *testing.T) {
	articles := readArticles(t)
	want := make([]string, len(articles))
	for i, a := range articles {
		want[i] = fmt.Sprint(enrich(t, a))
	}
	step, err := load()
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i, a := range articles {
				e := schema.Enriched{Article: a}
				if err := step.Enrich(t.Context(), &e); err != nil || fmt.Sprint(e) != want[i] {
					t.Errorf("%s: got %v, %v, want %s", a.ID, e, err, want[i])
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
	f.Add("ΑΘΗΝΑ É́é", "İstanbul ſ K Å 北京 ১২ café’ Zü", "de")
	f.Add("", "Maya A0\xb0 MAYA A0\xb0", "")
	for _, a := range readArticles(f) {
		f.Add(a.Headline, a.Lead+strings.Join(a.Body, " "), a.Language)
	}
	f.Fuzz(func(t *testing.T, headline, text, language string) {
		a := schema.Article{Language: language, Headline: headline, Lead: text, Body: []string{text, headline}}
		ids := map[string]bool{}
		for _, x := range enrich(t, a).Entities {
			if ids[x.ID] || x.ID == "" || x.Name == "" || x.Salience <= 0 || x.Salience > 1 || len(x.Mentions) == 0 {
				t.Errorf("bad entity: %+v", x)
			}
			ids[x.ID] = true
			for _, m := range x.Mentions {
				s := map[schema.Field][]string{
					schema.FieldHeadline: {headline}, schema.FieldLead: {text}, schema.FieldBody: a.Body,
				}[m.Field][m.Index]
				if m.Start >= m.End || s[m.Start:m.End] != m.Text {
					t.Errorf("bad mention: %+v", m)
				}
				// A stray byte after a name is no character that it cuts. Articles have none: they come as JSON.
				if utf8.ValidString(s) && !utf8.ValidString(m.Text) {
					t.Errorf("cut character: %+v", m)
				}
			}
		}
	})
}

func BenchmarkEnrich(b *testing.B) {
	a := body()
	for range 20 {
		a.Body = append(a.Body, "Talks in Geneva between Maria Okello, the deputy head of the Lake Fishers Association (LFA), "+
			"and Mr Qwop of Zorbex Holdings Ltd ended on Monday without a result, the UN said, and both sides left for Lima, Peru.")
	}
	step, err := load()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(strings.Join(a.Body, ""))))
	b.ReportAllocs()
	for b.Loop() {
		e := schema.Enriched{Article: a}
		if err := step.Enrich(context.Background(), &e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gazetteer.New(); err != nil {
			b.Fatal(err)
		}
	}
}
