// Package training makes the model of a tagger from texts with marked names.
package training

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

// data is what a model is trained on: the features of the tokens of segments,
// with their labels.
type data struct {
	features []uint32 // of all tokens, one after another
	ends     []uint64 // of each token: where its features end
	labels   []tagger.Label
	segments []segment
}

// segment is tokens [from, to).
type segment struct {
	from, to int
	weight   float32
}

// Set is documents that count so much in training: 1 is usual.
type Set struct {
	Name      string
	Documents []corpus.Document
	Weight    float32
	Silver    bool // no human has checked the marks
}

// maxSentences is the most sentences of a document. Files without borders of
// documents are one long one: it is cut into shorter ones.
const (
	maxSentences = 60
	cutSentences = 12
)

// cut cuts a document without borders.
func cut(d corpus.Document) []corpus.Document {
	if len(d.Texts) <= maxSentences {
		return []corpus.Document{d}
	}
	var all []corpus.Document
	at := 0
	for from := 0; from < len(d.Texts); from += cutSentences {
		part := corpus.Document{ID: d.ID, Texts: d.Texts[from:min(from+cutSentences, len(d.Texts))]}
		for ; at < len(d.Spans) && d.Spans[at].Text < from+cutSentences; at++ {
			s := d.Spans[at]
			s.Text -= from
			part.Spans = append(part.Spans, s)
		}
		all = append(all, part)
	}
	return all
}

// variants is a document as it is, and with other names or recased by chance.
func (c Config) variants(d corpus.Document, n names, random *rand.Rand) []corpus.Document {
	all := []corpus.Document{d}
	if random.Float64() < c.Swapped {
		all = append(all, n.swap(d, random))
	}
	if random.Float64() < c.Recased {
		to := corpus.TitleCase
		if random.Float64() < 0.4 {
			to = corpus.AllCaps
		}
		all = append(all, all[len(all)-1].Recase(to))
	}
	return all
}

// reader reads documents.
type reader struct {
	*tagger.Tagger
	read func(texts []string)
}

// newReader makes a reader that labels what it reads with a model, or, with none,
// does not.
func newReader(model []byte, lexicon *tagger.Lexicon) (reader, error) {
	blank := model == nil
	if blank {
		var err error
		if model, err = tagger.Encode(tagger.Info{}, lexicon, tagger.Weights{}); err != nil {
			return reader{}, err
		}
	}
	m, err := tagger.Load(model)
	if err != nil {
		return reader{}, fmt.Errorf("first model: %w", err)
	}
	t := tagger.NewTagger(m)
	if blank {
		return reader{t, t.Read}, nil
	}
	return reader{t, t.Vote}, nil
}

// builder collects data.
type builder struct {
	ids    map[uint64]uint32
	counts []uint32
	data
	labelsOf []tagger.Label
	hashes   []uint64
}

// tidier makes the marks of documents those of our scheme.
type tidier struct {
	lexicon *tagger.Lexicon
	silver  bool
}

// tidy leaves out of a name the tail of a compound ("US-led") and the title before
// a person. A country is a place, also where its government acts; in labels that
// no human has checked a large city is one too.
func (t tidier) tidy(d corpus.Document) corpus.Document {
	places := tagger.Country
	if t.silver {
		places |= tagger.LargeCity
	}
	spans := make([]corpus.Span, 0, len(d.Spans))
	for _, s := range d.Spans {
		name := d.Of(s)
		if i := strings.LastIndexByte(name, '-'); i > 0 && i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z' && s.Type != "PER" {
			name = name[:i]
			s.End = s.Start + i
		}
		for s.Type == "PER" {
			word, rest, ok := strings.Cut(name, " ")
			if !ok || rest == "" || !isTitle(word) {
				break
			}
			s.Start += len(name) - len(rest)
			name = rest
		}
		if s.Type != "MISC" && t.lexicon.Class(name)&places != 0 && t.lexicon.Class(name)&tagger.FirstName == 0 {
			s.Type = "LOC"
		}
		spans = append(spans, s)
	}
	d.Spans = t.compounds(d, spans)
	return d
}

