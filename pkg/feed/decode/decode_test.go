package decode_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/dateline-news/dateline/pkg/feed/decode"
)

// in encodes text in a charset that the WHATWG list knows.
func in(t *testing.T, label, text string) []byte {
	t.Helper()
	e, _ := charset.Lookup(label)
	if e == nil {
		t.Fatalf("no charset %s", label)
	}
	return with(t, e, text)
}

func with(t *testing.T, e encoding.Encoding, text string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func declared(label string) string { return `<?xml version="1.0" encoding="` + label + `"?>` }

func rss(text string) string { return "<rss><channel><title>" + text + "</title></channel></rss>" }

func TestCharset(t *testing.T) {
	const (
		german  = "Größe „gut“"
		russian = "Новости дня"
		chinese = "今日新闻"
	)
	jis := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, test := range map[string]struct {
		body        []byte
		contentType string
		want        string
		charset     string
	}{
		"undeclared UTF-8":        {[]byte(rss(german)), "text/xml", rss(german), "utf-8"},
		"UTF-8 byte order mark":   {[]byte("\ufeff" + rss(german)), "", rss(german), "utf-8"},
		"two byte order marks":    {[]byte("\ufeff\ufeff" + rss(german)), "", rss(german), "utf-8"},
		"UTF-16 with mark":        {with(t, jis, declared("utf-16")+rss(german)), "", rss(german), "utf-16le"},
		"UTF-16LE without mark":   {in(t, "utf-16le", rss(german)), "text/xml", rss(german), "utf-16le"},
		"UTF-16BE without mark":   {in(t, "utf-16be", rss(german)), "text/xml", rss(german), "utf-16be"},
		"UTF-16 after line break": {in(t, "utf-16be", "\n"+rss(german)), "", rss(german), "utf-16be"},
		"UTF-32 with mark": {with(t, utf32.UTF32(utf32.BigEndian, utf32.UseBOM), rss(german)), "",
			rss(german), "utf-32be"},
		"UTF-32 without mark": {with(t, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), rss(german)), "",
			rss(german), "utf-32le"},
		"declared UTF-16 but ASCII": {[]byte(declared("utf-16") + rss("news")), "", rss("news"), "utf-8"},
		"HTTP alone":                {in(t, "windows-1251", rss(russian)), "text/xml; charset=windows-1251", rss(russian), "windows-1251"},
		"HTTP in quotes, twice": {in(t, "koi8-r", rss(russian)), `text/xml;Charset="KOI8-R"; charset=utf-8`,
			rss(russian), "koi8-r"},
		"declaration alone":              {in(t, "gbk", declared("gb2312")+rss(chinese)), "text/xml", rss(chinese), "gbk"},
		"HTTP before declaration":        {in(t, "big5", declared("koi8-r")+rss("新聞")), "text/xml; charset=big5", rss("新聞"), "big5"},
		"declaration before HTTP latin1": {in(t, "koi8-r", declared("koi8-r")+rss(russian)), "text/xml; charset=ISO-8859-1", rss(russian), "koi8-r"},
		"latin1 means windows-1252":      {in(t, "windows-1252", declared("iso-8859-1")+rss(german)), "", rss(german), "windows-1252"},
		"UTF-8 declared as latin1":       {[]byte(declared("iso-8859-1") + rss(german)), "text/xml; charset=iso-8859-1", rss(german), "utf-8"},
		"UTF-8 declared as gbk":          {[]byte(declared("gbk") + rss(chinese)), "", rss(chinese), "utf-8"},
		"damaged UTF-8 declared latin1":  {[]byte(declared("iso-8859-1") + rss(russian+"\xff")), "", rss(russian + "\ufffd"), "utf-8"},
		"iso-2022-jp":                    {in(t, "iso-2022-jp", declared("iso-2022-jp")+rss("日本")), "", rss("日本"), "iso-2022-jp"},
		"unknown label":                  {in(t, "windows-1252", declared("x-nonsense")+rss("café")), "", rss("café"), "windows-1252"},
		"label that means nothing can be read": {[]byte(declared("hz-gb-2312") + rss("news")), "",
			rss("news"), "utf-8"},
		"latin letters declared UTF-8": {in(t, "windows-1252", declared("utf-8")+rss("café")), "", rss("café"), "windows-1252"},
		"habit of the language": {in(t, "windows-1251", rss(russian+"</title><language>ru-RU</language><title>")), "",
			rss(russian + "</title><language>ru-RU</language><title>"), "windows-1251"},
		"habit by xml:lang": {in(t, "shift_jis", "<feed xml:lang='ja'><title>日本のニュース</title></feed>"), "",
			"<feed xml:lang='ja'><title>日本のニュース</title></feed>", "shift_jis"},
		"meta": {in(t, "windows-1251", "<html><head><meta charset='windows-1251'></head>"+rss(russian)), "text/html",
			rss(russian), "windows-1251"},
		"meta of old": {in(t, "koi8-r", `<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">`+rss(russian)), "",
			rss(russian), "koi8-r"},
		"gb2312 with characters of gb18030": {in(t, "gb18030", declared("gb2312")+rss("今日㐀𠀀")), "", rss("今日㐀𠀀"), "gbk"},
		"declared what does not fit": {in(t, "windows-1251", declared("shift_jis")+rss(russian+"</title><language>ru</language><title>")), "",
			rss(russian + "</title><language>ru</language><title>"), "windows-1251"},
		"HTTP does not fit, declaration does": {in(t, "gbk", declared("gbk")+rss(chinese+chinese)), "text/xml; charset=iso-8859-6", rss(chinese + chinese), "gbk"},
		"JSON after a mark":                   {[]byte("\ufeff {\"version\":\"é\"}"), "application/json", `{"version":"é"}`, "utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode.UTF8(test.body, test.contentType, 0)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Bytes) != test.want || got.Charset != test.charset {
				t.Errorf("got %q in %s, want %q in %s", got.Bytes, got.Charset, test.want, test.charset)
			}
		})
	}
}

