package quotes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// The most words that are looked at on each side of a quote for who has said it.
const (
	maxAfter  = 25
	maxBefore = 40
)

// attribute finds who says the quotes of a paragraph.
func (d *document) attribute(i int) {
	p := &d.paragraphs[i]
	read := 0 // up to which token names have come into focus
	for j := range p.quotes {
		q := &p.quotes[j]
		d.focus.read(d, p, read, q.from)
		read = q.to
		switch {
		case q.continued:
			d.inherit(q, lastQuote(d.before(i)))
		case d.afterwards(p, j, true) || d.ahead(p, j) || d.afterwards(p, j, false) || j == 0 && d.paragraphAhead(i):
		default:
			d.follow(i, j)
		}
		if q.speaker >= 0 {
			d.focus.spoke(q.speaker)
		}
	}
	d.focus.read(d, p, read, len(p.tokens))
	d.focus.end()
}

// before is the paragraph before this one, or nil.
func (d *document) before(i int) *paragraph {
	if i == 0 {
		return nil
	}
	return &d.paragraphs[i-1]
}

// afterwards looks after the quote: "...," she said. Close is whether there must be
// a comma, or another mark that leads on, where the quote ends.
func (d *document) afterwards(p *paragraph, j int, close bool) bool {
	q := &p.quotes[j]
	if p.signed(q) {
		q.set(d.nounAt(p, q.to+1), "", true)
		return true
	}
	to := p.clauseEnd(j)
	from := p.skipMarks(q.to, to)
	last := q.lastRune()
	comma := strings.ContainsRune(",!?…-—–", last) || p.leadsOn(q.to, from)
	verb := p.cueIn(from, to)
	if verb < 0 || close != comma {
		return false
	}
	if !comma {
		at := p.lastComma(from, verb)
		if last == '.' || at < 0 {
			return false
		}
		from = at + 1
	}
	who := d.nounBefore(p, from, verb)
	if inverted := p.skipFillers(from, verb) == verb; inverted {
		who = d.nounAfter(p, verb+1, to)
	}
	q.set(who, p.word(verb), comma && p.startsSentence(j))
	q.after = to
	return true
}

// lastRune is what a quote ends with, but for the marks of a quote within it.
func (q *quote) lastRune() rune {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(q.text, `'’"”`))
	return last
}

// skipMarks is the first of tokens[from:to] that is no mark, or to.
func (p *paragraph) skipMarks(from, to int) int {
	for from < to && p.tokens[from].Kind == text.Mark {
		from++
	}
	return from
}

// leadsOn reports whether a comma or a dash is among the marks tokens[from:to].
func (p *paragraph) leadsOn(from, to int) bool {
	for i := from; i < to; i++ {
		if strings.Contains(",—–", p.word(i)) || p.word(i) == "-" {
			return true
		}
	}
	return false
}

// signed reports whether a dash and a name end the paragraph after a quote.
func (p *paragraph) signed(q *quote) bool {
	if q.to+1 >= len(p.tokens) || !strings.Contains("―—–-", p.word(q.to)) || p.at[q.to+1] == 0 {
		return false
	}
	after := p.mentions[p.at[q.to+1]-1].to
	return after >= len(p.tokens) || p.word(after) == "." || p.word(after) == ","
}

// set records who is said to have said the quote.
func (q *quote) set(who speaker, cue string, attached bool) {
	q.told, q.speaker, q.cue, q.attached = true, who.entity, strings.ToLower(cue), attached
}

// startsSentence reports whether a quote begins its sentence.
func (p *paragraph) startsSentence(j int) bool {
	from := p.quotes[j].from
	return from == 0 || p.endsSentence(from-1) || j > 0 && p.quotes[j-1].to == from
}

