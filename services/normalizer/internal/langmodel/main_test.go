package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// set is sequences of one probability, as lingua writes them.
type set struct {
	probability float64
	sequences   []string
}

// message writes sets as Protocol Buffers, after the fields that lingua has
// before them: the language's name and the length of its sequences.
func message(sets ...set) []byte {
	data := []byte{1<<3 | 2, 2, 'x', 'x', 2 << 3, 3}
	for _, s := range sets {
		value := binary.LittleEndian.AppendUint64([]byte{1<<3 | 1}, math.Float64bits(s.probability))
		for _, sequence := range s.sequences {
			value = append(append(value, 2<<3|2, byte(len(sequence))), sequence...)
		}
		data = append(append(data, 4<<3|2, byte(len(value))), value...)
	}
	return data
}

// models writes a folder of models; the parts of each language are by length.
func models(t *testing.T, languages map[string][][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, parts := range languages {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for i, part := range parts {
			writeZip(t, filepath.Join(dir, name, []string{"unigrams", "bigrams"}[i]+".pb.bin.zip"), part)
		}
	}
	return dir
}

func writeZip(t *testing.T, path string, files ...[]byte) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, file := range files {
		w, err := z.Create(string(rune('a' + i)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A model has the shares of all sequences, the most frequent ones, and the words.
func TestBuild(t *testing.T) {
	dir := models(t, map[string][][]byte{
		"de": {message(set{0.5, []string{"e"}}, set{0.25, []string{"d", "ü"}}), message(set{0.5, []string{"de"}}, set{0.001, []string{"üx"}})},
		"nb": {message(set{0.5, []string{"e", "d"}}), message(set{1, []string{"de"}})},
	})
	got, err := build(dir, "de der die der\n\nno det\n", 4, 2)
	if err != nil {
		t.Fatal(err)
	}
	w := func(share float64) byte { return weight(math.Log(share)) }
	var want []byte
	want = append(want, "de no\n\x07"...)
	for _, s := range []struct {
		shared  byte
		rest    string
		weights []byte
	}{
		{0, " der ", []byte{0, 255}},
		{3, "t ", []byte{1, 255}},
		{2, "ie ", []byte{0, 255}},
		{0, "d", []byte{0, w(0.25), 1, w(0.5)}},
		{1, "e", []byte{0, w(0.125), 1, w(0.5)}},
		{0, "e", []byte{0, w(0.5), 1, w(0.5)}},
		{0, "ü", []byte{0, w(0.25)}},
	} {
		want = append(want, s.shared, byte(len(s.rest)))
		want = append(append(append(want, s.rest...), byte(len(s.weights)/2)), s.weights...)
	}
	if raw := unpack(t, got); !bytes.Equal(raw, want) {
		t.Errorf("got  %q\nwant %q", raw, want)
	}
	again, err := build(dir, "de der die der\n\nno det\n", 4, 2)
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("another model the second time, %v", err)
	}
}

func TestBuildFails(t *testing.T) {
	good := message(set{1, []string{"a"}})
	for name, part := range map[string][]byte{
		"cut":               good[:len(good)-1],
		"no number":         bytes.Repeat([]byte{0xff}, 11),
		"a kind of field":   {5},
		"a length too long": {4<<3 | 2, 200, 1},
		"a number cut off":  {2 << 3, 0x80},
		"a probability":     {4<<3 | 2, 3, 1<<3 | 2, 1, 'a'},
		"an empty sequence": {4<<3 | 2, 2, 2<<3 | 2, 0},
	} {
		dir := models(t, map[string][][]byte{"de": {part}})
		if _, err := build(dir, "de", 10, 1); !errors.Is(err, errModels) {
			t.Errorf("%s: got %v, want %v", name, err, errModels)
		}
	}
	dir := models(t, map[string][][]byte{"de": {good}, "fr": {good}})
	writeZip(t, filepath.Join(dir, "fr", "unigrams.pb.bin.zip"), good, good)
	if _, err := build(dir, "fr", 10, 1); !errors.Is(err, errModels) {
		t.Errorf("two files: %v", err)
	}
	for _, longest := range []int{0, 2, 6} {
		if _, err := build(dir, "de", 10, longest); err == nil {
			t.Errorf("sequences of %d letters: no error", longest)
		}
	}
	if _, err := build(dir, "xx", 10, 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a language without models: %v", err)
	}
}

func TestWeight(t *testing.T) {
	last := byte(0)
	for log := -30.0; log <= 0; log += 0.01 {
		w := weight(log)
		if w < last || w == 0 {
			t.Fatalf("%f has %d after %d", log, w, last)
		}
		last = w
	}
	if last != 242 {
		t.Errorf("the most that letters say is %d", last)
	}
}

// The words are in order, so that a language has one line, and none is of
// another word's letters.
func TestWords(t *testing.T) {
	var tags []string
	for line := range strings.Lines(words) {
		tags = append(tags, strings.Fields(line)[0])
		if words := strings.Fields(line)[1:]; len(words) < 12 {
			t.Errorf("%q is short", line)
		}
		if strings.ToLower(line) != line || strings.ContainsAny(line, "'’-.") {
			t.Errorf("%q has more than words in small letters", line)
		}
	}
	if !slices.IsSorted(tags) || len(slices.Compact(slices.Clone(tags))) != len(tags) {
		t.Errorf("not in order: %v", tags)
	}
}
