package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBoilerplate is the length of a block, in letters, above which it is taken
// for text whatever it says.
const maxBoilerplate = 250

// related are the words with which publishers begin a pointer to another page.
const related = `(?:read|see|view|watch|hear) (?:more|also|next|related)|also read|more on this(?: story)?|more from|up next|next|` +
	`don['’]t miss|related(?: stories| articles| posts| content| links| news| topics)?|recommended(?: stories)?|you may also like|most read|` +
	`full story|mehr zum thema|zum artikel|lire l['’]article|lesen sie auch|auch interessant|lire aussi|à lire aussi|lire également|leia também|veja também|saiba mais|` +
	`lee también|lea también|ver también|te puede interesar|leggi anche|lees ook|czytaj też|czytaj także|zobacz też|читайте также|` +
	`читайте також|les også|læs også|läs också|lue myös|baca juga|ayrıca oku|اقرأ أيضا|関連記事|相关阅读|` + more

// end is what may follow a phrase that is a line of its own.
const end = `\s*(?:$|[:…»›>→►|\[(]|\.{3}|[.!]$)`

// The rules. A phrase that could begin a sentence counts only as the whole line
// or before a colon or an arrow, or in a line that is a link; see boilerplate.
var (
	relatedLine   = regexp.MustCompile(`(?i)^(?:` + related + `)` + end)
	relatedLink   = regexp.MustCompile(`(?i)^(?:` + related + `)(?:\s|$)`)
	readMore      = regexp.MustCompile(`(?i)^(?:read|see) (?:more|the (?:full|whole|complete|original|rest of (?:the|this)) ?(?:story|article|post|piece|report|entry|interview)?)(?: of this (?:story|article|post))? (?:at|on|in|here)\b`)
	appeared      = regexp.MustCompile(`(?i)^(?:the post .+ appeared (?:first )?(?:on|in) |the post .+ first appeared (?:on|in) |der beitrag .+ erschien zuerst (?:auf|bei) |l['’]article .+ est apparu en premier sur |la entrada .+ (?:se publicó primero|aparece primero|apareció primero) en |o post .+ apareceu primeiro em |l['’]articolo .+ (?:proviene da|sembra essere il primo su) |het bericht .+ verscheen eerst op |artykuł .+ pochodzi z serwisu |сообщение .+ появились сначала на )`)
	advertisement = regexp.MustCompile(`(?i)^(?:advertisement|advertising|sponsored(?: content)?|anzeige|werbung|publicité|publicidade?|pubblicità|advertentie|reklama|annonse|annons|реклама|iklan|広告|广告|إعلان)` + end)
	subscribe     = regexp.MustCompile(`(?i)^(?:(?:subscribe|sign up|sign-up)\b|(?:newsletter|abonnieren|abonnez-vous|suscríbete|assine|iscriviti|подпишитесь)` + end + `)`)
	click         = regexp.MustCompile(`(?i)^(?:click|tap) (?:here|below|on the|the)\b`)
	share         = regexp.MustCompile(`(?i)^(?:share|follow|like|find) (?:this|us|via)\b|^(?:share|teilen|partager|compartir|compartilhar|condividi|поделиться)` + end)
	app           = regexp.MustCompile(`(?i)^(?:get|download|install) (?:the|our) .{0,60}\bapp\b`)
	tags          = regexp.MustCompile(`(?i)^(?:tags?|tagged(?: with)?|filed under|topics?|categor(?:y|ies)|posted in|keywords?|schlagw[oö]rter|mots[- ]clés|etiquetas|теги)\s*:`)
	credit        = regexp.MustCompile(`(?i)^(?:(?:image|photo|picture|photograph|file photo|video|foto|bild|fotos?|imagen|imagem|photos?)(?: credits?)?\s*(?:[:©]|by\b)|(?:image|photo|picture) (?:credit|courtesy)|credits?\s*:|bildquelle|crédit photo|фото\s*:)`)
	copyright     = regexp.MustCompile(`(?i)^(?:copyright\s*(?:©|\(c\)|\d{4}|:|by\b|$)|\(c\)\s*\d{4}|©|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati|все права защищены)`)
	comments      = regexp.MustCompile(`(?i)^\[?(?:\d+ comments?|(?:view |show |see )?(?:all )?comments?(?:\s*\(\d+\))?|no comments(?: yet)?|(?:leave|add|post|write) a (?:comment|reply)|join the (?:conversation|discussion)|(?:kommentare|commentaires|comentarios|comentários|commenti|комментарии)(?:\s*\(\d+\))?|\[?link\] \[comments)\]?[.:]?$`)
	explore       = regexp.MustCompile(`(?i)^explore further` + end)
	citation      = regexp.MustCompile(`(?i)^citation\s*:`)
)

// Sift leaves out the lines that are no text of the article: pointers to other
// pages, advertisements, calls to subscribe or share, credits, tags, and what
// stands behind a heading of comments. It names the rules that removed something.
func Sift(paragraphs []Paragraph) (kept []Paragraph, removed []string) {
	for _, p := range paragraphs {
		rule := boilerplate(p)
		if rule == "" {
			kept = append(kept, p)
			continue
		}
		if !slices.Contains(removed, rule) {
			removed = append(removed, rule)
		}
		if rule == "comments" && len(kept) > 0 {
			break
		}
	}
	return kept, removed
}

// FirstLine is the first paragraph that Sift keeps, else the first that it leaves
// out only for being a link: what an item without a title is called.
func FirstLine(paragraphs []Paragraph) string {
	link := ""
	for _, p := range paragraphs {
		switch rule := boilerplate(p); {
		case rule == "":
			return p.Text
		case rule == "link" && link == "":
			link = p.Text
		}
	}
	return link
}

// boilerplate is the name of the rule by which a paragraph is no text, empty when
// it is.
func boilerplate(p Paragraph) string {
	if strings.IndexFunc(p.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return "separator"
	}
	if utf8.RuneCountInString(p.Text) >= maxBoilerplate {
		return ""
	}
	for _, rule := range []struct {
		name string
		line *regexp.Regexp
	}{
		{"related", relatedLine}, {"related", readMore}, {"appeared_first", appeared}, {"advertisement", advertisement},
		{"subscribe", subscribe}, {"click", click}, {"share", share}, {"app", app}, {"tags", tags}, {"credit", credit},
		{"copyright", copyright}, {"comments", comments}, {"related", explore}, {"citation", citation},
	} {
		if rule.line.MatchString(p.Text) {
			return rule.name
		}
	}
	switch {
	case p.Linked*5 > len(p.Text)*4 && relatedLink.MatchString(p.Text):
		return "related"
	case p.Linked*100 > len(p.Text)*95 && WholeSentences(p.Text) == "":
		return "link"
	}
	return ""
}
