package crf_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
)

func load(t testing.TB) *crf.Recognizer {
	t.Helper()
	r, err := crf.New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(t testing.TB, r recognizer.Recognizer, texts ...string) string {
	t.Helper()
	spans, err := r.Recognize(t.Context(), "en", texts)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i, of := range spans {
		for _, s := range of {
			all = append(all, fmt.Sprintf("%s/%s", texts[i][s.Start:s.End], s.Type[:3]))
		}
	}
	return strings.Join(all, " ")
}

func TestRecognize(t *testing.T) {
	r := load(t)
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"nothing here is a name.", ""},
		{"Angela Merkel met Emmanuel Macron in Berlin on Monday.", "Angela Merkel/per Emmanuel Macron/per Berlin/loc"},
		{"Mr Okello said the talks in Geneva had failed.", "Okello/per Geneva/loc"},
		{"Russia’s demands on Ukraine were rejected by the United States.", "Russia/loc Ukraine/loc United States/loc"},
		{"Troops of the US-led coalition left São Paulo.", "US/loc São Paulo/loc"},
		{"The World Health Organization said on Friday that cases had risen.", "World Health Organization/org"},
	} {
		if got := found(t, r, test.in); got != test.want {
			t.Errorf("%s: got %s, want %s", test.in, got, test.want)
		}
	}
}

func TestTexts(t *testing.T) {
	r := load(t)
	spans, err := r.Recognize(t.Context(), "en", []string{"", "He flew to Berlin.", ""})
	if err != nil || len(spans) != 3 || len(spans[0]) != 0 || len(spans[1]) != 1 || len(spans[2]) != 0 {
		t.Errorf("%v, %v", spans, err)
	}
	if spans, err := r.Recognize(t.Context(), "en", nil); err != nil || len(spans) != 0 {
		t.Errorf("%v, %v", spans, err)
	}
}

func TestModel(t *testing.T) {
	r := load(t)
	if m := r.Model(); m.Name == "" || m.Version == "" {
		t.Errorf("got %+v", m)
	}
	if !r.Knows("en") || !r.Knows("en-GB") || r.Knows("de") || r.Knows("und") || r.Knows("") {
		t.Error("it is for English")
	}
}

func TestContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := load(t).Recognize(ctx, "en", []string{"Berlin"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, data := range []string{"", "zork", "dateline-crf-1\n\xff\xff\xff\xff"} {
		if _, err := crf.Load([]byte(data)); err == nil {
			t.Errorf("%q: want an error", data)
		}
	}
}

// The file must stay small, and load at once.
func TestModelFile(t *testing.T) {
	const most = 8 << 20
	file, err := os.Stat("model.bin")
	if err != nil || file.Size() > most {
		t.Errorf("%d bytes, %v", file.Size(), err)
	}
	start := time.Now()
	load(t)
	if d := time.Since(start); d > time.Second { // 50 ms on a machine with nothing else to do
		t.Errorf("took %s to load", d)
	}
}

// Many at once find what one does.
func TestConcurrent(t *testing.T) {
	r := load(t)
	texts := []string{"Angela Merkel in Berlin", "Zork Blix of Zorbex Inc. was in Kampala.", strings.Repeat("Then Ana Zork went to Oslo. ", 50)}
	want := found(t, r, texts...)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if got := found(t, r, texts...); got != want {
					t.Errorf("got %s", got)
				}
			}
		})
	}
	group.Wait()
}

// check fails when spans are not in order, within their text and on characters.
func check(t *testing.T, r recognizer.Recognizer, s string) {
	t.Helper()
	spans, err := r.Recognize(t.Context(), "en", []string{s})
	if err != nil {
		t.Fatal(err)
	}
	end, valid := 0, utf8.ValidString(s)
	for _, x := range spans[0] {
		if x.Start < end || x.End <= x.Start || x.End > len(s) || x.Type == "" {
			t.Fatalf("span %v of %d bytes after %d", x, len(s), end)
		}
		if valid && !utf8.ValidString(s[x.Start:x.End]) {
			t.Fatalf("span %q is cut inside a character", s[x.Start:x.End])
		}
		end = x.End
	}
}

