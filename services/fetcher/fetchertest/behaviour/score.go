package behaviour

import (
	"fmt"
	"strings"
)

// Result is how a poller did in a case: well when Err is nil.
type Result struct {
	Case
	Err error
}

// Score is how a poller did.
type Score []Result

// Points are those that were earned, and all that there are.
func (s Score) Points() (earned, all int) {
	for _, r := range s {
		all += r.Case.Points
		if r.Err == nil {
			earned += r.Case.Points
		}
	}
	return earned, all
}

// Failed are the ids of the cases in which the poller did not behave, in order.
func (s Score) Failed() []string {
	var ids []string
	for _, r := range s {
		if r.Err != nil {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// String is a table with a line for each case, and the sum.
func (s Score) String() string {
	var b strings.Builder
	for _, r := range s {
		earned, why := r.Case.Points, ""
		if r.Err != nil {
			earned, why = 0, r.Err.Error()
		}
		fmt.Fprintf(&b, "%-26s %d/%d  %s\n", r.ID, earned, r.Case.Points, why)
	}
	earned, all := s.Points()
	fmt.Fprintf(&b, "%-26s %d/%d\n", "score", earned, all)
	return b.String()
}

// Markdown is the list of cases as the documentation has it.
func Markdown(cases []Case) string {
	var b strings.Builder
	b.WriteString("| case | what a poller does | where it is from | points |\n|---|---|---|---|\n")
	for _, c := range cases {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %d |\n", c.ID, c.Promise, c.Source, c.Points)
	}
	return b.String()
}
