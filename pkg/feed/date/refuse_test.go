package date_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

// TestNoDate reads texts that hold no date, or more than one.
func TestNoDate(t *testing.T) {
	for _, s := range []string{
		"", " ", "-", "0", "1", "99", "12345", "2022", "2022-1", "2022.12", "2022-12", "22.1",
		"12/25", "1/2", "1/1/1", "99/99/99", "32/01/2022", "2022/13/13", "2022-06-31", "2022-001-10",
		"iOS 15.2.1", "Ubuntu 22.04.1", "Python 3.10.12", "v2.1.10", "1.1.1.1", "127.0.0.1", "10.0.0.1",
		"Sura 2:255", "John 3:16 2022", "score 3-2-1", "May 4", "May the 4th", "Sept 11", "9/11", "4th of July",
		"March on Washington 1963", "Christmas 2022", "2022 FIFA World Cup", "Q4 2022", "FY2022/23", "2021-22",
		"No. 12/2022", "Issue 5/2022", "Vol. 12 No. 3, March 2022", "January 2022 (10)", "Jan 2022 - 18:30",
		"1 2 3", "10 20 30", "(555) 123-4567", "+49 30 1234567", "+44 20 7946 0958", "1-800-555-0199",
		"CVE-2021-44228", "RFC 2822", "$12.50", "1,234,567", "12:30:45", "00:00", "24:00", "10:30 PM", "Sat 10:30",
		"Jan 32, 2022", "30 February 2022", "Feb 29, 2023", "may may may", "Mon Tue Wed",
		"10-20 May 2022", "10/11 January 2022", "10 & 11 January 2022", "January 10-12, 2022",
		"10.-12. Januar 2022", "10.01.-12.01.2022", "10.01. - 12.01.2022", "10.01.2022 - 12.01.2022",
		"10 Jan 2022 18:30 - 20:30", "10 Jan 2022, 18.30-20.30", "10 Jan 2022 6-8 pm", "20220110-20220112",
		"2022-01-10 18:30 2022-01-11 18:30", "10 January 2022, 11 January 2022",
		"5 min read · Jan 10, 2022", "10 Jan 2022 3 comments", "10 Jan 2022 (2 hours ago)",
		"Updated 2 hours ago", "Yesterday, 18:30", "Heute, 18:30", "10月", "1月10日", "5日前", "18時30分",
		"-2022-01-10", "12022-01-10", "10 Jan 20222", "10 Jan 022", "Mon 10 Jan 18:30",
		"12345678", "12345678901", "12345678901234", "000000000000", "2022-01-10T25:00:00Z",
	} {
		t.Run(s, func(t *testing.T) {
			if d, ok := date.Parse(s); ok {
				t.Errorf("read as %v %s", d.Time, flags(d))
			}
		})
	}
}

// TestDoubt reads texts that may hold a date, and wants a flag.
func TestDoubt(t *testing.T) {
	for s, want := range map[string]string{
		"Windows 10 May 2022":                        "ambiguous",
		"Issue 10, January 2022":                     "ambiguous",
		"World Cup 2022, 10 December":                "ambiguous",
		"3.14.15":                                    "ambiguous",
		"10.12.22":                                   "ambiguous",
		"01/02/03":                                   "ambiguous",
		"9/11/2001":                                  "ambiguous",
		"123456789":                                  "implausible",
		"0000000000":                                 "implausible",
		"2025550123":                                 "implausible",
		"0022-01-10T18:30:00Z":                       "implausible",
		"1899-12-31":                                 "implausible",
		"2100-01-01T00:00:00Z":                       "implausible",
		"10 Jan 2022 18:30 Ortszeit":                 "unknown-zone",
		"10 Jan 2022 6:30 fnord":                     "unknown-zone",
		"10 Jan 2022 fnord 6:30":                     "unknown-zone",
		"10 Jan 2022 6:30 fnord PN":                  "unknown-zone",
		"Mon 10 Jan 2022 6:30 PN":                    "unknown-zone",
		"10 Jan 2022 12:30 AN":                       "unknown-zone",
		"10 Jan 2022 12:30 m":                        "unknown-zone",
		"10 Jan 2022 am 12:30":                       "unknown-zone",
		"10 Jan 2022 18:30:00 Q":                     "unknown-zone",
		"10 Jan 2022 18:30:00 BST":                   "ambiguous-zone",
		"9/11/2001 18:30 CST":                        "ambiguous,ambiguous-zone",
		"9/11/1931 18:30 fnord":                      "ambiguous,unknown-zone,implausible",
		"Mon, 10 Jan 2022 18:30:00 Atlantis/Capital": "unknown-zone",
	} {
		t.Run(s, func(t *testing.T) {
			if d, ok := date.Parse(s); !ok || flags(d) != want {
				t.Errorf("flags %q, want %q; read %v", flags(d), want, ok)
			}
		})
	}
}
