package normalize

import (
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// unrepeated leaves the lines that the feed repeats out of the passages of an
// article, unless they are all that it says.
func (d *draft) unrepeated(passages ...*passage) {
	repeated := make([]string, 0, schema.MaxRepeated)
	for _, line := range d.item.Repeated[:min(len(d.item.Repeated), schema.MaxRepeated)] {
		repeated = append(repeated, text.Fold(line))
	}
	isRepeated := func(line string) bool {
		return slices.ContainsFunc(repeated, func(folded string) bool { return folded != "" && text.FoldsTo(line, folded) })
	}
	left, there := 0, 0
	for _, p := range passages {
		for _, line := range p.lines {
			if there++; !isRepeated(line) {
				left++
			}
		}
	}
	if left == 0 || left == there {
		return
	}
	for _, p := range passages {
		p.lines = slices.DeleteFunc(p.lines, isRepeated)
		p.words = text.Words(p.lines...)
	}
	d.decided("drop:feed_boilerplate")
}
