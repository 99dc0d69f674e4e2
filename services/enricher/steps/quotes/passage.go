package quotes

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// passage is a text between quotation marks: the marks are at open and before
// close, what is between them is text[start:end].
type passage struct {
	open, start, end, close int
	mark                    rune // that opens it
}

// style is a kind of quotation marks.
type style uint8

const (
	double style = iota
	single
	angle
	corner
)

// opened is a mark that may open a passage.
type opened struct {
	at, size int
	mark     rune
	style    style
	// maybe is where a passage in single marks ends if no other mark ends it: the
	// apostrophe of "the workers’ rights" looks the same.
	maybe, maybeSize int
}

// scanner finds the passages of one paragraph.
type scanner struct {
	s     string
	stack []opened
	sure  []int // into stack: the marks that are no apostrophes
	found []passage
}

// passagesOf are the passages of a paragraph that are in no other passage, and the
// mark that opens one that does not end there, if there is one. It takes time
// linear in s, but for sorting.
func passagesOf(s string) (found []passage, open *opened) {
	if !strings.ContainsAny(s, "\"'`“”„‟‘‚«»‹›「」『』") {
		return nil, nil
	}
	sc := scanner{s: s}
	prev := rune(' ')
	for i := 0; i < len(s); {
		r, size := markAt(s[i:])
		if st, ok := styleOf(r); ok {
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			if i+size == len(s) {
				next = ' '
			}
			sc.mark(r, i, size, st, prev, next)
		}
		prev, i = r, i+size
	}
	return sc.finish()
}

// markAt is the character that s begins with. Two single marks are a double one.
func markAt(s string) (r rune, size int) {
	switch {
	case strings.HasPrefix(s, "''"):
		return '"', 2
	case strings.HasPrefix(s, "``"):
		return '“', 2
	}
	return utf8.DecodeRuneInString(s)
}

func styleOf(r rune) (style, bool) {
	switch r {
	case '"', '“', '”', '„', '‟':
		return double, true
	case '\'', '‘', '’', '‚':
		return single, true
	case '«', '»', '‹', '›':
		return angle, true
	case '「', '」', '『', '』':
		return corner, true
	}
	return 0, false
}

// mark handles the mark r at i, between prev and next.
func (sc *scanner) mark(r rune, i, size int, st style, prev, next rune) {
	if at := sc.partner(r, st); at >= 0 && closes(r, prev, next) {
		if st == single && doubtful(sc.s, i, size) {
			sc.stack[at].maybe, sc.stack[at].maybeSize = i, size
			return
		}
		sc.end(at, i, size)
		return
	}
	if !opens(r, prev, next) {
		return
	}
	if top := len(sc.stack) - 1; st == single && top >= 0 && sc.stack[top].maybe > 0 {
		sc.endMaybe(top)
	}
	if st != single {
		sc.sure = append(sc.sure, len(sc.stack))
	}
	sc.stack = append(sc.stack, opened{at: i, size: size, mark: r, style: st})
}

// partner is the open mark that r may close, or -1: the last one, or the last that
// is no apostrophe.
func (sc *scanner) partner(r rune, st style) int {
	at := len(sc.stack) - 1
	if st != single && len(sc.sure) > 0 {
		at = sc.sure[len(sc.sure)-1]
	}
	if at < 0 || sc.stack[at].style != st || !pairs(sc.stack[at].mark, r) {
		return -1
	}
	return at
}

// pairs reports whether a passage that begins with the one mark may end with the
// other.
func pairs(open, end rune) bool {
	switch open {
	case '“', '‟':
		return end == '”' || end == '"'
	case '„':
		return end == '“' || end == '”' || end == '‟' || end == '"'
	case '”', '"':
		return end == '"' || end == '”'
	case '‘', '\'':
		return end == '’' || end == '\''
	case '‚':
		return end == '‘' || end == '’'
	case '’':
		return end == '’'
	case '«':
		return end == '»'
	case '»':
		return end == '«' || end == '»'
	case '‹':
		return end == '›'
	case '›':
		return end == '‹'
	case '「':
		return end == '」'
	case '『':
		return end == '』'
	}
	return false
}

