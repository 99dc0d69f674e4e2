package quotes_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
	"github.com/dateline-news/dateline/services/enricher/steps/quotes"
)

// marked reads paragraphs with marked names, {P Maria Zork} for a person, O for an
// organization, L for a place, and joins them to entities with ids.
func marked(tb testing.TB, paragraphs ...string) schema.Enriched {
	tb.Helper()
	e := schema.Enriched{Article: schema.Article{Language: "en"}}
	for i, marked := range paragraphs {
		var text strings.Builder
		for {
			before, rest, ok := strings.Cut(marked, "{")
			text.WriteString(before)
			if !ok {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			typ := map[byte]schema.EntityType{'P': schema.Person, 'O': schema.Organization, 'L': schema.Location}[name[0]]
			m := schema.Mention{Field: schema.FieldBody, Index: i, Start: text.Len(), Text: name[2:]}
			text.WriteString(name[2:])
			m.End = text.Len()
			e.Entities = append(e.Entities, schema.Entity{Type: typ, Name: m.Text, Mentions: []schema.Mention{m}})
			marked = after
		}
		e.Body = append(e.Body, text.String())
	}
	if err := (coreference.Step{}).Enrich(context.Background(), &e); err != nil {
		tb.Fatal(err)
	}
	for i := range e.Entities {
		e.Entities[i].ID = e.Entities[i].Name
	}
	return e
}

// found is the quotes as "text (speaker, cue)".
func found(t *testing.T, e schema.Enriched) []string {
	t.Helper()
	if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, q := range e.Quotes {
		all = append(all, fmt.Sprintf("%s (%s, %s)", q.Text, q.Speaker, q.Cue))
		if s := texts(&e.Article, q.Mention); s[q.Start:q.End] != q.Text {
			t.Errorf("%+v is not in the text", q)
		}
	}
	return all
}

func texts(a *schema.Article, m schema.Mention) string {
	switch m.Field {
	case schema.FieldHeadline:
		return a.Headline
	case schema.FieldLead:
		return a.Lead
	}
	return a.Body[m.Index]
}

func TestAttribution(t *testing.T) {
	for name, test := range map[string]struct {
		paragraphs []string
		want       []string
	}{
		"after":                 {[]string{"“We will go there now,” {P Maria Zork} said."}, []string{"We will go there now, (Maria Zork, said)"}},
		"inverted":              {[]string{"“We will go there now,” said {P Maria Zork}, a fisher."}, []string{"We will go there now, (Maria Zork, said)"}},
		"inverted, office":      {[]string{"“We will go there now,” said the head of the fishers, {P Maria Zork}."}, []string{"We will go there now, (Maria Zork, said)"}},
		"inverted, of a firm":   {[]string{"“We will go there now,” said {O Zorbex} spokeswoman {P Maria Zork}."}, []string{"We will go there now, (Maria Zork, said)"}},
		"inverted, the firm":    {[]string{"“We will go there now,” said {O Zorbex}."}, []string{"We will go there now, (Zorbex, said)"}},
		"a driver of the firm":  {[]string{"“We will go there now,” said a {O Zorbex} driver."}, []string{"We will go there now, (, said)"}},
		"before":                {[]string{"{P Maria Zork} said: “We will go there now.”"}, []string{"We will go there now. (Maria Zork, said)"}},
		"before, to somebody":   {[]string{"{P Maria Zork} told {O Zorbex}, “We will go there now.”"}, []string{"We will go there now. (Maria Zork, told)"}},
		"apposition":            {[]string{"“We will go there now,” {P Maria Zork}, a fisher from {L Lima}, told us."}, []string{"We will go there now, (Maria Zork, told)"}},
		"apposition first":      {[]string{"“We will go there now,” the minister, {P Maria Zork}, told us."}, []string{"We will go there now, (Maria Zork, told)"}},
		"brackets":              {[]string{"“We will go there now,” {P Maria Zork} (D-Lima) said."}, []string{"We will go there now, (Maria Zork, said)"}},
		"the minister":          {[]string{"{P Maria Zork} left. “We will go there now,” the minister said."}, []string{"We will go there now, (, said)"}},
		"spokesman of":          {[]string{"“We will go there now,” {P Maria Zork}'s spokesman said."}, []string{"We will go there now, (, said)"}},
		"she":                   {[]string{"{P Maria Zork} met {P Ivan Blix}. “We will go there now,” she said."}, []string{"We will go there now, (Maria Zork, said)"}},
		"he":                    {[]string{"{P Maria Zork} met {P Ivan Blix}. “We will go there now,” he said."}, []string{"We will go there now, (Ivan Blix, said)"}},
		"she, of a title":       {[]string{"Ms {P Zork} met Mr {P Blix}. “We will go there now,” she said."}, []string{"We will go there now, (Zork, said)"}},
		"she, nobody":           {[]string{"{P Ivan Blix} left. “We will go there now,” she said."}, []string{"We will go there now, (, said)"}},
		"she, long ago":         {[]string{"{P Maria Zork} left.", "So.", "So.", "So.", "“We will go there now,” she said."}, []string{"We will go there now, (, said)"}},
		"he told another":       {[]string{"{P Ivan Blix} left. He told {P Peter Qwop}: “We will go there now.”"}, []string{"We will go there now. (Ivan Blix, told)"}},
		"who said":              {[]string{"It was {P Maria Zork} who said: “We will go there now.”"}, []string{"We will go there now. (Maria Zork, said)"}},
		"interrupted":           {[]string{"“We go,” {P Maria Zork} said, “and we stay there.”"}, []string{"We go, (Maria Zork, said)", "and we stay there. (Maria Zork, said)"}},
		"follows":               {[]string{"“We will go there now,” {P Maria Zork} said. “Nobody stays here for long.”"}, []string{"We will go there now, (Maria Zork, said)", "Nobody stays here for long. (Maria Zork, )"}},
		"next paragraph":        {[]string{"“We will go there now,” {P Maria Zork} said.", "“Nobody stays here for long.”"}, []string{"We will go there now, (Maria Zork, said)", "Nobody stays here for long. (Maria Zork, )"}},
		"next, something else":  {[]string{"“We will go there now,” {P Maria Zork} said. It rained.", "“Nobody stays here for long.”"}, []string{"We will go there now, (Maria Zork, said)"}},
		"colon and paragraph":   {[]string{"It rained. {P Maria Zork} added:", "“We will go there now.”"}, []string{"We will go there now. (Maria Zork, added)"}},
		"adding":                {[]string{"{P Maria Zork} stated that it rained, adding that it was “wet, cold, dark and long.”"}, []string{"wet, cold, dark and long. (Maria Zork, adding)"}},
		"saying":                {[]string{"On Monday, {P Maria Zork} left the lake, saying: “We will go there now.”"}, []string{"We will go there now. (Maria Zork, saying)"}},
		"according to":          {[]string{"It was, according to {P Maria Zork}, “wet, cold, dark and long.”"}, []string{"wet, cold, dark and long. (Maria Zork, according to)"}},
		"part of a sentence":    {[]string{"{P Maria Zork} said it was “wet and cold and dark” there."}, []string{"wet and cold and dark (Maria Zork, said)"}},
		"a word":                {[]string{"{P Maria Zork} said that the “wet” lake was “too cold”."}, nil},
		"an answer":             {[]string{"“No,” said {P Maria Zork}."}, []string{"No, (Maria Zork, said)"}},
		"answer and more":       {[]string{"“No, no, no, no,” said {P Maria Zork}. “Never.”"}, []string{"No, no, no, no, (Maria Zork, said)", "Never. (Maria Zork, )"}},
		"question":              {[]string{"“Who goes there now?” asked {P Maria Zork}."}, []string{"Who goes there now? (Maria Zork, asked)"}},
		"next sentence":         {[]string{"“We will go there, as we always have.” {P Maria Zork} said so on Monday."}, []string{"We will go there, as we always have. (, )"}},
		"a title of a book":     {[]string{"{P Maria Zork} wrote a book, “The Lake”. It is long."}, nil},
		"no cue, long":          {[]string{"“It is a long lake, and a deep and dark one, too.”"}, []string{"It is a long lake, and a deep and dark one, too. (, )"}},
		"no cue, short":         {[]string{"“It is a long lake.”"}, nil},
		"a noun":                {[]string{"{P Maria Zork} read the reports “of a dark lake”."}, []string{"of a dark lake (Maria Zork, read)"}},
		"states":                {[]string{"The states “of the long dark lake” met."}, nil},
		"signed":                {[]string{"“It is a lake.” ― {P Maria Zork}"}, []string{"It is a lake. (Maria Zork, )"}},
		"interview":             {[]string{"{P Maria Zork}: “It is a lake.”"}, []string{"It is a lake. (Maria Zork, )"}},
		"said first":            {[]string{"It rained. Said {P Maria Zork}: “It is a lake.”"}, []string{"It is a lake. (Maria Zork, said)"}},
		"the same words":        {[]string{"“It is a long dark lake,” a fisher said.", "{P Maria Zork} said: “It is a long dark lake.”"}, []string{"It is a long dark lake, (Maria Zork, said)", "It is a long dark lake. (Maria Zork, said)"}},
		"unknown in apposition": {[]string{"{P Maria Zork}, too, came. “We will go there now,” Pjotr Qwop, the chief, said."}, []string{"We will go there now, (, said)"}},
		"continued":             {[]string{"{P Maria Zork} said: “We go.", "“We stay.", "“We sleep.”", "“Well.”"}, []string{"We go. (Maria Zork, said)", "We stay. (Maria Zork, )", "We sleep. (Maria Zork, )"}},
		"not continued":         {[]string{"{P Maria Zork} said: “We go.", "They stay."}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(t, marked(t, test.paragraphs...)); !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

// All the usual marks: with a long text they need no speaker.
func TestMarks(t *testing.T) {
	const long = "It is a long lake, and a deep and dark one"
	for name, test := range map[string]struct{ text, want string }{
		"curly":               {"“%s.”", "%s."},
		"straight":            {`"%s."`, "%s."},
		"single curly":        {"‘%s,’ said Zork", "%s,"},
		"single straight":     {"'%s,' said Zork", "%s,"},
		"doubled":             {"''%s,'' said Zork", "%s,"},
		"backticks":           {"``%s,'' said Zork", "%s,"},
		"german":              {"„%s.“", "%s."},
		"polish":              {"„%s.”", "%s."},
		"swedish":             {"”%s.”", "%s."},
		"french":              {"« %s. »", "%s."},
		"danish":              {"»%s.«", "%s."},
		"small angles":        {"‹%s.›", "%s."},
		"corners":             {"「%s.」", "%s."},
		"white corners":       {"『%s.』", "%s."},
		"nested":              {"“%s, ‘said’ they.”", "%s, ‘said’ they."},
		"nested straight":     {`“%s, "said" they.”`, `%s, "said" they.`},
		"nested same":         {"“%s, “said” they.”", "%s, “said” they."},
		"double in single":    {"‘%s, “said” they,’ said Zork", "%s, “said” they,"},
		"single decade":       {"'%s in the '80s,' said Zork", "%s in the '80s,"},
		"between apostrophes": {"‘Tis said: “%s.” The fishers’ lake", "%s."},
		"nested in end":       {"“%s, ‘they said.’”", "%s, ‘they said.’"},
		"apostrophes":         {"‘It’s the fishers’ lake, isn’t it, and %s,’ he said", "It’s the fishers’ lake, isn’t it, and %s,"},
		"apostrophe only":     {"It’s the fishers’ lake, isn’t it, and %s", ""},
		"straight only":       {"It's the fishers' lake, isn't it, and %s", ""},
		"decade":              {"In the ’90s and '80s %s", ""},
		"inches":              {`A 5" by 6" print of %s`, ""},
		"never closed":        {"“%s", ""},
		"never opened":        {"%s”", ""},
		"open twice":          {"“So, “%s.”", "%s."},
		"empty":               {"“” %s “ ”", ""},
		"brackets":            {"(“%s.”)", "%s."},
		"dash before":         {"Then—“%s.”", "%s."},
		"single unclosed":     {"‘Tis said: “%s.”", "%s."},
	} {
		t.Run(name, func(t *testing.T) {
			e := schema.Enriched{Article: schema.Article{Language: "en", Lead: strings.ReplaceAll(test.text, "%s", long)}}
			want := strings.ReplaceAll(test.want, "%s", long)
			if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil {
				t.Fatal(err)
			}
			switch {
			case want == "" && len(e.Quotes) == 0:
			case want == "" || len(e.Quotes) != 1 || e.Quotes[0].Text != want:
				t.Errorf("got %+v, want %q", e.Quotes, want)
			}
		})
	}
}

// In other languages a quote has no speaker: the verbs are not known.
func TestOtherLanguages(t *testing.T) {
	for language, text := range map[string]string{
		"de": "„Wir gehen jetzt alle an den langen dunklen See“, sagte {P Maria Zork}.",
		"fr": "« Nous allons tous maintenant au long lac noir », a dit {P Maria Zork}.",
		"es": "«Ahora nos vamos todos al lago largo y oscuro», dijo {P Maria Zork}.",
		"ja": "「私たちは今から長くて暗い湖に行きます」と{P Maria Zork}氏は述べた。",
	} {
		e := marked(t, text)
		e.Language = language
		if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
		if len(e.Quotes) != 1 || e.Quotes[0].Speaker != "" || e.Quotes[0].Cue != "" {
			t.Errorf("%s: got %+v", language, e.Quotes)
		}
	}
}

func TestHeadlineAndLead(t *testing.T) {
	e := schema.Enriched{
		Article: schema.Article{Headline: "‘We Will Go There Now,’ Zork Says", Lead: "“So we will go there now,” Zork said."},
		Entities: []schema.Entity{{ID: "zork", Type: schema.Person, Name: "Zork", Mentions: []schema.Mention{
			{Field: schema.FieldHeadline, Start: 28, End: 32, Text: "Zork"}, {Field: schema.FieldLead, Start: 31, End: 35, Text: "Zork"},
		}}},
	}
	if got := found(t, e); len(got) != 2 || !strings.HasSuffix(got[1], "(zork, said)") {
		t.Errorf("got %q", got)
	}
}

func TestStep(t *testing.T) {
	step := quotes.Step{}
	if m := step.Model(); m.Step != step.Name() || m.Name == "" || m.Version == "" {
		t.Errorf("got %+v", m)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := step.Enrich(ctx, &schema.Enriched{}); err == nil {
		t.Error("no error of a context that has ended")
	}
}

func TestBound(t *testing.T) {
	step := quotes.Step{}
	e := schema.Enriched{
		Article: schema.Article{Lead: strings.Repeat("“No, we will not go there,” he said. ", 700)},
		Models:  []schema.Model{step.Model()},
	}
	if err := step.Enrich(t.Context(), &e); err != nil || len(e.Quotes) != 500 || e.Models[0].Cut != "200 quotes" {
		t.Errorf("%d quotes, %v, cut %q", len(e.Quotes), err, e.Models[0].Cut)
	}
}

// Time must grow with the length of the text alone. A step that is quadratic in
// any of these does not come back.
func TestHostileText(t *testing.T) {
	for _, pattern := range []string{
		"“", "”", "\"", "'", "‘", "’", "„", "«", "»", "「", "“a” ", "'a' ", "“‘", "“a ‘", "s’ ", "‘s’ a ", "''", "``", ",", "said ", "“a,” he said ",
		"“a,” ", "he said, “a b c d” ", "Zork, ", "(", ") said “a b c d” ", "saying ", "according to ", ": “a ", "― ", "he ", ". ", "\xff", "“\n",
	} {
		text := strings.Repeat(pattern, (1<<17)/len(pattern))
		e := schema.Enriched{Article: schema.Article{Language: "en", Headline: text, Lead: text, Body: []string{text}}}
		for i := range min(20_000, len(text)-4) {
			e.Entities = append(e.Entities, schema.Entity{ID: "q", Type: schema.Person, Name: "Maria Zork", Mentions: []schema.Mention{
				{Field: schema.FieldLead, Start: i, End: i + 3, Text: text[i : i+3]},
			}})
		}
		if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestManyParagraphs(t *testing.T) {
	e := schema.Enriched{Article: schema.Article{Body: slices.Repeat([]string{"“We go"}, 50_000)}}
	if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil || len(e.Quotes) == 0 {
		t.Errorf("%d quotes, %v", len(e.Quotes), err)
	}
}

func FuzzEnrich(f *testing.F) {
	f.Add("“We go,” Zork said.", "“We go. ", "Zork", "en")
	f.Add("'It's,' she said, ''and so'' on", "«A» „b“ 「c」 ’90s", "she", "")
	f.Add("A very long lead that ends so, and Zork said:", "“We go.”", "Zork", "en")
	f.Add("According to Zork: “a \xff", "said said (said) ), “x”", "\xff", "de")
	f.Fuzz(func(t *testing.T, lead, text, name, language string) {
		e := schema.Enriched{Article: schema.Article{Language: language, Headline: name, Lead: lead, Body: []string{text, lead, text, lead + ":", text}}}
		if at := strings.Index(lead, name); at >= 0 && name != "" {
			e.Entities = []schema.Entity{{ID: "zork", Type: schema.Person, Name: name, Mentions: []schema.Mention{
				{Field: schema.FieldLead, Start: at, End: at + len(name), Text: name}, {Field: schema.FieldBody, Index: 9, Start: 1, End: 2},
			}}}
		}
		if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
		last := schema.Quote{}
		for _, q := range e.Quotes {
			s := texts(&e.Article, q.Mention)
			if q.Start < 0 || q.Start >= q.End || q.End > len(s) || s[q.Start:q.End] != q.Text {
				t.Fatalf("%+v is not in the text", q)
			}
			if last.Field == q.Field && last.Index == q.Index && q.Start < last.End {
				t.Errorf("%+v overlaps with %+v", q, last)
			}
			if q.Speaker != "" && q.Speaker != "zork" {
				t.Errorf("who is %q?", q.Speaker)
			}
			last = q
		}
	})
}

func BenchmarkEnrich(b *testing.B) {
	var paragraphs []string
	for range 20 {
		paragraphs = append(paragraphs, "“We will go there now,” {P Maria Zork} of {O Zorbex} said on Monday. “Nobody stays here.”",
			"It rained for days, and the lake rose; {P Ivan Blix}, a fisher, left with his boats.")
	}
	e := marked(b, paragraphs...)
	b.SetBytes(int64(len(strings.Join(e.Body, ""))))
	b.ReportAllocs()
	for b.Loop() {
		if err := (quotes.Step{}).Enrich(context.Background(), &e); err != nil {
			b.Fatal(err)
		}
	}
}
