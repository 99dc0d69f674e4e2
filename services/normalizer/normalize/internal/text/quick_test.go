package text

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pieces are what the short ways through this package turn on.
func pieces() []string {
	return slices.Concat(phrases, forms[0].openings, forms[2].openings, strings.Split(advertisement+"|"+share+"|"+comments, "|"), []string{
		" ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "…", "...", ".", "!", "»", "›", ">", "→", "]", ")", "(", "[", "&", ":", "”", ",", "a", "Word",
		"ſ", "\u212a", "İ", "ı", "é", "e\u0301", "雨", "한국", "ไทย", "7", "٣", "\x00", "\v", "\xff", "\xe2\x80", "word word", "Photo: A", "© 2024", "(c) 2024",
	})
}

// hostile are texts of a few pieces each, in any case.
func hostile(yield func(string) bool) {
	rng, all := rand.New(rand.NewPCG(3, 7)), pieces()
	for range 30_000 {
		var b strings.Builder
		for range rng.IntN(6) {
			piece := all[rng.IntN(len(all))]
			switch rng.IntN(4) {
			case 0:
				piece = strings.ToUpper(piece)
			case 1:
				piece = strings.ReplaceAll(strings.ReplaceAll(piece, "s", "ſ"), "k", "\u212a")
			}
			b.WriteString(piece)
		}
		if !yield(b.String()) {
			return
		}
	}
}

// A line has the same form whether all forms are tried or those by its first byte.
func TestFormsByByte(t *testing.T) {
	seen := 0
	for line := range hostile {
		if line == "" {
			continue
		}
		matches := func(f form) bool { return f.matches(line) }
		all, some := slices.IndexFunc(forms, matches), slices.IndexFunc(formsByByte[line[0]], matches)
		want, got := "", ""
		if all >= 0 {
			want, seen = forms[all].rule, seen+1
		}
		if some >= 0 {
			got = formsByByte[line[0]][some].rule
		}
		if got != want {
			t.Errorf("%+q: got %q, want %q", line, got, want)
		}
	}
	if seen < 100 {
		t.Errorf("only %d lines have a form", seen)
	}
}

func TestFirstBytes(t *testing.T) {
	for text, want := range map[string]string{
		"read": "rR", "share": "s\xc5S", "keep": "k\xe2K", "à": "\xc3", "å": "\xc3\xe2", "читать": "\xd1\xd0", "関連": "\xe9", "[": "[", "7": "7",
	} {
		if got := string(firstBytes(text)); got != want {
			t.Errorf("%q: got %+q, want %+q", text, got, want)
		}
	}
}

// What moreEnd matches must be seen to be possible.
func TestMayEndInMore(t *testing.T) {
	seen := 0
	for text := range hostile {
		if moreEnd.MatchString(text) {
			seen++
			if !mayEndInMore(text) {
				t.Errorf("%+q is passed over", text)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d texts match", seen)
	}
	for text, want := range map[string]bool{
		"": false, "The end.": false, "Read on": false, "Reading": false, "ead more": false,
		"… Read MORE": true, "read more ... »]": true, "to the harbour →": true, "lire la \u017fuite": true,
	} {
		if mayEndInMore(text) != want {
			t.Errorf("%q: want %t", text, want)
		}
	}
}

// Text without markup gives the same with and without the tokenizer.
func TestPlainTextNeedsNoTokenizer(t *testing.T) {
	for source := range hostile {
		if strings.ContainsAny(source, "<&\r") {
			continue
		}
		c := &cutter{}
		c.read(source)
		if diff := cmp.Diff(c.paragraphs, Paragraphs(source)); diff != "" {
			t.Errorf("%+q:\n%s", source, diff)
		}
	}
}

func TestWordsAreThoseOfUnicode(t *testing.T) {
	for text := range hostile {
		words, letters, inside := 0, 0, false
		for _, r := range text {
			switch {
			case isUnspaced(r):
				letters, inside = letters+1, false
			case unicode.IsSpace(r):
				inside = false
			case !inside && (unicode.IsLetter(r) || unicode.IsDigit(r)):
				words, inside = words+1, true
			}
		}
		if got, want := Words(text), words+(letters+1)/2; got != want {
			t.Errorf("%+q: got %d, want %d", text, got, want)
		}
	}
}

// A tag is the one that the tokenizer reads, however it is written.
func TestReadTag(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	parts := []string{
		"<", "</", ">", "/>", "p", "P", "Br", "a", "DIV", "script", "SCRIPT", "x-y", "onlanguagechange", strings.Repeat("q", 40), "İ", "é",
		" ", "\t", "\n", "\r", "\f", "\v", "/", "class=x", "hidden", "'", "\"", "=", "\x00", "\xff", "!--", "-->", "![CDATA[", "]]>",
	}
	seen := 0
	for range 30_000 {
		var b strings.Builder
		b.WriteString("<p>")
		for range rng.IntN(10) {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		z := html.NewTokenizer(strings.NewReader(b.String()))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			if kind != html.StartTagToken && kind != html.EndTagToken && kind != html.SelfClosingTagToken {
				continue
			}
			got, more := readTag(z.Raw())
			name, attributes := z.TagName()
			if want := atom.Lookup(name); got != want || attributes && !more {
				t.Fatalf("%+q: got %v, %t, want %v, %t", b.String(), got, more, want, attributes)
			}
			seen++
		}
	}
	if seen < 10_000 {
		t.Errorf("only %d tags", seen)
	}
}

// What parts the paragraphs is not kept, so only their texts and the room take memory.
func TestParagraphsAllocateLittle(t *testing.T) {
	source := strings.Repeat("<p>The ferry reached the harbour late on Sunday, its owner said.</p>\n", 20)
	if n := testing.AllocsPerRun(20, func() { Paragraphs(source) }); n > 30 {
		t.Errorf("%v allocations for 20 paragraphs", n)
	}
}
