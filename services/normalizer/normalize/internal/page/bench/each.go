package main

import (
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// each prints a line for each page that ours did not get right; with a part of a
// name, those pages and the lines that are lost and left in.
func each(sets []set, name string) {
	for _, set := range sets {
		for _, s := range set.samples {
			if name != "" && !strings.Contains(s.id, name) {
				continue
			}
			r := measure(extractor{"ours", ours}, s)
			if r.exact() && len(s.with) == 0 || len(s.with) > 0 && r.words == 1 {
				continue
			}
			fmt.Printf("%d %s %s F1 %.3f lost %.3f left in %.3f standfirst %t words %.2f\n", s.half()+1, set.name, s.id, f1(r.precision(), r.recall()), 1-r.recall(), 1-r.precision(), r.standfirst, r.words)
			if name != "" {
				found := ours(s)
				differ("-", s.lines, found)
				differ("+", found, s.lines)
				fmt.Println(s.with, s.without)
			}
		}
	}
}

// differ prints the lines that another text does not have.
func differ(sign string, lines, others []string) {
	all := text.Fold(strings.Join(others, "\n"))
	for _, line := range lines {
		if !strings.Contains(all, text.Fold(line)) {
			fmt.Printf("  %s %.160s\n", sign, line)
		}
	}
}
