package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// vector is one document or article and what must come of it.
type vector struct {
	Name    string
	Kind    string // canonical, lenient, reject or invalid
	Bytes   string
	Article struct {
		Date        string
		Lead        string
		Body        []string
		Attribution *schema.Attribution
		Headline    string
	}
	Why   string
	Fixes []schema.Fix
}

func TestDatedVectors(t *testing.T) {
	for _, v := range ourVectors(t) {
		t.Run(v.Name, func(t *testing.T) { checkVector(t, v) })
	}
}

func TestDatedVectorsOfTheSpecification(t *testing.T) {
	data, err := os.ReadFile(sharedFile(t, "dated-vectors.json"))
	if err != nil {
		t.Skip(err)
	}
	for _, v := range readVectors(t, data) {
		t.Run(v.Name, func(t *testing.T) { checkVector(t, v) })
	}
}

func checkVector(t *testing.T, v vector) {
	article := schema.Dated(v.Article)
	doc, renderErr := article.Render()
	parsed, parseErr := schema.ParseDated([]byte(v.Bytes))
	mended, fixes, lenientErr := schema.ParseDatedLenient([]byte(v.Bytes))
	switch v.Kind {
	case "canonical":
		if renderErr != nil || string(doc) != v.Bytes {
			t.Errorf("wrote %q, %v, want %q", doc, renderErr, v.Bytes)
		}
		if parseErr != nil || !reflect.DeepEqual(parsed, article) {
			t.Errorf("read %s, %v, want %s", show(parsed), parseErr, show(article))
		}
	case "lenient":
		if !errors.Is(parseErr, schema.ErrDatedInvalid) {
			t.Errorf("read strictly: %v", parseErr)
		}
		if lenientErr != nil || !reflect.DeepEqual(mended, article) {
			t.Errorf("read %s, %v, want %s", show(mended), lenientErr, show(article))
		}
		if len(fixes) == 0 || v.Fixes != nil && !slices.Equal(fixes, v.Fixes) {
			t.Errorf("fixes %q, want %q", fixes, v.Fixes)
		}
	case "reject":
		if !errors.Is(parseErr, schema.ErrDatedInvalid) || !errors.Is(lenientErr, schema.ErrDatedInvalid) {
			t.Errorf("read: %v, leniently: %v", parseErr, lenientErr)
		}
	case "invalid":
		if !errors.Is(renderErr, schema.ErrDatedInvalid) || !strings.Contains(renderErr.Error(), v.Why) || doc != nil {
			t.Errorf("wrote %q, %v, want an error of %s", doc, renderErr, v.Why)
		}
	default:
		t.Fatalf("unknown kind %q", v.Kind)
	}
}

func TestDatedGolden(t *testing.T) {
	article := schema.Article{
		Date: "2024-03-18",
		Lead: "The harbour council’s offer to its ferry crews is a “last word”, its chair said as the strike entered a second week.",
		Body: []string{
			"‘We have said what we can pay, and the sea has not grown any richer since,’ said the chair of the council.",
			"The crews met at the old customs house on Sunday night and voted to stay ashore until Friday, with one boat kept ready for the island’s doctor.",
			"“Nobody here wants to see the islanders without bread,” said Maren Holt, who speaks for the crews. “But nobody can sail eleven days in a row.”",
			"Two of the five boats are also due for repairs, which the council puts at £1.2m.",
			"Talks go on today.’",
		},
		Attribution: &schema.Attribution{Section: "UK", Source: "The Harbour Post"},
		Headline:    "Ferry crews call council’s offer ‘a last word, not a fair one’ as strike goes on",
	}
	want, err := os.ReadFile(filepath.Join("testdata", "article.dated.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := article.Dated()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("wrote %v\n%s\nwant\n%s", err, got, want)
	}
	if !checkStrict(t, want) {
		t.Error("not read")
	}
}

func TestDatedSeedArticles(t *testing.T) {
	names, err := filepath.Glob(sharedFile(t, filepath.Join("seed", "*.txt")))
	if err != nil || len(names) == 0 {
		t.Skip("no seed articles beside the repository: ", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			doc, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := schema.ParseDated(doc)
			if err != nil {
				t.Fatal(err)
			}
			if d.Lead == "" || len(d.Body) == 0 || d.Attribution == nil {
				t.Errorf("read without a part: %s", show(d))
			}
			if got, err := d.Render(); err != nil || !bytes.Equal(got, doc) {
				t.Errorf("wrote %v\n%s", err, got)
			}
		})
	}
}