func FuzzRecognize(f *testing.F) {
	for _, s := range []string{"", "Ana Zork of Zorbex’s US-led", "MR. ZORK SAID", "\xff\x80Ana", "北京 Łódź", "Bo said: “Ana of U.S.”"} {
		f.Add(s)
	}
	r := load(f)
	f.Fuzz(func(t *testing.T, s string) { check(t, r, s) })
}

func TestHostileTexts(t *testing.T) {
	r := load(t)
	var many strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&many, "Zork%d of Bo%d. ", i, i)
	}
	for name, s := range map[string]string{
		"a paragraph of 5 MB": strings.Repeat("Ana Zork of Zorbex went to Oslo. ", 5<<20/33), "a token of 1 MB": strings.Repeat("Z", 1<<20),
		"100,000 names": many.String(), "one name": strings.Repeat("Ana ", 1<<18),
	} {
		t.Run(name, func(t *testing.T) { check(t, r, s) })
	}
}

// shared is the folder of reference data, which is no part of the repository.
func shared(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("DATELINE_SHARED"); dir != "" {
		return dir
	}
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "..", "..", "shared"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ner")); err != nil {
		t.Skip("no folder of reference data: set DATELINE_SHARED")
	}
	return dir
}

// The least micro-F1 over exact spans with their types: what was measured, less a
// margin.
func TestEvaluation(t *testing.T) {
	r := load(t)
	for name, least := range map[string]float64{"worldwide": 0.70, "finer_ord": 0.70, "uner_pud": 0.72} {
		docs, err := corpus.Open(filepath.Join(shared(t), "ner", "eval", name, "test.conll"))
		if err != nil {
			t.Skip(err)
		}
		n, err := score.Recognizer(t.Context(), r, docs, corpus.AsWritten)
		if err != nil {
			t.Fatal(err)
		}
		if n.Typed.F1() < least {
			t.Errorf("%s: F1 %.3f, want %.2f", name, n.Typed.F1(), least)
		}
	}
}

// The names of the seed article: 52, less the peninsula after "Crimean".
func TestSeed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("no seed article")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(strings.TrimPrefix(string(data), " date 2022-01-10 "), "\n\n")
	last := len(blocks) - 1
	texts := append([]string{blocks[last]}, blocks[:last]...)
	want := map[string]int{
		"US/loc": 9, "United States/loc": 2, "Russia/loc": 12, "Ukraine/loc": 7, "UK/loc": 1, "Crimean/loc": 1, "Geneva/loc": 2,
		"Moscow/loc": 2, "Washington/loc": 1, "Kyiv/loc": 1, "Sergei Ryabkov/per": 1, "Ryabkov/per": 2, "Wendy Sherman/per": 1,
		"Sherman/per": 2, "Nato/org": 7, "Infosurhoy/org": 1,
	}
	spans, err := load(t).Recognize(t.Context(), "en", texts)
	if err != nil {
		t.Fatal(err)
	}
	var count score.Count
	for i, of := range spans {
		for _, s := range of {
			count.Found++
			if name := texts[i][s.Start:s.End] + "/" + string(s.Type[:3]); want[name] > 0 {
				want[name]--
				count.Hit++
			} else {
				t.Logf("not wanted: %s", name)
			}
		}
	}
	for name, n := range want {
		if count.Wanted += n; n > 0 {
			t.Logf("missed: %d of %s", n, name)
		}
	}
	count.Wanted += count.Hit
	t.Logf("%d of %d, %d found, F1 %.3f", count.Hit, count.Wanted, count.Found, count.F1())
	if count.F1() < 0.94 {
		t.Errorf("F1 %.3f", count.F1())
	}
}

func BenchmarkRecognize(b *testing.B) {
	docs, err := corpus.Open(filepath.Join(shared(b), "ner", "eval", "geo_trnews", "test.jsonl"))
	if err != nil {
		b.Skip(err)
	}
	r := load(b)
	tokens := 0
	for _, d := range docs {
		tokens += len(text.Tokenize(nil, d.Texts[0]))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range docs {
			if _, err := r.Recognize(b.Context(), "en", strings.Split(d.Texts[0], "\n")); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(tokens*b.N)/b.Elapsed().Seconds(), "tokens/s")
}
