package page

import (
	"slices"
	"strings"
)

// reading is the article as it was found on a page.
type reading struct {
	*finder
	rules []string // that chose how it was read
}

// enough is the bytes of a text that is not looked for among what is hidden.
const enough = 500

// newReading finds the article. Where it finds little of what the page says, it
// looks again, trusting fewer of the names of elements, and once more among what
// is hidden.
func newReading(facts *facts) *reading {
	named := make([]string, len(facts.nodes))
	for i := range facts.nodes {
		if !facts.nodes[i].isText {
			named[i] = facts.aside(int32(i))
		}
	}
	blocks := cut(facts.tree, false)
	r := &reading{finder: search(facts, slices.Clone(blocks), slices.Clone(named))}
	if r.kept()*3 < r.all {
		if again := search(facts, blocks, sure(named)); again.kept() > 2*r.kept() {
			r.finder, r.rules = again, []string{"names_not_trusted"}
		}
	}
	if r.kept() < enough {
		if again := search(facts, cut(facts.tree, true), sure(named)); again.kept() > enough+2*r.kept() {
			r.finder, r.rules = again, []string{"hidden_text"}
		}
	}
	if r.masked != nil {
		r.rules = append(r.rules, "text_in_data")
	}
	return r
}

// sure are the rules of names that are hardly ever wrong.
func sure(named []string) []string {
	trusted := slices.Clone(named)
	for i, rule := range trusted {
		if rule != "comments" && rule != "navigation" && rule != "footer" {
			trusted[i] = ""
		}
	}
	return trusted
}

// tell fills in the text of a page. Where the page shows less than half of the
// text that its data has, the data is the text.
func (r *reading) tell(p *Page) {
	p.Headline = r.title()
	data := dataBlocks(r.facts.data.text("articleBody"))
	if size := sizeOf(data); size > enough && size > 2*(r.kept()+len(r.standfirst)) {
		p.Body, p.Rules = data, []string{"text_of_data"}
		return
	}
	p.Standfirst, p.Rules = r.standfirst, r.rules
	for i := range r.blocks {
		switch b := &r.blocks[i]; b.drop {
		case "":
			p.Body = append(p.Body, Block{b.kind, b.text})
		case credit:
			p.Credits = append(p.Credits, b.text)
		case outside:
		default:
			if !slices.Contains(p.Rules, b.drop) {
				p.Rules = append(p.Rules, b.drop)
			}
		}
	}
}

// title is the headline: as the page's data has it, else the only heading of the
// first rank, else the best of what the head calls the page.
func (r *reading) title() string {
	if headline := first(r.facts.data.text("headline")); headline != "" {
		return r.facts.withoutName(headline)
	}
	only, count := "", 0
	for i := range r.blocks {
		if r.blocks[i].rank == 1 {
			only = r.blocks[i].text
			count++
		}
	}
	if count == 1 {
		return only
	}
	return first(r.facts.withoutName(r.facts.metaFirst("og:title")), r.facts.withoutSite(line(r.facts.tree.title)), only)
}

// dataBlocks are the paragraphs of a text in a page's data.
func dataBlocks(raw string) []Block {
	var blocks []Block
	size := 0
	for _, s := range strings.Split(plain(raw), "\n") {
		if s = tidy(s); s == "" || len(blocks) == maxBlocks || size+len(s) > maxText {
			continue
		}
		size += len(s)
		blocks = append(blocks, Block{Paragraph, s})
	}
	return blocks
}

func sizeOf(blocks []Block) int {
	size := 0
	for _, b := range blocks {
		size += len(b.Text)
	}
	return size
}
