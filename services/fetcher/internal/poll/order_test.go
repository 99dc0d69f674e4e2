package poll_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// dated is a feed of one item a date; its language is that of the declaration.
func dated(language string, dates ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Tides</title><language>%s</language>`, language)
	for i, date := range dates {
		fmt.Fprintf(&b, `<item><title>%d</title><link>/%d</link><pubDate>%s</pubDate></item>`, i, i, date)
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

func TestPollTellsTheOrderOfDates(t *testing.T) {
	for name, test := range map[string]struct {
		language string
		dates    []string
		want     schema.DateOrder // of the first item
	}{
		"day above 12":                 {"", []string{"02/03/2026", "25/02/2026"}, schema.DayFirst},
		"month first":                  {"", []string{"02/03/2026", "02/25/2026"}, schema.MonthFirst},
		"more than the language says":  {"en-US", []string{"02/03/2026", "25/02/2026"}, schema.DayFirst},
		"nothing proves it":            {"", []string{"02/03/2026", "03/03/2026"}, ""},
		"both are proved":              {"", []string{"02/03/2026", "25/02/2026", "02/25/2026"}, ""},
		"the date itself is plain":     {"", []string{"2026-03-02", "25/02/2026"}, ""},
		"the date itself has the name": {"", []string{"2 March 2026", "25/02/2026"}, ""},
		"no dates":                     {"", []string{"", ""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: ok(dated(test.language, test.dates...), "")}
			result, _ := w.poll(t, schema.PollState{})
			if got := items(t, result); got[0].DateOrder != test.want {
				t.Errorf("got %q, want %q", got[0].DateOrder, test.want)
			}
		})
	}
}

// Items that are known already prove it for a new one.
func TestPollTellsTheOrderOfDatesByKnownItems(t *testing.T) {
	w := &world{feed: &tides, answer: ok(dated("", "25/02/2026"), "")}
	_, state := w.poll(t, schema.PollState{})
	w.answer = ok(dated("", "25/02/2026", "02/03/2026"), "")
	result, _ := w.poll(t, state)
	if got := items(t, result); len(got) != 1 || got[0].DateOrder != schema.DayFirst {
		t.Errorf("got %+v", got)
	}
}
