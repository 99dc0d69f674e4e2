package quotes

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/fold"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// document is an article while its quotes are found.
type document struct {
	paragraphs []paragraph
	entities   []schema.Entity
	genders    []honorific.Gender // of the entities
	english    bool
	focus      focus
	roles      map[string]int // what one person is said to be, or nobody
}

// paragraph is one text of the article.
type paragraph struct {
	reading.Text
	tokens    []text.Token
	mentions  []mention // in order, without overlap
	at        []int     // by token: 1 + the mention that it is in
	quotes    []quote
	in        []int       // by token: 1 + the quote that it is in
	pronouns  map[int]int // by token: the entity that he or she means
	tail      *passage    // that does not end in the paragraph
	continued bool        // its first quote is one from the paragraph before
}

// mention is tokens[from:to], which name an entity.
type mention struct{ from, to, entity int }

// quote is a passage with what is known of it.
type quote struct {
	passage
	text      string
	from, to  int // the tokens from its first mark to after its last one
	words     int
	continued bool // from the one before
	told      bool // somebody is said to have said it, known or not
	attached  bool // the cue is right beside it
	speaker   int  // into entities, or -1
	cue       string
	// after is the token after what says who has said it.
	after int
}

func newDocument(e *schema.Enriched) *document {
	d := &document{entities: e.Entities, genders: make([]honorific.Gender, len(e.Entities)), english: isEnglish(e.Language)}
	texts := reading.Texts(&e.Article)
	d.paragraphs = make([]paragraph, len(texts))
	at := make(map[place]int, len(texts))
	for i, t := range texts {
		d.paragraphs[i].Text = t
		at[place{t.Field, t.Index}] = i
	}
	d.focus.clear()
	spans := d.spans(&e.Article, at)
	for i := range d.paragraphs {
		d.paragraphs[i].prepare(spans[i], d.english)
	}
	d.join()
	if d.english {
		d.readRoles()
	}
	return d
}

// isEnglish reports whether the language is English or unknown: names of speakers
// are looked for in no other.
func isEnglish(language string) bool {
	switch schema.LanguageToken(language) {
	case "en", schema.LanguageUndetermined:
		return true
	}
	return false
}

// place is where a text stands in the article.
type place struct {
	field schema.Field
	index int
}

// span is text[start:end] of a paragraph.
type span struct{ start, end, entity int }

// spans are the mentions of each paragraph, and what titles say of the entities.
func (d *document) spans(a *schema.Article, at map[place]int) [][]span {
	spans := make([][]span, len(d.paragraphs))
	for i := range d.entities {
		e := &d.entities[i]
		for _, m := range e.Mentions {
			p, ok := at[place{m.Field, m.Index}]
			if !ok || !d.paragraphs[p].holds(m) {
				continue
			}
			spans[p] = append(spans[p], span{m.Start, m.End, i})
			if d.needsGender(i) {
				d.genders[i] = genderOf(reading.Of(a, m), m)
			}
		}
		if first, _, ok := strings.Cut(e.Name, " "); ok && d.needsGender(i) {
			d.genders[i] = honorific.OfFirstName(first)
		}
	}
	for i := range spans {
		slices.SortFunc(spans[i], func(a, b span) int { return a.start - b.start })
	}
	return spans
}

// holds reports whether the mention is a part of the paragraph, and not empty.
func (p *paragraph) holds(m schema.Mention) bool {
	return m.Start >= 0 && m.Start < m.End && m.End <= len(p.S)
}

// needsGender reports whether the entity is a person of whom nothing yet has said
// whether it is he or she.
func (d *document) needsGender(i int) bool {
	return d.entities[i].Type == schema.Person && d.genders[i] == honorific.Unknown
}

// genderOf is what the title before or within a mention says.
func genderOf(s string, m schema.Mention) honorific.Gender {
	if title, ok := honorific.Before(s, m.Start); ok && title.Gender != honorific.Unknown {
		return title.Gender
	}
	_, title, _ := honorific.Cut(m.Text)
	return title.Gender
}

// prepare cuts the paragraph into words and passages, and finds its mentions among
// the words.
func (p *paragraph) prepare(spans []span, english bool) {
	found, open := passagesOf(p.S)
	if len(found) == 0 && open == nil && !english {
		return
	}
	p.tokens = text.Tokenize(nil, p.S)
	p.at, p.in = make([]int, len(p.tokens)), make([]int, len(p.tokens))
	p.locate(spans)
	for _, f := range found {
		p.quotes = append(p.quotes, p.quoteOf(f))
	}
	if open != nil {
		p.tail = &passage{
			open: open.at, start: open.at + open.size, close: len(p.S), mark: open.mark,
			end: len(strings.TrimRightFunc(p.S, unicode.IsSpace)),
		}
	}
}

