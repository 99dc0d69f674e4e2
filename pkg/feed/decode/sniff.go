package decode

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

var languageTag = regexp.MustCompile(`(?i)<(?:dc:)?language>\s*([a-z]{2,3}(?:[-_][a-z]+)?)|xml:lang\s*=\s*["']([a-z]{2,3}(?:[-_][a-z]+)?)`)

// language returns the language that a document declares near its start.
func language(body []byte) string {
	m := languageTag.FindSubmatch(body[:min(len(body), 16<<10)])
	if m == nil {
		return ""
	}
	tag := m[1]
	if len(tag) == 0 {
		tag = m[2]
	}
	return strings.ReplaceAll(strings.ToLower(string(tag)), "_", "-")
}

// habits are the charsets of pages that declare none, by language, where it is
// not windows-1252 (WHATWG HTML, "determining the character encoding", step 9).
var habits = map[string]string{
	"ar": "windows-1256", "fa": "windows-1256", "ur": "windows-1256",
	"be": "windows-1251", "bg": "windows-1251", "ky": "windows-1251", "mk": "windows-1251",
	"ru": "windows-1251", "sr": "windows-1251", "uk": "windows-1251",
	"cs": "windows-1250", "hr": "windows-1250", "hu": "windows-1250", "pl": "windows-1250",
	"ro": "windows-1250", "sk": "windows-1250", "sl": "windows-1250",
	"et": "windows-1257", "lt": "windows-1257", "lv": "windows-1257",
	"az": "windows-1254", "tr": "windows-1254",
	"he": "windows-1255", "iw": "windows-1255",
	"el": "iso-8859-7", "th": "windows-874", "vi": "windows-1258",
	"ja": "shift_jis", "ko": "euc-kr",
	"zh": "gb18030", "zh-hant": "big5", "zh-hk": "big5", "zh-tw": "big5",
}

// habit returns the charset that is usual in a language, empty for windows-1252.
func habit(language string) string {
	if name, ok := habits[language]; ok {
		return name
	}
	base, _, _ := strings.Cut(language, "-")
	return habits[base]
}

// fits reports whether the start of body decodes as the charset without loss.
func fits(body []byte, name string) bool {
	out, err := lookup(name).encoding.NewDecoder().Bytes(body[:min(len(body), 64<<10)])
	bad := bytes.Count(out, []byte(string(utf8.RuneError)))
	return err == nil && bad <= 1 // The last character may be cut in two.
}

// western reports whether the bytes above ASCII look like the letters and
// quotes of windows-1252: at most three together, and no 0xFF, which is damage.
func western(body []byte) bool {
	run := 0
	for _, c := range body {
		if c < utf8.RuneSelf {
			run = 0
			continue
		}
		if run++; run > 3 || c == 0xff {
			return false
		}
	}
	return true
}
