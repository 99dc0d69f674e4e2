package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxShown is how many characters of one text a line shows.
const maxShown = 300

// Safe is a text as one line that cannot steer a terminal: without control
// characters, escape sequences and marks of the direction of writing, cut after
// 300 characters.
func Safe(text string) string { return safe(text, maxShown) }

// safe is Safe for texts of another length.
func safe(text string, most int) string {
	text = cut(text, 4*most*utf8.UTFMax) // before the work, as text may be long
	text = strings.Map(func(r rune) rune {
		if steers(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, schema.Clean(text))
	runes := 0
	for i := range text {
		if runes++; runes > most {
			return text[:i] + "…"
		}
	}
	return text
}

// del is the one control character of ASCII that is not below the space.
const del = 0x7f

// steers reports whether a character does something to a terminal other than
// being shown: C0, DEL, C1, line separators, direction of writing.
func steers(r rune) bool {
	if r < utf8.RuneSelf { // nearly all of most texts
		return r < ' ' || r == del
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) ||
		unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// isPlain reports whether a text has printable ASCII alone, at the cost of a look
// at each byte.
func isPlain(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c >= del {
			return false
		}
	}
	return true
}

// cut is the first bytes of a text, whole characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// compact is a message as one line of JSON. A dead letter may hold anything:
// what is not JSON stands as {"subject":...,"data":...}, its bytes in base64.
func compact(kind, subject string, data []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(data) + 1) // and a line end
	err := json.Compact(&out, data)
	if err != nil && kind == KindDead {
		return encode(struct {
			Subject string `json:"subject"`
			Data    []byte `json:"data"`
		}{subject, data})
	}
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return append(escapeJSON(out.Bytes()), '\n'), nil
}

// encode is a value as one line of JSON, without the escapes that HTML needs.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return append(escapeJSON(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), '\n'), nil
}

// escapeJSON writes as \u escapes what steers a terminal, which leaves the
// value as it is: in compact JSON all such characters stand in strings.
func escapeJSON(text []byte) []byte {
	if isPlain(text) || bytes.IndexFunc(text, func(r rune) bool { return steers(r) || r == utf8.RuneError }) < 0 {
		return text
	}
	var out bytes.Buffer
	for _, r := range string(text) { // invalid bytes come as U+FFFD
		if steers(r) {
			fmt.Fprintf(&out, `\u%04x`, r) // None is beyond U+FFFF.
			continue
		}
		out.WriteRune(r)
	}
	return out.Bytes()
}
