package normalize_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/lang"
)

// labelled is a text in a known language.
type labelled struct{ Lang, Text string }

// How often the language of headlines is told, with none declared, the
// right one and a wrong one. Many that are labelled German are English names.
func TestLanguageOfHeadlines(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shared(t, "pages"), "lang-headlines.json"))
	if err != nil {
		t.Fatal(err)
	}
	var headlines []labelled
	if err := json.Unmarshal(data, &headlines); err != nil {
		t.Fatal(err)
	}
	if got := told(t, headlines, func(labelled) string { return "" }); got < 0.9 {
		t.Errorf("told of %.3f", got)
	}
	if got := told(t, headlines, func(l labelled) string { return l.Lang }); got < 0.97 {
		t.Errorf("told of %.3f where it is declared", got)
	}
	if got := told(t, headlines, func(l labelled) string { return map[bool]string{true: "en", false: "de"}[l.Lang == "de"] }); got < 0.8 {
		t.Errorf("told of %.3f where another is declared", got)
	}
}

// How often the language of whole articles is told: publishers' pages in the
// language that the page declares, but two that are in Zulu.
func TestLanguageOfPages(t *testing.T) {
	if got := told(t, newsPages(t), func(labelled) string { return "" }); got < 1 {
		t.Errorf("told of %.3f", got)
	}
}

// told is the share of texts whose language is told, logged for each language.
func told(t *testing.T, texts []labelled, declared func(labelled) string) float64 {
	t.Helper()
	all, right, wrong := map[string]int{}, map[string]int{}, map[string]int{}
	sum, start, size := 0, time.Now(), 0
	for _, l := range texts {
		all[l.Lang]++
		size += len(l.Text)
		got := lang.Detect(l.Text, declared(l))
		if got == l.Lang || got == "" && declared(l) == l.Lang { // which stands then
			right[l.Lang]++
			sum++
		} else {
			wrong[l.Lang+" as "+cmp.Or(got, "nothing")]++
		}
	}
	took := time.Since(start)
	t.Logf("%d of %d, %.3f; %v a text, %.1f MB/s", sum, len(texts), float64(sum)/float64(len(texts)),
		took/time.Duration(len(texts)), float64(size)/took.Seconds()/1e6)
	for _, tag := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%s %d of %d", tag, right[tag], all[tag])
	}
	t.Log("wrong: ", wrong)
	return float64(sum) / float64(len(texts))
}

// newsPages is the beginnings of publishers' articles.
func newsPages(t testing.TB) []labelled {
	t.Helper()
	dir := filepath.Join(shared(t, "pages"), "news")
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var pages []struct {
		ID       string
		Sections []struct{ Paragraphs []string }
	}
	if err := json.Unmarshal(data, &pages); err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`<html[^>]*\slang="?([a-zA-Z]+)`)
	var texts []labelled
	for _, p := range pages {
		tag := declared.FindSubmatch(unzip(t, filepath.Join(dir, p.ID)))
		if tag == nil {
			continue
		}
		l := labelled{Lang: strings.ToLower(string(tag[1]))}
		if strings.Contains(p.ID, "Ilanga") || strings.Contains(p.ID, "Isolezwe") {
			l.Lang = "zu"
		}
		for _, s := range p.Sections {
			l.Text += strings.Join(s.Paragraphs, "\n")
		}
		l.Text = l.Text[:min(len(l.Text), 2000)]
		texts = append(texts, l)
	}
	return texts
}

func unzip(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if data, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return data
}

// How often the texts of the sample feeds are in the language that is declared.
// Those that are not are listed: of some feeds it is the declaration.
func TestLanguageOfFeeds(t *testing.T) {
	dir := sharedFeeds(t)
	agree, disagree, undeclared := 0, map[string]int{}, map[string]int{}
	for _, row := range manifest(t, dir) {
		body, err := os.ReadFile(filepath.Join(dir, row[0]))
		if err != nil {
			t.Fatal(err)
		}
		document, _, err := feed.Read(body, row[7], feed.DefaultLimits())
		for i := 0; err == nil && row[1] == "real" && i < len(document.Items); i++ {
			a, err := normalize.Normalize(sampleItem(row[0], document, i))
			switch {
			case err != nil:
			case a.DeclaredLanguage == "":
				undeclared[a.Language]++
			case a.LanguageSource == "detected":
				disagree[row[0]+" "+a.DeclaredLanguage+" "+a.Language]++
			default:
				agree++
			}
		}
	}
	other := 0
	for _, what := range slices.Sorted(maps.Keys(disagree)) {
		t.Logf("%4d %s", disagree[what], what)
		other += disagree[what]
	}
	t.Logf("%d as declared, %d not; undeclared: %v", agree, other, undeclared)
	if agree < 9*other {
		t.Errorf("%d as declared, %d not", agree, other)
	}
}

func BenchmarkLanguage(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(shared(b, "pages"), "lang-headlines.json"))
	if err != nil {
		b.Fatal(err)
	}
	var headlines []labelled
	if err := json.Unmarshal(data, &headlines); err != nil {
		b.Fatal(err)
	}
	for name, texts := range map[string][]labelled{"headline": headlines, "page": newsPages(b)} {
		size := 0
		for _, l := range texts {
			size += len(l.Text)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size / len(texts)))
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				lang.Detect(texts[n%len(texts)].Text, "")
			}
		})
	}
}
