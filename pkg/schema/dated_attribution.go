package schema

import "strings"

// The attribution line is the section, the phrase, the source and a full stop.
// Neither section nor source may hold the phrase in any case, so the line can be
// cut in one way only.
const attributionPhrase = "news summary from"

// line returns the attribution as it is written.
func (a Attribution) line() string {
	if a.Section == "" {
		return "News summary from " + a.Source + "."
	}
	return a.Section + " " + attributionPhrase + " " + a.Source + "."
}

// validate reports whether the format can hold a.
func (a Attribution) validate() error {
	if a.Section != "" {
		if err := checkAttributed("section", a.Section); err != nil {
			return err
		}
		if strings.HasPrefix(a.Section, `\`) {
			return invalid("attribution section", "begins with a backslash")
		}
	}
	return checkAttributed("source", a.Source)
}

// checkAttributed reports whether s may stand in an attribution line.
func checkAttributed(field, s string) error {
	if strings.Contains(lowerASCII(s), attributionPhrase) {
		return invalid("attribution "+field, `contains "`+attributionPhrase+`"`)
	}
	return checkText("attribution "+field, s)
}

// isAttribution reports whether block is an attribution line to the letter.
func isAttribution(block string) bool {
	a, ok := readAttribution(block)
	return ok && a.line() == block
}

// readAttribution reads an attribution line, in any case of its phrase, with or
// without its full stop.
func readAttribution(block string) (Attribution, bool) {
	at := strings.Index(lowerASCII(block), attributionPhrase)
	if at < 0 {
		return Attribution{}, false
	}
	section, spaced := strings.CutSuffix(block[:at], " ")
	if at > 0 && !spaced {
		return Attribution{}, false
	}
	source, spaced := strings.CutPrefix(block[at+len(attributionPhrase):], " ")
	a := Attribution{Section: section, Source: strings.TrimSuffix(source, ".")}
	return a, spaced && a.validate() == nil
}

// lowerASCII lowers the letters A to Z and keeps every byte in its place.
func lowerASCII(s string) string {
	lower := []byte(s)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}
