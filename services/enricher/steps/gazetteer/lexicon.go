package gazetteer

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordID names a folded word that the data knows.
type wordID int32

// unknown is every other word.
const unknown wordID = -1

// kinds are what the rules know of a word, as a set.
type kinds uint32

const (
	stop      kinds = 1 << iota // part of no name, unless the data has the name
	adjective                   // of a country: in names of organizations only
	title                       // before the name of a person
	rank                        // the same, but needs a known first name or two names
	single                      // a title that may stand before a surname alone
	courtesy                    // Mr and the like
	particle                    // within a name: de, bin
	orgTail                     // the last word of an organization's name
	company                     // the same, for firms: Inc
	orgHead                     // Ministry of
	placeTail                   // the last word of a place's name
	placeHead                   // Lake
	place                       // a preposition that a place follows
	politics                    // says that the text is on politics of the United States
	soft                        // also a word that is no name
	first                       // a first name
	family                      // a family name that comes first
	surname                     // a word that is also a surname
	listed                      // alone the name of a country or an organization
	thing                       // the last word of the name of something else: Empire, Cup
)

// kindNames are the kinds as the data writes them.
var kindNames = map[string]kinds{
	"stop": stop, "adjective": adjective, "title": title, "rank": rank, "single": single,
	"courtesy": courtesy, "particle": particle, "orgtail": orgTail, "company": company,
	"orghead": orgHead, "placetail": placeTail, "placehead": placeHead, "place": place,
	"politics": politics, "soft": soft, "first": first, "family": family, "surname": surname, "thing": thing,
}

// lexicon is the data of the step, read only once it is built. Names are a trie
// over words, so that a look-up costs the length of the name.
type lexicon struct {
	short  map[uint64]wordID // words that have a shortKey, which are looked up faster
	long   map[string]wordID // the others
	folded []string          // by wordID
	kinds  []kinds           // by wordID
	first  []int32           // by wordID: the node of the names that begin with it, 0 when none does
	edges  map[edge]int32
	nodes  []node
}

// edge leads from a node, not the root, to the one after the next word.
type edge struct {
	from int32
	word wordID
}

type node struct {
	names []name
}

// name is one way to write the names of some entries.
type name struct {
	cases   string // by word: anyCase, capitalCase or exactCase
	entries []*entry
}

// How a word of a name must be written.
const (
	anyCase     = 'a'
	capitalCase = 'c'
	exactCase   = 'x'
)

func newLexicon() *lexicon {
	return &lexicon{
		short: map[uint64]wordID{}, long: map[string]wordID{},
		edges: map[edge]int32{}, nodes: make([]node, 1),
	}
}

// addWords notes the words of a row of words.tsv: a kind, then words of that kind.
func (l *lexicon) addWords(row []string) error {
	k, ok := kindNames[row[0]]
	if !ok || len(row) != 2 {
		return fmt.Errorf("no such kind of word")
	}
	for _, word := range strings.Fields(row[1]) {
		l.kinds[l.intern(fold(nil, word))] |= k
	}
	return nil
}

// addEntry adds all names of e.
func (l *lexicon) addEntry(e *entry) {
	for _, name := range append(e.aliases, e.Name) {
		last := l.addName(name, e)
		if (e.kind == country || e.kind == org) && !strings.Contains(name, " ") {
			l.kinds[last] |= listed
		}
	}
}

// intern gives a folded word its id.
func (l *lexicon) intern(folded []byte) wordID {
	id, ok := l.lookUp(folded)
	if ok {
		return id
	}
	id = wordID(len(l.kinds))
	if key, ok := shortKey(folded); ok {
		l.short[key] = id
	} else {
		l.long[string(folded)] = id
	}
	l.folded, l.kinds, l.first = append(l.folded, string(folded)), append(l.kinds, 0), append(l.first, 0)
	return id
}

// lookUp is the id of a folded word, if it has one.
func (l *lexicon) lookUp(folded []byte) (wordID, bool) {
	if key, ok := shortKey(folded); ok {
		id, ok := l.short[key]
		return id, ok
	}
	id, ok := l.long[string(folded)]
	return id, ok
}

