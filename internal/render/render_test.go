package render_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

// subjects are those of the messages in testdata, by kind.
func subjects() map[string]string {
	return map[string]string{
		render.KindItems:    "news.item.a_example",
		render.KindArticles: "news.article.und.a_example.00000000000000000000000000000001",
		render.KindEnriched: "news.enriched.en.meridian-courier_example.9f86d081884c7d659a2feaa0c55ad015",
		render.KindMentions: "news.mention.location.q20",
		render.KindDead:     "news.dead.normalizer.a_example",
		render.KindStories:  "news.story.00112233445566770011223344556677",
		render.KindOps:      "news.ops.failing.0011223344556677",
	}
}

// message is the message of a kind in testdata; a dead letter may be anything.
func message(t *testing.T, kind string) []byte {
	t.Helper()
	if kind == render.KindDead {
		return []byte("not \x1b[31mJSON\x1b[0m at all")
	}
	data, err := os.ReadFile(filepath.Join("testdata", kind+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// printed is one message in one format.
func printed(t *testing.T, format string, o render.Options, kind string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	p, err := render.New(format, &out, o)
	if err != nil {
		t.Fatal(err)
	}
	err = p.Print(kind, subjects()[kind], message(t, kind))
	return out.String(), err
}

// golden compares with a file of testdata, which UPDATE_GOLDEN=1 writes anew.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestLine(t *testing.T) {
	for name, o := range map[string]render.Options{"lines": {}, "lines_color": {Color: true}} {
		t.Run(name, func(t *testing.T) {
			var lines strings.Builder
			for _, kind := range []string{"items", "articles", "enriched", "mentions", "stories", "dead", "ops"} {
				line, err := printed(t, render.FormatLine, o, kind)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
					t.Errorf("%s: not one line: %q", kind, line)
				}
				lines.WriteString(line)
			}
			golden(t, name+".golden", lines.String())
		})
	}
}

func TestJSON(t *testing.T) {
	for kind := range subjects() {
		t.Run(kind, func(t *testing.T) {
			got, err := printed(t, render.FormatJSON, render.Options{Color: true}, kind)
			if err != nil {
				t.Fatal(err)
			}
			if kind == render.KindDead {
				want := `{"subject":"news.dead.normalizer.a_example","data":"bm90IBtbMzFtSlNPThtbMG0gYXQgYWxs"}` + "\n"
				if got != want {
					t.Errorf("got %s", got)
				}
				return
			}
			var want bytes.Buffer
			if err := json.Compact(&want, message(t, kind)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String()+"\n", got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestJSONEscapes holds that what steers a terminal is escaped and that the
// value stays the same.
func TestJSONEscapes(t *testing.T) {
	const text = "a\u009b2Jb\u202ec\u007fd\u2028e<&>é"
	data := []byte(`{"headline": "` + text + `"}`)
	var out bytes.Buffer
	p, err := render.New(render.FormatJSON, &out, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Print(render.KindArticles, "s", data); err != nil {
		t.Fatal(err)
	}
	want := `{"headline":"a\u009b2Jb\u202ec\u007fd\u2028e<&>é"}` + "\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	var a schema.Article
	if err := json.Unmarshal(out.Bytes(), &a); err != nil || a.Headline != text {
		t.Errorf("got %q, %v", a.Headline, err)
	}
}

func TestDatedStream(t *testing.T) {
	var out bytes.Buffer
	p, err := render.New(render.FormatDated, &out, render.Options{Color: true})
	if err != nil {
		t.Fatal(err)
	}
	var docs [][]byte
	for _, kind := range []string{"enriched", "articles", "enriched"} {
		if err := p.Print(kind, subjects()[kind], message(t, kind)); err != nil {
			t.Fatal(err)
		}
		var a schema.Article
		if err := json.Unmarshal(message(t, kind), &a); err != nil {
			t.Fatal(err)
		}
		doc, err := a.Dated()
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	if diff := cmp.Diff(string(schema.JoinDated(docs)), out.String()); diff != "" {
		t.Error(diff)
	}
	split, err := schema.SplitDated(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(docs, split); diff != "" {
		t.Error(diff)
	}
}

func TestPrintRefuses(t *testing.T) {
	for name, test := range map[string]struct{ format, kind, data, want string }{
		"dated of items":    {"dated", "items", "{}", "s: items as dated: only articles and enriched have this format"},
		"ninjs of mentions": {"ninjs", "mentions", "{}", "s: mentions as ninjs: only articles and enriched have this format"},
		"unknown kind":      {"line", "polls", "{}", `s: messages of kind "polls" cannot be printed`},
		"line of no JSON":   {"line", "articles", "x", "s: not a message of its kind: "},
		"JSON of no JSON":   {"json", "articles", "x", "s: not JSON: "},
		"ninjs of no JSON":  {"ninjs", "articles", "x", "s: not an article: "},
		"dated of nothing":  {"dated", "articles", "{}", "s: "},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			p, err := render.New(test.format, &out, render.Options{})
			if err != nil {
				t.Fatal(err)
			}
			err = p.Print(test.kind, "s", []byte(test.data))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || out.Len() > 0 {
				t.Errorf("got %v and %q, want %s", err, out.String(), test.want)
			}
			if strings.Contains(test.want, "only") != errors.Is(err, render.ErrNoArticle) {
				t.Errorf("ErrNoArticle: got %v", err)
			}
		})
	}
}

func TestUnknownFormat(t *testing.T) {
	_, err := render.New("yaml", &bytes.Buffer{}, render.Options{})
	if want := `format "yaml": want line, json, dated, ninjs, diff`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// failing is a writer whose reader has gone.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteFails(t *testing.T) {
	p, err := render.New(render.FormatLine, failing{}, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Print(render.KindOps, "s", message(t, "ops")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
