package page

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// The rules that leave out no text: what they mark stands elsewhere, or in
// another field.
const (
	outside    = "outside"
	standfirst = "standfirst"
	credit     = "reporting"
)

// sift says of each block why it is left out.
func (f *finder) sift() {
	for i := range f.blocks {
		f.blocks[i].drop = f.why(i)
	}
	f.cutComments()
	f.cutUnmasked()
	f.findStandfirst()
	f.trim()
	f.dropLoneHeadings()
}

// why is the rule by which a block is left out; empty when it is kept.
func (f *finder) why(at int) string {
	b := &f.blocks[at]
	switch {
	case !f.isInside(b):
		return outside
	case b.caption:
		return "caption"
	}
	if rule := f.within(at); rule != "" {
		return rule
	}
	switch {
	case f.isHeadline(at, b):
		return "headline"
	case at < f.headline && f.above[f.headline]*5 < f.prose[f.root]:
		return "above_headline"
	case f.isTime(b):
		return "date"
	}
	return noText(b)
}

// isTime reports whether a block is nothing but a <time>, as the hour of an entry
// of a live blog is, and not how long something takes.
func (f *finder) isTime(b *block) bool {
	text := &f.nodes[b.at]
	in := &f.nodes[text.parent]
	if !text.isText || in.tag != atom.Time || tidy(text.text) != b.text {
		return false
	}
	return !strings.HasPrefix(in.text, "P") && (in.prop == "" || strings.HasPrefix(in.prop, "date"))
}

// within is the rule of an element around a block within the article that is none
// of its text. What the page's data has as text is text, whatever is named around
// it, but for lists of links.
func (f *finder) within(at int) string {
	b := &f.blocks[at]
	masked := f.masked != nil && f.masked[at]
	for i := b.in; i > f.root; i = f.nodes[i].parent {
		switch {
		case f.linked[i]*2 > f.size[i] && f.size[i] > len(b.text):
			return "links"
		case masked:
		case f.aside[i] != "" && f.size[i]*2 < f.size[f.root]:
			return f.aside[i]
		case f.teasers[i]:
			return "teasers"
		}
	}
	return ""
}

// findHeadline finds the block that is the headline: a heading that says what the
// page calls its article, else the first of the first rank.
func (f *finder) findHeadline() {
	for _, headline := range f.facts.titles {
		f.headline = slices.IndexFunc(f.blocks, func(b block) bool { return b.kind == Heading && text.FoldsTo(b.text, headline) })
		if f.headline != none {
			return
		}
	}
	f.headline = slices.IndexFunc(f.blocks, func(b block) bool { return b.rank == 1 })
}

// isHeadline reports whether a block near the start of the article repeats its
// headline.
func (f *finder) isHeadline(at int, b *block) bool {
	const near = 1000 // bytes of prose
	if at == f.headline {
		return true
	}
	if f.headline != none && at > f.headline && f.above[at]-f.above[f.headline] > near {
		return false
	}
	return slices.ContainsFunc(f.facts.titles, func(headline string) bool { return text.FoldsTo(b.text, headline) })
}

// same reports whether two texts say the same words.
func same(a, b string) bool { return a != "" && text.FoldsTo(a, text.Fold(b)) }

// cutComments leaves out what stands below a heading of comments.
func (f *finder) cutComments() {
	kept := false
	for i := range f.blocks {
		b := &f.blocks[i]
		kept = kept || b.drop == ""
		if kept && b.drop == "comments" && b.kind == Heading {
			f.dropFrom(i, "comments")
			return
		}
	}
}

// dropFrom leaves out all blocks from one on.
func (f *finder) dropFrom(at int, rule string) {
	for i := at; i < len(f.blocks); i++ {
		if f.blocks[i].drop == "" {
			f.blocks[i].drop = rule
		}
	}
}

// trim leaves out the short lines above the first block of prose, such as
// bylines and dates, and those below the last.
func (f *finder) trim() {
	isText := func(b block) bool { return b.drop == "" && isProse(&b) }
	first := slices.IndexFunc(f.blocks, isText)
	if first == none {
		return
	}
	last := len(f.blocks) - 1
	for ; !isText(f.blocks[last]); last-- {
		if b := &f.blocks[last]; b.drop == "" && b.kind == Paragraph {
			b.drop = "below_text"
		}
	}
	for i := range f.blocks[:first] {
		if f.blocks[i].drop == "" && !f.isOfSeries(i, first, last) {
			f.blocks[i].drop = "above_text"
		}
	}
}

// isOfSeries reports whether a block right above the text is the first of the
// headings that part it: another of its rank stands within.
func (f *finder) isOfSeries(at, first, last int) bool {
	isKept := func(b block) bool { return b.drop == "" }
	if f.blocks[at].kind != Heading || slices.ContainsFunc(f.blocks[at+1:first], isKept) {
		return false
	}
	return slices.ContainsFunc(f.blocks[first:last], func(b block) bool { return isKept(b) && b.kind == Heading && b.rank == f.blocks[at].rank })
}

// dropLoneHeadings leaves out headings at the end.
func (f *finder) dropLoneHeadings() {
	for i := len(f.blocks) - 1; i >= 0; i-- {
		switch b := &f.blocks[i]; {
		case b.drop != "":
		case b.kind == Heading:
			b.drop = "heading_alone"
		default:
			return
		}
	}
}
