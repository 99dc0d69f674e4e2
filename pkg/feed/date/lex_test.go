package date

import (
	"strings"
	"testing"
)

// cut shows the tokens of a text, with a bar between them.
func cut(s string) string {
	var parts []string
	for _, t := range lex(nil, fold(s)) {
		parts = append(parts, t.text)
	}
	return strings.Join(parts, "|")
}

func TestLex(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"Mon, 10 Jan 2022":              "mon|,|10|jan|2022",
		"10Jan2022":                     "10|jan|2022",
		"2022-01-10T18:30Z":             "2022|-|01|-|10|t|18|:|30|z",
		"6:30 p.m.":                     "6|:|30|pm|.",
		"6:30 p. m.":                    "6|:|30|p m|.",
		"Asia/Tokyo":                    "asia/tokyo",
		"America/Port-au-Prince":        "america/port-au-prince",
		"America/New_York":              "america/new_york",
		"10/Jan/2022":                   "10|/|jan|/|2022",
		"Eastern Standard Time":         "eastern standard time",
		"Eastern Time":                  "eastern time",
		"segunda-feira":                 "segunda feira",
		"tháng mười hai":                "thang muoi hai",
		"tháng mười 12":                 "thang muoi|12",
		"كانون الثاني":                  fold("كانون الثاني"),
		"2022年1月10日星期一下午6時":             "2022|年|1|月|10|日|星期一|下午|6|時",
		"2022년 1월 10일 월요일":              "2022|년|1|월|10|일|월요일",
		"令和元年5月1日":                      "令和|1|年|5|月|1|日",
		"6:30 PMకి":                     "6|:|30|pm|" + fold("కి"),
		"10 ม.ค. 2565":                  "10|" + fold("มค") + "|.|2565",
		"١٠/٠١/٢٠٢٢":                    "10|/|01|/|2022",
		"１８：３０":                         "18|:|30",
		"10\u200e–12":                   "10|-|12",
		"18:30:00 +0100 CET m=+0.00001": "18|:|30|:|00|+|0100|cet",
	} {
		t.Run(in, func(t *testing.T) {
			if got := cut(in); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"FÉVRIER": "fevrier", "Şubat": "subat", "Aralık": "aralik", "İyun": "iyun",
		"Μαΐου": "μαιου", "Ιανουάριος": "ιανουαριοσ", "МАЯ": "мая", "січня": "січня",
		"دی": fold("دي"), "أكتوبر": fold("اكتوبر"), "১২৩": "123", "၁၂၃": "123", "໑໒໓": "123",
		"۱۲۳": "123", "१२३": "123", "๑๒๓": "123", "௧௨௩": "123", "1º": "1o", "\xff": " ",
	} {
		if got := fold(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestFoldTwice folds every name of the tables twice.
func TestFoldTwice(t *testing.T) {
	for name := range known.words {
		if again := fold(name); again != name {
			t.Errorf("%q becomes %q", name, again)
		}
	}
}