func TestRepairs(t *testing.T) {
	for name, test := range map[string]struct {
		body, want string
		repairs    []string
	}{
		"nothing to do":      {rss("a &amp; b &#233; &#x1F600;\t\r\n"), rss("a &amp; b &#233; &#x1F600;\t\r\n"), nil},
		"one bad byte":       {rss("\xff"), rss("\ufffd"), []string{decode.RepairBytes}},
		"bytes of S45":       {rss("a\xff\xfe\xc0\xafb"), rss("a\ufffd\ufffd\ufffd\ufffdb"), []string{decode.RepairBytes}},
		"surrogate":          {rss("é\xed\xa0\x80é é é"), rss("é\ufffd\ufffd\ufffdé é é"), []string{decode.RepairBytes}},
		"cut in a character": {"<rss>éé\xc3", "<rss>éé\ufffd", []string{decode.RepairBytes}},
		"control characters": {rss("a\x00\x1f\x0bb\ufffe"), rss("ab"), []string{decode.RepairCharacter}},
		"illegal references": {rss("a&#0;&#x0;&#xD800;&#xFFFE;&#31;&#x110000;&#99999999999;b"), rss("ab"), []string{decode.RepairReference}},
		"no references":      {rss("&# &#; &#x; &#xg; &#1"), rss("&# &#; &#x; &#xg; &#1"), nil},
		"blank lines":        {strings.Repeat(" \r\n", 4000) + rss(""), rss(""), nil},
		"declaration":        {declared("utf-8") + "\n<!DOCTYPE rss [<!ENTITY a \"<rss>\">]><!-- <rss> -->" + rss(""), rss(""), nil},
		"two declarations":   {declared("utf-8") + declared("utf-8") + rss(""), rss(""), nil},
		"warnings of PHP": {"<br />\n<b>Warning</b>: it's broken in <b>/x.php</b><br />\n" + declared("utf-8") + rss(""),
			rss(""), []string{decode.RepairJunk}},
		"feed in a page": {`<html><body><feed xmlns="http://www.w3.org/2005/Atom"></feed></body></html>`,
			`<feed xmlns="http://www.w3.org/2005/Atom"></feed></body></html>`, []string{decode.RepairJunk}},
		"page":                 {" <!DOCTYPE html><html><head><title>No</title>", "<!DOCTYPE html><html><head><title>No</title>", nil},
		"XHTML":                {declared("utf-8") + "\n<html><title>No</title>", "<html><title>No</title>", nil},
		"text":                 {" no feed", "no feed", nil},
		"nothing":              {"", "", nil},
		"warnings before JSON": {"Notice: x\n{\"version\":\"https://jsonfeed.org/version/1\"}", `{"version":"https://jsonfeed.org/version/1"}`, []string{decode.RepairJunk}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode.UTF8([]byte(test.body), "", 0)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Bytes) != test.want {
				t.Errorf("got  %q\nwant %q", got.Bytes, test.want)
			}
			if !slices.Equal(got.Repairs, test.repairs) {
				t.Errorf("got repairs %v, want %v", got.Repairs, test.repairs)
			}
		})
	}
}

