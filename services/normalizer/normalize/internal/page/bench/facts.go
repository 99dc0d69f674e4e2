package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// facts prints how often the date and the authors of news pages are right, among
// those that have one.
func facts(out io.Writer, news []sample) {
	var dates, days, minutes, signed, authors int
	for _, s := range news {
		p, _ := page.Read(s.html, "text/html; charset=utf-8", s.address, page.Hint{})
		if want, err := time.Parse("2006-01-02 15:04:05.999999999Z07:00", s.published); err == nil {
			dates++
			days += int(one(p.Published.Time.Format(time.DateOnly) == want.Format(time.DateOnly)))
			minutes += int(one(p.Published.Time.Truncate(time.Minute).Equal(want.Truncate(time.Minute))))
		}
		if len(s.authors) > 0 {
			signed++
			authors += int(one(slices.Equal(folded(s.authors), folded(p.Byline))))
		}
	}
	fmt.Fprintf(out, "ours, of the dates of %d news pages: day %d, minute %d; of the authors of %d: all of them %d\n", dates, days, minutes, signed, authors)
}

func folded(names []string) []string {
	var found []string
	for _, name := range names {
		found = append(found, text.Fold(name))
	}
	slices.Sort(found)
	return found
}
