package date_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

func TestOrderOf(t *testing.T) {
	for name, test := range map[string]struct {
		dates []string
		want  date.Order
	}{
		"none":                   {nil, date.AnyOrder},
		"nothing proves it":      {[]string{"05/03/2019", "06/03/2019", "05/05/2019"}, date.AnyOrder},
		"a day above 12":         {[]string{"05/03/2019", "25/03/2019"}, date.DayFirst},
		"a month behind the day": {[]string{"03/25/2019 18:30"}, date.MonthFirst},
		"short years":            {[]string{"12/25/19"}, date.MonthFirst},
		"a weekday":              {[]string{"Tue, 05/03/2019 - 15:21"}, date.DayFirst},
		"another weekday":        {[]string{"Fri, 05/03/2019 - 15:21"}, date.MonthFirst},
		"a wrong weekday":        {[]string{"Sun, 05/03/2019 - 15:21"}, date.AnyOrder},
		"both":                   {[]string{"25/03/2019", "03/25/2019"}, date.AnyOrder},
		"other forms":            {[]string{"2019-03-25", "Mon, 25 Mar 2019 18:30:00 GMT", "no date", ""}, date.AnyOrder},
		"the same number twice":  {[]string{"05/05/2019"}, date.AnyOrder},
	} {
		t.Run(name, func(t *testing.T) {
			if got := date.OrderOf(test.dates...); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestHint(t *testing.T) {
	for name, test := range map[string]struct {
		in          string
		hint        date.Hint
		want, flags string
	}{
		"nothing":                     {"05/03/2019", date.Hint{}, "2019-03-05", "ambiguous"},
		"order":                       {"05/03/2019", date.Hint{Order: date.MonthFirst}, "2019-05-03", ""},
		"order before language":       {"05/03/2019", date.Hint{Language: "en-US", Order: date.DayFirst}, "2019-03-05", ""},
		"language":                    {"05/03/2019", date.Hint{Language: "en-US"}, "2019-05-03", ""},
		"language, as POSIX has it":   {"05/03/2019", date.Hint{Language: "en_US"}, "2019-05-03", ""},
		"region before language":      {"10/01/22", date.Hint{Language: "zh-HK"}, "2022-01-10", ""},
		"region behind a script":      {"10/01/22", date.Hint{Language: "zh-Hans-SG"}, "2022-01-10", ""},
		"another region":              {"10/01/22", date.Hint{Language: "zh-TW"}, "2010-01-22", ""},
		"two orders":                  {"05/03/2019", date.Hint{Language: "es-PR"}, "2019-03-05", "ambiguous"},
		"two orders of short years":   {"22/01/10", date.Hint{Language: "id"}, "2010-01-22", "ambiguous"},
		"one order of long years":     {"05/03/2019", date.Hint{Language: "id"}, "2019-03-05", ""},
		"day behind the year":         {"2022.10.1", date.Hint{Language: "lv"}, "2022-10-01", "ambiguous"},
		"month behind the year":       {"2022.10.1", date.Hint{Language: "hu"}, "2022-10-01", ""},
		"a month elsewhere":           {"10 kwi 2022", date.Hint{Language: "xh"}, "2022-03-10", ""},
		"the same at home":            {"10 kwi 2022", date.Hint{}, "2022-04-10", ""},
		"a month of who knows":        {"10 kwi 2022", date.Hint{Language: "qaa"}, "2022-04-10", "ambiguous"},
		"English where who knows":     {"10 April 2022", date.Hint{Language: "qaa"}, "2022-04-10", ""},
		"weekday before order":        {"Tue, 05/03/2019", date.Hint{Order: date.MonthFirst}, "2019-03-05", ""},
		"number before order":         {"25/03/2019", date.Hint{Order: date.MonthFirst}, "2019-03-25", ""},
		"order, short year":           {"05/03/19", date.Hint{Order: date.MonthFirst}, "2019-05-03", ""},
		"year first by language":      {"19/03/05", date.Hint{Language: "ja"}, "2019-03-05", ""},
		"hyphens prove nothing":       {"05-03-19", date.Hint{Language: "fr"}, "2019-03-05", "ambiguous"},
		"a language that is none":     {"05/03/2019", date.Hint{Language: "|-_"}, "2019-03-05", "ambiguous"},
		"a month of its own language": {"10 listopada 2022", date.Hint{Language: "hr-HR"}, "2022-10-10", ""},
		"a month of another language": {"10 listopada 2022", date.Hint{Language: "fr"}, "2022-11-10", "ambiguous"},
		"a month of two languages":    {"10 listopada 2022", date.Hint{Language: "pl"}, "2022-11-10", ""},
		"a zone of its own language":  {"10 Jan 2022 18:30 CST", date.Hint{Language: "zh-Hans-CN"}, "2022-01-10T18:30:00+08:00", ""},
		"a zone of another language":  {"10 Jan 2022 18:30 CST", date.Hint{Language: "fr"}, "2022-01-10T18:30:00-06:00", "ambiguous-zone"},
		"a firm zone":                 {"10 Jan 2022 18:30 EST", date.Hint{Language: "fr"}, "2022-01-10T18:30:00-05:00", ""},
		"a firm zone elsewhere":       {"10 Jan 2022 18:30 EST", date.Hint{Language: "en-AU"}, "2022-01-10T18:30:00+10:00", ""},
		"Iranian calendar":            {"1400/10/20", date.Hint{Language: "fa"}, "2022-01-10", ""},
		"no Iranian calendar":         {"1400/10/20", date.Hint{}, "1400-10-20", "implausible"},
		"halves of one language":      {"2022.01.10 6:30 du.", date.Hint{Language: "hu"}, "2022-01-10T18:30:00", ""},
		"short Buddhist year":         {"10/01/65", date.Hint{Language: "th"}, "2022-01-10", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, ok := test.hint.Parse(test.in)
			if got := show(d, ok); got != test.want || flags(d) != test.flags {
				t.Errorf("got %s %q, want %s %q", got, flags(d), test.want, test.flags)
			}
		})
	}
}
