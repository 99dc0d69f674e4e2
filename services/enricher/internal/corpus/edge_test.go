package corpus_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
)

// Labels in orders that BIO2 does not have, and lines that are no tokens.
func TestReadCoNLLEdges(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"only empty lines", "\n\n\n", ""},
		{"only borders", "-DOCSTART-\tO\n\n-DOCSTART-\tO\n", ""},
		{"no end of line", "Ana\tB-PER", "[Ana PER]"},
		{"line ends of Windows", "Ana\tB-PER\r\nZork\tI-PER\r\n\r\nBo\tB-PER\r\n", "[Ana Zork PER] | [Bo PER]"},
		{"inside without begin", "Ana\tI-PER\nleft\tO\n", "[Ana PER] left"},
		{"inside after outside", "Ana\tB-PER\nor\tO\nBo\tI-PER\n", "[Ana PER] or [Bo PER]"},
		{"type there and back", "Ana\tB-PER\nZork\tI-ORG\nBo\tI-PER\n", "[Ana PER] [Zork ORG] [Bo PER]"},
		{"three inside", "A\tB-ORG\nB\tI-ORG\nC\tI-ORG\n", "[A B C ORG]"},
		{"label without type", "Ana\tB-PER\nZork\tI\nBo\tB-\n", "[Ana PER] Zork Bo"},
		{"empty label", "Ana\t\nZork\tB-PER\n", "Ana [Zork PER]"},
		{"type with a hyphen", "Ana\tB-PER-X\nZork\tI-PER-X\n", "[Ana Zork PER-X]"},
		{"no tab ends a sentence", "Ana\tB-PER\nbroken\nZork\tI-PER\n", "[Ana PER] | [Zork PER]"},
		{"no word ends a sentence", "Ana\tB-PER\n\tI-PER\nZork\tI-PER\n", "[Ana PER] | [Zork PER]"},
		{"border without a label", "Ana\tB-PER\n-DOCSTART-\nBo\tI-PER\n", "[Ana PER] || [Bo PER]"},
		{"border with a number", "Ana\tB-PER\n-DOCSTART- (2)\tO\nBo\tB-PER\n", "[Ana PER] || [Bo PER]"},
		{"span to the end of each", "Ana\tB-PER\n\nBo\tB-PER\n\n\nCy\tB-PER\n", "[Ana PER] | [Bo PER] | [Cy PER]"},
		{"letters of several bytes", "Łódź\tB-LOC\nund\tO\n北京\tB-LOC\n", "[Łódź LOC] und [北京 LOC]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, err := corpus.ReadCoNLL(strings.NewReader(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := marked(docs); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			for i, d := range docs {
				if want := string(rune('0' + i)); d.ID != want {
					t.Errorf("document %d is called %s", i, d.ID)
				}
			}
		})
	}
}

// A letter that takes fewer bytes as a capital moves all that is after it.
func TestRecaseOffsets(t *testing.T) {
	for _, test := range []struct {
		name, in, title, caps string
	}{
		{"shorter", "ıt ılgaz/B-LOC x/B-ORG", "It [Ilgaz LOC] [X ORG]", "IT [ILGAZ LOC] [X ORG]"},
		{"longer", "ɐ zork/B-PER", "Ɐ [Zork PER]", "Ɐ [ZORK PER]"},
		{"several texts", "ı bo/B-PER | bo/B-PER ı", "I [Bo PER] | [Bo PER] I", "I [BO PER] | [BO PER] I"},
		{"no case", "北京/B-LOC 5", "[北京 LOC] 5", "[北京 LOC] 5"},
		{"small words", "bank/B-ORG of/I-ORG the/I-ORG north/I-ORG", "[Bank of the North ORG]", "[BANK OF THE NORTH ORG]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, err := corpus.ReadCoNLL(strings.NewReader(lines(test.in)))
			if err != nil {
				t.Fatal(err)
			}
			before := marked(docs)
			for c, want := range map[corpus.Case]string{corpus.TitleCase: test.title, corpus.AllCaps: test.caps} {
				if got := marked([]corpus.Document{docs[0].Recase(c)}); got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
			if after := marked(docs); after != before {
				t.Errorf("the document has become %s", after)
			}
		})
	}
}

func TestReadJSONLEdges(t *testing.T) {
	for _, test := range []struct {
		name, in string
		docs     int
		err      string
	}{
		{"empty", "", 0, ""},
		{"blank", " \n\n", 0, ""},
		{"no text", `{"id":"a"}`, 1, ""},
		{"two on a line", `{"text":"a"}{"text":"b"}`, 2, ""},
		{"to the last byte", `{"text":"é","spans":[{"end":2}]}`, 1, ""},
		{"past the last byte", `{"id":"z","text":"é","spans":[{"end":3}]}`, 0, "document z, 0:3"},
		{"span of no text", `{"id":"z","spans":[{"end":1}]}`, 0, "document z, 0:1"},
		{"second is broken", `{"text":"a"}` + "\n{", 0, "document 1"},
		{"no object", `[]`, 0, "document 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, err := corpus.ReadJSONL(strings.NewReader(test.in))
			if len(docs) != test.docs || (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%d documents, %v", len(docs), err)
			}
		})
	}
}

func TestFilesOfNothing(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if files, err := corpus.Files(dir, ".conll"); err != nil || len(files) != 0 {
			t.Errorf("got %v, %v", files, err)
		}
	}
}
