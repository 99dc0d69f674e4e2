package date

import (
	"strings"
	"time"
)

// Bare numbers outside of these years are more likely something else, such as
// a telephone number (those of North America start at 2).
const (
	firstEpoch = 788918400     // 1995
	lastEpoch  = 2_000_000_000 // 2033
)

func plausibleEpoch(t time.Time) bool { return t.Unix() >= firstEpoch && t.Unix() < lastEpoch }

// epochDigits is how many digits of an epoch of n digits follow the seconds: it
// counts seconds, milliseconds, microseconds or nanoseconds since 1970. Numbers
// of other lengths are dates written without separators.
func epochDigits(n int) (after int, ok bool) {
	switch n {
	case 9, 10:
		return 0, true
	case 13, 16, 19:
		return n - 10, true
	}
	return 0, false
}

// parseEpoch reads an epoch, perhaps with a fraction (1641839400.25), with an @
// as shells have it, or as .NET writes it in JSON (/Date(1641839400000)/).
func parseEpoch(s string) (time.Time, bool) {
	s = strings.TrimPrefix(s, "@")
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(s, `\`), "/date("); ok {
		s, _, _ = strings.Cut(rest, ")")
		s, _, _ = strings.Cut(s, "+") // the zone of the writer, for show
		s, _, _ = strings.Cut(s, "-")
	}
	n := digits(s)
	whole, rest := s[:n], s[n:]
	if rest != "" && (rest[0] != '.' || digits(rest[1:]) != len(rest)-1) {
		return time.Time{}, false
	}
	after, ok := epochDigits(n)
	if !ok || rest != "" && after > 3 {
		return time.Time{}, false
	}
	seconds := int64(parseNumber(whole[:n-after-1]))*10 + int64(whole[n-after-1]-'0')
	fraction := whole[n-after:]
	if rest != "" {
		fraction += rest[1:]
	}
	return time.Unix(seconds, int64(nanoseconds(fraction))).UTC(), true
}
