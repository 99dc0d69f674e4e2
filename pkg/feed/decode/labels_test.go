package decode_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/feed/decode"
)

// texts are words that a charset of the web can write, one for each encoding of
// the WHATWG list and some of their other labels.
var texts = map[string]string{
	"utf-8": "Größe", "utf8": "Größe", "unicode-1-1-utf-8": "Größe",
	"ibm866": "Новости", "cp866": "Новости", "koi8-r": "Новости", "koi8-u": "Новини ґ", "koi8-ru": "Новини",
	"iso-8859-2": "Příliš žluťoučký", "latin2": "Příliš", "iso-8859-3": "Ĉiuj ĝojas", "iso-8859-4": "Ķēniņš",
	"iso-8859-5": "Новости дня", "cyrillic": "Новости", "iso-8859-6": "أخبار اليوم", "arabic": "أخبار",
	"iso-8859-7": "Τα νέα", "greek": "Τα νέα", "iso-8859-8": "חדשות היום", "iso-8859-8-i": "חדשות", "hebrew": "חדשות",
	"iso-8859-10": "Ķēniņš ŧ", "iso-8859-13": "Žinios", "iso-8859-14": "Ŵythnos", "iso-8859-15": "Größe €", "l9": "€",
	"iso-8859-16": "Știri", "macintosh": "Größe", "windows-874": "ข่าว", "tis-620": "ข่าว", "iso-8859-11": "ข่าว",
	"windows-1250": "Příliš", "cp1250": "Příliš", "windows-1251": "Новости", "x-cp1251": "Новости",
	"windows-1252": "“Größe” – €", "iso-8859-1": "“Größe”", "latin1": "“é”", "us-ascii": "“é”", "cp1252": "“é”",
	"windows-1253": "Τα νέα", "windows-1254": "Bugünün şöyle", "iso-8859-9": "Bugünün şöyle", "latin5": "şöyle",
	"windows-1255": "חדשות", "windows-1256": "أخبار", "windows-1257": "Žinios", "windows-1258": "Viêt",
	"x-mac-cyrillic": "Новости", "x-mac-ukrainian": "Новости",
	"gbk": "今日新闻", "gb2312": "今日新闻", "chinese": "今日新闻", "x-gbk": "今日新闻", "gb18030": "今日新闻㐀", "big5": "今日新聞", "big5-hkscs": "今日新聞",
	"euc-jp": "今日のニュース", "iso-2022-jp": "今日のニュース", "shift_jis": "今日のニュース", "sjis": "今日のニュース", "windows-31j": "今日のニュース",
	"euc-kr": "오늘의 뉴스", "ks_c_5601-1987": "오늘의 뉴스", "windows-949": "오늘의 뉴스",
}

// TestLabels decodes a document in each charset, declared in each way.
func TestLabels(t *testing.T) {
	for label, text := range texts {
		t.Run(label, func(t *testing.T) {
			want := rss(strings.Repeat(text+" ", 3))
			for how, contentType := range map[string]string{"header": "text/xml; charset=" + label, "declaration": "text/xml"} {
				doc := want
				if how == "declaration" {
					doc = declared(strings.ToUpper(label)) + want
				}
				got, err := decode.UTF8(in(t, label, doc), contentType, 0)
				if err != nil || string(got.Bytes) != want {
					t.Errorf("%s: got %q in %s, %v", how, got.Bytes, got.Charset, err)
				}
				if len(got.Repairs) != 0 {
					t.Errorf("%s: repairs %v of a sound document", how, got.Repairs)
				}
			}
		})
	}
}

// TestSoundIsKept checks that text which XML allows stays as it is, in the same
// memory, whatever is in it and wherever it stands among eight bytes.
func TestSoundIsKept(t *testing.T) {
	for _, char := range []string{"\t", "\n", "\r", " ", "~", "\x7f", "\u0080", "é", "ж", "今", "\ud7ff", "\ue000", "\ufffd", "ﬀ", "😀", "&#9;", "&#x1F600;", "&#65"} {
		for i := range 18 {
			body := []byte("<rss>" + strings.Repeat("x", i) + char + strings.Repeat("y", 17) + "</rss>")
			got, err := decode.UTF8(body, "", 0)
			if err != nil || !bytes.Equal(got.Bytes, body) || &got.Bytes[0] != &body[0] || got.Repairs != nil {
				t.Fatalf("%q at %d: got %q, %v, %v", char, i, got.Bytes, got.Repairs, err)
			}
		}
	}
}

// TestEveryPlace puts what XML does not allow at each place among eight bytes.
func TestEveryPlace(t *testing.T) {
	for bad, want := range map[string]string{
		"\x00": "", "\x01": "", "\x08": "", "\x0b": "", "\x1f": "", "\ufffe": "", "\uffff": "", "&#0;": "", "&#x1f;": "", "&#55296;": "",
		"\xff": "\ufffd", "\xc3": "\ufffd", "\xe4\xbb": "\ufffd\ufffd", "\xed\xa0\x80": "\ufffd\ufffd\ufffd", "\xf5": "\ufffd", "\xc0\xaf": "\ufffd\ufffd", "\x80": "\ufffd",
	} {
		for i := range 18 {
			front, back := "<rss>é今é今é今"+strings.Repeat("x", i), strings.Repeat("y", 17)+"</rss>"
			got, err := decode.UTF8([]byte(front+bad+back), "", 0)
			if err != nil || string(got.Bytes) != front+want+back || len(got.Repairs) != 1 || !utf8.Valid(got.Bytes) {
				t.Fatalf("%q at %d: got %q, %v, %v", bad, i, got.Bytes, got.Repairs, err)
			}
		}
	}
}

// TestDecodeAllocates checks that a sound document is not copied.
func TestDecodeAllocates(t *testing.T) {
	for name, body := range map[string][]byte{
		"ASCII": []byte("<rss>" + strings.Repeat("words of a text\n", 10_000)),
		"more":  []byte("<rss>" + strings.Repeat("новости дня “今日” ", 10_000)),
	} {
		t.Run(name, func(t *testing.T) {
			n := testing.AllocsPerRun(5, func() {
				if _, err := decode.UTF8(body, "text/xml; charset=utf-8", 0); err != nil {
					t.Fatal(err)
				}
			})
			if n > 20 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}
