package lang

import (
	"bytes"
	"compress/flate"
	"errors"
	"slices"
	"strings"
	"testing"
)

// squeeze packs what a model is made of.
func squeeze(t testing.TB, raw string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// small is a model of two languages with the sequences "a", "ab" and "b".
const small = "xa xb\n\x03" + "\x00\x01a\x02\x00\x0a\x01\x14" + "\x01\x01b\x01\x00\x7e" + "\x00\x01b\x01\x01\x28"

func TestLoad(t *testing.T) {
	m, err := load(squeeze(t, small))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.languages; !slices.Equal(got, []string{"xa", "xb"}) {
		t.Errorf("languages %v", got)
	}
	for sequence, want := range map[string]string{"a": "\x00\x0a\x01\x14", "ab": "\x00\x7e", "b": "\x01\x28", "ba": "", "c": ""} {
		key := uint64(0)
		for _, letter := range sequence {
			key = extend(key, letter)
		}
		if got := string(m.weights(key)); got != want {
			t.Errorf("%q: got %q, want %q", sequence, got, want)
		}
	}
	for text, want := range map[string]string{
		"ababa baba":    "xa", // 282 and 146, doubled, beside 140 and 120
		"bbbb bbbb bbb": "xb",
		"cccc cccc ccc": "", // nothing that the model has
	} {
		if got := m.detect(text, ""); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A model that is cut off or says what cannot be is an error.
func TestLoadFails(t *testing.T) {
	for end := range small {
		if _, err := load(squeeze(t, small[:end])); !errors.Is(err, errModel) {
			t.Errorf("%d bytes of it: got %v, want %v", end, err, errModel)
		}
	}
	for name, raw := range map[string]string{
		"shares more than there is": "xa\n\x01\x01\x01a\x01\x00\x0a",
		"a language too high":       "xa\n\x01\x00\x01a\x01\x01\x0a",
		"more than there is":        "xa\n\xff\xff\xff\xff\x0f\x00\x01a\x01\x00\x0a",
		"too many languages":        strings.Repeat("xa ", maxLanguages+1) + "\n\x00",
	} {
		if _, err := load(squeeze(t, raw)); !errors.Is(err, errModel) {
			t.Errorf("%s: got %v, want %v", name, err, errModel)
		}
	}
	if _, err := load([]byte("no flate")); err == nil {
		t.Error("what is not packed: no error")
	}
}

// The embedded model can be read, has no two sequences in one place, and its
// languages are written in the scripts that it has letters of.
func TestTheModel(t *testing.T) {
	m, err := load(packed)
	if err != nil {
		t.Fatal(err)
	}
	filled := 0
	for _, key := range m.keys {
		if key != 0 {
			filled++
		}
	}
	t.Logf("%d languages, %d sequences, %d bytes packed", len(m.languages), filled, len(packed))
	if len(packed) > 1<<20 || filled < 30_000 || filled > len(m.keys)*3/4 || len(m.languages) < 50 {
		t.Errorf("%d bytes, %d of %d places, %v", len(packed), filled, len(m.keys), m.languages)
	}
	for i, tag := range m.languages {
		var letters [scripts]int
		for _, text := range sentences(t)[tag] {
			for _, r := range text {
				if isLetter(r) {
					letters[m.rows.of(r)]++
				}
			}
		}
		if total := letters[latin] + letters[cyrillic] + letters[arabic] + letters[devanagari]; letters[m.scripts[i]] < total {
			t.Errorf("%s has %v letters by script, want script %d", tag, letters, m.scripts[i])
		}
		if group(tag) != 0 && m.scripts[i] == arabic {
			t.Errorf("%s is in group %d", tag, group(tag))
		}
	}
}

// A detector without its model still knows scripts, and tells nothing else.
func TestWithoutModel(t *testing.T) {
	m := &model{rows: newRows(), keys: make([]uint64, 1), at: make([]uint32, 1)}
	for text, want := range map[string]string{"The mayor says so": "", "Ο δήμαρχος είπε": "el"} {
		if got := m.detect(text, ""); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// Every script tells a language of its own, and rows say which letters are whose.
func TestScripts(t *testing.T) {
	rows := newRows()
	for letter, want := range map[rune]script{
		'a': latin, 'Z': latin, 'ß': latin, 'ő': latin, 'ạ': latin, 'Ａ': latin, 'λ': greek, 'ἀ': greek, 'я': cyrillic, 'ѣ': cyrillic,
		'ա': armenian, 'א': hebrew, 'ع': arabic, 'پ': arabic, 'ﻻ': arabic, 'ދ': thaana, 'अ': devanagari, 'অ': bengali, 'ਅ': gurmukhi,
		'અ': gujarati, 'ଅ': oriya, 'அ': tamil, 'అ': telugu, 'ಅ': kannada, 'അ': malayalam, 'අ': sinhala, 'ก': thai, 'ກ': lao, 'ཀ': tibetan,
		'က': burmese, 'ა': georgian, '한': hangul, 'ㄱ': hangul, 'አ': ethiopic, 'ក': khmer, 'あ': kana, 'ア': kana, 'ｱ': kana,
		'中': han, '㐀': han, '𠀀': han, '𐍈': none, '\U000e0041': none, 0x10ffff: none,
	} {
		if got := rows.of(letter); got != want {
			t.Errorf("%c: got %d, want %d", letter, got, want)
		}
	}
	seen := map[string]bool{}
	for s := han; s < scripts; s++ {
		tags := s.written()
		if len(tags) == 0 || seen[tags[0]] {
			t.Errorf("script %d tells %v", s, tags)
			continue
		}
		seen[tags[0]] = true
	}
	for s := range han {
		if tags := s.written(); len(tags) != 0 {
			t.Errorf("script %d tells %v without the model", s, tags)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := load(squeeze(t, string(raw)))
		if err == nil {
			m.detect("The mayor says that the bridge will not open ab ba", "de")
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load(packed); err != nil {
			b.Fatal(err)
		}
	}
}
