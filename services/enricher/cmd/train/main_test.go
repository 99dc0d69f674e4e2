package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/training"
	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
)

// folder writes files, by name, into a folder laid out as the command wants it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// conll is a few sentences, many times over.
func conll(n int) string {
	return strings.Repeat("Ana\tB-PER\nging\tO\nnach\tO\nZork\tB-LOC\n.\tO\n\nDann\tO\nkam\tO\nBo\tB-PER\naus\tO\nZork\tB-LOC\n.\tO\n\n", n)
}

func TestRun(t *testing.T) {
	dir := folder(t, map[string]string{
		"train/one/a.conll":       conll(30),
		"train/one/test.conll":    conll(1),
		"train/bad/a.conll":       "Ana\tB-LOC\n",
		"gaz/names-female.txt":    "Ana\n",
		"gaz/cities5000.tsv":      "1\tZork\tDE\tPPL\t1\t300000\t1\t1\t\n",
		"gaz/glove-clusters.tsv":  "zork\t1\t2\t3\t4\nbroken\n",
		"gaz/country-codes.csv":   "CLDR display name,Capital\nZorkland,Zork\n",
		"gaz/sp500.csv":           "Symbol,Security\nZ,Zorbex Inc.\n",
		"gaz/admin1.json":         `[{"code":"X","name":"Zork Province"}]`,
		"gaz/us-executive.yaml":   "- name:\n    first: Bo\n    last: Zork\n",
		"gaz/something-else.json": "{",
	})
	var files [2][]byte
	for i := range files {
		out := filepath.Join(dir, "model.bin")
		var log bytes.Buffer
		if err := run(t.Context(), &log, []string{"-data", dir, "-out", out, "-languages", "de,nl", "-skip", "bad", "-dev", "train/one/test,eval/none", "-made", "50", "-epochs", "2"}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"one: 1 documents", "epoch 2: loss", "train/one/test F1"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s is not in:\n%s", want, log.String())
			}
		}
		var err error
		if files[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same folder gives two models")
	}
	r, err := crf.Load(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if !r.Knows("de-AT") || !r.Knows("nl") || r.Knows("en") {
		t.Error("the languages are others")
	}
	spans, err := r.Recognize(t.Context(), "de", []string{"Dann kam Ana aus Zork."})
	if err != nil || len(spans[0]) != 2 {
		t.Errorf("%v, %v", spans, err)
	}
}

func TestErrors(t *testing.T) {
	for name, args := range map[string][]string{
		"flag":   {"-zork"},
		"values": {"-data", folder(t, map[string]string{"train/one/a.conll": conll(1), "gaz/admin1.json": "{"})},
		"table":  {"-data", folder(t, map[string]string{"train/one/a.conll": conll(1), "gaz/sp500.csv": "\"a\n"})},
		"line":   {"-data", folder(t, map[string]string{"train/one/a.conll": strings.Repeat("a", 2<<20)})},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), t.Output(), append(args, "-out", filepath.Join(t.TempDir(), "x"))); err == nil {
				t.Error("want an error")
			}
		})
	}
	if err := run(t.Context(), t.Output(), []string{"-data", t.TempDir()}); !errors.Is(err, training.ErrNoData) {
		t.Errorf("got %v", err)
	}
	if err := run(t.Context(), t.Output(), []string{"-h"}); err != nil {
		t.Errorf("got %v", err)
	}
}
