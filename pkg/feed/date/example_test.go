package date_test

import (
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

func ExampleParse() {
	for _, s := range []string{
		"Mon, 10 Jan 2022 18:30:00 JST",
		"10. Januar 2022, 18.30 Uhr MEZ",
		"January 10, 2022 at 6:30 PM",
	} {
		d, ok := date.Parse(s)
		fmt.Println(ok, d.Time.Format(time.RFC3339), d.HasZone)
	}
	// Output:
	// true 2022-01-10T18:30:00+09:00 true
	// true 2022-01-10T18:30:00+01:00 true
	// true 2022-01-10T18:30:00Z false
}

func ExampleParseIn() {
	for _, language := range []string{"en-US", "en-GB", ""} {
		d, _ := date.ParseIn("05/03/2019", language)
		fmt.Println(d.Time.Format("2 January"), d.Ambiguous)
	}
	// Output:
	// 3 May false
	// 5 March false
	// 5 March true
}
