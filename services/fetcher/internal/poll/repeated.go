package poll

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/dateline-news/dateline/pkg/schema"
)

// What makes a line of an item one that its feed repeats: other items near it, which
// are about something else, have it at the edges of their texts too. Half of those
// near must, or, below a text that is long enough without it, some.
const (
	maxRepeatedLine = 250     // bytes; a longer one is news, however often it is there
	minRepeatedLine = 20      // bytes; a shorter one may be news, such as Sunny
	minRun          = 8       // bytes of plain text in it, by which it is looked for
	firstLines      = 2       // of a text that are looked at
	lastLines       = 3       // of a text that are looked at
	nearItems       = 8       // before the item, and after it
	minRepeating    = 2       // other items that have the line
	longEnough      = 400     // bytes of a text above a line
	edgeOfText      = 2 << 10 // bytes of a text that are looked at, from either end
)

// edge is one of the first or last lines of a text.
type edge struct {
	textLine
	// below says that it stands below a text that is long enough without it.
	below bool
}

// repeated are the lines of a new item that its feed repeats. The normalizer sees
// that item alone and could not tell.
func (r *round) repeated(i int) (lines []string) {
	if item := r.parsed[i]; isOneLine(item.Content) && isOneLine(item.Summary) && (item.Content == "" || item.Summary == "") {
		return nil // which is all that it says
	}
	for _, e := range r.edges(i) {
		if len(lines) < schema.MaxRepeated && e.mayRepeat() && r.repeats(i, e) {
			lines = append(lines, e.text)
		}
	}
	return lines
}

// mayRepeat reports whether a line is worth looking for. Who has reported and edited
// is part of an article, though the same people do it day by day.
func (e edge) mayRepeat() bool {
	isCredit := strings.HasPrefix(e.text, "(") && strings.HasSuffix(e.text, ")") || strings.Contains(e.text, "contributed to this report")
	return len(e.text) >= minRepeatedLine && len(e.run) >= minRun && !isCredit
}

// repeats reports whether enough of the items near one have a line of it.
func (r *round) repeats(i int, e edge) bool {
	about := []claim{claimOf(r.parsed[i])}
	near := 0
	for j := max(0, i-nearItems); j <= min(i+nearItems, len(r.pieces)-1); j++ {
		if j == i {
			continue
		}
		near++
		if _, read := r.lines[j]; !read && !bytes.Contains(r.pieces[j].region(), []byte(e.run)) {
			continue // not worth reading
		}
		if !has(r.edges(j), e.text) {
			continue
		}
		other := claimOf(r.parsed[j])
		if !slices.ContainsFunc(about, other.isAbout) {
			about = append(about, other)
		}
	}
	others := len(about) - 1
	return others >= minRepeating && (e.below || 2*others >= near)
}

// isAbout reports whether two items are the same article once more.
func (c claim) isAbout(other claim) bool {
	return c.says == other.says || c.link == other.link && c.guid == other.guid
}

func has(edges []edge, line string) bool {
	return slices.ContainsFunc(edges, func(e edge) bool { return e.text == line })
}

// edges are the first and last lines of an item's texts, those that are short.
func (r *round) edges(i int) []edge {
	if edges, ok := r.lines[i]; ok {
		return edges
	}
	item, _ := r.look(i)
	var edges []edge
	for _, source := range []string{item.Content, item.Summary} {
		for _, e := range edgesOf(source) {
			if len(e.text) < maxRepeatedLine && !has(edges, e.text) {
				edges = append(edges, e)
			}
		}
	}
	r.lines[i] = edges
	return edges
}

// edgesOf are the first and last lines of a text.
func edgesOf(source string) (edges []edge) {
	first, last := linesOf(source), []textLine(nil)
	if len(source) > 2*edgeOfText {
		// A line that is cut off is none.
		first, last = linesOf(source[:edgeOfText]), linesOf(source[len(source)-edgeOfText:])
		first, last = first[:max(0, len(first)-1)], last[min(1, len(last)):]
	} else if len(first) > firstLines {
		first, last = first[:firstLines], first[firstLines:]
	}
	above := len(source)
	if len(source) <= 2*edgeOfText {
		above = size(first) + size(last[:max(0, len(last)-lastLines)])
	}
	for _, line := range first[:min(len(first), firstLines)] {
		edges = append(edges, edge{textLine: line})
	}
	for _, line := range last[max(0, len(last)-lastLines):] {
		edges = append(edges, edge{textLine: line, below: above >= longEnough})
	}
	return edges
}

// size is how many bytes the lines have.
func size(lines []textLine) (n int) {
	for _, line := range lines {
		n += len(line.text)
	}
	return n
}

// isOneLine reports whether a text is plainly of one line at most.
func isOneLine(text string) bool {
	return strings.IndexByte(text, '<') < 0 && strings.IndexByte(text, '\n') < 0
}

// textLine is a line of a text.
type textLine struct {
	text string // clean
	run  string // the longest part of it that is the same however it is escaped
}

// liner gathers lines.
type liner struct {
	lines []textLine
	open  []byte // the line that has not ended
	run   []byte // its longest run so far
}

func (l *liner) add(text []byte) {
	from := len(l.open)
	l.open = append(l.open, text...)
	for run := range bytes.FieldsFuncSeq(l.open[from:], isNoRun) {
		if len(run) > len(l.run) {
			l.run = run
		}
	}
}

func isNoRun(c rune) bool { return !unicode.IsLetter(c) && c != ' ' || c == unicode.ReplacementChar }

func (l *liner) end() {
	if len(bytes.TrimSpace(l.open)) > 0 {
		if text := schema.Clean(string(l.open)); text != "" {
			l.lines = append(l.lines, textLine{text, string(l.run)})
		}
	}
	l.open, l.run = l.open[:0], nil
}

// linesOf are the lines of HTML, or of plain text, as the normalizer parts them:
// by block elements, by <br><br>, or else by blank lines.
func linesOf(source string) []textLine {
	l := &liner{open: make([]byte, 0, min(len(source), 512))}
	if !strings.Contains(source, "<") {
		for text := range strings.SplitSeq(strings.ReplaceAll(source, "\r", ""), "\n\n") {
			l.add([]byte(html.UnescapeString(text)))
			l.end()
		}
		return l.lines
	}
	breaks := 0
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		switch z.Next() {
		case html.ErrorToken: // the end: a string gives no other error
			l.end()
			return l.lines
		case html.TextToken:
			text := z.Text()
			if l.add(text); len(bytes.TrimSpace(text)) > 0 {
				breaks = 0
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if breaks += breaksOf(atom.Lookup(name)); breaks > 1 {
				l.end()
			} else if breaks == 1 {
				l.add([]byte{' '})
			}
		}
	}
}

// breaksOf is how far a tag ends a line, which two do.
func breaksOf(tag atom.Atom) int {
	switch {
	case tag == atom.Br:
		return 1
	case isInline(tag):
		return 0
	default:
		return 2
	}
}

// isInline reports whether an element stands within a line.
func isInline(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.Abbr, atom.B, atom.Cite, atom.Code, atom.Em, atom.Font, atom.I, atom.Img, atom.Mark, atom.Q, atom.S,
		atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Td, atom.U:
		return true
	}
	return false
}