// clauseEnd is the end of the sentence after a quote, or the next quote.
func (p *paragraph) clauseEnd(j int) int {
	end := min(len(p.tokens), p.quotes[j].to+maxAfter)
	if j+1 < len(p.quotes) {
		end = min(end, p.quotes[j+1].from)
	}
	for i := p.quotes[j].to; i < end; i++ {
		if p.endsSentence(i) {
			return i
		}
	}
	return end
}

// endsSentence reports whether the token ends a sentence.
func (p *paragraph) endsSentence(i int) bool {
	switch p.word(i) {
	case ".", "!", "?", ";", "…":
		return true
	}
	return false
}

// cueIn is the first verb of speech in tokens[from:to], or -1.
func (p *paragraph) cueIn(from, to int) int {
	for i := from; i < to; i++ {
		if p.isCue(i) {
			return i
		}
	}
	return -1
}

// isCue reports whether the token is a verb of speech, no noun and no name.
func (p *paragraph) isCue(i int) bool {
	word := p.word(i)
	if p.mayBeLarge(i) {
		word = strings.ToLower(word)
	}
	if p.at[i] > 0 || p.tokens[i].Kind != text.Word || !isCue(word) {
		return false
	}
	if i == 0 {
		return true
	}
	if isNounToo(word) {
		return p.maySubject(i - 1)
	}
	return !isDeterminer(p.word(i-1)) || p.word(i-1) == "that"
}

// mayBeLarge reports whether the token may begin with a capital and be no name: it
// opens a sentence, stands after a quote or in a headline.
func (p *paragraph) mayBeLarge(i int) bool {
	return i == 0 || p.Field == schema.FieldHeadline || p.endsSentence(i-1) || p.in[i-1] > 0
}

// maySubject reports whether the token may end the subject of the verb after it.
func (p *paragraph) maySubject(i int) bool {
	switch word := p.word(i); word {
	case ",", ")", "he", "she", "He", "She", "they", "it", "who", "I", "we", "you", "that", "which":
		return true
	default:
		return p.at[i] > 0 || p.tokens[i].Kind != text.Clitic && isFiller(word)
	}
}

// word is the text of a token, empty beyond the ends.
func (p *paragraph) word(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].Of(p.S)
}

// lastComma is the last comma in tokens[from:to], or -1.
func (p *paragraph) lastComma(from, to int) int {
	for i := to - 1; i >= from; i-- {
		if p.word(i) == "," {
			return i
		}
	}
	return -1
}

// skipFillers is the first of tokens[from:to] that is no filler.
func (p *paragraph) skipFillers(from, to int) int {
	for from < to && p.at[from] == 0 && isFiller(p.word(from)) {
		from++
	}
	return from
}

// ahead looks before the quote, in its sentence: She said, "..."
func (d *document) ahead(p *paragraph, j int) bool {
	q := &p.quotes[j]
	from := p.sentenceStart(j)
	return d.introduced(p, q, from, q.from)
}

// sentenceStart is the start of the sentence before a quote. A quote before it is
// stepped over where the sentence goes on after it.
func (p *paragraph) sentenceStart(j int) int {
	to := p.quotes[j].from
	least := max(0, to-maxBefore)
	for i := to - 1; i >= least; i-- {
		if at := p.in[i]; at > 0 {
			if before := &p.quotes[at-1]; before.stops() {
				return before.to
			}
			i = p.quotes[at-1].from
		} else if p.endsSentence(i) {
			return i + 1
		}
	}
	return least
}

// stops reports whether the sentence ends with the quote.
func (q *quote) stops() bool {
	return strings.HasSuffix(q.text, ".") || strings.HasSuffix(q.text, "!") || strings.HasSuffix(q.text, "?")
}

// introduced looks for who speaks in tokens[from:to], which lead to a quote.
func (d *document) introduced(p *paragraph, q *quote, from, to int) bool {
	verb := p.lastCueIn(from, to)
	if verb < 0 {
		return d.accordingTo(p, q, from, to) || d.named(p, q, from, to)
	}
	who := d.subject(p, from, verb, to)
	attached := to-verb <= 2 || p.word(to-1) == "," || p.word(to-1) == ":"
	q.set(who, p.word(verb), attached && (p.afterTold(from) || q.isSentence()))
	return true
}

