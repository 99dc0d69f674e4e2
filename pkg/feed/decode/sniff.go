package decode

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
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

// habit returns the charset that pages in a language are in when they declare
// none (WHATWG HTML, "determining the character encoding", step 9), empty for
// those in windows-1252.
func habit(language string) string {
	switch language {
	case "zh-tw", "zh-hk", "zh-hant":
		return "big5"
	}
	base, _, _ := strings.Cut(language, "-")
	switch base {
	case "ar", "fa", "ur":
		return "windows-1256"
	case "be", "bg", "mk", "ru", "sr", "uk", "ky":
		return "windows-1251"
	case "cs", "hu", "pl", "sk", "sl", "hr", "ro":
		return "windows-1250"
	case "el":
		return "iso-8859-7"
	case "he", "iw":
		return "windows-1255"
	case "et", "lt", "lv":
		return "windows-1257"
	case "ja":
		return "shift_jis"
	case "ko":
		return "euc-kr"
	case "th":
		return "windows-874"
	case "tr", "az":
		return "windows-1254"
	case "vi":
		return "windows-1258"
	case "zh":
		return "gb18030"
	}
	return ""
}

// fits reports whether the start of body decodes as the charset without loss.
func fits(body []byte, name string) bool {
	e, _ := charset.Lookup(name)
	out, err := e.NewDecoder().Bytes(body[:min(len(body), 64<<10)])
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
