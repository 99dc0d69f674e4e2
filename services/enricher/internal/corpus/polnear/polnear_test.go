package polnear_test

import (
	"errors"
	"io/fs"
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus/polnear"
)

func folder(text, marks string) fstest.MapFS {
	return fstest.MapFS{
		"text/zork.txt":              {Data: []byte(text)},
		"attributions/zork_0a1b.ann": {Data: []byte(marks)},
		"attributions/zork_ffff.ann": {Data: []byte("E1\t\n")},
	}
}

func TestRead(t *testing.T) {
	docs, err := polnear.Read(folder("“É,” Zork said, “no.”\n",
		"T1\tSource 5 9\tZork\nT2\tCue 10 14\tsaid\nT3\tContent 0 4;16 21\t“É,” “no.”\nE1\tAttribution:T9 Content:T3 Cue:T2 Source2:T1\n#1\tnote\n"))
	if err != nil || len(docs) != 1 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	doc := docs[0]
	var parts [3][]string
	for i, spans := range [][]polnear.Span{doc.Attributions[0].Source, doc.Attributions[0].Cue, doc.Attributions[0].Content} {
		for _, s := range spans {
			parts[i] = append(parts[i], doc.Text[s.Start:s.End])
		}
	}
	if want := [3][]string{{"Zork"}, {"said"}, {"“É,”", "“no.”"}}; !reflect.DeepEqual(parts, want) {
		t.Errorf("got %q, want %q", parts, want)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for name, dir := range map[string]fstest.MapFS{
		"no file":       {},
		"no text":       {"attributions/zork_0a1b.ann": {}},
		"no annotator":  {"attributions/zork.ann": {}},
		"no number":     folder("x", "T1\tCue a b\tx\n"),
		"no end":        folder("x", "T1\tCue 0\tx\n"),
		"past the text": folder("x", "T1\tCue 0 2\tx\n"),
		"turned round":  folder("xy", "T1\tCue 1 0\tx\n"),
	} {
		if _, err := polnear.Read(dir); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := polnear.Read(fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v for an empty folder", err)
	}
}

func TestArticle(t *testing.T) {
	doc := polnear.Document{ID: "a", Text: "One.\n\n \nTwo, “he\r\nThree” said."}
	if a := doc.Article(); !reflect.DeepEqual(a.Body, []string{"One.", "Two, “he", "Three” said."}) {
		t.Errorf("got %q", a.Body)
	}
	doc.Attributions = []polnear.Attribution{{
		Source: []polnear.Span{{0, 4}}, Cue: []polnear.Span{{29, 33}, {0, 3}}, Content: []polnear.Span{{13, 18}, {20, 28}},
	}}
	got := doc.Direct()
	if len(got) != 1 || got[0].Index != 1 || got[0].Text != "he" || got[0].Start != 8 || got[0].Source.Text != "One." || got[0].Cue != "said One" {
		t.Errorf("got %+v", got)
	}
}

func TestDirect(t *testing.T) {
	for name, test := range map[string]struct {
		content string
		want    []string
		whole   bool
	}{
		"all":             {"“We go,”", []string{"We go,"}, true},
		"straight":        {`"We go,"`, []string{"We go,"}, true},
		"part":            {"it was “too late” to go", []string{"too late"}, false},
		"two":             {"“We go,” but “not now.”", []string{"We go,", "not now."}, false},
		"to the end":      {"“We go.", []string{"We go."}, true},
		"two paragraphs":  {"“We go.\n“Not now.”", []string{"We go.", "Not now."}, true},
		"indirect":        {"that they go", nil, false},
		"nothing in them": {"“ ”", nil, true},
	} {
		doc := polnear.Document{Text: test.content}
		doc.Attributions = []polnear.Attribution{{Content: []polnear.Span{{0, len(test.content)}}}}
		var got []string
		for _, said := range doc.Direct() {
			got = append(got, said.Text)
			if said.Whole != test.whole {
				t.Errorf("%s: whole is %t", name, said.Whole)
			}
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
