package gazetteer

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// goldenArticles are those of the golden test.
func goldenArticles(t testing.TB) []schema.Article {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "articles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var articles []schema.Article
	if err := json.Unmarshal(data, &articles); err != nil {
		t.Fatal(err)
	}
	return articles
}

// jumble is a text of pieces of the golden articles and of what is hard to read.
func jumble(rng *rand.Rand, words []string) string {
	marks := []string{
		" ", ".", "'", "’", "-", "(", ")", "@", "\u0301", "é", "É", "ǅ", "ß", "雨", "٣", "9", "\xff", "\xe2\x80", "\u2028", "U.S.", "J.",
		"www.", "https://a.b", "Mr ", "Ministry of ", "van ", "LFA", "spokesman ",
	}
	var b strings.Builder
	for range 1 + rng.IntN(12) {
		if rng.IntN(3) == 0 {
			b.WriteString(marks[rng.IntN(len(marks))])
		} else {
			b.WriteString(words[rng.IntN(len(words))] + " ")
		}
	}
	return b.String()
}

// eachJumble calls do with many texts.
func eachJumble(t *testing.T, do func(s string)) {
	t.Helper()
	var words []string
	for _, a := range goldenArticles(t) {
		words = append(words, strings.Fields(a.Headline+" "+a.Lead+" "+strings.Join(a.Body, " "))...)
	}
	rng := rand.New(rand.NewPCG(4, 4))
	for range 20_000 {
		do(jumble(rng, words))
	}
}

// Where no name may begin, none is found.
func TestMayBegin(t *testing.T) {
	d := &document{publisher: []string{"evening", "blarg"}}
	passed, found := 0, 0
	eachJumble(t, func(s string) {
		for _, rules := range []bool{true, false} {
			text := newText(lexiconOf(t), s, rules)
			for i := range text.toks {
				name := d.longestAt(&text, i).to > 0
				if !text.mayBegin(i) {
					passed++
					if name {
						t.Errorf("%q: the name at %q is passed over", s, text.word(i))
					}
				}
				if name {
					found++
				}
			}
		}
	})
	if passed < 1000 || found < 1000 {
		t.Errorf("%d words passed over, %d names", passed, found)
	}
}

// The short way for ASCII reads letters as Unicode does.
func TestTokensAreThoseOfUnicode(t *testing.T) {
	for r := rune(0); r < 0x3000; r++ {
		if isLetter(r) != unicode.IsLetter(r) {
			t.Errorf("%U", r)
		}
	}
	eachJumble(t, func(s string) {
		want := strings.IndexFunc(s, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.Nd, unicode.M) })
		if want < 0 {
			want = len(s)
		}
		if got := runEnd(s); got != want {
			t.Errorf("%+q: run of %d, want %d", s, got, want)
		}
		for _, tok := range tokenize(s, nil) {
			word := s[tok.start:tok.end]
			first, _ := utf8.DecodeRuneInString(word)
			if tok.is(letters) && tok.name() != (unicode.IsUpper(first) || unicode.IsTitle(first)) {
				t.Errorf("%+q: shape %b", word, tok.shape)
			}
		}
	})
}

// Every word that is given an id is found by it, whatever its length, and no other.
func TestLookUp(t *testing.T) {
	l := newLexicon()
	words := []string{"", "\x00", "\x00\x00", "a", "\x00a", "a\x00", "aa", "sixsix", "seven77", "eight888", "nine99999", "\xff\xff\xff\xff\xff\xff\xff"}
	for i, word := range words {
		if id, ok := l.lookUp([]byte(word)); ok {
			t.Errorf("%q is found as %q", word, l.folded[id])
		}
		if id := l.intern([]byte(word)); id != wordID(i) || l.intern([]byte(word)) != id || l.folded[id] != word {
			t.Errorf("%q is %d, want %d", word, id, i)
		}
	}
	for _, word := range words {
		if id, ok := l.lookUp([]byte(word)); !ok || l.folded[id] != word {
			t.Errorf("%q: got %d, %t", word, id, ok)
		}
	}
	if _, ok := shortKey([]byte("eight888")); ok {
		t.Error("eight bytes leave no room for their number")
	}
}

// An article comes out the same whatever the step has read before it, and its
// mentions have no room in which another step could write over others.
func TestRoomIsEmpty(t *testing.T) {
	step := &Step{lexicon: lexiconOf(t)}
	articles := goldenArticles(t)
	long := schema.Article{Language: "en", Body: []string{strings.Repeat("Maria Zork left Lima. ", 2*maxRoom/5)}}
	articles = append(articles, long, articles[0])
	for round := range 2 {
		for i, a := range articles {
			got, want := schema.Enriched{Article: a}, schema.Enriched{Article: a}
			fresh := &Step{lexicon: lexiconOf(t)}
			if err := step.Enrich(t.Context(), &got); err != nil {
				t.Fatal(err)
			}
			if err := fresh.Enrich(t.Context(), &want); err != nil {
				t.Fatal(err)
			}
			if g, w := asJSON(t, got), asJSON(t, want); g != w {
				t.Errorf("round %d, article %d: got %s, want %s", round, i, g, w)
			}
			for _, e := range got.Entities {
				if len(e.Mentions) != cap(e.Mentions) {
					t.Errorf("article %d, %s: room for %d mentions of %d", i, e.ID, cap(e.Mentions), len(e.Mentions))
				}
			}
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
