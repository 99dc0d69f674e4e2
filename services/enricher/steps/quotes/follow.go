package quotes

import "github.com/dateline-news/dateline/services/enricher/internal/text"

// follow gives a quote of whole sentences the speaker of the one that it follows,
// in its paragraph or, if both paragraphs are but quotes, in the one before.
func (d *document) follow(i, j int) {
	p := &d.paragraphs[i]
	q := &p.quotes[j]
	before, from := lastQuote(d.before(i)), 0
	if j > 0 {
		before, from = &p.quotes[j-1], p.quotes[j-1].after
	}
	if before == nil || !before.told {
		return
	}
	if p.skipMarks(from, q.from) != q.from || !p.startsSentence(j) {
		return
	}
	if j == 0 && (!d.before(i).endsWith(before) || !p.onlyQuotes()) {
		return
	}
	q.told, q.speaker = true, before.speaker
	q.attached = j > 0 && q.isSentence()
}

// endsWith reports whether nothing follows a quote of the paragraph but who has
// said it.
func (p *paragraph) endsWith(q *quote) bool {
	for i := max(q.to, q.after); i < len(p.tokens); i++ {
		if p.tokens[i].Kind != text.Mark {
			return false
		}
	}
	return true
}

// onlyQuotes reports whether the paragraph is of quotes alone.
func (p *paragraph) onlyQuotes() bool {
	last := 0
	for _, q := range p.quotes {
		for i := last; i < q.from; i++ {
			if p.tokens[i].Kind != text.Mark {
				return false
			}
		}
		last = q.to
	}
	for i := last; i < len(p.tokens); i++ {
		if p.tokens[i].Kind != text.Mark {
			return false
		}
	}
	return true
}

func lastQuote(p *paragraph) *quote {
	if p == nil || len(p.quotes) == 0 {
		return nil
	}
	return &p.quotes[len(p.quotes)-1]
}

// inherit gives a quote the speaker of the one that it continues.
func (d *document) inherit(q, from *quote) {
	if from != nil {
		q.told, q.speaker = from.told, from.speaker
	}
}
