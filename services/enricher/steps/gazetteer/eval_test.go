package gazetteer_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/gazetteer"
)

// place is a span of an evaluation document, by paragraph.
type place struct {
	paragraph, start, end int
	typ                   schema.EntityType
}

var goldTypes = map[string]schema.EntityType{
	"PER": schema.Person, "ORG": schema.Organization, "LOC": schema.Location,
}

// reader makes documents of tokens with BIO labels.
type reader struct {
	docs []schema.Article
	gold []map[place]bool

	doc      schema.Article
	marks    map[place]bool
	sentence strings.Builder
	open     *place
}

// readGold reads the documents of a file, a paragraph for each sentence, and what
// is marked in them.
func readGold(t *testing.T, name string) ([]schema.Article, []map[place]bool) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Skip("no evaluation data: ", err)
	}
	defer file.Close()
	r := reader{marks: map[place]bool{}}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		word, label, ok := strings.Cut(lines.Text(), "\t")
		switch {
		case word == "-DOCSTART-":
			r.endDoc()
		case !ok:
			r.endSentence()
		default:
			r.token(word, label)
		}
	}
	r.endDoc()
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return r.docs, r.gold
}

func (r *reader) token(word, label string) {
	if r.sentence.Len() > 0 && !joined(r.sentence.String(), word) {
		r.sentence.WriteByte(' ')
	}
	start := r.sentence.Len()
	r.sentence.WriteString(word)
	if !strings.HasPrefix(label, "I-") {
		r.endSpan()
	}
	if len(label) < 3 {
		return
	}
	if r.open == nil {
		r.open = &place{len(r.doc.Body), start, 0, goldTypes[label[2:]]}
	}
	r.open.end = r.sentence.Len()
}

func (r *reader) endSpan() {
	if r.open != nil {
		r.marks[*r.open] = true
		r.open = nil
	}
}

func (r *reader) endSentence() {
	r.endSpan()
	if r.sentence.Len() > 0 {
		r.doc.Body = append(r.doc.Body, r.sentence.String())
		r.sentence.Reset()
	}
}

func (r *reader) endDoc() {
	r.endSentence()
	if len(r.doc.Body) > 0 {
		r.doc.Language = "en"
		r.docs, r.gold = append(r.docs, r.doc), append(r.gold, r.marks)
	}
	r.doc, r.marks = schema.Article{}, map[place]bool{}
}

// joined guesses whether word stands in news right after what is before it: the
// files do not say. Most hyphens in them are of compounds.
func joined(before, word string) bool {
	if word == "-" || word == "n't" || strings.ContainsAny(word[:1], ".,;:)!?%'") || strings.HasPrefix(word, "’") {
		return true
	}
	return strings.HasSuffix(before, "(") || strings.HasSuffix(before, "-")
}

// The least micro-F1 and precision over exact spans with their types that this
// step may have: what was measured, less a margin.
func TestEvaluation(t *testing.T) {
	for name, least := range map[string]struct{ f1, precision float64 }{
		"worldwide/test.conll": {0.63, 0.83},
		"finer_ord/test.conll": {0.64, 0.79},
		"uner_pud/test.conll":  {0.48, 0.75},
	} {
		t.Run(name, func(t *testing.T) {
			docs, gold := readGold(t, filepath.Join(shared(t), "ner", "eval", name))
			step, err := gazetteer.New()
			if err != nil {
				t.Fatal(err)
			}
			var hit, found, wanted float64
			for i, doc := range docs {
				h, f := score(t, step, doc, gold[i])
				hit, found, wanted = hit+h, found+f, wanted+marked(gold[i])
			}
			precision, recall := hit/found, hit/wanted
			f1 := 2 * precision * recall / (precision + recall)
			t.Logf("%d documents: precision %.3f, recall %.3f, F1 %.3f", len(docs), precision, recall, f1)
			if f1 < least.f1 || precision < least.precision {
				t.Errorf("want F1 %.2f and precision %.2f", least.f1, least.precision)
			}
		})
	}
}

// score is how many mentions of the document are right, and how many there are.
func score(t *testing.T, step *gazetteer.Step, doc schema.Article, gold map[place]bool) (hit, found float64) {
	t.Helper()
	e := schema.Enriched{Article: doc}
	if err := step.Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	for _, x := range e.Entities {
		for _, m := range x.Mentions {
			found++
			if gold[place{m.Index, m.Start, m.End, x.Type}] {
				hit++
			}
		}
	}
	return hit, found
}

// marked is how many spans have one of our types.
func marked(gold map[place]bool) (n float64) {
	for span := range gold {
		if span.typ != "" {
			n++
		}
	}
	return n
}
