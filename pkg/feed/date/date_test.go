package date_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

func TestParseBounds(t *testing.T) {
	long := strings.Repeat("9", 1<<20)
	if d, ok := date.Parse(long); ok || d.Raw != long {
		t.Error("a text of a megabyte was read as a date")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"Mon, 10 Jan 2022 18:30:00 GMT", "2022-01-10T18:30:00.5+01:00", "2022年1月10日 下午6:30",
		"20220110T183000Z", "1641839400", "Fri, 05/03/2019 - 15:21", "Mon Jan 10 2022 18:30:00 GMT+0100 (CET)",
		"2022-W02-1", "10.01.2022 18.30", "10 ม.ค. 2565", "18h", "+1:", "1/2/3.4.5", "mar mar 1 2",
	} {
		f.Add(seed, "en-US")
	}
	f.Fuzz(func(t *testing.T, s, language string) {
		d, ok := date.ParseIn(s, language)
		if d.Raw != strings.TrimSpace(s) {
			t.Errorf("Raw is %q", d.Raw)
		}
		if !ok {
			if !d.Time.IsZero() {
				t.Errorf("%q is refused, yet has the time %v", s, d.Time)
			}
			return
		}
		if y := d.Time.Year(); y < 0 || y > 10000 {
			t.Errorf("%q: year %d", s, y)
		}
		if d.Time.Location() == time.Local {
			t.Errorf("%q: in the local zone", s)
		}
		if !d.HasTime || !d.HasZone {
			return
		}
		written := d.Time.Format(time.RFC3339Nano)
		again, ok := date.Parse(written)
		if _, offset := d.Time.Zone(); ok && offset%60 == 0 && !again.Time.Equal(d.Time) {
			t.Errorf("%q is %s, which reads as %v", s, written, again.Time)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		date.Parse("Mon, 10 Jan 2022 18:30:00 GMT")
	}
}
