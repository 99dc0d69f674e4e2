package httpfetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxValidator is how many bytes an ETag or Last-Modified may have. A longer
// one is taken for none.
const MaxValidator = 1024

// MaxWait is the most that a server can ask for: a day.
const MaxWait = 24 * time.Hour

// validator returns the validator, or nothing when it can't be sent: one too
// long or with control characters would make every request with it fail.
func validator(s string) string {
	if len(s) > MaxValidator || !isHeaderValue(s) {
		return ""
	}
	return s
}

// isHeaderValue says whether a header may hold the text (RFC 9110, section 5.5).
func isHeaderValue(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// retryAfter reads both forms of the header: seconds and a date.
func retryAfter(value string, now time.Time) time.Duration {
	if wait, ok := seconds(value); ok {
		return wait
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), MaxWait)
}

// maxAge reads max-age out of the Cache-Control headers.
func maxAge(values []string) time.Duration {
	for _, value := range values {
		for directive := range strings.SplitSeq(value, ",") {
			name, arg, _ := strings.Cut(strings.TrimSpace(directive), "=")
			if !strings.EqualFold(name, "max-age") {
				continue
			}
			if age, ok := seconds(strings.Trim(arg, `"`)); ok {
				return age
			}
		}
	}
	return 0
}

// seconds reads a count of seconds. One too large for any number is MaxWait,
// not an error and never less than 0.
func seconds(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return MaxWait, true
	}
	return min(time.Duration(n)*time.Second, MaxWait), true
}
