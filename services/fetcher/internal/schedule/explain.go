package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// enough is how many items make a rhythm worth telling.
	enough = 20
	// mostHours and mostDays are the longest that "mostly" is said of.
	mostHours, mostDays = 14, 5
)

// explain is the reason of a wait that follows from what the feed publishes.
func (in Input) explain(f *forecast, interval time.Duration, by bound, at time.Time) string {
	if !f.counted() && by != byOperator && by != byPush {
		return fmt.Sprintf("nothing known of the feed yet, polled %s, %s", times(in.Polls), span(interval))
	}
	expected := fmt.Sprintf("about %s new items expected by then (%s a day%s)",
		number(f.expected(in.Now, at)), number(f.perDay), f.mostly())
	switch by {
	case byOperator:
		return "interval as set, " + span(interval)
	case byPush:
		return "pushed by its hub, polled after " + span(interval) + " without a push: " + expected
	case byShortest:
		return "shortest interval, " + span(interval) + ": " + expected
	case byLongest:
		return "longest interval, " + span(interval) + ": " + expected
	case byAge:
		return fmt.Sprintf("new feed, polled %s, %s: %s", times(in.Polls), span(interval), expected)
	default:
		return expected
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// mostly names the hours and days that have nearly all the items.
func (r rhythm) mostly() string {
	text := ""
	if first, n := run(r.hours[:], 0.8, mostHours); n > 0 {
		text = fmt.Sprintf(", mostly %02d-%02d UTC", first, (first+n)%24)
	}
	if first, n := run(r.weekdays[:], 0.92, mostDays); n > 0 {
		text += ", " + weekday(first)
		if n > 1 {
			text += "-" + weekday(first+n-1)
		}
	}
	return text
}

func weekday(n int) string { return time.Weekday(n % 7).String()[:3] }

// run is the shortest run of bins, over the end too, that has a share of the
// items; none when there are too few items, or it is longer than longest.
func run(bins []uint8, share float64, longest int) (first, length int) {
	total := 0
	for _, n := range bins {
		total += int(n)
	}
	if total < enough {
		return 0, 0
	}
	for length = 1; length <= longest; length++ {
		if at, most := densest(bins, length); float64(most) >= share*float64(total) {
			return at, length
		}
	}
	return 0, 0
}

// densest is where the run of a length that has most begins, and what it has.
func densest(bins []uint8, length int) (first, most int) {
	sum := 0
	for _, n := range bins[:length] {
		sum += int(n)
	}
	most = sum
	for i, end := 1, length; i < len(bins); i++ {
		if end == len(bins) {
			end = 0
		}
		sum += int(bins[end]) - int(bins[i-1])
		end++
		if sum > most {
			first, most = i, sum
		}
	}
	return first, most
}

// number is a number with two digits that count.
func number(x float64) string {
	switch {
	case x < 0.005:
		return "0"
	case x < 0.95:
		return strconv.FormatFloat(x, 'g', 1, 64)
	case x < 9.95:
		return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	default:
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
}

// span is a duration as people write it: 45s, 7m30s, 2h, 7d.
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d >= 2*day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d >= time.Hour:
		d = d.Round(time.Minute)
	default:
		d = d.Round(time.Second)
	}
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
