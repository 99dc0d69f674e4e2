package remote

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

const (
	per = schema.Person
	org = schema.Organization
	loc = schema.Location
)

func span(start, end int, t schema.EntityType) recognizer.Span {
	return recognizer.Span{Start: start, End: end, Type: t}
}

// answered is an answer with these spans and more fields.
func answered(spans, more string) []byte {
	return []byte(`{"model":{"name":"m","version":"1"},"spans":` + spans + more + `}`)
}

func TestReadSpans(t *testing.T) {
	const text = "é Zoë in Łódź 🛫 Oslo"
	for name, test := range map[string]struct {
		text, spans, more string
		want              []recognizer.Span
	}{
		"bytes":                  {text, `[{"start":3,"end":7,"type":"PER"},{"start":11,"end":18,"type":"GPE"}]`, `,"offsets":"bytes"`, []recognizer.Span{span(3, 7, per), span(11, 18, loc)}},
		"unsaid":                 {text, `[{"start":24,"end":28,"type":"LOC"}]`, ``, []recognizer.Span{span(24, 28, loc)}},
		"characters":             {text, `[{"start":2,"end":5,"type":"PER","text":"Zoë"},{"start":9,"end":13,"type":"GPE"},{"start":16,"end":20,"type":"LOC"}]`, `,"offsets":"characters"`, []recognizer.Span{span(3, 7, per), span(11, 18, loc), span(24, 28, loc)}},
		"characters of one byte": {"in Oslo", `[{"start":3,"end":7,"type":"city"}]`, `,"offsets":"characters"`, []recognizer.Span{span(3, 7, loc)}},
		"to the end":             {"Oslo", `[{"start":0,"end":4,"type":"LOC"}]`, ``, []recognizer.Span{span(0, 4, loc)}},
		"out of order":           {"a b", `[{"start":2,"end":3,"type":"ORG"},{"start":0,"end":1,"type":"ORG"}]`, ``, []recognizer.Span{span(0, 1, org), span(2, 3, org)}},
		"side by side":           {"ab", `[{"start":0,"end":1,"type":"ORG"},{"start":1,"end":2,"type":"ORG"}]`, ``, []recognizer.Span{span(0, 1, org), span(1, 2, org)}},
		"higher score wins":      {"a b c", `[{"start":0,"end":5,"type":"ORG","score":0.5},{"start":2,"end":3,"type":"PER","score":0.9}]`, ``, []recognizer.Span{span(2, 3, per)}},
		"else the longer":        {"a b c", `[{"start":2,"end":3,"type":"PER"},{"start":0,"end":5,"type":"ORG"}]`, ``, []recognizer.Span{span(0, 5, org)}},
		"the same twice":         {"a b c", `[{"start":0,"end":1,"type":"PER"},{"start":0,"end":1,"type":"LOC"}]`, ``, []recognizer.Span{span(0, 1, loc)}},
		"white space":            {"to  Oslo ,", `[{"start":2,"end":9,"type":"LOC"}]`, ``, []recognizer.Span{span(4, 8, loc)}},
		"white space alone":      {"to  Oslo", `[{"start":2,"end":4,"type":"LOC"}]`, ``, nil},
		"nothing in it":          {"Oslo", `[{"start":2,"end":2,"type":"LOC"}]`, ``, nil},
		"other types":            {"on Friday", `[{"start":3,"end":9,"type":"DATE"}]`, ``, nil},
		"no list":                {"Oslo", `null`, ``, nil},
		"unknown fields":         {"Oslo", `[{"start":0,"end":4,"type":"LOC","id":7}]`, `,"took":3`, []recognizer.Span{span(0, 4, loc)}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := newQuestion("en", []string{test.text}).read(answered("["+test.spans+"]", test.more))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(a.spans[0], test.want) || a.model != (schema.Model{Step: "names", Name: "m", Version: "1"}) {
				t.Errorf("got %v of %v, want %v", a.spans[0], a.model, test.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	one := func(span string) string { return string(answered("[["+span+"]]", "")) }
	for name, test := range map[string]struct{ body, says string }{
		"empty":              {"", "unexpected end of JSON input"},
		"a page":             {"<html>", "invalid character"},
		"no model":           {`{"spans":[[]]}`, "want a name of the model"},
		"long model":         {`{"model":{"name":"` + strings.Repeat("x", 201) + `"},"spans":[[]]}`, "up to 200 bytes"},
		"other offsets":      {string(answered("[[]]", `,"offsets":"utf-16"`)), `offsets "utf-16", want bytes or characters`},
		"no spans":           {`{"model":{"name":"m"}}`, "0 lists of spans for 1 texts"},
		"too many lists":     {string(answered("[[],[]]", "")), "2 lists of spans for 1 texts"},
		"negative":           {one(`{"start":-1,"end":2,"type":"LOC"}`), "text 0: span 0: -1:2 in a text of 8 bytes"},
		"backwards":          {one(`{"start":3,"end":2,"type":"LOC"}`), "3:2"},
		"beyond the end":     {one(`{"start":0,"end":9,"type":"LOC"}`), "0:9"},
		"far beyond":         {one(`{"start":0,"end":99999999999999999999,"type":"LOC"}`), "cannot unmarshal"},
		"cut at the start":   {one(`{"start":1,"end":4,"type":"LOC"}`), `1:4 cut a character; a server that counts characters says "offsets": "characters"`},
		"cut at the end":     {one(`{"start":0,"end":1,"type":"LOC"}`), "cut a character"},
		"other text":         {one(`{"start":0,"end":2,"type":"LOC","text":"Łó"}`), `are "Ł" and not "Łó"`},
		"a type of no text":  {one(`{"start":0,"end":2,"type":7}`), "cannot unmarshal"},
		"characters, beyond": {string(answered(`[[{"start":0,"end":6,"type":"LOC"}]]`, `,"offsets":"characters"`)), "0:6 in a text of 5 characters"},
		"characters, minus":  {string(answered(`[[{"start":-1,"end":6,"type":"LOC"}]]`, `,"offsets":"characters"`)), "-1:6"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newQuestion("en", []string{"Łódź!"}).read([]byte(test.body))
			if !errors.Is(err, ErrAnswer) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want it to say %q", err, test.says)
			}
		})
	}
}

func TestTypes(t *testing.T) {
	for want, labels := range map[schema.EntityType]string{
		per: "PER Person PERSON person", org: "ORG Organization organisation COMPANY", loc: "LOC GPE Location city COUNTRY FAC",
		"": "DATE MISC NORP EVENT B-PER O MONEY product",
	} {
		for _, label := range strings.Fields(labels) {
			if got := typeOf(label); got != want {
				t.Errorf("%s: got %q, want %q", label, got, want)
			}
		}
	}
	if typeOf("") != "" {
		t.Error("no label has a type")
	}
}

// What is no UTF-8 does not shift what is found in it, as nothing is.
func TestInvalidTextIsNotSent(t *testing.T) {
	q := newQuestion("en", []string{"a\xffOslo", "Oslo"})
	if got := string(q.body); got != `{"language":"en","texts":["","Oslo"]}` {
		t.Errorf("sent %s", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0, "99999999999999999999": 0,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second, "Sun, 01 Mar 2026 11:59:30 GMT": -30 * time.Second,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

// Many names that overlap, and many that do not, take their time once.
func TestManySpansAreLinear(t *testing.T) {
	const n = 50_000
	text := strings.Repeat("é ", n)
	var body strings.Builder
	body.WriteString("[[")
	for i := n - 1; i >= 0; i-- {
		body.WriteString(`{"start":` + strconv.Itoa(2*i) + `,"end":` + strconv.Itoa(2*i+1) + `,"type":"LOC"},`)
		body.WriteString(`{"start":0,"end":` + strconv.Itoa(2*i+1) + `,"type":"LOC"},`)
	}
	spans := strings.TrimSuffix(body.String(), ",") + "]]"
	begun := time.Now()
	a, err := newQuestion("en", []string{text}).read(answered(spans, `,"offsets":"characters"`))
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); len(a.spans[0]) == 0 || took > 20*time.Second {
		t.Errorf("%d spans in %s", len(a.spans[0]), took)
	}
}

// Whatever a server answers, what is taken of it holds the contract of a recognizer.
func FuzzAnswer(f *testing.F) {
	f.Add("é Zoë in Łódź 🛫 Oslo", answered(`[[{"start":2,"end":5,"type":"PER","score":0.5,"text":"Zoë"}]]`, `,"offsets":"characters"`))
	f.Add("é Zoë", answered(`[[{"start":3,"end":7,"type":"PER"},{"start":4,"end":7,"type":"ORG","score":1e300}]]`, ""))
	f.Add("a\xff", answered(`[[{"start":0,"end":0,"type":"LOC"}]]`, ""))
	f.Add("", answered("[null]", ""))
	f.Fuzz(func(t *testing.T, text string, body []byte) {
		q := newQuestion("en", []string{text})
		a, err := q.read(body)
		if err != nil {
			if !errors.Is(err, ErrAnswer) {
				t.Errorf("got %v", err)
			}
			return
		}
		end := 0
		for _, s := range a.spans[0] {
			if s.Start < end || s.End <= s.Start || s.End > len(q.texts[0]) || !utf8.ValidString(q.texts[0][s.Start:s.End]) {
				t.Fatalf("%+v after %d in %q", s, end, text)
			}
			if s.Type != per && s.Type != org && s.Type != loc {
				t.Fatalf("type %q", s.Type)
			}
			end = s.End
		}
	})
}
