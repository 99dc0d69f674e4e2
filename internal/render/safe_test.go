package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestSafe(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"plain":            {"Norway – Österreich – 東京", "Norway – Österreich – 東京"},
		"colour":           {"a\x1b[31mb", "a[31mb"},
		"title of window":  {"a\x1b]0;b\x07c", "a]0;bc"},
		"C1":               {"a\u009b2Jb", "a2Jb"},
		"C1, not UTF-8":    {"a\x9b2Jb", "a\ufffd2Jb"},
		"DEL, BS":          {"a\x7f\bb", "ab"},
		"lines":            {"a\r\nb\u2028c\u0085d\te", "a b c d e"},
		"override":         {"a\u202eb\u2066c\u200fd\u061ce", "abcde"},
		"joined emoji":     {"👩\u200d🚀", "👩\u200d🚀"},
		"long":             {strings.Repeat("é", 301), strings.Repeat("é", 300) + "…"},
		"very long":        {strings.Repeat("é", 1<<20), strings.Repeat("é", 300) + "…"},
		"exactly in limit": {strings.Repeat("é", 300), strings.Repeat("é", 300)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := render.Safe(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzSafe holds that whatever a message says, a line of it is one line that
// cannot steer a terminal, and its JSON says the same without steering either.
func FuzzSafe(f *testing.F) {
	f.Add("headline", "news.dead.a.b", []byte("\x1b[2J"))
	f.Add("a\u202e\u0085\x9b", "s.\x1b.t", []byte(`{"a":"`+"\u009b"+`"}`))
	f.Fuzz(func(t *testing.T, text, subject string, data []byte) {
		for kind, message := range hostile(t, text, data) {
			for _, format := range []string{render.FormatLine, render.FormatJSON, render.FormatNinjs} {
				var out bytes.Buffer
				p, err := render.New(format, &out, render.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if err := p.Print(kind, subject, message); err != nil {
					checkLine(t, strings.SplitN(err.Error(), ":", 2)[0])
					continue
				}
				line, ended := strings.CutSuffix(out.String(), "\n")
				if !ended {
					t.Fatalf("%s %s: no end of line: %q", kind, format, line)
				}
				checkLine(t, line)
				if format == render.FormatJSON && json.Valid(message) {
					sameJSON(t, message, []byte(line))
				}
			}
		}
	})
}

// hostile is a text in every field that is shown, and bytes as they are.
func hostile(t *testing.T, text string, data []byte) map[string][]byte {
	t.Helper()
	article := schema.Article{
		ID: text, Date: text, Language: text, Event: schema.Event(text), Headline: text, Lead: text,
		Source: schema.Source{Token: text, Host: text, FeedURL: text}, URL: text,
		Rights: &schema.Rights{License: text}, Media: []schema.Media{{URL: text, Type: text}},
	}
	messages := map[string][]byte{render.KindDead: data}
	for kind, message := range map[string]any{
		render.KindEnriched: schema.Enriched{Article: article, Entities: []schema.Entity{{ID: text, Type: schema.Person, Name: text, Wikidata: text}}},
		render.KindItems:    schema.Item{Feed: schema.FeedRef{Title: text, Language: text}, Format: schema.Format(text), Page: &schema.Page{Error: text}},
		render.KindMentions: schema.Pointer{Date: text, EntityID: text, Source: text, Headline: text, ArticleID: text},
		render.KindStories:  schema.Story{ID: text, Event: schema.StoryEvent(text), ArticleID: text, Members: []schema.StoryMember{{ArticleID: text, Source: text, Kind: schema.MemberKind(text)}}},
		render.KindOps:      schema.Health{URL: text, Kind: text, Error: text, Detail: text},
	} {
		encoded, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		messages[kind] = encoded
	}
	return messages
}

func checkLine(t *testing.T, line string) {
	t.Helper()
	if !utf8.ValidString(line) {
		t.Fatalf("not UTF-8: %q", line)
	}
	for _, r := range line {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			t.Fatalf("%U in %q", r, line)
		}
	}
}

func sameJSON(t *testing.T, want, got []byte) {
	t.Helper()
	var a, b any
	if json.Unmarshal(want, &a) != nil {
		return // valid, but beyond a number's range
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatal(err)
	}
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Fatalf("got %s, want %s", y, x)
	}
}