func TestParseDatedNamesTheBlock(t *testing.T) {
	for doc, want := range map[string]string{
		"":                                       "header: does not begin",
		" date 2022-01":                          "header: does not begin",
		" date 2022-13-01\n\nH":                  "date: not a day",
		" date 2022-01-10L\n\nH":                 "header: what follows the date",
		" date 2022-01-10 \n\nH":                 "header: what follows the date",
		" date 2022-01-10 \\L\n\nH":              "lead: begins with a backslash",
		" date 2022-01-10 a\tb\n\nH":             "lead: not clean text at byte 1",
		" date 2022-01-10\n\nA\n\n\\B\n\nH":      "body 1: begins with a backslash",
		" date 2022-01-10\n\nA\n\n\n\nB\n\nH":    "body 1: empty",
		" date 2022-01-10\n\nA\n\n\nB\n\nH":      "body 1: not clean text at byte 0",
		" date 2022-01-10\n\n\\H":                "headline: begins with a backslash",
		" date 2022-01-10\n\nH\n":                "headline: not clean text at byte 1",
		" date 2022-01-10\n\n":                   "headline: empty",
		" date 2022-01-10 L":                     "headline: missing",
		" date 2022-01-10\n\nA\r\n\nB\xff\n\nH":  "body 0: not clean text at byte 1",
		" date 2022-01-10\n\nUK\u00A0news\n\nHe": "body 0: not clean text at byte 2",
	} {
		_, err := schema.ParseDated([]byte(doc))
		if !errors.Is(err, schema.ErrDatedInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", doc, err, want)
		}
	}
}

func TestDatedLimits(t *testing.T) {
	const header = " date 2022-01-10\n\n"
	atMost := strings.Repeat("a", schema.MaxDatedBytes-len(header))
	paragraphs := slices.Repeat([]string{"p"}, schema.MaxDatedBlocks-2)
	for name, test := range map[string]struct {
		article schema.Dated
		fits    bool
	}{
		"bytes":           {schema.Dated{Headline: atMost}, true},
		"one more byte":   {schema.Dated{Headline: atMost + "a"}, false},
		"an escape":       {schema.Dated{Headline: `\` + atMost[1:]}, false},
		"a huge headline": {schema.Dated{Headline: strings.Repeat(atMost, 3)}, false},
		"blocks":          {schema.Dated{Headline: "H", Body: paragraphs}, true},
		"one more block":  {schema.Dated{Headline: "H", Body: paragraphs, Attribution: &schema.Attribution{Source: "X"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			test.article.Date = "2022-01-10"
			_, err := test.article.Render()
			if test.fits && err != nil || !test.fits && !errors.Is(err, schema.ErrDatedTooLarge) {
				t.Errorf("got %v", err)
			}
			if test.fits {
				checkRoundTrip(t, test.article)
			}
		})
	}
}

func TestParseDatedLimits(t *testing.T) {
	for name, doc := range map[string]string{
		"bytes":                    " date 2022-01-10\n\n" + strings.Repeat("a", schema.MaxDatedBytes),
		"blocks":                   " date 2022-01-10" + strings.Repeat("\n\np", schema.MaxDatedBlocks),
		"bytes after mending":      "date 2022-01-10\n\n" + strings.Repeat("\xff", schema.MaxDatedBytes-20),
		"bytes by the normal form": "date 2022-01-10\n\n" + strings.Repeat("\u0958", schema.MaxDatedBytes/4),
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := schema.ParseDatedLenient([]byte(doc)); !errors.Is(err, schema.ErrDatedTooLarge) {
				t.Errorf("read leniently: %v", err)
			}
			if _, err := schema.ParseDated([]byte(doc)); err == nil {
				t.Error("read")
			}
		})
	}
}

func TestParseDatedLenientOfManyLines(t *testing.T) {
	doc := " date 2022-01-10" + strings.Repeat("\n", schema.MaxDatedBytes/2) + "H"
	d, fixes, err := schema.ParseDatedLenient([]byte(doc))
	if err != nil || d.Headline != "H" || !slices.Equal(fixes, []schema.Fix{schema.FixBlankLines}) {
		t.Errorf("read %s, %q, %v", show(d), fixes, err)
	}
}

func BenchmarkParseDated(b *testing.B) {
	doc, err := os.ReadFile(filepath.Join("testdata", "article.dated.txt"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, err := schema.ParseDated(doc); err != nil {
			b.Fatal(err)
		}
	}
}

// ourVectors are the vectors of testdata.
func ourVectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "dated.json"))
	if err != nil {
		t.Fatal(err)
	}
	return readVectors(t, data)
}

func readVectors(t testing.TB, data []byte) []vector {
	t.Helper()
	var vectors []vector
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}

// sharedFile returns the path of reference material: in the folder that
// DATELINE_SHARED names, or in shared beside the repository. It skips the test
// where there is none.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no reference material beside the repository: set DATELINE_SHARED")
	}
	return filepath.Join(dir, name)
}
