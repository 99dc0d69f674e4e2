package corpus

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// maxLine is the most bytes of a line.
const maxLine = 1 << 20

// ReadCoNLL reads lines of "token TAB label" with BIO2 labels: an empty line ends
// a sentence, a line that begins with -DOCSTART- begins a document. Such a file
// does not say where spaces stood: that is guessed.
func ReadCoNLL(r io.Reader) ([]Document, error) { return readCoNLL(r, joined) }

// ReadSpaced is ReadCoNLL with a space between all tokens.
func ReadSpaced(r io.Reader) ([]Document, error) {
	return readCoNLL(r, func(*sentence, string) bool { return false })
}

func readCoNLL(r io.Reader, join func(*sentence, string) bool) ([]Document, error) {
	c := conll{join: join}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		word, label, ok := strings.Cut(lines.Text(), "\t")
		switch {
		case strings.HasPrefix(word, "-DOCSTART-"):
			c.endDocument()
		case !ok || word == "":
			c.endSentence()
		default:
			c.token(word, label)
		}
	}
	c.endDocument()
	return c.docs, lines.Err()
}

// conll makes documents of tokens.
type conll struct {
	join func(*sentence, string) bool
	docs []Document
	doc  Document
	sentence
	open Span // of the sentence; Type is empty when there is none
}

// sentence is the text so far.
type sentence struct {
	strings.Builder
	last   string
	quoted bool // a straight quotation mark is open
}

func (c *conll) token(word, label string) {
	if c.Len() > 0 && !c.join(&c.sentence, word) {
		c.WriteByte(' ')
	}
	if word == `"` {
		c.quoted = !c.quoted
	}
	start := c.Len()
	c.WriteString(word)
	c.last = word
	mark, typ, _ := strings.Cut(label, "-")
	if mark != "I" || typ != c.open.Type {
		c.endSpan()
	}
	if typ == "" {
		return
	}
	if c.open.Type == "" {
		c.open = Span{Text: len(c.doc.Texts), Start: start, Type: typ}
	}
	c.open.End = c.Len()
}

func (c *conll) endSpan() {
	if c.open.Type != "" {
		c.doc.Spans = append(c.doc.Spans, c.open)
		c.open = Span{}
	}
}

func (c *conll) endSentence() {
	c.endSpan()
	if c.Len() > 0 {
		c.doc.Texts = append(c.doc.Texts, c.String())
	}
	c.sentence = sentence{}
}

func (c *conll) endDocument() {
	c.endSentence()
	if len(c.doc.Texts) > 0 {
		c.doc.ID = strconv.Itoa(len(c.docs))
		c.docs = append(c.docs, c.doc)
	}
	c.doc = Document{}
}

// joined guesses whether word stands in news right after what is before it. Most
// hyphens are of compounds.
func joined(s *sentence, word string) bool {
	switch {
	case word == `"`:
		return s.quoted || opening(s.last)
	case s.last == `"`:
		return s.quoted || closing(word)
	case (s.last == "’" || s.last == "'") && isTail(word):
		return true
	case word == "-" || word == "n't" || word == "''" || closing(word):
		return true
	case strings.HasPrefix(word, "’"):
		return true
	case strings.HasPrefix(word, "'"):
		return len(word) > 1 && len(word) <= len("’ll") || s.last != "" && strings.HasSuffix(s.last, "s")
	}
	return opening(s.last)
}

// isTail reports whether a word is what follows the apostrophe of a contraction.
func isTail(word string) bool {
	switch word {
	case "s", "S", "t", "d", "m", "re", "ve", "ll":
		return true
	}
	return false
}

// closing reports whether a word begins with a mark that stands right after what
// is before it.
func closing(word string) bool { return strings.ContainsAny(word[:1], ".,;:)]!?%") }

// opening reports whether what is after a word stands right after it.
func opening(word string) bool {
	switch word {
	case "(", "[", "$", "-", "``", "£", "€", "“", "‘", "#", "@":
		return true
	}
	return false
}