// compounds adds the countries in compounds ("US-led") to the spans of a document:
// most sets leave them unmarked.
func (t tidier) compounds(d corpus.Document, spans []corpus.Span) []corpus.Span {
	var all []corpus.Span
	at := 0
	for n, text := range d.Texts {
		for i := 1; i+1 < len(text); i++ {
			if text[i] != '-' || text[i+1] < 'a' || text[i+1] > 'z' {
				continue
			}
			start := strings.LastIndexAny(text[:i], " -(\"") + 1
			for at < len(spans) && (spans[at].Text < n || spans[at].Text == n && spans[at].End <= start) {
				at++
			}
			free := at == len(spans) || spans[at].Text > n || spans[at].Start >= i
			if typ := t.compound(text[start:i]); free && typ != "" {
				all = append(all, corpus.Span{Text: n, Start: start, End: i, Type: typ})
			}
		}
	}
	all = append(all, spans...)
	slices.SortFunc(all, func(a, b corpus.Span) int { return cmp.Or(a.Text-b.Text, a.Start-b.Start) })
	return all
}

// compound is the type of a name that begins a compound, empty if it is none.
func (t tidier) compound(name string) string {
	switch name {
	case "UN", "U.N.", "NATO", "Nato", "EU", "E.U.":
		return "ORG"
	}
	if class := t.lexicon.Class(name); class&tagger.Country != 0 && class&tagger.FirstName == 0 {
		return "LOC"
	}
	return ""
}

// isTitle reports whether a word before the name of a person is no part of it.
func isTitle(word string) bool {
	switch word {
	case "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Dr", "Dr.", "Prof", "Prof.", "Professor", "President", "Minister", "Senator",
		"Sen.", "Rep.", "Gov.", "Governor", "Gen.", "Gen", "General", "Col.", "Colonel", "Lt.", "Capt.", "Captain", "Sgt.", "Rev.",
		"Reverend", "Judge", "Justice", "King", "Queen", "Prince", "Princess", "Emperor", "Tsar", "Pope", "Sir", "Lord", "Lady",
		"Chancellor", "Premier", "Secretary", "Ambassador", "Mayor", "Chief", "Admiral", "Major", "Chairman", "Archbishop",
		"Bishop", "Cardinal", "Ayatollah", "Sheikh", "Prime", "Vice", "Deputy", "Foreign", "Former", "Saint", "Duke", "Mullah":
		return true
	}
	return false
}

// labelOf is the label that begins a type.
func labelOf(typ string) tagger.Label {
	switch typ {
	case "PER":
		return tagger.BeginPerson
	case "ORG":
		return tagger.BeginOrganization
	case "LOC":
		return tagger.BeginLocation
	}
	return tagger.BeginOther
}

func (b *builder) add(r reader, d corpus.Document, weight float32) {
	r.read(d.Texts)
	b.mark(r.Tagger, d)
	for _, seg := range r.Segments() {
		s := segment{from: len(b.labels), weight: weight}
		for i := seg.From; i < seg.To; i++ {
			b.hashes = r.Features(b.hashes[:0], i, seg)
			for _, h := range b.hashes {
				id, ok := b.ids[h]
				if !ok {
					id = uint32(len(b.counts))
					b.ids[h] = id
					b.counts = append(b.counts, 0)
				}
				b.counts[id]++
				b.features = append(b.features, id)
			}
			b.ends = append(b.ends, uint64(len(b.features)))
			b.labels = append(b.labels, b.labelsOf[i])
		}
		s.to = len(b.labels)
		b.segments = append(b.segments, s)
	}
}

// mark writes the labels of a document that was read.
func (b *builder) mark(t *tagger.Tagger, d corpus.Document) {
	b.labelsOf = b.labelsOf[:0]
	at := 0
	open := -1
	t.Each(func(_ int, tok tagger.Token) {
		for at < len(d.Spans) && (d.Spans[at].Text < tok.Text || d.Spans[at].Text == tok.Text && d.Spans[at].End <= tok.Start) {
			at++
		}
		l := tagger.Outside
		if at < len(d.Spans) && d.Spans[at].Text == tok.Text && d.Spans[at].Start < tok.End {
			l = labelOf(d.Spans[at].Type)
			if open == at {
				l++
			}
			open = at
		}
		b.labelsOf = append(b.labelsOf, l)
	})
}