// lastCueIn is the last verb of speech in tokens[from:to] that is in no quote, or
// -1.
func (p *paragraph) lastCueIn(from, to int) int {
	for i := to - 1; i >= from; i-- {
		if p.isCue(i) && p.in[i] == 0 {
			return i
		}
	}
	return -1
}

// afterTold reports whether a quote that somebody is said to have said ends right
// before the token.
func (p *paragraph) afterTold(i int) bool {
	return i > 0 && p.in[i-1] > 0 && p.quotes[p.in[i-1]-1].told
}

// isSentence reports whether a quote begins and ends as a sentence does, with a
// comma for a full stop.
func (q *quote) isSentence() bool {
	last, _ := utf8.DecodeLastRuneInString(q.text)
	return startsLarge(q.text) && strings.ContainsRune(".,!?…", last)
}

func startsLarge(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// subject is the subject of a verb. That of "adding" is the one of the verb of
// speech before it, or of the sentence.
func (d *document) subject(p *paragraph, from, verb, to int) speaker {
	from = p.skipMarks(from, verb)
	if from == verb {
		return d.nounAfter(p, verb+1, to) // Said Zork: "..."
	}
	who := d.nounBefore(p, from, verb)
	if who.entity >= 0 || !strings.HasSuffix(p.word(verb), "ing") {
		return who
	}
	if first := p.lastCueIn(from, verb); first >= 0 {
		return d.nounBefore(p, from, first)
	}
	return d.opener(p, from, verb)
}

// opener is the first person that tokens[from:to] name, if that is the subject of
// the sentence, as far as the words beside the name tell.
func (d *document) opener(p *paragraph, from, to int) speaker {
	for i := from; i < to; i++ {
		if p.at[i] > 0 && !d.isPerson(p, i) {
			continue
		}
		if who := d.nounAt(p, i); who.entity >= 0 {
			if i > from && isPreposition(p.word(i-1)) || p.tokens[p.mentionEnd(i)].Kind == text.Clitic {
				return speaker{-1}
			}
			return who
		}
	}
	return speaker{-1}
}

// mentionEnd is the token after the mention that the token is in, or after the
// token; the last token at the end of the paragraph.
func (p *paragraph) mentionEnd(i int) int {
	end := i + 1
	if p.at[i] > 0 {
		end = p.mentions[p.at[i]-1].to
	}
	return min(end, len(p.tokens)-1)
}

// accordingTo looks for "according to Zork".
func (d *document) accordingTo(p *paragraph, q *quote, from, to int) bool {
	for i := to - 1; i > from; i-- {
		if p.word(i) == "to" && strings.EqualFold(p.word(i-1), "according") {
			q.set(d.nounAfter(p, i+1, to), "according to", false)
			return true
		}
	}
	return false
}

// named looks for the name and colon of an interview: ZORK: "..."
func (d *document) named(p *paragraph, q *quote, from, to int) bool {
	if to-2 < from || p.word(to-1) != ":" || p.at[to-2] == 0 || p.mentions[p.at[to-2]-1].from > from {
		return false
	}
	q.set(speaker{d.nounAt(p, to-2).entity}, "", true)
	return true
}

// paragraphAhead looks at the end of the paragraph before a quote that opens its
// own: She said:
func (d *document) paragraphAhead(i int) bool {
	p, before := &d.paragraphs[i], d.before(i)
	q := &p.quotes[0]
	if before == nil || q.from != 0 || !strings.HasSuffix(strings.TrimRight(before.S, " "), ":") {
		return false
	}
	from := max(0, len(before.tokens)-maxBefore)
	for j := len(before.tokens) - 2; j >= from; j-- {
		if before.endsSentence(j) {
			from = j + 1
		}
	}
	return d.introduced(before, q, from, len(before.tokens))
}
