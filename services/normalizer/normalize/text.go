package normalize

import (
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

const (
	maxHeadline = 2048 // bytes; a bound, not a width
	maxLead     = 2048 // bytes of a summary that can stand above a text
	maxDateLine = 60   // bytes of a line that is a date alone

	// A text is whole when its publisher gives it as the text, as long as a
	// short report, and does not cut it off. A description is most often a
	// teaser, so more is asked of it. The figures are from real feeds: half of
	// their items have 30 words, nine in ten fewer than 130.
	fullContent         = 80
	fullDescription     = 200
	fullDescriptionPars = 3
)

// passage is the lines of one of the two texts that an item may have.
type passage struct {
	lines []string
	words int
	cut   bool // it says that it is not whole
}

// text fills headline, lead, body and extent.
func (d *draft) text() error {
	content, summary := text.Paragraphs(d.entry.Content), text.Paragraphs(d.entry.Summary)
	if d.headline(summary, content); d.article.Headline == "" {
		return ErrNoHeadline
	}
	own, teaser := d.passage(content), d.passage(summary)
	paged := d.paged(own)
	d.unrepeated(&paged, &own, &teaser)
	d.tell(paged, own, teaser)
	return nil
}

// headline fills the headline: the title, else the page's, else the first
// sentence of the text.
func (d *draft) headline(texts ...[]text.Paragraph) {
	headline, rule := schema.Clean(d.entry.Title), "headline:title"
	if headline == "" && d.page != nil {
		headline, rule = d.page.Headline, "headline:page"
	}
	for _, paragraphs := range texts {
		if headline == "" {
			headline, rule = text.FirstSentence(text.FirstLine(paragraphs)), "headline:first_sentence"
		}
	}
	if headline == "" {
		return
	}
	d.article.Headline = schema.Clean(text.Cut(headline, maxHeadline))
	d.decided(rule)
	if len(headline) > maxHeadline {
		d.decided("headline:cut")
	}
}

// passage leaves out the lines that are no text or say what other fields say.
func (d *draft) passage(paragraphs []text.Paragraph) passage {
	kept, removed := text.Sift(paragraphs)
	for _, rule := range removed {
		d.decided("drop:" + rule)
	}
	p := passage{cut: text.IsCut(paragraphs)}
	headline, byline := text.Fold(d.article.Headline), text.Fold(strings.Join(d.entry.Authors, ""))
	signed := "by" + byline
	lines := text.Texts(kept)
	p.lines = lines[:0]
	for _, line := range lines {
		switch {
		case text.FoldsTo(line, headline):
			d.decided("drop:headline")
		case text.FoldsTo(line, byline) || text.FoldsTo(line, signed):
			d.decided("drop:byline")
		case d.isDateLine(line):
			d.decided("drop:date_line")
		default:
			p.lines = append(p.lines, line)
		}
	}
	p.words = text.Words(p.lines...)
	return p
}

// isDateLine reports whether a line is the article's own date, give or take a
// zone. Another date may be news.
func (d *draft) isDateLine(line string) bool {
	if len(line) > maxDateLine || !strings.ContainsAny(line, " /.-") {
		return false
	}
	written, ok := date.ParseIn(line, d.entry.Language)
	day, err := time.Parse(time.DateOnly, d.article.Date)
	return ok && err == nil && written.Time.Sub(day).Abs() <= 48*time.Hour
}

// tell fills lead, body and extent from the page's text, else from the feed's full
// text when it adds to the summary, else from the summary.
func (d *draft) tell(paged, content, summary passage) {
	main, given := summary, addsTo(summary, content)
	if given {
		main = content
	}
	if len(paged.lines) > 0 && addsTo(summary, paged) {
		main, given = paged, true
		d.decided("text:page")
	}
	d.trim(&main)
	d.article.Extent = extent(main, given)
	d.decided("extent:" + string(d.article.Extent))
	if len(main.lines) == 0 {
		return
	}
	lead, body, rule := main.lines[0], main.lines[1:], "lead:summary"
	switch {
	case given && d.hasStandfirst(main):
		rule = "lead:standfirst"
	case given && standsAbove(summary, main):
		lead, body = summary.lines[0], main.lines
	case given:
		rule = "lead:first_paragraph"
	}
	d.decided(rule)
	d.setText(lead, body)
}

// setText fills in lead and body, which does not say the lead again.
func (d *draft) setText(lead string, body []string) {
	d.article.Lead = lead
	folded := text.Fold(lead)
	rest := slices.DeleteFunc(body, func(line string) bool { return text.FoldsTo(line, folded) })
	if len(rest) < len(body) {
		d.decided("drop:lead")
	}
	if len(rest) > 0 {
		d.article.Body = rest
	}
}

// trim ends a passage that is cut off with its last whole sentence.
func (d *draft) trim(p *passage) {
	last := len(p.lines) - 1
	if !p.cut || last < 0 {
		return
	}
	d.decided("text:cut_off")
	p.lines[last] = schema.Clean(text.TrimCut(p.lines[last]))
	if p.lines[last] == "" || text.FoldsTo(p.lines[last], text.Fold(d.article.Headline)) {
		p.lines = p.lines[:last]
	}
}

// extent says how much of the article a passage is; given says that the
// publisher gives it as the text and not as its description.
func extent(p passage, given bool) schema.Extent {
	switch {
	case len(p.lines) == 0:
		return schema.ExtentHeadline
	case p.cut:
		return schema.ExtentSummary
	case given && p.words >= fullContent, p.words >= fullDescription && len(p.lines) >= fullDescriptionPars:
		return schema.ExtentFull
	default:
		return schema.ExtentSummary
	}
}

// addsTo reports whether a full text is more than its summary: longer, or other
// words below a standfirst.
func addsTo(summary, content passage) bool {
	if content.words > summary.words {
		return true
	}
	return len(content.lines) > 0 && len(summary.lines) == 1 && !summary.cut &&
		!strings.Contains(text.Fold(summary.lines[0]), text.Fold(strings.Join(content.lines, "")))
}

// hasStandfirst reports whether a passage begins with the page's standfirst.
func (d *draft) hasStandfirst(main passage) bool {
	return d.page != nil && d.page.Standfirst != "" && len(d.page.Standfirst) <= maxLead && main.lines[0] == d.page.Standfirst
}

// standsAbove reports whether a summary is a standfirst: whole, and not what the
// text begins with.
func standsAbove(summary, main passage) bool {
	if summary.cut || len(summary.lines) == 0 || len(summary.lines[0]) > maxLead {
		return false
	}
	lead, start := text.Fold(summary.lines[0]), ""
	for _, line := range main.lines {
		if start += text.Fold(line); len(start) >= len(lead) {
			break
		}
	}
	return !strings.HasPrefix(start, lead)
}
