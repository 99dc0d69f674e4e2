package feedlist

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxInterval is the longest interval between polls that a list may set: a year
// of seconds.
const maxInterval = 366 * 86400

// parseInterval reads a number of seconds, or a duration such as 15m, as
// seconds. Nothing is 0, which leaves it to the poller.
func parseInterval(written string) (float64, error) {
	text := strings.TrimSpace(written)
	if text == "" {
		return 0, nil
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		var d time.Duration
		d, err = time.ParseDuration(text)
		seconds = d.Seconds()
	}
	if err != nil || !(seconds >= 0 && seconds <= maxInterval) {
		return 0, fmt.Errorf("interval %s: not a number of seconds", shown(written))
	}
	return seconds, nil
}

// writtenInterval is an interval as lists have it: in seconds, empty for none.
func writtenInterval(seconds float64) string {
	if seconds <= 0 {
		return ""
	}
	return strconv.FormatFloat(seconds, 'f', -1, 64)
}
