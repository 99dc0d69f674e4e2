package date

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestZoneTable compares the zones that have an IANA name with the zone
// database of the system, day by day.
func TestZoneTable(t *testing.T) {
	if _, err := time.LoadLocation("Europe/Berlin"); err != nil {
		t.Skip("the system has no zone database")
	}
	for name, z := range zoneNames {
		if !strings.Contains(name, "/") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			location, err := time.LoadLocation(ianaCase(name))
			if err != nil {
				t.Skip(err)
			}
			compareZone(t, z, location)
		})
	}
}

// ianaCase spells a folded name as the zone database does.
func ianaCase(name string) string {
	b := []byte(name)
	for i := range b {
		if i == 0 || b[i-1] == '/' || b[i-1] == '_' {
			b[i] -= 'a' - 'A'
		}
	}
	return strings.NewReplacer("Us/", "US/", "Etc/Utc", "Etc/UTC", "Etc/Gmt", "Etc/GMT", "Etc/Uct", "Etc/UCT").Replace(string(b))
}

func compareZone(t *testing.T, z zone, location *time.Location) {
	t.Helper()
	known := 0
	for day := time.Date(1990, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 2026; day = day.AddDate(0, 0, 1) {
		got, ok := z.offset(day)
		if !ok {
			continue
		}
		known++
		_, want := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, location).Zone()
		if got != want {
			t.Fatalf("%s: %d seconds, the database says %d", day.Format(time.DateOnly), got, want)
		}
	}
	if known == 0 {
		t.Error("not known for any year")
	}
}

func TestZoneNames(t *testing.T) {
	for name, z := range zoneNames {
		if name != fold(name) {
			t.Errorf("%q is not folded", name)
		}
		if z.seconds < -12*hour || z.seconds > 14*hour || z.seconds%(15*minute) != 0 {
			t.Errorf("%q: %d seconds", name, z.seconds)
		}
		if _, ok := monthNames[name]; ok {
			t.Errorf("%q is a month too", name)
		}
	}
}

// split takes a key of the names apart: a language, if the name is that
// language's alone, and the name.
func split(key string) (language, name string) {
	if language, name, ok := strings.Cut(key, " "); ok {
		return language, name
	}
	return "", key
}

func TestMonthNames(t *testing.T) {
	if n := len(monthNames); n < 500 {
		t.Fatalf("%d names", n)
	}
	for key, month := range monthNames {
		language, name := split(key)
		t.Run(key, func(t *testing.T) {
			for _, text := range []string{"10 " + name + " 2022 18:30", "10-" + strings.ToUpper(name) + "-2022", name + ". 10, 2022"} {
				d, ok := ParseIn(text, language)
				if !ok || d.Time.Month() != time.Month(month+1) || d.Time.Day() != 10 {
					t.Errorf("%q: %v, %v", text, d.Time, ok)
				}
			}
		})
	}
}

// TestWeekdayNames uses each name to settle which number is the month.
func TestWeekdayNames(t *testing.T) {
	if n := len(weekdayNames); n < 200 {
		t.Fatalf("%d names", n)
	}
	for key, weekday := range weekdayNames {
		language, name := split(key)
		t.Run(key, func(t *testing.T) {
			for month := 1; month <= 12; month++ {
				for day := 1; day <= 12; day++ {
					checkWeekday(t, language, name, time.Weekday(weekday), month, day)
				}
			}
		})
	}
}

func checkWeekday(t *testing.T, language, name string, weekday time.Weekday, month, day int) {
	t.Helper()
	if weekdayOf(2019, month, day) != weekday || weekdayOf(2019, day, month) == weekday {
		return
	}
	for _, text := range []string{
		fmt.Sprintf("%s, %d/%d/2019", name, day, month),
		fmt.Sprintf("%s, %d/%d/2019", name, month, day),
	} {
		d, ok := ParseIn(text, language)
		if !ok || d.Ambiguous || int(d.Time.Month()) != month || d.Time.Day() != day {
			t.Errorf("%q: %v, ambiguous %v, read %v", text, d.Time, d.Ambiguous, ok)
		}
	}
}
