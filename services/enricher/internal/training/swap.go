package training

import (
	"math/rand/v2"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
)

// names are the names of all sets and lists, by type, to put in the place of
// others: a model that sees more names leans more on what stands around them.
type names map[string][]string

// maxName is the most bytes of a name that is put in the place of another.
const maxName = 40

// add adds the names of a document, those that are often named often.
func (n names) add(d corpus.Document) {
	for _, s := range d.Spans {
		if name := d.Of(s); len(name) <= maxName && s.Type != "MISC" && name[0] >= 'A' && name[0] <= 'Z' && name != strings.ToUpper(name) {
			n[s.Type] = append(n[s.Type], name)
		}
	}
}

// swapRate is how often a name of a type is swapped, in a document in which names
// are. An organization is what its place says more than others are.
func swapRate(typ string) float64 {
	switch typ {
	case "PER":
		return 0.8
	case "LOC":
		return 0.5
	case "ORG":
		return 0.3
	}
	return 0
}

// swap puts other names of the same type into a document, the same for the same.
func (n names) swap(d corpus.Document, random *rand.Rand) corpus.Document {
	out := corpus.Document{ID: d.ID, Spans: make([]corpus.Span, 0, len(d.Spans))}
	with := map[string]string{}
	at := 0
	for i, text := range d.Texts {
		var b strings.Builder
		from := 0
		for ; at < len(d.Spans) && d.Spans[at].Text == i; at++ {
			s := d.Spans[at]
			b.WriteString(text[from:s.Start])
			from = s.End
			s.Start = b.Len()
			b.WriteString(n.other(text[d.Spans[at].Start:from], s.Type, with, random))
			s.End = b.Len()
			out.Spans = append(out.Spans, s)
		}
		b.WriteString(text[from:])
		out.Texts = append(out.Texts, b.String())
	}
	return out
}

// other is what is put in the place of a name.
func (n names) other(name, typ string, with map[string]string, random *rand.Rand) string {
	key := typ + name
	if o, ok := with[key]; ok {
		return o
	}
	o := name
	if pool := n[typ]; len(pool) > 0 && random.Float64() < swapRate(typ) && name != strings.ToUpper(name) {
		o = n.pick(typ, strings.Contains(name, " "), random)
	}
	with[key] = o
	if last := lastWord(name); typ == "PER" && last != name && o != name {
		with[typ+last] = lastWord(o)
	}
	return o
}

// pick is a name of a type: for a person with as many words, one or several.
func (n names) pick(typ string, several bool, random *rand.Rand) string {
	pool := n[typ]
	if len(pool) == 0 {
		return invented(random)
	}
	for range 20 {
		o := pool[random.IntN(len(pool))]
		if typ != "PER" || strings.Contains(o, " ") == several {
			return o
		}
	}
	return pool[0]
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }
