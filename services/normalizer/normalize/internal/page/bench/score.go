package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// shingle is how many tokens are compared at once.
const shingle = 4

// token is a run of letters, digits and underscores.
var token = regexp.MustCompile(`[\p{L}\p{M}\p{N}_]+`)

// overlap says how much of a text is that of another: shares of the shingles of
// both together, so that a long page counts as much as a short one.
type overlap struct{ both, extra, missing float64 }

// compare compares the shingles of what was found with those of the truth.
func compare(truth, found string) overlap {
	counts := map[string]int{}
	for _, s := range shingles(truth) {
		counts[s]++
	}
	var o overlap
	for _, s := range shingles(found) {
		if counts[s] > 0 {
			counts[s]--
			o.both++
		} else {
			o.extra++
		}
	}
	for _, n := range counts {
		o.missing += float64(n)
	}
	return o
}

// shingles are the runs of tokens of a text; a text that is shorter is one.
func shingles(s string) []string {
	tokens := token.FindAllString(strings.ToLower(s), -1)
	if len(tokens) == 0 {
		return nil
	}
	if len(tokens) < shingle {
		return []string{strings.Join(tokens, " ")}
	}
	found := make([]string, 0, len(tokens))
	for i := 0; i+shingle <= len(tokens); i++ {
		found = append(found, strings.Join(tokens[i:i+shingle], " "))
	}
	return found
}

func (o overlap) exact() bool { return o.extra == 0 && o.missing == 0 }

func (o overlap) precision() float64 { return share(o, o.extra, o.missing) }
func (o overlap) recall() float64    { return share(o, o.missing, o.extra) }

// share is both over both and wrong; a page without either side counts as the
// published measure counts it.
func share(o overlap, wrong, other float64) float64 {
	switch {
	case wrong == 0 && other == 0:
		return 1
	case o.both == 0 && wrong == 0:
		return 0
	}
	return o.both / (o.both + wrong)
}

func f1(precision, recall float64) float64 {
	if precision+recall == 0 {
		return 0
	}
	return 2 * precision * recall / (precision + recall)
}

// paragraphs is the F1 of whole paragraphs: those of the result that are one of
// the truth, and those of the truth that are in the result.
func paragraphs(truth, found []string) float64 {
	left := map[string]int{}
	for _, p := range truth {
		left[text.Fold(p)]++
	}
	hits := 0.0
	for _, p := range found {
		if folded := text.Fold(p); left[folded] > 0 {
			left[folded]--
			hits++
		}
	}
	if len(found) == 0 || len(truth) == 0 {
		return 0
	}
	return f1(hits/float64(len(found)), hits/float64(len(truth)))
}

// holds reports whether the words of a line are in a result.
func holds(found []string, line string) bool {
	return strings.Contains(text.Fold(strings.Join(found, "\n")), text.Fold(line))
}

// median is the middle of some numbers.
func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}