// TestOneBadByte puts one byte that is not of the charset before a tag: it must
// not take the '<' with it.
func TestOneBadByte(t *testing.T) {
	for label, bad := range map[string]byte{"utf-8": 0xe4, "gbk": 0xff, "big5": 0xff, "shift_jis": 0xfd, "euc-kr": 0xff, "euc-jp": 0xff} {
		t.Run(label, func(t *testing.T) {
			body := in(t, label, declared(label)+rss("日本日本日本"))
			body = bytes.Replace(body, []byte("</title>"), []byte(string([]byte{bad})+"</title>"), 1)
			got, err := decode.UTF8(body, "", 0)
			if want := rss("日本日本日本\ufffd"); err != nil || string(got.Bytes) != want {
				t.Errorf("got %q, %v, want %q", got.Bytes, err, want)
			}
		})
	}
}

func TestGzip(t *testing.T) {
	pack := func(b []byte) []byte {
		var buf bytes.Buffer
		w := gzip.NewWriter(&buf)
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	packed := pack([]byte(rss("news")))
	long := pack([]byte(rss(strings.Repeat("news ", 20_000))))
	for name, test := range map[string]struct {
		body    []byte
		starts  string
		repairs []string
		err     error
	}{
		"whole":             {packed, rss("news"), []string{decode.RepairGzip}, nil},
		"rubbish behind it": {append(slices.Clone(packed), "<!-- 0.1 s -->"...), rss("news"), []string{decode.RepairGzip}, nil},
		"checksum cut":      {packed[:len(packed)-3], rss("news"), []string{decode.RepairGzip, decode.RepairTornGzip}, nil},
		"cut":               {long[:len(long)-20], "<rss><channel><title>news news", []string{decode.RepairGzip, decode.RepairTornGzip}, nil},
		"cut at once":       {packed[:10], "", nil, decode.ErrGzip},
		"header alone":      {packed[:5], "", nil, decode.ErrGzip},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode.UTF8(test.body, "text/xml", 0)
			if !errors.Is(err, test.err) {
				t.Fatalf("got error %v, want %v", err, test.err)
			}
			if !strings.HasPrefix(string(got.Bytes), test.starts) || !slices.Equal(got.Repairs, test.repairs) {
				t.Errorf("got %.60q, %v, want %.60q, %v", got.Bytes, got.Repairs, test.starts, test.repairs)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 64 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		body  []byte
		limit int
		bound string
	}{
		"body":               {make([]byte, 101), 100, "body"},
		"body by default":    {make([]byte, decode.DefaultLimit+1), 0, "body"},
		"gzip bomb":          {bomb.Bytes(), 0, "unpacked"},
		"grows in UTF-8":     {in(t, "windows-1252", declared("windows-1252")+strings.Repeat("é", 40)), 100, "text"},
		"grows when mended":  {[]byte("<rss>" + strings.Repeat("\xff", 60)), 100, "text"},
		"just within limits": {[]byte(strings.Repeat("a", 100)), 100, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode.UTF8(test.body, "", test.limit)
			var limit *decode.LimitError
			if errors.As(err, &limit); test.bound == "" && err != nil || test.bound != "" && (limit == nil || limit.Bound != test.bound || !errors.Is(err, decode.ErrTooLarge)) {
				t.Errorf("got %v, want bound %q", err, test.bound)
			}
		})
	}
}

func FuzzUTF8(f *testing.F) {
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00"), "text/xml")
	f.Add([]byte("\x1f\x8b\x08"), "")
	f.Add([]byte(declared("gbk")+"<rss>\xc4\xe3&#0;\x00</rss>"), "text/xml; charset=gbk")
	f.Add([]byte("<br/>\x1b$B<?xml?><rss>\x1b"), "text/xml; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		const limit = 1 << 16
		got, err := decode.UTF8(body, contentType, limit)
		var over *decode.LimitError
		if err != nil {
			if !errors.Is(err, decode.ErrGzip) && !errors.As(err, &over) {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		if len(got.Bytes) > limit || !utf8.Valid(got.Bytes) || bytes.ContainsAny(got.Bytes, "\x00\x1b\ufffe\uffff") {
			t.Fatalf("not clean: %q", got.Bytes)
		}
		for _, r := range string(got.Bytes) {
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
				t.Fatalf("%U in %q", r, got.Bytes)
			}
		}
	})
}