// closes reports whether r may close a passage between these two.
func closes(r, prev, next rune) bool {
	switch r {
	case '」', '』', '»', '«', '›', '‹':
		return true
	case '\'', '’':
		return !unicode.IsSpace(prev) && !isWordRune(next)
	case '"':
		return !unicode.IsSpace(prev) || unicode.IsSpace(next)
	}
	return !unicode.IsSpace(prev) || !isWordRune(next)
}

// opens reports whether r may open a passage between these two.
func opens(r, prev, next rune) bool {
	switch r {
	case '「', '『', '«', '„', '‟':
		return true
	case '“':
		return !isWordRune(prev)
	case '‘', '‚':
		return !isWordRune(prev) && !unicode.IsSpace(next)
	case '\'':
		return !unicode.IsDigit(next) && leads(prev, next) // not '80s
	case '"', '”', '»', '‹', '›':
		return apart(prev, next) || leads(prev, next)
	}
	return false // ’ is an apostrophe
}

// apart reports whether a mark that may open or close stands apart from what is
// before it, and at what is after it.
func apart(prev, next rune) bool {
	return !isWordRune(prev) && prev != '.' && prev != ',' && !unicode.IsSpace(next) && !unicode.IsPunct(next)
}

// leads reports whether a mark between these two stands where a passage begins.
func leads(prev, next rune) bool { return boundary(prev) && opensWord(next) }

func boundary(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("([—–-:", r) }

// opensWord reports whether a passage may begin with r.
func opensWord(r rune) bool {
	return isWordRune(r) || strings.ContainsRune("‘'“\"[(…¿¡$£€.@#", r)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// doubtful reports whether the mark at i is as likely the apostrophe after a
// plural: workers’ rights.
func doubtful(s string, i, size int) bool {
	if i == 0 || s[i-1] != 's' && s[i-1] != 'S' {
		return false
	}
	rest := s[i+size:]
	if len(rest) < 2 || rest[0] != ' ' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest[1:])
	return unicode.IsLower(r)
}

// end makes a passage of the open mark and the one at i. Marks opened within it
// were none.
func (sc *scanner) end(at, i, size int) {
	o := sc.stack[at]
	sc.drop(at)
	inner := sc.s[o.at+o.size : i]
	start := o.at + o.size + len(inner) - len(strings.TrimLeftFunc(inner, unicode.IsSpace))
	end := max(start, o.at+o.size+len(strings.TrimRightFunc(inner, unicode.IsSpace)))
	if start < end {
		sc.found = append(sc.found, passage{open: o.at, start: start, end: end, close: i + size, mark: o.mark})
	}
}

// endMaybe ends a passage in single marks where it may end. It is none, but two
// apostrophes, if it holds one in other marks.
func (sc *scanner) endMaybe(at int) {
	o := sc.stack[at]
	if last := len(sc.found) - 1; last >= 0 && sc.found[last].open > o.at {
		sc.drop(at)
		return
	}
	sc.end(at, o.maybe, o.maybeSize)
}

// drop takes an open mark, and those after it, off the stack.
func (sc *scanner) drop(at int) {
	sc.stack = sc.stack[:at]
	for len(sc.sure) > 0 && sc.sure[len(sc.sure)-1] >= at {
		sc.sure = sc.sure[:len(sc.sure)-1]
	}
}

// finish is what was found, without passages in passages.
func (sc *scanner) finish() ([]passage, *opened) {
	for i := len(sc.stack) - 1; i >= 0; i-- {
		if i < len(sc.stack) && sc.stack[i].maybe > 0 {
			sc.endMaybe(i)
		}
	}
	slices.SortFunc(sc.found, func(a, b passage) int { return a.open - b.open })
	outer, last := sc.found[:0], 0
	for _, p := range sc.found {
		if p.open >= last {
			outer, last = append(outer, p), p.close
		}
	}
	for i := range sc.stack {
		if sc.stack[i].style != single || strings.TrimSpace(sc.s[:sc.stack[i].at]) == "" {
			return outer, &sc.stack[i]
		}
	}
	return outer, nil
}
