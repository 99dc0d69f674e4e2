package schema

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DatedMediaType is the media type of an article in the dated format. The
// name is dateline's own and not registered.
const DatedMediaType = "text/vnd.dateline.dated; charset=utf-8"

// The limits of a document in the dated format. Its blocks are the header, the
// paragraphs, the attribution and the headline.
const (
	MaxDatedBytes  = 1 << 20
	MaxDatedBlocks = 10_000
)

// The errors of the dated format.
var (
	// ErrDatedInvalid marks an article that the format cannot hold, and bytes
	// that are not a document in it. The error that wraps it names the field.
	ErrDatedInvalid = errors.New("dated: invalid article")
	// ErrDatedTooLarge marks a document beyond MaxDatedBytes or MaxDatedBlocks.
	ErrDatedTooLarge = errors.New("dated: article too large")
)

const (
	datedHeader       = " date "
	datedSeparator    = "\n\n"
	needlessBackslash = "begins with a backslash that escapes nothing"
)

// Dated is what the dated format holds of an article: plain text that people
// read and line tools split, with exactly one spelling for each article.
//
// Each text is one line that Clean leaves as it is.
type Dated struct {
	// Date is a day that exists, YYYY-MM-DD.
	Date string
	// Lead is the text beside the date. It may be empty.
	Lead string
	// Body is the paragraphs. It may be empty.
	Body []string
	// Attribution is the line before the headline. It may be absent.
	Attribution *Attribution
	// Headline is the last line.
	Headline string
}

// Dated renders the article in the dated format.
func (a Article) Dated() ([]byte, error) {
	return Dated{
		Date:        a.Date,
		Lead:        a.Lead,
		Body:        a.Body,
		Attribution: a.Attribution,
		Headline:    a.Headline,
	}.Render()
}

// Render writes d as ParseDated reads it. It fails with ErrDatedInvalid, naming
// the field, or ErrDatedTooLarge.
func (d Dated) Render() ([]byte, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	out := append([]byte(datedHeader), d.Date...)
	if d.Lead != "" {
		out = append(append(out, ' '), escape(d.Lead, false)...)
	}
	for i, paragraph := range d.Body {
		beforeHeadline := i == len(d.Body)-1 && d.Attribution == nil
		out = append(append(out, datedSeparator...), escape(paragraph, beforeHeadline)...)
	}
	if d.Attribution != nil {
		out = append(append(out, datedSeparator...), d.Attribution.line()...)
	}
	out = append(append(out, datedSeparator...), escape(d.Headline, false)...)
	if len(out) > MaxDatedBytes {
		return nil, tooManyBytes()
	}
	return out, nil
}

// ParseDated reads exactly what Render writes. It fails with ErrDatedInvalid,
// naming the field, or ErrDatedTooLarge.
func ParseDated(data []byte) (Dated, error) {
	if len(data) > MaxDatedBytes {
		return Dated{}, tooManyBytes()
	}
	blocks := strings.SplitN(string(data), datedSeparator, MaxDatedBlocks+1)
	if len(blocks) > MaxDatedBlocks {
		return Dated{}, tooManyBlocks()
	}
	d, err := parseBlocks(blocks)
	if err != nil {
		return Dated{}, err
	}
	if err := d.validate(); err != nil {
		return Dated{}, err
	}
	return d, nil
}

// parseBlocks takes a document apart. That its texts are clean is left to
// validate.
func parseBlocks(blocks []string) (Dated, error) {
	date, lead, err := parseHeader(blocks[0])
	if err != nil {
		return Dated{}, err
	}
	if len(blocks) == 1 {
		return Dated{}, invalid("headline", "missing")
	}
	d := Dated{Date: date}
	var ok bool
	if d.Lead, ok = unescape(lead, false); !ok {
		return Dated{}, invalid("lead", needlessBackslash)
	}
	body, headline := blocks[1:len(blocks)-1], blocks[len(blocks)-1]
	if d.Headline, ok = unescape(headline, false); !ok {
		return Dated{}, invalid("headline", needlessBackslash)
	}
	if n := len(body); n > 0 && isAttribution(body[n-1]) {
		a, _ := readAttribution(body[n-1])
		d.Attribution, body = &a, body[:n-1]
	}
	for i, block := range body {
		text, ok := unescape(block, i == len(body)-1 && d.Attribution == nil)
		if !ok {
			return Dated{}, invalid(bodyField(i), needlessBackslash)
		}
		d.Body = append(d.Body, text)
	}
	return d, nil
}

