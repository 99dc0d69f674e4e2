package cut

import (
	"bytes"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// tree is a piece of XML with its tags matched, whatever is missing.
type tree struct {
	src    []byte
	tokens []markup.Token
	// mate holds, for a start tag, which token is its end, and the other way
	// round; -1 when it is missing.
	mate []int
}

func parse(src []byte) tree {
	n := min(bytes.Count(src, []byte("<")), 256)
	t := tree{src: src, tokens: make([]markup.Token, 0, n), mate: make([]int, 0, n)}
	var open []int
	s := markup.NewScanner(src)
	for tok, ok := s.Next(); ok; tok, ok = s.Next() {
		i := len(t.tokens)
		tag := tok.Kind == markup.Start || tok.Kind == markup.End
		if tag && !validName(tok.Name) {
			continue // It is written as text.
		}
		t.tokens = append(t.tokens, tok)
		t.mate = append(t.mate, -1)
		switch {
		case tok.Kind == markup.Start && !tok.Empty && !markup.Void(tok.Name):
			open = append(open, i)
		case tok.Kind == markup.End:
			open = t.match(open, i)
		}
	}
	return t
}

// match finds the start of the end tag i among the open ones, and returns those
// that stay open. What is open within it has no end.
func (t *tree) match(open []int, i int) []int {
	for n := len(open) - 1; n >= max(0, len(open)-searched); n-- {
		if bytes.Equal(t.tokens[open[n]].Name, t.tokens[i].Name) {
			t.mate[open[n]], t.mate[i] = i, open[n]
			return open[:n]
		}
	}
	return open
}

// after returns the token behind the element that starts with token i. Without
// an end an element goes on up to the next tag.
func (t tree) after(i int) int {
	tok := t.tokens[i]
	if tok.Kind != markup.Start || tok.Empty {
		return i + 1
	}
	if t.mate[i] >= 0 {
		return t.mate[i] + 1
	}
	for i++; i < len(t.tokens); i++ {
		if k := t.tokens[i].Kind; k == markup.Start || k == markup.End {
			break
		}
	}
	return i
}

// write appends the element that starts with token from and ends before token
// to, as well-formed XML. Comments, instructions and ends without a start are
// left out, and what is missing an end gets it before the next tag.
func (t tree) write(out []byte, from, to int) []byte {
	var unclosed []byte // the name of an element that wants its end
	goesOn := !t.tokens[from].Empty && (t.mate[from] < 0 || t.mate[from] >= to)
	for i := from; i < to; i++ {
		tok := t.tokens[i]
		switch tok.Kind {
		case markup.Start:
			out = startTag(closeTag(out, unclosed), t.src, tok)
			out, unclosed = t.unclosed(out, i)
		case markup.End:
			out = closeTag(out, unclosed)
			unclosed = nil
			if t.mate[i] >= from {
				out = closeTag(out, tok.Name)
			}
		case markup.CDATA:
			out = append(out, t.src[tok.Pos:tok.Stop]...)
		}
		if i+1 < to || goesOn {
			out = text(out, t.src[tok.Stop:t.textEnd(i)])
		}
	}
	out = closeTag(out, unclosed)
	if t.mate[from] >= to {
		out = closeTag(out, t.tokens[from].Name)
	}
	return out
}

// unclosed returns the name of the element that starts with token i when it
// wants an end. One that never has content gets it at once.
func (t tree) unclosed(out []byte, i int) (_, name []byte) {
	tok := t.tokens[i]
	switch {
	case tok.Empty || t.mate[i] >= 0:
		return out, nil
	case markup.Void(tok.Name):
		return closeTag(out, tok.Name), nil
	}
	return out, tok.Name
}

// textEnd returns where the text behind token i ends.
func (t tree) textEnd(i int) int {
	if i+1 < len(t.tokens) {
		return t.tokens[i+1].Pos
	}
	return len(t.src)
}

func closeTag(out, name []byte) []byte {
	if name == nil {
		return out
	}
	out = append(out, "</"...)
	out = append(out, name...)
	return append(out, '>')
}
