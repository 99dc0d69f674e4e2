// Package page finds the article in the HTML of a page: its text, block by block,
// and what the page says of it. It is pure: the same bytes give the same Page.
package page

import (
	"errors"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

// The bounds of a page. One that is beyond the first three is refused before
// anything is looked for in it; of the others, what is beyond is left out.
const (
	maxBytes      = 4 << 20
	maxNodes      = 50_000
	maxDepth      = 512
	maxAttributes = 64      // of a tag
	maxValue      = 4 << 10 // bytes of an attribute
	maxMeta       = 1_000   // elements of the head
	maxData       = 32      // JSON documents
	maxDataBytes  = 1 << 20 // of them all
	maxReach      = 32      // elements that an implied end looks through
	maxBlocks     = 5_000
	maxText       = 384 << 10
)

// The errors of Read. All say something of the page, so trying it again does not
// help.
var (
	// ErrNotHTML says that a document is something else.
	ErrNotHTML = errors.New("page: not HTML")
	// ErrTooLarge says that a page has more than 4 MiB.
	ErrTooLarge = errors.New("page: too large")
	// ErrTooManyNodes says that a page has more than 50,000 elements and texts.
	ErrTooManyNodes = errors.New("page: too many nodes")
	// ErrTooDeep says that elements of a page stand in more than 512 others.
	ErrTooDeep = errors.New("page: too deep")
	// ErrNoText says that a page has no text of an article. The Page beside it
	// holds what the page says of one.
	ErrNoText = errors.New("page: no article text")
)

// Hint is what is known of an article before its page is read. Each part may be
// empty.
type Hint struct {
	Headline string // of the feed's item
	Summary  string // of the feed's item, as clean text
	Language string // BCP 47, of the feed
}

// Kind is what a block is on its page.
type Kind string

// The kinds of blocks.
const (
	Paragraph Kind = "paragraph"
	Heading   Kind = "heading"
	Item      Kind = "item" // of a list
	Quote     Kind = "quote"
	Row       Kind = "row" // of a table of data, its cells joined by "; "
)

// Block is one paragraph of an article.
type Block struct {
	Kind Kind
	Text string // clean; see schema.Clean
}

// Page is an article as its page has it. Texts are clean (see schema.Clean),
// addresses whole and of the web; what the page does not say is empty.
type Page struct {
	Headline   string
	Standfirst string  // the lines between headline and body
	Body       []Block // in the order of the page, without the standfirst
	Credits    []string
	Byline     []string // names of authors
	Published  date.Date
	Modified   date.Date
	DateSource string // of Published: json_ld, meta or time
	Section    string
	Publisher  string
	Canonical  string // may be another page's, or on another host
	AMP        string
	Image      Image
	Language   string // BCP 47 as declared, else that of the hint
	Paywalled  bool   // the page says that not all may read it
	Rights     Rights
	Rules      []string // that left something out or chose the text, each once, in order
}

// Image is the picture that a page shows for its article.
type Image struct {
	URL             string
	Width, Height   int // 0 when not known
	Caption, Credit string
}

// Rights is what a page says of using it.
type Rights struct {
	License     string // address
	RSL         string // address of a licence in Really Simple Licensing
	TDMReserved bool   // text and data mining is reserved (TDMRep)
	TDMPolicy   string // address
	Holder      string
	Notice      string
	Year        string
}

// Lines are the standfirst, if there is one, and the texts of the body.
func (p Page) Lines() []string {
	lines := make([]string, 0, 1+len(p.Body))
	if p.Standfirst != "" {
		lines = append(lines, p.Standfirst)
	}
	for _, b := range p.Body {
		lines = append(lines, b.Text)
	}
	return lines
}

// Read finds the article of a page that was served as contentType, the value of
// that header, from address. It takes time and memory linear in the page.
func Read(source []byte, contentType, address string, hint Hint) (Page, error) {
	source, err := decodePage(source, contentType)
	if err != nil {
		return Page{}, err
	}
	t, err := plant(source)
	if err != nil {
		return Page{}, err
	}
	facts := newFacts(t, address, hint)
	p := facts.page()
	newReading(facts).tell(&p)
	if len(p.Body) == 0 && p.Standfirst == "" {
		return p, ErrNoText
	}
	return p, nil
}