// shortKey is a word of less than eight bytes as a number: its bytes, then how
// many there are. Most words have one.
func shortKey(word []byte) (key uint64, ok bool) {
	if len(word) >= 8 {
		return 0, false
	}
	for _, c := range word {
		key = key<<8 | uint64(c)
	}
	return key<<8 | uint64(len(word)), true
}

// addName makes text a name of the entry, and returns its last word.
func (l *lexicon) addName(text string, e *entry) (last wordID) {
	at := int32(0)
	var cases strings.Builder
	for _, t := range tokenize(text, nil) {
		last = l.intern(fold(nil, text[t.start:t.end]))
		at = l.grow(at, last)
		cases.WriteByte(caseOf(t))
	}
	end := &l.nodes[at]
	for i := range end.names {
		if end.names[i].cases == cases.String() {
			end.names[i].entries = append(end.names[i].entries, e)
			return last
		}
	}
	end.names = append(end.names, name{cases.String(), []*entry{e}})
	return last
}

// next is the node after the node at and a word, 0 when there is none.
func (l *lexicon) next(at int32, word wordID) int32 {
	if at == 0 {
		return l.first[word]
	}
	return l.edges[edge{at, word}]
}

// grow is next, and makes the node when there is none.
func (l *lexicon) grow(at int32, word wordID) int32 {
	next := l.next(at, word)
	if next != 0 {
		return next
	}
	next = int32(len(l.nodes))
	l.nodes = append(l.nodes, node{})
	if at == 0 {
		l.first[word] = next
	} else {
		l.edges[edge{at, word}] = next
	}
	return next
}

func caseOf(t token) byte {
	switch {
	case t.is(capitals):
		return exactCase
	case t.is(capital):
		return capitalCase
	}
	return anyCase
}

// longest finds what the longest name that begins at toks[i] may mean, and how
// many tokens it has. allCaps is whether the whole text is in capitals.
func (l *lexicon) longest(toks []token, i int, allCaps bool) (found []*entry, n int) {
	at := int32(0)
	for j := i; j < len(toks) && toks[j].word != unknown; j++ {
		if at = l.next(at, toks[j].word); at == 0 {
			break
		}
		for _, candidate := range l.nodes[at].names {
			if fits(candidate.cases, toks[i:j+1], allCaps) {
				found, n = candidate.entries, j+1-i
			}
		}
	}
	return found, n
}

// fits reports whether the tokens are written as a name asks.
func fits(cases string, toks []token, allCaps bool) bool {
	if len(toks) == 1 && toks[0].otherWord(cases[0], allCaps) {
		return false
	}
	for i := range toks {
		if cases[i] == exactCase && !toks[i].is(capitals) || cases[i] == capitalCase && !toks[i].is(capital) {
			return false
		}
	}
	return true
}

// maxShortAcronym is the most bytes of an acronym that is taken for no name of
// one word: CHAD may be Chad, but IRA is not Ira.
const maxShortAcronym = 3

// otherWord reports whether t, that is a name of one word, is more likely another
// word: in a text all in capitals US and WHO are pronouns, and in any other one a
// short word in capitals is an acronym.
func (t token) otherWord(written byte, allCaps bool) bool {
	if allCaps {
		return written == exactCase && t.any(stop)
	}
	return written == capitalCase && t.is(capitals) && t.size() <= maxShortAcronym
}

// annotate fills in what the lexicon knows of the tokens of s.
func (l *lexicon) annotate(s string, toks []token) {
	var buf [64]byte
	for i := range toks {
		t := &toks[i]
		if id, ok := l.lookUp(fold(buf[:0], s[t.start:t.end])); ok {
			t.word, t.kinds = id, l.kinds[id]
		}
	}
}

// fold appends word to buf in lower case, without accents, with ' for ’.
func fold(buf []byte, word string) []byte {
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c >= utf8.RuneSelf {
			return foldRunes(buf[:len(buf)-i], word)
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}

func foldRunes(buf []byte, word string) []byte {
	for _, r := range norm.NFD.String(word) {
		switch {
		case r == '’' || r == 'ʼ' || r == '‘':
			r = '\''
		case unicode.Is(unicode.Mn, r):
			continue
		}
		buf = utf8.AppendRune(buf, unicode.ToLower(r))
	}
	return buf
}
