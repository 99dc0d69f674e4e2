package date

import (
	"testing"
	"time"
)

// TestSummers walks over the changes of the clock of each rule.
func TestSummers(t *testing.T) {
	for name, test := range map[string]struct {
		rule    string
		winter  int // hours east
		civil   string
		seconds int
	}{
		"Berlin before spring":    {"eu", 1, "2022-03-27 01:59:59", 3600},
		"Berlin after spring":     {"eu", 1, "2022-03-27 03:00:00", 7200},
		"Berlin before autumn":    {"eu", 1, "2022-10-30 01:59:59", 7200},
		"Berlin, the hour twice":  {"eu", 1, "2022-10-30 02:30:00", 7200},
		"Berlin after autumn":     {"eu", 1, "2022-10-30 03:00:00", 3600},
		"London before spring":    {"eu", 0, "2022-03-27 00:59:59", 0},
		"London after spring":     {"eu", 0, "2022-03-27 02:00:00", 3600},
		"Helsinki after spring":   {"eu", 2, "2022-03-27 04:00:00", 10800},
		"New York before spring":  {"us", -5, "2022-03-13 01:59:59", -18000},
		"New York after spring":   {"us", -5, "2022-03-13 03:00:00", -14400},
		"New York before autumn":  {"us", -5, "2022-11-06 00:59:59", -14400},
		"New York after autumn":   {"us", -5, "2022-11-06 02:00:00", -18000},
		"Sydney in January":       {"au", 10, "2022-01-10 12:00:00", 39600},
		"Sydney before April":     {"au", 10, "2022-04-03 01:59:59", 39600},
		"Sydney after April":      {"au", 10, "2022-04-03 03:00:00", 36000},
		"Sydney before October":   {"au", 10, "2022-10-02 01:59:59", 36000},
		"Sydney after October":    {"au", 10, "2022-10-02 03:00:00", 39600},
		"Auckland in September":   {"nz", 12, "2022-09-25 03:00:00", 46800},
		"Auckland in July":        {"nz", 12, "2022-07-10 12:00:00", 43200},
		"Jerusalem before spring": {"il", 2, "2022-03-25 01:59:59", 7200},
		"Jerusalem after spring":  {"il", 2, "2022-03-25 03:00:00", 10800},
		"Cairo in May":            {"eg", 2, "2024-05-10 12:00:00", 10800},
		"Cairo in November":       {"eg", 2, "2024-11-10 12:00:00", 7200},
		"Santiago in January":     {"cl", -4, "2024-01-10 12:00:00", -10800},
		"Santiago in July":        {"cl", -4, "2024-07-10 12:00:00", -14400},
		"Beirut in July":          {"lb", 2, "2022-07-10 12:00:00", 10800},
	} {
		t.Run(name, func(t *testing.T) {
			civil, err := time.Parse(time.DateTime, test.civil)
			if err != nil {
				t.Fatal(err)
			}
			z := zone{seconds: test.winter * hour, summer: summers[test.rule]}
			if seconds, ok := z.offset(civil); !ok || seconds != test.seconds {
				t.Errorf("got %d, %v, want %d", seconds, ok, test.seconds)
			}
		})
	}
}

// TestSince asks zones for years that they are not known for.
func TestSince(t *testing.T) {
	july := func(year int) time.Time { return time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC) }
	for rule, s := range summers {
		z := zone{summer: s}
		if _, ok := z.offset(july(s.since)); !ok {
			t.Errorf("%s: not known in %d", rule, s.since)
		}
		if _, ok := z.offset(july(s.since - 1)); ok {
			t.Errorf("%s: known in %d", rule, s.since-1)
		}
		z.since = s.since + 5
		if _, ok := z.offset(july(s.since + 4)); ok {
			t.Errorf("%s: known in %d", rule, s.since+4)
		}
	}
	if _, ok := (zone{}).offset(july(1)); !ok {
		t.Error("UTC is not known in the year 1")
	}
}

// TestOffsets reads offsets behind a time.
func TestOffsets(t *testing.T) {
	for in, want := range map[string]int{
		"+0100": 3600, "-0330": -12600, "+01:00": 3600, "+01": 3600, "+1": 3600, "-800": -28800,
		"GMT+2": 7200, "GMT + 2": 7200, "UTC+02:00": 7200, "UTC+01.00": 3600, "(UTC+3)": 10800,
		"+01'00'": 3600, "+053000": 19800, "+0100 +0100": 3600, "-0000": 0, "+00:00": 0, "+1400": 50400,
		"Etc/GMT+5": -18000, "Etc/GMT-5": 18000, "EST-0500": -18000, "+0100 (CET)": 3600, "+0530 IST": 19800,
		"+01:00[Europe/Paris]": 3600, "+ 0100": 3600, "GMT": 0, "Z": 0, "[UTC]": 0,
	} {
		d, ok := Parse("10 Jan 2022 18:30:00 " + in)
		if _, got := d.Time.Zone(); !ok || !d.HasZone || got != want {
			t.Errorf("%q: got %d, %v, %v, want %d", in, got, d.HasZone, ok, want)
		}
	}
	for _, in := range []string{"+1500", "+9900", "+0160", "+01000", "+010", "+0100 +0200", "0100", "5"} {
		if d, ok := Parse("10 Jan 2022 18:30:00 " + in); ok {
			t.Errorf("%q: read as %v", in, d.Time)
		}
	}
}
