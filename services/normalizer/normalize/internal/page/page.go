// Package page finds the article in the HTML of a page: its text, block by block,
// and what the page says of it. It is pure: the same bytes give the same Page.
package page

import (
	"errors"
	"slices"

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
	maxMeta       = 1_000
	maxData       = 16 // JSON documents
	maxDataBytes  = 512 << 10
	maxReach      = 32 // elements that an implied end looks through
	maxBlocks     = 5_000
	maxText       = 384 << 10
)

// The errors of Read.
var (
	// ErrNotHTML says that a document is something else.
	ErrNotHTML = errors.New("page: not HTML")
	// ErrTooLarge says that a page has more than 4 MiB.
	ErrTooLarge = errors.New("page: too large")
	// ErrTooManyNodes says that a page has more than 50,000 elements and texts.
	ErrTooManyNodes = errors.New("page: too many nodes")
	// ErrTooDeep says that a page's elements stand in more than 512 others.
	ErrTooDeep = errors.New("page: too deep")
	// ErrNoText says that a page has no text of an article.
	ErrNoText = errors.New("page: no article text")
)

// Hint is what is known of an article before its page is read. Each part may be
// empty.
type Hint struct {
	Headline string // of the feed's item
	Summary  string // of the feed's item, as clean text
	Language string // BCP 47
}

// Kind is what a block is on its page.
type Kind string

// The kinds of blocks.
const (
	Paragraph Kind = "paragraph"
	Heading   Kind = "heading"
	Item      Kind = "item"
	Quote     Kind = "quote"
	Row       Kind = "row"
)

// Block is one paragraph of an article.
type Block struct {
	Kind Kind
	Text string // clean; see schema.Clean
}

// Page is an article as its page has it. Texts are clean (see schema.Clean),
// addresses whole.
type Page struct {
	Headline   string
	Standfirst string // the line between headline and body; empty when there is none
	Body       []Block
	Credits    []string // lines that name who reported or edited, apart from the text
	Byline     []string // names
	Published  date.Date
	Modified   date.Date
	DateSource string // of Published: json_ld, meta or time
	Section    string
	Publisher  string
	Canonical  string
	AMP        string
	Image      Image
	Language   string // BCP 47, as declared
	Paywalled  bool   // the page says that not all may read it
	Rights     Rights
	Rules      []string // that left something out or chose, each once
}

// Image is the picture that a page shows for its article.
type Image struct {
	URL             string
	Width, Height   int // 0 when not known
	Caption, Credit string
}

// Rights is what a page says of using it.
type Rights struct {
	License     string // address or name
	RSL         string // address of a licence in Really Simple Licensing
	TDMReserved bool   // text and data mining is reserved (TDMRep)
	TDMPolicy   string // address
	Holder      string
	Notice      string
	Year        string
}

// Lines are the standfirst and the texts of the body.
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

// Read finds the article of a page that was served as contentType from address.
func Read(source []byte, contentType, address string, hint Hint) (Page, error) {
	t, err := plant(source)
	if err != nil {
		return Page{}, err
	}
	f := look(newFacts(t, address, hint), t)
	p := Page{Standfirst: f.standfirst}
	for _, b := range f.blocks {
		if b.drop == "" {
			p.Body = append(p.Body, Block{b.kind, b.text})
		}
	}
	return p, nil
}

// enough is the bytes of a text that is not looked for among what is hidden.
const enough = 500

// look finds the article. Where it finds little of what the page says, it looks
// again, trusting fewer of the names of elements, and once more in what is hidden.
func look(facts *facts, t *tree) *finder {
	blocks := cut(t, false)
	best := search(facts, slices.Clone(blocks), aside)
	if best.kept()*3 < best.all {
		if f := search(facts, blocks, surelyAside); f.kept() > 2*best.kept() {
			best = f
		}
	}
	if best.kept() < enough {
		if f := search(facts, cut(t, true), surelyAside); f.kept() > enough+2*best.kept() {
			best = f
		}
	}
	return best
}

func search(facts *facts, blocks []block, aside func(*node) string) *finder {
	f := newFinder(facts, blocks, aside)
	f.find()
	f.sift()
	return f
}
