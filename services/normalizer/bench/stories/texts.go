package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// text is the body of an article: its paragraphs.
type text []string

// words are the words of a text.
func (t text) words() []string { return strings.Fields(strings.Join(t, " ")) }

// leastWords is how long a text must be to be edited: what is left of it after
// the hardest cut can be signed.
const leastWords = 180

// collect reads the texts of a folder of samples: the full texts of its feeds,
// and the publishers' pages with their truth. Without the folder it is empty.
func collect(shared string) ([]text, error) {
	var all []text
	files, err := filepath.Glob(filepath.Join(shared, "feeds", "real", "*"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		found, err := fromFeed(file)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	pages, err := fromPages(filepath.Join(shared, "pages", "news", "truth.json"))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(append(all, pages...), func(t text) bool {
		return len(t.words()) < leastWords || fingerprint.Of(t) == nil
	}), nil
}

// fromFeed are the bodies of a feed's articles. What is no feed has none.
func fromFeed(file string) ([]text, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	document, _, err := feed.Read(body, "", feed.DefaultLimits())
	if err != nil {
		return nil, nil
	}
	var all []text
	for i := range document.Items {
		a, err := normalize.Normalize(item(document, i))
		if err == nil && a.Extent == schema.ExtentFull {
			all = append(all, a.Body)
		}
	}
	return all, nil
}

func item(document cut.Document, i int) schema.Item {
	const url = "https://feeds.example.com/"
	return schema.Item{
		Feed:   schema.FeedRef{ID: schema.FeedID(url), URL: url},
		Fetch:  schema.Fetch{URL: url, FetchedAt: time.Unix(1_800_000_000, 0).UTC()},
		Format: document.Format, Document: string(document.One(i)),
	}
}

// fromPages are the texts that people took from publishers' pages.
func fromPages(file string) ([]text, error) {
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var pages []struct {
		Sections []struct {
			Paragraphs []string `json:"paragraphs"`
		} `json:"sections"`
	}
	if err := json.Unmarshal(data, &pages); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var all []text
	for _, p := range pages {
		var t text
		for _, s := range p.Sections {
			t = append(t, s.Paragraphs...)
		}
		all = append(all, t)
	}
	return all, nil
}

// distinct leaves out texts of which a third or more of the shingles are in an
// earlier one, counted and not estimated: near-duplicates that were there before
// any edit.
func distinct(texts []text) (kept []text, left int) {
	seen := map[string][]int{}
	for _, t := range texts {
		shingles := map[string]bool{}
		words := strings.Fields(strings.ToLower(strings.Join(t, " ")))
		for i := range len(words) - 2 {
			shingles[strings.Join(words[i:i+3], " ")] = true
		}
		shared := map[int]int{}
		most := 0
		for s := range shingles {
			for _, other := range seen[s] {
				shared[other]++
				most = max(most, shared[other])
			}
		}
		if 3*most >= len(shingles) {
			left++
			continue
		}
		for s := range shingles {
			seen[s] = append(seen[s], len(kept))
		}
		kept = append(kept, t)
	}
	return kept, left
}

// generate makes n texts of 250 to 900 words, drawn as often as words of a
// language are.
func generate(random *rand.Rand, n int) []text {
	zipf := rand.NewZipf(random, 1.1, 4, 20_000)
	all := make([]text, n)
	for i := range all {
		for range 5 + random.IntN(13) {
			words := make([]string, 50)
			for w := range words {
				words[w] = fmt.Sprintf("w%d", zipf.Uint64())
				if w%12 == 11 {
					words[w] += "."
				}
			}
			all[i] = append(all[i], strings.Join(words, " "))
		}
	}
	return all
}