// parseHeader cuts the first block into the date and the lead as it is written.
func parseHeader(block string) (date, lead string, err error) {
	rest, ok := strings.CutPrefix(block, datedHeader)
	if !ok || len(rest) < len(time.DateOnly) {
		return "", "", invalid("header", `does not begin with " date YYYY-MM-DD"`)
	}
	date, rest = rest[:len(time.DateOnly)], rest[len(time.DateOnly):]
	if rest == "" {
		return date, "", nil
	}
	lead, ok = strings.CutPrefix(rest, " ")
	if !ok || lead == "" {
		return "", "", invalid("header", "what follows the date is not one space and the lead")
	}
	return date, lead, nil
}

// validate reports whether the format can hold d.
func (d Dated) validate() error {
	if err := d.checkSize(); err != nil {
		return err
	}
	if !isDay(d.Date) {
		return invalid("date", "not a day that exists, written YYYY-MM-DD")
	}
	if d.Lead != "" {
		if err := checkText("lead", d.Lead); err != nil {
			return err
		}
	}
	for i, paragraph := range d.Body {
		if err := checkText(bodyField(i), paragraph); err != nil {
			return err
		}
	}
	if d.Attribution != nil {
		if err := d.Attribution.validate(); err != nil {
			return err
		}
	}
	return checkText("headline", d.Headline)
}

// checkSize reports whether d is within the limits, but for its escapes.
func (d Dated) checkSize() error {
	blocks, size := 2+len(d.Body), len(d.Date)+len(d.Lead)+len(d.Headline)
	for _, paragraph := range d.Body {
		size += len(paragraph)
	}
	if d.Attribution != nil {
		blocks++
		size += len(d.Attribution.Section) + len(d.Attribution.Source)
	}
	if blocks > MaxDatedBlocks {
		return tooManyBlocks()
	}
	if size > MaxDatedBytes {
		return tooManyBytes()
	}
	return nil
}

// isDay reports whether s is a day of the years 0001 to 9999, YYYY-MM-DD.
func isDay(s string) bool {
	day, err := time.Parse(time.DateOnly, s)
	return err == nil && day.Year() > 0
}

// checkText reports whether s is a text: not empty, and as Clean leaves it.
func checkText(field, s string) error {
	if s == "" {
		return invalid(field, "empty")
	}
	clean := Clean(s)
	if clean == s {
		return nil
	}
	at := 0
	for at < min(len(s), len(clean)) && s[at] == clean[at] {
		at++
	}
	return invalid(field, fmt.Sprintf("not clean text at byte %d", at))
}

// escape returns a text as it is written. A paragraph directly before the
// headline could be read as an attribution.
func escape(text string, beforeHeadline bool) string {
	if strings.HasPrefix(text, `\`) || beforeHeadline && isAttribution(text) {
		return `\` + text
	}
	return text
}

// unescape returns the text that escape writes as block, if there is one.
func unescape(block string, beforeHeadline bool) (text string, ok bool) {
	text = strings.TrimPrefix(block, `\`)
	return text, escape(text, beforeHeadline) == block
}

func bodyField(i int) string { return "body " + strconv.Itoa(i) }

func invalid(field, problem string) error {
	return fmt.Errorf("%w: %s: %s", ErrDatedInvalid, field, problem)
}

func tooManyBytes() error {
	return fmt.Errorf("%w: more than %d bytes", ErrDatedTooLarge, MaxDatedBytes)
}

func tooManyBlocks() error {
	return fmt.Errorf("%w: more than %d blocks", ErrDatedTooLarge, MaxDatedBlocks)
}
