package date

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestPlaces compares the zones that have an IANA name with the zone database
// of the system, day by day.
func TestPlaces(t *testing.T) {
	if _, err := time.LoadLocation("Europe/Berlin"); err != nil {
		t.Skip("the system has no zone database")
	}
	n := 0
	for name, m := range known.words {
		if m[zoneName].value == 0 || !strings.Contains(name, "/") {
			continue
		}
		location, err := time.LoadLocation(ianaCase(name))
		if err != nil {
			continue
		}
		n++
		t.Run(name, func(t *testing.T) { compareZone(t, known.zones[m[zoneName].value], location) })
	}
	if n < 350 {
		t.Errorf("%d zones compared", n)
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

// TestWords reads what the tables say of each word for itself.
func TestWords(t *testing.T) {
	for name, m := range known.words {
		language, word := split(name)
		if word != spell(word) && m[zoneName].value == 0 {
			t.Errorf("%q is not folded", name)
		}
		if z := known.zones[m[zoneName].value]; z.seconds < -12*hour || z.seconds > 14*hour || z.seconds%(15*minute) != 0 {
			t.Errorf("%q: %d seconds", name, z.seconds)
		}
		tokens := lex(nil, word)
		if len(tokens) != 1 && !strings.Contains(word, "/") {
			t.Errorf("%q of %q is %d words", word, language, len(tokens))
		}
	}
}

// split takes a key of the vocabulary apart: a language, if it is for that
// language alone, and the word.
func split(key string) (language, name string) {
	if language, name, ok := strings.Cut(key, "|"); ok {
		return language, name
	}
	return "", key
}

// namesOf calls f for each name of a sort that says one thing in its language.
func namesOf(t *testing.T, s sort, atLeast int, f func(t *testing.T, language, name string, value int)) {
	n := 0
	for key, m := range known.words {
		if value := int(m[s].value); value != 0 {
			n++
			language, name := split(key)
			t.Run(key, func(t *testing.T) { f(t, language, name, value) })
		}
	}
	if n < atLeast {
		t.Errorf("%d names", n)
	}
}

func TestMonthNames(t *testing.T) {
	namesOf(t, monthName, 1500, func(t *testing.T, language, name string, value int) {
		year, month, day := 2022, value, 10
		if value > 12 {
			year, month, day = fromJalali(1400, value-12, 10)
		}
		for _, layout := range []string{"10 %s %d 18:30", "10-%s-%d", "%s. 10, %d"} {
			text := fmt.Sprintf(layout, strings.ToUpper(name), 2022)
			if value > 12 {
				text = fmt.Sprintf(layout, name, 1400)
			}
			d, ok := ParseIn(text, language)
			if english := known.words[name][monthName]; english.common && int(english.value) != value {
				if !d.Ambiguous || int(d.Time.Month()) != int(english.value) {
					t.Errorf("%q: %v, ambiguous %v", text, d.Time, d.Ambiguous)
				}
				continue
			}
			if want := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC); !ok || d.Time.Truncate(24*time.Hour) != want {
				t.Errorf("%q: %v, %v, want %v", text, d.Time, ok, want)
			}
		}
	})
}

// TestWeekdayNames uses each name to settle which number is the month.
func TestWeekdayNames(t *testing.T) {
	namesOf(t, weekdayName, 500, func(t *testing.T, language, name string, value int) {
		if known.words[name][weekdayName].shared && language == "" {
			return
		}
		for month := 1; month <= 12; month++ {
			for day := 1; day <= 12; day++ {
				checkWeekday(t, language, name, time.Weekday(value-1), month, day)
			}
		}
	})
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
