package normalize

import (
	"cmp"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// maxPage bounds the bytes of a page once it is unpacked: what package page takes.
const maxPage = 4 << 20

// readPage reads the page that came with the item. What it says counts only when it
// is the article's: a page that shares no word of its headline is another one,
// such as a log-in or a list.
func (d *draft) readPage() {
	p := d.item.Page
	if p == nil {
		return
	}
	if len(p.HTML) == 0 {
		d.decided("page:failed")
		return
	}
	read, err := d.parsePage(p)
	if err != nil && !errors.Is(err, page.ErrNoText) {
		d.decided("page:" + pageError(err))
		return
	}
	if !isAbout(read, schema.Clean(d.entry.Title)) {
		d.decided("page:other_article")
		return
	}
	if err != nil {
		d.decided("page:" + pageError(err))
	}
	for _, rule := range read.Rules {
		d.decided("page:" + rule)
	}
	d.page = &read
}

// parsePage finds the article of a page.
func (d *draft) parsePage(p *schema.Page) (page.Page, error) {
	source, err := unpack(p.HTML)
	if err != nil {
		return page.Page{}, err
	}
	return page.Read(source, p.ContentType, cmp.Or(p.FinalURL, p.URL), page.Hint{
		Headline: schema.Clean(d.entry.Title), Summary: firstText(d.entry.Summary), Language: d.entry.Language,
	})
}

// unpack decompresses a page.
func unpack(packed []byte) ([]byte, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.DecodeAll(packed, nil)
}

// pageError names what is wrong with a page.
func pageError(err error) string {
	switch {
	case errors.Is(err, page.ErrNoText):
		return "no_text"
	case errors.Is(err, page.ErrNotHTML):
		return "not_html"
	case errors.Is(err, page.ErrTooLarge), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return "too_large"
	case errors.Is(err, page.ErrTooManyNodes):
		return "too_many_nodes"
	case errors.Is(err, page.ErrTooDeep):
		return "too_deep"
	default:
		return "damaged"
	}
}

// PageFaults are the rules of an article that say why its page was no help, for
// those who count them.
func PageFaults(a schema.Article) []string {
	var faults []string
	for _, rule := range a.Provenance.Rules {
		switch rule {
		case "page:failed", "page:other_article", "page:no_text", "page:not_html", "page:too_large",
			"page:too_many_nodes", "page:too_deep", "page:damaged":
			faults = append(faults, rule)
		}
	}
	return faults
}

// firstText is a summary as one clean text.
func firstText(html string) string {
	return strings.Join(text.Texts(text.Paragraphs(html)), " ")
}

// isAbout reports whether a page is the one of an item's headline: a word of the
// two headlines is the same, or half of the item's stand in the page's text. An
// item without a headline, or one without words to compare, has to be believed.
func isAbout(p page.Page, headline string) bool {
	wanted := words(headline)
	if len(wanted) == 0 {
		return true
	}
	title := words(p.Headline)
	for word := range wanted {
		if title[word] {
			return true
		}
	}
	said, found := words(strings.Join(p.Lines(), " ")), 0
	for word := range wanted {
		if said[word] {
			found++
		}
	}
	return 2*found >= len(wanted)
}

// shortest is how many letters a word has that tells something.
const shortest = 4

// words are the words of a text that tell something, in small letters: those of
// four letters and more, numbers, and each character of a script whose words are
// characters.
func words(line string) map[string]bool {
	all := map[string]bool{}
	for field := range strings.FieldsFuncSeq(strings.ToLower(line), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		switch first, _ := utf8.DecodeRuneInString(field); {
		case unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Hangul):
			for _, r := range field {
				all[string(r)] = true
			}
		case utf8.RuneCountInString(field) >= shortest, unicode.IsDigit(first):
			all[field] = true
		}
	}
	return all
}

// The page's text is a little longer than the feed's for its subheadings alone,
// so that it has to be longer by more than that.
const (
	longerNum, longerDen = 11, 10
	// Of a page that is not free for all, so many words and more are the article,
	// fewer are what all may read of it.
	freeWords = 250
)

// paged is the passage of the page's text, empty when the feed's own text says as
// much: that is the publisher's choice of it.
func (d *draft) paged(content passage) passage {
	if d.page == nil {
		return passage{}
	}
	var blocks []text.Paragraph
	for _, line := range d.page.Lines() {
		blocks = append(blocks, text.Paragraph{Text: line})
	}
	p := d.passage(blocks)
	if p.words*longerDen <= content.words*longerNum {
		return passage{}
	}
	if d.page.Paywalled && p.words < freeWords {
		p.cut = true
	}
	return p
}

// fromPage fills what the feed leaves out, and keeps what the page says beside it.
func (d *draft) fromPage() {
	p := d.page
	if p == nil {
		return
	}
	a := &d.article
	if len(a.Authors) == 0 {
		a.Authors = names(p.Byline, maxAuthors)
	}
	if p.Section != "" {
		a.Categories = names(append(a.Categories, p.Section), maxCategories)
	}
	a.Credits = lines(p.Credits, maxCredits)
	a.Paywalled = p.Paywalled
	if len(a.Media) == 0 && p.Image.URL != "" {
		a.Media = media([]schema.Media{{
			URL: p.Image.URL, Width: p.Image.Width, Height: p.Image.Height, Caption: p.Image.Caption, Credit: p.Image.Credit,
		}})
	}
	a.Rights = withPage(a.Rights, p.Rights)
	d.alternates(p.Canonical, p.AMP, d.item.Page.FinalURL)
	if published := d.instant(p.Published); a.Published == nil && published != nil && published.Format(time.DateOnly) == a.Date {
		a.Published = published
	}
	if a.Updated == nil {
		a.Updated = d.instant(p.Modified)
	}
}

// maxCredits bounds the credit lines of an article.
const maxCredits = 8

// lines are clean texts, each there once.
func lines(all []string, limit int) []string {
	var kept []string
	for _, line := range all[:min(len(all), limit)] {
		if line = short(line, maxCaption); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// withPage are the terms of the feed, and what the page says beyond them.
func withPage(declared *schema.Rights, p page.Rights) *schema.Rights {
	r := schema.Rights{}
	if declared != nil {
		r = *declared
	}
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&r.License, p.License)
	fill(&r.Holder, p.Holder)
	fill(&r.Text, p.Notice)
	fill(&r.RSL, p.RSL)
	fill(&r.TDMPolicy, p.TDMPolicy)
	r.TDMReserved = r.TDMReserved || p.TDMReserved
	return rights(&r)
}
