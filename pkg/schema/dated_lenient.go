package schema

import (
	"regexp"
	"slices"
	"strings"
)

// Fix is something that ParseDatedLenient mended.
type Fix string

// The fixes of ParseDatedLenient.
const (
	FixByteOrderMark Fix = "byte order mark"           // at the start, dropped
	FixLineEnds      Fix = "line ends"                 // CR LF or CR
	FixFinalLineFeed Fix = "final line feed"           // after the headline
	FixBlankLines    Fix = "blank lines"               // too many, or not empty
	FixLineFeed      Fix = "line feed in a block"      // now a space
	FixText          Fix = "text not clean"            // see Clean
	FixHeader        Fix = "header"                    // its space, its colon or the case of its word
	FixTimeOfDay     Fix = "time of day"               // after the date, dropped
	FixAttribution   Fix = "attribution"               // the case of its phrase, or its full stop
	FixBackslash     Fix = "backslash not escaped"     // it is text
	FixNoHeadline    Fix = "lead read as the headline" // there was one block only
)

// looseHeader is the start of a header: the word, the date, and a time of day
// that is joined to the date by a T, or by a space when it has seconds (without
// them it may as well be the lead's first word).
var looseHeader = regexp.MustCompile(`^((?i:date)(?:: ?| ))(\d{4}-\d\d-\d\d)` +
	`((?:[Tt]\d\d:\d\d(?::\d\d)?| \d\d:\d\d:\d\d)(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?)?(?: |$)`)

// ParseDatedLenient reads what ParseDated reads, and documents that it can mend.
// It returns what it mended, each kind once. The article that it returns is one
// that Render writes. It fails as ParseDated does: with ErrDatedInvalid when
// there is no header, no such day, or nothing after the header.
func ParseDatedLenient(data []byte) (Dated, []Fix, error) {
	if d, err := ParseDated(data); err == nil {
		return d, nil, nil
	}
	if len(data) > MaxDatedBytes {
		return Dated{}, nil, tooManyBytes()
	}
	var m mender
	d, err := m.article(m.blocks(string(data)))
	if err != nil {
		return Dated{}, nil, err
	}
	// Mending may add bytes: the article must still be within the limits.
	if _, err := d.Render(); err != nil {
		return Dated{}, nil, err
	}
	return d, m.fixes, nil
}

// mender notes what it mends.
type mender struct {
	fixes []Fix
}

// note adds fix once.
func (m *mender) note(needed bool, fix Fix) {
	if needed && !slices.Contains(m.fixes, fix) {
		m.fixes = append(m.fixes, fix)
	}
}

// blocks cuts a document at its blank lines into blocks of clean text. The space
// before the header is not in them.
func (m *mender) blocks(s string) []string {
	var blocks []string
	var block strings.Builder
	for line := range strings.SplitSeq(m.lineFeeds(s), "\n") {
		text := Clean(line)
		if text == "" {
			m.note(line != "" || block.Len() == 0, FixBlankLines)
			blocks = flush(blocks, &block)
			continue
		}
		if len(blocks) == 0 && block.Len() == 0 {
			m.note(line[0] != ' ', FixHeader)
			line = strings.TrimPrefix(line, " ")
		}
		m.note(text != line, FixText)
		if block.Len() > 0 {
			m.note(true, FixLineFeed)
			block.WriteByte(' ')
		}
		block.WriteString(text)
	}
	return flush(blocks, &block)
}

// flush moves what is in block to the end of blocks.
func flush(blocks []string, block *strings.Builder) []string {
	if block.Len() == 0 {
		return blocks
	}
	text := block.String()
	block.Reset()
	return append(blocks, text)
}

// lineFeeds returns s with its lines ended by LF, and none after the last.
func (m *mender) lineFeeds(s string) string {
	s, found := strings.CutPrefix(s, "\uFEFF")
	m.note(found, FixByteOrderMark)
	m.note(strings.Contains(s, "\r"), FixLineEnds)
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	trimmed := strings.TrimRight(s, "\n")
	m.note(trimmed != s, FixFinalLineFeed)
	return trimmed
}

// article reads clean blocks.
func (m *mender) article(blocks []string) (Dated, error) {
	if len(blocks) == 0 {
		return Dated{}, invalid("header", "missing")
	}
	date, lead, err := m.header(blocks[0])
	if err != nil {
		return Dated{}, err
	}
	blocks = blocks[1:]
	if len(blocks) == 0 {
		if lead == "" {
			return Dated{}, invalid("headline", "missing")
		}
		m.note(true, FixNoHeadline)
		lead, blocks = "", []string{lead}
	}
	last := len(blocks) - 1
	d := Dated{Date: date, Lead: m.unescape(lead, false), Headline: m.unescape(blocks[last], false)}
	m.body(&d, blocks[:last])
	return d, nil
}

// header cuts the first block into the date and the lead as it is written.
func (m *mender) header(block string) (date, lead string, err error) {
	parts := looseHeader.FindStringSubmatch(block)
	if parts == nil {
		return "", "", invalid("header", `does not begin with "date YYYY-MM-DD"`)
	}
	m.note(parts[1] != "date ", FixHeader)
	m.note(parts[3] != "", FixTimeOfDay)
	date = parts[2]
	if !isDay(date) {
		return "", "", invalid("date", "no such day")
	}
	return date, block[len(parts[0]):], nil
}

// body reads the blocks between header and headline into d.
func (m *mender) body(d *Dated, blocks []string) {
	if n := len(blocks); n > 0 {
		if a, ok := readAttribution(blocks[n-1]); ok {
			m.note(a.line() != blocks[n-1], FixAttribution)
			d.Attribution, blocks = &a, blocks[:n-1]
		}
	}
	for i, block := range blocks {
		beforeHeadline := i == len(blocks)-1 && d.Attribution == nil
		d.Body = append(d.Body, m.unescape(block, beforeHeadline))
	}
}

// unescape returns the text that is written as block. A backslash that escapes
// nothing is text.
func (m *mender) unescape(block string, beforeHeadline bool) string {
	text, ok := unescape(block, beforeHeadline)
	if !ok {
		m.note(true, FixBackslash)
		return block
	}
	return text
}
