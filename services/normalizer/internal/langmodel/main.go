// Command langmodel makes the model of package lang: of each language of words.txt the
// most frequent letter sequences, from the language models of lingua
// (github.com/pemistahl/lingua-go, Apache-2.0), and the words of that file,
// which are ours.
//
//	go run ./services/normalizer/internal/langmodel -models DIR/language-models -out services/normalizer/normalize/internal/lang/model.bin
package main

import (
	"bytes"
	"cmp"
	"compress/flate"
	_ "embed" // the words
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// words has a line of each language: its tag and words that news is full of.
//
//go:embed words.txt
var words string

// Weights are what a sequence says more for its language than one that is not in
// the model: logarithms above the floor, in steps.
const (
	floor     = -11.0
	steps     = 22.0
	maxWeight = 255
)

// gram is a letter sequence and the logarithm of its share of all sequences of
// its length.
type gram struct {
	text string
	log  float64
}

func main() {
	models := flag.String("models", "", "the folder language-models of lingua")
	keep := flag.Int("keep", 3000, "sequences of a language")
	longest := flag.Int("longest", 3, "letters of the longest sequences, 1 to 5")
	out := flag.String("out", "model.bin", "where to")
	flag.Parse()
	model, err := build(*models, words, *keep, *longest)
	if err == nil {
		err = os.WriteFile(*out, model, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "langmodel:", err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stderr, "%s: %d bytes\n", *out, len(model))
}

// build makes a model of the languages that words has lines of.
func build(models, words string, keep, longest int) ([]byte, error) {
	var tags []string
	weights := map[string][]byte{} // by sequence: pairs of a language's number and a weight
	for line := range strings.Lines(words) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		grams, err := read(filepath.Join(models, folder(fields[0])), longest)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fields[0], err)
		}
		slices.SortFunc(grams, func(a, b gram) int { return cmp.Or(cmp.Compare(b.log, a.log), strings.Compare(a.text, b.text)) })
		for _, g := range grams[:min(keep, len(grams))] {
			weights[g.text] = append(weights[g.text], byte(len(tags)), weight(g.log))
		}
		slices.Sort(fields[1:])
		for _, word := range slices.Compact(fields[1:]) {
			weights[" "+word+" "] = append(weights[" "+word+" "], byte(len(tags)), maxWeight)
		}
		tags = append(tags, fields[0])
	}
	return pack(tags, weights)
}

// folder is the name that lingua has for a language.
func folder(tag string) string {
	switch tag {
	case "fil":
		return "tl"
	case "no":
		return "nb"
	}
	return tag
}

func weight(log float64) byte { return byte(math.Round(max(1, min(maxWeight, (log-floor)*steps)))) }

// pack writes a model: the tags of the languages, and for each sequence, in
// their order, how many bytes it shares with the one before, how many more it
// has, those, and its languages with their weights.
func pack(tags []string, weights map[string][]byte) ([]byte, error) {
	raw := []byte(strings.Join(tags, " ") + "\n")
	raw = binary.AppendUvarint(raw, uint64(len(weights)))
	sequences := make([]string, 0, len(weights))
	for sequence := range weights {
		sequences = append(sequences, sequence)
	}
	slices.Sort(sequences)
	last := ""
	for _, sequence := range sequences {
		shared := 0
		for shared < min(len(last), len(sequence)) && last[shared] == sequence[shared] {
			shared++
		}
		raw = append(raw, byte(shared), byte(len(sequence)-shared))
		raw = append(raw, sequence[shared:]...)
		raw = append(raw, byte(len(weights[sequence])/2))
		raw = append(raw, weights[sequence]...)
		last = sequence
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(w, bytes.NewReader(raw)); err != nil {
		return nil, err
	}
	err = w.Close()
	return packed.Bytes(), err
}
