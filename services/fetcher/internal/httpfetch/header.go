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

// serverTime is the Date of an answer, which its other times go by, or now.
func serverTime(h http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return date
	}
	return now
}

// fresh is how much longer an answer is fresh (RFC 9111, section 4.2). What is
// meant for browsers, max-age, comes before what is meant for shared caches.
func fresh(h http.Header, now time.Time) time.Duration {
	life, ok := lifetime(h.Values("Cache-Control"))
	if !ok {
		expires, err := http.ParseTime(h.Get("Expires"))
		if err != nil {
			return 0
		}
		life = min(expires.Sub(now), MaxWait)
	}
	age, _ := seconds(h.Get("Age"))
	return max(life-age, 0)
}

// lifetime reads the Cache-Control headers; false when they do not say.
func lifetime(values []string) (time.Duration, bool) {
	said := map[string]time.Duration{}
	for _, value := range values {
		for directive := range strings.SplitSeq(value, ",") {
			name, arg, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch name = strings.ToLower(name); name {
			case "no-store", "no-cache":
				return 0, true
			case "max-age", "s-maxage":
				age, ok := seconds(strings.Trim(arg, `"`))
				if _, twice := said[name]; ok && !twice {
					said[name] = age
				}
			}
		}
	}
	if age, ok := said["max-age"]; ok {
		return age, true
	}
	age, ok := said["s-maxage"]
	return age, ok
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
