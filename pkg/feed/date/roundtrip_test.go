package date_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

// layouts are forms that Go itself writes, by how exact they are.
var layouts = map[string]time.Duration{
	time.ANSIC:                         time.Second,
	time.RFC822Z:                       time.Minute,
	time.RFC850:                        time.Second,
	time.RFC1123:                       time.Second,
	time.RFC1123Z:                      time.Second,
	time.RFC3339:                       time.Second,
	time.RFC3339Nano:                   time.Nanosecond,
	time.RubyDate:                      time.Second,
	time.DateTime:                      time.Second,
	"20060102T150405Z0700":             time.Second,
	"20060102150405":                   time.Second,
	"2006-002T15:04:05Z07:00":          time.Second,
	"January 2, 2006 at 3:04:05 PM":    time.Second,
	"Monday, 2 January 2006 15.04.05":  time.Second,
	"Mon Jan 2 2006 15:04:05 GMT-0700": time.Second,
	"02.01.2006 15:04:05 -07:00":       time.Second,
	"2006年1月2日 15時04分05秒":              time.Second,
	"Mon, 02/01/2006 - 15:04":          time.Minute,
	time.RFC822:                        time.Minute,
	time.UnixDate:                      time.Second,
	time.RFC850 + " -0700":             time.Second,
	"Mon Jan _2 15:04:05 2006 -0700":   time.Second,
	"2006-01-02-15-04-05":              time.Second,
	"2006:01:02 15:04:05":              time.Second,
	"2006년 1월 2일 15시 4분 5초":            time.Second,
	"15:04:05 02.01.2006":              time.Second,
	"2006-01-02T15:04:05.000-07:00":    time.Millisecond,
	"Monday, January 2, 2006 15:04":    time.Minute,
}

// TestRoundTrip writes instants in each layout and reads them back.
func TestRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	zones := []int{0, 3600, -5 * 3600, 19800, -12600, 14 * 3600}
	for layout, exact := range layouts {
		t.Run(layout, func(t *testing.T) {
			for range 300 {
				at := time.Unix(random.Int64N(1<<31), random.Int64N(1e9)).UTC()
				if written := at.Format(layout); len(written) > 0 && hasOffset(layout) {
					at = at.In(time.FixedZone("", zones[random.IntN(len(zones))]))
				}
				checkRoundTrip(t, at, layout, exact)
			}
		})
	}
}

// hasOffset reports whether a layout writes an offset.
func hasOffset(layout string) bool {
	utc := time.Unix(0, 0).UTC()
	return utc.Format(layout) != utc.In(time.FixedZone("", 7*60)).Add(-7*time.Minute).Format(layout)
}

func checkRoundTrip(t *testing.T, at time.Time, layout string, exact time.Duration) {
	t.Helper()
	written := at.Format(layout)
	d, ok := date.Parse(written)
	if !ok || !d.HasTime || !d.Time.Equal(at.Truncate(exact)) {
		t.Errorf("%v written as %q is read as %v, %v", at, written, d.Time, ok)
	}
	sameAsTime(t, written, d, ok)
	if _, want := at.Zone(); d.HasZone {
		if _, got := d.Time.Zone(); got != want {
			t.Errorf("%q: offset %d, want %d", written, got, want)
		}
	}
}
