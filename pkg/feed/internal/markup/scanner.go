// Package markup reads the tags of XML that may be damaged.
//
// It never fails: what is not a tag is text. Whatever encoding/xml would take
// for a tag it takes for one too, so that a bound that holds here holds there.
package markup

import (
	"bytes"
	"regexp"
)

// Kind is what a token is.
type Kind uint8

// The kinds of tokens. Text is what lies between two tokens.
const (
	Start Kind = iota + 1
	End
	Comment
	CDATA
	Instruction
	Directive
)

// Token is one piece of markup, doc[Pos:Stop].
type Token struct {
	Kind  Kind
	Empty bool // a Start that is its own end, <name/>
	Cut   bool // a tag without a '>', over where the next one starts
	Pos   int
	Stop  int
	Name  []byte // of a Start or an End, as written, with its prefix
}

// Scanner walks over the tokens of a document, in time linear to its length and
// without allocating.
type Scanner struct {
	doc     []byte
	pos     int
	started bool
	// lacks holds the terminators that do not come any more, so that many
	// openings without an end do not each look for it through the whole rest.
	lacks map[string]bool
	// sectionStop is where the next end of a CDATA section is that was looked for.
	sectionStop int
}

// NewScanner returns a scanner at the start of doc.
func NewScanner(doc []byte) *Scanner { return &Scanner{doc: doc} }

// Next returns the next token; ok is false at the end of the document.
func (s *Scanner) Next() (t Token, ok bool) {
	for s.pos < len(s.doc) {
		i := bytes.IndexByte(s.doc[s.pos:], '<')
		if i < 0 {
			break
		}
		at := s.pos + i
		if s.token(&t, at) {
			s.pos = t.Stop
			return t, true
		}
		s.pos = at + 1
	}
	s.pos = len(s.doc)
	return Token{}, false
}

// token reads the token that starts at the '<' at at into t.
func (s *Scanner) token(t *Token, at int) bool {
	if at+1 == len(s.doc) {
		return false
	}
	switch s.doc[at+1] {
	case '!':
		return s.declaration(t, at)
	case '?':
		return s.until(t, Instruction, at, 2, "?>")
	case '/':
		return s.tag(t, End, at, at+2)
	}
	ok := s.tag(t, Start, at, at+1)
	s.started = s.started || ok
	return ok
}

func (s *Scanner) declaration(t *Token, at int) bool {
	rest := s.doc[at:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.until(t, Comment, at, 4, "-->")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.section(t, at)
	}
	if !s.until(t, Directive, at, 2, ">") {
		return false
	}
	// The internal subset of a DOCTYPE holds tags and brackets of its own. It
	// stands before the root only: elsewhere it must not hide anything.
	if !s.started && bytes.IndexByte(s.doc[at:t.Stop], '[') >= 0 {
		s.until(t, Directive, at, 2, "]>")
	}
	return true
}

// section reads a CDATA section. One that goes on over an item's end and into
// another's section has lost its own end: it is text, or it would take the other
// item with it.
func (s *Scanner) section(t *Token, at int) bool {
	const start = "<![CDATA["
	from := at + len(start)
	if s.sectionStop < from+3 {
		if !s.until(t, CDATA, at, len(start), "]]>") {
			return false
		}
		s.sectionStop = t.Stop
	}
	inner := bytes.Index(s.doc[from:s.sectionStop], []byte(start))
	if inner >= 0 && between.Match(s.doc[from:from+inner]) {
		return false
	}
	*t = Token{Kind: CDATA, Pos: at, Stop: s.sectionStop}
	return true
}

// between is where one item ends and the next one starts.
var between = regexp.MustCompile(`(?i)</(?:\w+:)?(?:item|entry|url)\s*>\s*<(?:\w+:)?(?:item|entry|url)[\s>]`)

// until reads a token that ends with the first stop after its opening. Without
// one t stays as it is.
func (s *Scanner) until(t *Token, kind Kind, at, opening int, stop string) bool {
	if s.lacks[stop] || at+opening > len(s.doc) {
		return false
	}
	i := bytes.Index(s.doc[at+opening:], []byte(stop))
	if i < 0 {
		if s.lacks == nil {
			s.lacks = make(map[string]bool)
		}
		s.lacks[stop] = true
		return false
	}
	*t = Token{Kind: kind, Pos: at, Stop: at + opening + i + len(stop)}
	return true
}

// tag reads the tag at at, whose name starts at from.
func (s *Scanner) tag(t *Token, kind Kind, at, from int) bool {
	doc := s.doc
	if from >= len(doc) || classes[doc[from]]&nameStart == 0 {
		return false
	}
	i := from + 1
	for i < len(doc) && classes[doc[i]]&namePart != 0 {
		i++
	}
	stop := i + 1
	if i >= len(doc) || doc[i] != '>' {
		if !tagGoesOn(doc[i:]) {
			return false
		}
		var ok bool
		if stop, ok = tagStop(doc, i); !ok {
			return false
		}
	}
	t.Kind, t.Pos, t.Stop, t.Name = kind, at, stop, doc[from:i:i]
	t.Cut = doc[stop-1] != '>'
	t.Empty = kind == Start && !t.Cut && stop-2 >= i && doc[stop-2] == '/'
	return true
}

// The classes of bytes, by bits.
const (
	nameStart = 1 << iota // may start a name
	namePart              // may go on in a name
	blank                 // white space of XML
)

// classes are those of each byte. Every byte above ASCII may stand in a name, as
// encoding/xml reads names so before it looks at their letters.
var classes = func() (c [256]uint8) {
	for i := range c {
		b := byte(i)
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', b == '_', b == ':', b >= 0x80:
			c[i] = nameStart | namePart
		case '0' <= b && b <= '9', b == '-', b == '.':
			c[i] = namePart
		case b == ' ', b == '\t', b == '\r', b == '\n':
			c[i] = blank
		}
	}
	return c
}()

// tagGoesOn tells a tag from text such as <me@example.com> by what follows the name.
func tagGoesOn(rest []byte) bool {
	if len(rest) == 0 {
		return false
	}
	switch rest[0] {
	case ' ', '\t', '\r', '\n', '>', '<':
		return true
	case '/':
		return len(rest) > 1 && rest[1] == '>'
	}
	return false
}

// tagStop finds the end of the tag whose name ends at i. A '>' inside quotes
// does not end it, but a '<' always does: no attribute may hold one, so it is
// where a damaged tag is over. Then the first '>' was its end, or it has none.
func tagStop(doc []byte, i int) (stop int, ok bool) {
	rest := doc[i:]
	next := bytes.IndexByte(rest, '<')
	if next >= 0 {
		rest = rest[:next]
	}
	for n := 0; n < len(rest); n++ {
		switch c := rest[n]; c {
		case '>':
			return i + n + 1, true
		case '"', '\'':
			end := bytes.IndexByte(rest[n+1:], c)
			if end < 0 {
				n = len(rest)
				break
			}
			n += 1 + end
		}
	}
	if first := bytes.IndexByte(rest, '>'); first >= 0 {
		return i + first + 1, true
	}
	return i + len(rest), next >= 0
}
