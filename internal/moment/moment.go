// Package moment reads the points in time that a person gives on a command line.
package moment

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// longest bounds how far back a length of time may reach.
const longest = 100 * 366 * day

// Parse reads a point in time: a length of time before now (90s, 1h30m, 7d), a
// day, which is its beginning in UTC (2026-01-02), or an instant of RFC 3339.
func Parse(text string, now time.Time) (time.Time, error) {
	if ago, ok := length(text); ok {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("got %q, want a time ago such as 1h or 7d, a day such as 2026-01-02, or an instant such as 2026-01-02T15:04:05Z", text)
}

// length reads a length of time, which days may begin: 7d, 1d12h.
func length(text string) (time.Duration, bool) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	}
	n, err := strconv.ParseUint(days, 10, 16)
	if err != nil || time.Duration(n)*day > longest {
		return 0, false
	}
	total := time.Duration(n) * day
	if found && rest == "" {
		return total, true
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || d > longest {
		return 0, false
	}
	return total + d, true
}
