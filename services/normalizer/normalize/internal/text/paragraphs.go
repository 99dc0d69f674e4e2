// Package text makes paragraphs of clean text from the HTML of feeds, and knows
// what a reader sees in them: sentences, cut-off ends, lines that are no news.
package text

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The bounds of one text. What is beyond them is left out.
const (
	maxSource     = 1 << 20 // bytes of HTML
	maxText       = 384 << 10
	maxTags       = 50_000
	maxDepth      = 512
	maxParagraphs = 2_000
)

// bytesPerParagraph is about how long a paragraph with its markup is.
const bytesPerParagraph = 256

// Paragraph is one block of text on one line.
type Paragraph struct {
	// Text is clean; see schema.Clean.
	Text string
	// Linked is about how many bytes of Text stand in links.
	Linked int
}

// Paragraphs cuts HTML into paragraphs as a browser shows them: block elements
// and <br><br> part them, <br> is a space, an item of a list and a row of a
// table are one each. What a reader does not see or that is no text of the
// article (scripts, forms, captions, hidden elements) is left out. Text without
// such markup is parted at blank lines. It takes time linear in the source.
func Paragraphs(source string) []Paragraph {
	if len(source) > maxSource {
		source = source[:maxSource]
	}
	if !strings.Contains(source, "<") && strings.Contains(source, "&") && escapedMarkup.MatchString(source) {
		source = html.UnescapeString(source)
	}
	c := &cutter{room: 1 + len(source)/bytesPerParagraph}
	if strings.ContainsAny(source, "<&\r") {
		c.read(source)
	} else {
		c.addPlain(source)
	}
	return c.paragraphs
}

// escapedMarkup finds HTML that a feed escaped once too often.
var escapedMarkup = regexp.MustCompile(`(?i)&lt;/?(?:p|br|div|a|img|b|i|em|strong|span|ul|li)(?:\s[^<>]{0,500})?/?&gt;`)

// blankLine parts the paragraphs of plain text.
var blankLine = regexp.MustCompile(`\r?\n[ \t]*\r?\n`)

// flush ends the open paragraph.
func (c *cutter) flush() {
	c.breaks, c.cell = 0, false
	if line := bytes.TrimSpace(c.buf); len(line) > 0 {
		c.add(string(line), c.linked)
	}
	c.buf, c.linked = c.buf[:0], 0
}

// finish ends the last paragraph.
func (c *cutter) finish() {
	if c.structured {
		c.flush()
		return
	}
	c.addPlain(string(c.buf))
}

// addPlain adds text without markup that parts paragraphs.
func (c *cutter) addPlain(text string) {
	if strings.Count(text, "\n") < 2 {
		c.add(text, c.linked)
		return
	}
	parts := blankLine.Split(text, maxParagraphs)
	if len(parts) > 1 {
		c.linked = 0 // not known of each
	}
	for _, part := range parts {
		c.add(part, c.linked)
	}
}

func (c *cutter) add(raw string, linked int) {
	text := schema.Clean(raw)
	if rest := strings.TrimLeft(text, "•·▪‣◦● "); rest != "" {
		text = rest
	}
	if text == "" || len(c.paragraphs) == maxParagraphs {
		return
	}
	if c.size += len(text); c.size > maxText {
		return
	}
	if c.paragraphs == nil {
		c.paragraphs = make([]Paragraph, 0, min(c.room, maxParagraphs))
	}
	c.paragraphs = append(c.paragraphs, Paragraph{Text: text, Linked: min(linked, len(text))})
}

// write adds text to the open paragraph, after the breaks and the cell before it.
func (c *cutter) write(text []byte) {
	if len(bytes.TrimSpace(text)) > 0 {
		switch {
		case c.breaks > 1:
			c.flush()
		case c.breaks == 1:
			c.buf = append(c.buf, ' ')
		case c.cell && len(bytes.TrimSpace(c.buf)) > 0:
			c.buf = append(bytes.TrimSpace(c.buf), "; "...)
		}
		c.breaks, c.cell = 0, false
	}
	if c.links > 0 {
		c.linked += len(bytes.TrimSpace(text))
	}
	c.buf = append(c.buf, text...)
}

// Texts are the texts of paragraphs.
func Texts(paragraphs []Paragraph) []string {
	texts := slices.Grow([]string(nil), len(paragraphs))
	for _, p := range paragraphs {
		texts = append(texts, p.Text)
	}
	return texts
}

// Cut is at most limit bytes of text, cut between words, with … when it was cut.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	text = text[:end]
	if space := strings.LastIndexByte(text, ' '); space > 0 {
		text = text[:space]
	}
	return strings.TrimSpace(text) + "…"
}
