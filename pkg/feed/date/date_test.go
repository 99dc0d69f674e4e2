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

// TestParseLinear reads texts of a megabyte of what dates consist of. Each must
// be refused at once, for its length.
func TestParseLinear(t *testing.T) {
	for _, piece := range []string{"1", "1 ", "1/", "1:", "a", "a ", "a.", "(", "+1", "mar ", "年", "Δ\u0301", "1年", "thang "} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		if _, ok := date.Parse(text); ok {
			t.Errorf("a megabyte of %q is a date", piece)
		}
	}
}

// TestParseSpace puts white space and marks that nobody sees into a date.
func TestParseSpace(t *testing.T) {
	want := time.Date(2022, time.January, 10, 18, 30, 0, 0, time.UTC)
	for _, s := range []string{
		"  Mon, 10  Jan\n 2022 18:30:00\tGMT ",
		"\u200eMon, 10\u00a0Jan\u202f2022 18:30:00\u2009GMT\ufeff",
		"Mon, 10 Jan 2022\r\n18:30:00 GMT",
		"2022\u201001\u201310T18:30:00Z",
	} {
		if d, ok := date.Parse(s); !ok || !d.Time.Equal(want) || !d.HasZone {
			t.Errorf("%q: %v, %v", s, d.Time, ok)
		}
	}
}

// sameAsTime reports a difference from the standard library, where that reads
// the text strictly, and in a year that is not of the Buddhist era.
func sameAsTime(t *testing.T, s string, d date.Date, ok bool) {
	t.Helper()
	for _, layout := range []string{time.RFC3339, time.RFC1123Z} {
		want, err := time.Parse(layout, s)
		buddhist := want.Year() > 2400 && want.Year() < 2700
		if err == nil && !buddhist && ok && d.HasZone && !d.Time.Equal(want) {
			t.Errorf("%q: %v, the standard library says %v", s, d.Time, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"Mon, 10 Jan 2022 18:30:00 GMT", "Mon, 10 Jan 2022 18:30:00 +0100", "2022-01-10T18:30:00.5+01:00",
		"2022年1月10日 下午6:30", "令和4年1月10日", "20220110T183000Z", "1641839400", "Fri, 05/03/2019 - 15:21",
		"Mon Jan 10 2022 18:30:00 GMT+0100 (CET)", "2022-W02-1", "10.01.2022 18.30", "10 ม.ค. 2565", "۲۰ دی ۱۴۰۰",
		"18h", "+1:", "1/2/3.4.5", "mar mar 1 2", "GMT+01:00 18:30 10/1-2022", "/Date(1)/", "e_ko 2022(e)ko", "p. m.",
	} {
		f.Add(seed, "en-US")
	}
	f.Fuzz(func(t *testing.T, s, language string) {
		d, ok := date.ParseIn(s, language)
		if d.Raw != strings.TrimSpace(s) {
			t.Errorf("Raw is %q", d.Raw)
		}
		if !ok {
			if d != (date.Date{Raw: d.Raw}) {
				t.Errorf("%q is refused, yet says %+v", s, d)
			}
			return
		}
		sameAsTime(t, s, d, ok)
		if y := d.Time.Year(); y < 0 || y > 10000 {
			t.Errorf("%q: year %d", s, y)
		}
		if y := d.Time.Year(); !d.Implausible && (y < 1970 || y > 2100) {
			t.Errorf("%q: year %d is not flagged", s, y)
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
	for name, s := range map[string]string{
		"RFC822":  "Mon, 10 Jan 2022 18:30:00 GMT",
		"RFC822Z": "Mon, 10 Jan 2022 18:30:00 +0100",
		"RFC3339": "2022-01-10T18:30:00Z",
		"Russian": "10 января 2022, 18:30",
		"refused": "Chapter 12, verse 3",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				date.Parse(s)
			}
		})
	}
}
