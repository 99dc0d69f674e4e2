package boot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"unicode"
	"unicode/utf8"
)

// Cause is why a request failed, without its address, which may hold a password.
func Cause(err error) error {
	if request := (*url.Error)(nil); errors.As(err, &request) {
		return request.Err
	}
	return err
}

// Inert is a writer of lines, such as those of a log, that cannot steer a terminal,
// whoever has made up the text in them: what would is written as JSON has it, \u009b,
// and so a line of JSON means the same. Each Write must hold whole characters.
func Inert(w io.Writer) io.Writer { return inert{w} }

type inert struct{ w io.Writer }

// Write implements io.Writer.
func (i inert) Write(p []byte) (int, error) {
	if !steers(p) {
		return i.w.Write(p)
	}
	var out bytes.Buffer
	for _, r := range string(p) { // bytes that are no character come as U+FFFD
		if steering(r) {
			fmt.Fprintf(&out, `\u%04x`, r) // None is beyond U+FFFF.
			continue
		}
		out.WriteRune(r)
	}
	if _, err := i.w.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// steers reports whether text does something to a terminal but be shown. Nearly all
// of most is ASCII, which costs a look at each byte.
func steers(p []byte) bool {
	for i, c := range p {
		if c >= utf8.RuneSelf {
			return bytes.IndexFunc(p[i:], func(r rune) bool { return steering(r) || r == utf8.RuneError }) >= 0
		}
		if steering(rune(c)) {
			return true
		}
	}
	return false
}

// steering reports whether a character does: control characters but those of lines
// and columns, line separators, marks of the direction of writing.
func steering(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}