func (p *paragraph) quoteOf(f passage) quote {
	from, to := p.tokenAt(f.open), p.tokenAt(f.close)
	return quote{passage: f, text: p.S[f.start:f.end], from: from, to: to, words: p.countWords(from, to), speaker: -1, after: to}
}

// tokenAt is the first token that begins at or after a byte.
func (p *paragraph) tokenAt(at int) int {
	i, _ := slices.BinarySearchFunc(p.tokens, at, func(t text.Token, at int) int { return int(t.Start) - at })
	return i
}

// locate finds the mentions among the words.
func (p *paragraph) locate(spans []span) {
	last := 0
	for _, s := range spans {
		from := p.tokenAt(s.start)
		to := max(p.tokenAt(s.end), from+1)
		if from < last || from >= len(p.tokens) {
			continue
		}
		p.mentions = append(p.mentions, mention{from, to, s.entity})
		for i := from; i < to; i++ {
			p.at[i] = len(p.mentions)
		}
		last = to
	}
}

// countWords is how many words tokens[from:to] have. A run of Chinese is a word for
// every two characters.
func (p *paragraph) countWords(from, to int) (n int) {
	for _, t := range p.tokens[from:to] {
		switch t.Kind {
		case text.Word, text.Number, text.Address:
			n++
			if word := t.Of(p.S); word[0] >= 0xe3 { // Han, kana and hangul take three bytes
				n += len(word)/6 - 1 + len(word)/6%2
			}
		}
	}
	return n
}

// join finds the quotes that go on in the next paragraph: each paragraph opens
// with the mark again, and only the last has the one that closes. An open mark
// that is not repeated begins none.
func (d *document) join() {
	for i := range d.paragraphs {
		p := &d.paragraphs[i]
		if p.tail != nil && p.tail.start < p.tail.end && i+1 < len(d.paragraphs) && d.paragraphs[i+1].begins(p.tail.mark) {
			p.quotes = append(cutAt(p.quotes, p.tail.open), p.quoteOf(*p.tail))
			d.paragraphs[i+1].continued = true
		}
		if last := len(p.quotes) - 1; p.continued && last >= 0 {
			p.quotes[0].continued = true
		}
		for j, q := range p.quotes {
			for t := q.from; t < q.to; t++ {
				p.in[t] = j + 1
			}
		}
	}
}

// cutAt leaves out the quotes after a mark that opens one to the end of the
// paragraph.
func cutAt(quotes []quote, at int) []quote {
	for i := range quotes {
		if quotes[i].open > at {
			return quotes[:i]
		}
	}
	return quotes
}

// begins reports whether the paragraph begins with this mark.
func (p *paragraph) begins(mark rune) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(p.S, unicode.IsSpace), string(mark)) && p.Field != schema.FieldHeadline
}

// The fewest words of a quote: with somebody who is said to have said it, and
// without. Shorter ones are words that the writer keeps at a distance, and titles.
const (
	minTold  = 4
	minAlone = 8
)

func (q *quote) isSpeech() bool {
	switch {
	case q.continued || q.attached:
		return true
	case q.told:
		return q.words >= minTold
	}
	return q.words >= minAlone
}

// quotes are the passages that are speech.
func (d *document) quotes() []schema.Quote {
	var all []schema.Quote
	for i := range d.paragraphs {
		p := &d.paragraphs[i]
		for _, q := range p.quotes {
			if !q.isSpeech() {
				continue
			}
			quote := schema.Quote{Cue: q.cue, Mention: schema.Mention{
				Field: p.Field, Index: p.Index, Start: q.start, End: q.end, Text: q.text,
			}}
			if q.speaker >= 0 {
				quote.Speaker = d.entities[q.speaker].ID
			}
			all = append(all, quote)
		}
	}
	return all
}

// sameWords gives a quote without a speaker the one of the same words elsewhere,
// as in a lead that repeats the text.
func (d *document) sameWords() {
	speakers := map[string]int{}
	d.each(func(q *quote, words string) {
		if q.speaker >= 0 && q.words >= minTold {
			speakers[words] = q.speaker
		}
	})
	if len(speakers) == 0 {
		return
	}
	d.each(func(q *quote, words string) {
		if speaker, ok := speakers[words]; ok && q.speaker < 0 {
			q.speaker = speaker
		}
	})
}

func (d *document) each(do func(q *quote, words string)) {
	for i := range d.paragraphs {
		p := &d.paragraphs[i]
		for j := range p.quotes {
			q := &p.quotes[j]
			do(q, fold.String(strings.TrimRight(q.text, ".,!?; ")))
		}
	}
}
