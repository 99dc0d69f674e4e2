package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// sample is a page and what is true of it.
type sample struct {
	id      string
	address string
	html    []byte // UTF-8
	title   string // as a feed would give it; empty when not known

	lines      []string // the text, of which standfirst is a part
	standfirst string
	authors    []string
	published  string
	with       []string // words that belong to the text
	without    []string // words that do not
}

// half parts the samples in two by their names: rules are made on the first and
// checked on the second.
func (s sample) half() int {
	h := fnv.New32a()
	h.Write([]byte(s.id))
	return int(h.Sum32()>>7) & 1
}

// set is samples of one kind.
type set struct {
	name    string
	samples []sample
}

// load reads the sets from the folder of pages.
func load(dir string) ([]set, error) {
	var sets []set
	for _, source := range []struct {
		name string
		read func(string) ([]sample, error)
	}{{"mixed", readMixed}, {"news", readNews}, {"readability", readReadability}, {"web", readWeb}} {
		samples, err := source.read(dir)
		if err != nil {
			return nil, fmt.Errorf("pages %s: %w", source.name, err)
		}
		slices.SortFunc(samples, func(a, b sample) int { return strings.Compare(a.id, b.id) })
		sets = append(sets, set{source.name, samples})
	}
	return sets, nil
}

// readMixed reads the pages of article-extraction-benchmark.
func readMixed(dir string) ([]sample, error) {
	var truths map[string]struct{ ArticleBody, URL string }
	if err := readJSON(filepath.Join(dir, "aeb", "ground-truth.json"), &truths); err != nil {
		return nil, err
	}
	var samples []sample
	for _, id := range slices.Sorted(maps.Keys(truths)) {
		page, err := readPage(filepath.Join(dir, "aeb", "html", id+".html.gz"))
		if err != nil {
			return nil, err
		}
		lines := strings.FieldsFunc(truths[id].ArticleBody, func(r rune) bool { return r == '\n' })
		samples = append(samples, sample{id: id, address: truths[id].URL, html: page, lines: lines})
	}
	return samples, nil
}

// readNews reads the pages of publishers.
func readNews(dir string) ([]sample, error) {
	var truths []struct {
		ID, URL, Title, Date string
		Authors, Summary     []string
		Sections             []struct{ Headline, Paragraphs []string }
	}
	if err := readJSON(filepath.Join(dir, "news", "truth.json"), &truths); err != nil {
		return nil, err
	}
	var samples []sample
	for _, t := range truths {
		page, err := readPage(filepath.Join(dir, "news", t.ID))
		if err != nil {
			return nil, err
		}
		s := sample{id: t.ID, address: t.URL, html: page, title: t.Title, authors: t.Authors, published: t.Date,
			standfirst: strings.Join(t.Summary, " "), lines: t.Summary}
		for _, section := range t.Sections {
			s.lines = slices.Concat(s.lines, section.Headline, section.Paragraphs)
		}
		samples = append(samples, s)
	}
	return samples, nil
}

// readReadability reads the test pages of Readability. Their truth is what that
// extractor gives, so it is a check and no measure.
func readReadability(dir string) ([]sample, error) {
	folders, err := filepath.Glob(filepath.Join(dir, "readability", "*", "source.html*"))
	if err != nil {
		return nil, err
	}
	var samples []sample
	for _, file := range folders {
		page, err := readPage(file)
		if err != nil {
			return nil, err
		}
		expected, err := readPage(filepath.Join(filepath.Dir(file), "expected"+strings.TrimPrefix(filepath.Base(file), "source")))
		if err != nil {
			return nil, err
		}
		samples = append(samples, sample{id: filepath.Base(filepath.Dir(file)), address: "http://fakehost/test/page.html", html: page,
			lines: text.Texts(text.Paragraphs(string(expected)))})
	}
	return samples, nil
}

// readWeb reads pages with words that are and are not of their text.
func readWeb(dir string) ([]sample, error) {
	var truths map[string]struct {
		File, Title, Author, Date string
		With, Without             []string
	}
	if err := readJSON(filepath.Join(dir, "web", "evaldata.json"), &truths); err != nil {
		return nil, err
	}
	var samples []sample
	for _, address := range slices.Sorted(maps.Keys(truths)) {
		t := truths[address]
		page, err := readPage(filepath.Join(dir, "web", "html", t.File))
		if err != nil {
			return nil, err
		}
		samples = append(samples, sample{id: t.File, address: address, html: page, with: t.With, without: t.Without})
	}
	return samples, nil
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// readPage reads a page, packed or not, into UTF-8, so that every extractor
// starts from the same text.
func readPage(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	decoded, err := decode.UTF8(data, "", 32<<20)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return decoded.Bytes, nil
}
