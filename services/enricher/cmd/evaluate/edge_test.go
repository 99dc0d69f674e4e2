package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// small is a folder with a few texts for each part.
func small(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"train/gum_by/links.jsonl": `{"id":"a","text":"Angela Merkel left. Merkel won.","spans":[{"start":0,"end":13,"type":"PER","entity":"1"},{"start":20,"end":26,"type":"PER","entity":"1"}]}`,
		"train/gum_by/train.conll": "-DOCSTART-\tO\nAngela\tB-PER\nMerkel\tI-PER\nleft\tO\n.\tO\n\nMerkel\tB-PER\nwon\tO\n.\tO\n",
	}
	for _, set := range nameSets() {
		files[set+".conll"] = "Angela\tB-PER\nMerkel\tI-PER\nflew\tO\nto\tO\nBerlin\tB-LOC\n.\tO\n"
	}
	for _, set := range []string{"geo_trnews", "geo_lgl", "el_voxel", "el_kore50", "el_rss500"} {
		files["eval/"+set+"/test.jsonl"] = `{"id":"a","text":"They flew to Peru.","spans":[{"start":13,"end":17,"type":"LOC","link":"Peru","lat":-10,"lon":-76}]}`
	}
	for _, part := range []string{"dev", "test"} {
		files["eval/quotes_polnear/"+part+"/text/a.txt"] = "“We go home now,” Angela Merkel said.\n"
		files["eval/quotes_polnear/"+part+"/attributions/a_0a1b.ann"] = "T1\tSource 18 31\tx\nT2\tCue 32 36\tx\nT3\tContent 0 17\tx\nE1\tAttribution:T9 Content:T3 Cue:T2 Source:T1\n"
	}
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

func TestParts(t *testing.T) {
	dir := small(t)
	for part, want := range map[string]struct {
		lines int
		has   []string
	}{
		"names":    {1 + 3*len(nameSets()), []string{"untyped", "ALL CAPS"}},
		"steps":    {1 + 3*len(nameSets()), []string{"after", "eval/worldwide/test"}},
		"mentions": {2, []string{"names given: precision 1.000, recall 1.000, F1 1.000 of 1 pairs in 1 documents", "names found:"}},
		"places":   {2, []string{"geo_trnews", "geo_lgl", "1 places: 100.0 % right by a link"}},
		"links":    {3, []string{"el_kore50", "1 names, 100.0 % covered: precision 100.0, recall 100.0"}},
		"quotes":   {2, []string{"dev ", "test ", "exact: precision 1.000, recall 1.000, F1 1.000"}},
	} {
		t.Run(part, func(t *testing.T) {
			var out bytes.Buffer
			if err := run(t.Context(), &out, []string{"-data", dir, part}); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(out.String(), "\n"); n != want.lines {
				t.Errorf("%d lines, want %d", n, want.lines)
			}
			for _, s := range want.has {
				if !strings.Contains(out.String(), s) {
					t.Errorf("%q is not in\n%s", s, out.String())
				}
			}
			if err := run(t.Context(), &out, []string{"-data", t.TempDir(), part}); err == nil || !strings.HasPrefix(err.Error(), part+": ") {
				t.Errorf("no data: got %v", err)
			}
		})
	}
}

func TestPortion(t *testing.T) {
	for _, test := range []struct {
		part, whole int
		want        float64
	}{{0, 0, 0}, {0, 4, 0}, {1, 4, 0.25}, {4, 4, 1}} {
		if got := portion(test.part, test.whole); got != test.want {
			t.Errorf("%d of %d: got %v", test.part, test.whole, got)
		}
	}
}
