package remote

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// ErrAnswer says that an answer does not keep to the protocol; see README.md.
var ErrAnswer = errors.New("not an answer of the protocol")

// question is what a server is asked.
type question struct {
	texts []string
	body  []byte
}

// answer is what it says to that.
type answer struct {
	model schema.Model
	spans [][]recognizer.Span
}

// newQuestion asks for the names in texts. What is no UTF-8 cannot be said in
// JSON to the byte: it is asked for as an empty text.
func newQuestion(language string, texts []string) question {
	q := question{texts: slices.Clone(texts)}
	for i, text := range q.texts {
		if !utf8.ValidString(text) {
			q.texts[i] = ""
		}
	}
	body, err := json.Marshal(struct {
		Language string   `json:"language"`
		Texts    []string `json:"texts"`
	}{language, q.texts})
	if err != nil {
		body = nil // It cannot be: these are strings.
	}
	q.body = body
	return q
}

// trial is a question whose texts are our own, in the first language that the
// server is for. They hold characters of two, three and four bytes before and in
// the names, so that a server which counts another way than it says is found out.
func (r *Recognizer) trial() question {
	language := "en"
	if len(r.config.Languages) > 0 {
		language = r.config.Languages[0]
	}
	return newQuestion(language, []string{
		"Zoë Müller of Nestlé flew from Łódź to Kyiv 🛫 to see António Guterres of the United Nations.", "",
	})
}

// The ways to count in a text.
const (
	inBytes      = "bytes"
	inCharacters = "characters"
)

// told is an answer as it is written.
type told struct {
	Model struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"model"`
	Offsets string       `json:"offsets"`
	Spans   [][]toldSpan `json:"spans"`
}

type toldSpan struct {
	Start int     `json:"start"`
	End   int     `json:"end"`
	Type  string  `json:"type"`
	Score float64 `json:"score"`
	Text  *string `json:"text"`
}

// maxName bounds the name and the version of a model.
const maxName = 200

// read reads an answer.
func (q question) read(body []byte) (answer, error) {
	var t told
	if err := json.Unmarshal(body, &t); err != nil {
		return answer{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	switch {
	case t.Model.Name == "" || len(t.Model.Name) > maxName || len(t.Model.Version) > maxName:
		return answer{}, fmt.Errorf("%w: want a name of the model, of up to %d bytes", ErrAnswer, maxName)
	case t.Offsets != "" && t.Offsets != inBytes && t.Offsets != inCharacters:
		return answer{}, fmt.Errorf("%w: offsets %.40q, want bytes or characters", ErrAnswer, t.Offsets)
	case len(t.Spans) != len(q.texts):
		return answer{}, fmt.Errorf("%w: %d lists of spans for %d texts", ErrAnswer, len(t.Spans), len(q.texts))
	}
	a := answer{
		model: schema.Model{Step: step, Name: t.Model.Name, Version: t.Model.Version},
		spans: make([][]recognizer.Span, len(q.texts)),
	}
	for i, spans := range t.Spans {
		var err error
		if a.spans[i], err = spansOf(q.texts[i], spans, t.Offsets == inCharacters); err != nil {
			return answer{}, fmt.Errorf("%w: text %d: %w", ErrAnswer, i, err)
		}
	}
	return a, nil
}

// spansOf are the spans of one text: of types that we have, in order, and of
// those that overlap the most certain one.
func spansOf(text string, all []toldSpan, characters bool) ([]recognizer.Span, error) {
	if characters {
		if err := toBytes(text, all); err != nil {
			return nil, err
		}
	}
	kept := all[:0:0]
	for i, s := range all {
		if err := check(text, s); err != nil {
			return nil, fmt.Errorf("span %d: %w", i, err)
		}
		if trim(text, &s); s.Start < s.End && typeOf(s.Type) != "" {
			kept = append(kept, s)
		}
	}
	return apart(kept), nil
}

// toBytes turns offsets in characters into offsets in bytes, in one pass over
// the text.
func toBytes(text string, all []toldSpan) error {
	if len(all) == 0 || utf8.RuneCountInString(text) == len(text) {
		return nil // all characters are of one byte
	}
	starts := make([]int, 0, len(text)+1) // where each character begins
	for i := range text {
		starts = append(starts, i)
	}
	starts = append(starts, len(text))
	for i := range all {
		s := &all[i]
		if s.Start < 0 || s.Start > s.End || s.End >= len(starts) {
			return fmt.Errorf("span %d: %d:%d in a text of %d characters", i, s.Start, s.End, len(starts)-1)
		}
		s.Start, s.End = starts[s.Start], starts[s.End]
	}
	return nil
}

// check reports a span, in bytes, that is not one of the text.
func check(text string, s toldSpan) error {
	switch {
	case s.Start < 0 || s.Start > s.End || s.End > len(text):
		return fmt.Errorf("%d:%d in a text of %d bytes", s.Start, s.End, len(text))
	case !boundary(text, s.Start) || !boundary(text, s.End):
		return fmt.Errorf(`bytes %d:%d cut a character; a server that counts characters says "offsets": "characters"`, s.Start, s.End)
	case s.Text != nil && *s.Text != text[s.Start:s.End]:
		return fmt.Errorf(`bytes %d:%d are %.40q and not %.40q; a server that counts characters says "offsets": "characters"`,
			s.Start, s.End, text[s.Start:s.End], *s.Text)
	}
	return nil
}

func boundary(text string, at int) bool { return at == len(text) || utf8.RuneStart(text[at]) }

// trim takes white space from the ends of a span.
func trim(text string, s *toldSpan) {
	inner := text[s.Start:s.End]
	s.Start += len(inner) - len(strings.TrimLeftFunc(inner, unicode.IsSpace))
	s.End = s.Start + len(strings.TrimSpace(inner))
}

// apart are the spans in their order, without overlap: one that overlaps the span
// before it takes its place when it has the higher score, or the same and is longer.
func apart(all []toldSpan) []recognizer.Span {
	slices.SortFunc(all, func(a, b toldSpan) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(b.Score, a.Score), strings.Compare(a.Type, b.Type))
	})
	var spans []recognizer.Span
	var last toldSpan
	for _, s := range all {
		span := recognizer.Span{Start: s.Start, End: s.End, Type: typeOf(s.Type)}
		switch {
		case len(spans) == 0 || last.End <= s.Start:
			spans = append(spans, span)
		case s.Score > last.Score || s.Score == last.Score && s.End-s.Start > last.End-last.Start:
			spans[len(spans)-1] = span
		default:
			continue
		}
		last = s
	}
	return spans
}

// typeOf is our type for a label of a model, empty for those that we do not have.
func typeOf(label string) schema.EntityType {
	switch strings.ToLower(label) {
	case "per", "pers", "person", "people", "persons":
		return schema.Person
	case "org", "organization", "organisation", "company", "corporation", "institution", "agency":
		return schema.Organization
	case "loc", "location", "place", "gpe", "country", "city", "state", "region", "fac", "facility":
		return schema.Location
	}
	return ""
}
