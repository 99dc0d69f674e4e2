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
const related = `read more|read also|read next|read related|see more|see also|see next|see related|view more|view also|view next|view related|` +
	`watch more|watch also|watch next|watch related|hear more|hear also|hear next|hear related|also read|more on this story|more on this|` +
	`more from|up next|next|don't miss|don’t miss|related stories|related articles|related posts|related content|related links|related news|` +
	`related topics|related|recommended stories|recommended|you may also like|most read|full story|mehr zum thema|zum artikel|lire l'article|` +
	`lire l’article|lesen sie auch|auch interessant|lire aussi|à lire aussi|lire également|leia também|veja também|saiba mais|` +
	`lee también|lea también|ver también|te puede interesar|leggi anche|lees ook|czytaj też|czytaj także|zobacz też|читайте также|` +
	`читайте також|les også|læs også|läs också|lue myös|baca juga|ayrıca oku|اقرأ أيضا|関連記事|あわせて読みたい|相关阅读|延伸阅读|` +
	`διαβάστε επίσης|διαβάστε ακόμη|קראו גם|यह भी पढ़ें|관련 기사|관련기사|` + more

// The words of other lines that are no text.
const (
	advertisement = `advertisement|advertising|sponsored content|sponsored|anzeige|werbung|publicité|publicidade|publicidad|pubblicità|` +
		`advertentie|reklama|annonse|annons|реклама|iklan|広告|广告|إعلان`
	newsletter = `newsletter|abonnieren|abonnez-vous|suscríbete|assine|iscriviti|подпишитесь`
	share      = `share|teilen|partager|compartir|compartilhar|condividi|поделиться`
	reserved   = `all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|` +
		`todos os direitos reservados|tutti i diritti riservati|все права защищены`
	comments = `kommentare|commentaires|comentarios|comentários|commenti|комментарии`
)

// end is what may follow a phrase that is a line of its own.
const end = `\s*(?:$|[:：…»›>→►|\[(]|\.{3}|[.!]$)`

// form is a form of lines that are no text.
type form struct {
	rule     string
	openings []string // one of them begins each such line, in whatever case
	line     *regexp.Regexp
}

// newForm makes a form of its openings, parted by |, and the expression that its
// lines match from their start. Few lines have one of the openings, so that few
// are matched.
func newForm(rule, openings, line string) form {
	return form{rule, strings.Split(openings, "|"), regexp.MustCompile(`(?i)^(?:` + line + `)`)}
}

func (f form) matches(line string) bool {
	opens := func(opening string) bool {
		return len(line) >= len(opening) && strings.EqualFold(line[:len(opening)], opening)
	}
	return slices.ContainsFunc(f.openings, opens) && f.line.MatchString(line)
}

// The forms. A phrase that could begin a sentence counts only as the whole line
// or before a colon or an arrow, or in a line that is a link; see boilerplate.
var (
	forms = []form{
		newForm("related", related, `(?:`+related+`)`+end),
		newForm("related", `read |see `, `(?:read|see) (?:more|the (?:full|whole|complete|original|rest of (?:the|this)) ?(?:story|article|post|piece|report|entry|interview)?)(?: of this (?:story|article|post))? (?:at|on|in|here)\b`),
		newForm("appeared_first", `the post |der beitrag |l'article |l’article |la entrada |o post |l'articolo |l’articolo |het bericht |artykuł |сообщение `,
			`the post .+ appeared (?:first )?(?:on|in) |the post .+ first appeared (?:on|in) |der beitrag .+ erschien zuerst (?:auf|bei) |l['’]article .+ est apparu en premier sur |la entrada .+ (?:se publicó primero|aparece primero|apareció primero) en |o post .+ apareceu primeiro em |l['’]articolo .+ (?:proviene da|sembra essere il primo su) |het bericht .+ verscheen eerst op |artykuł .+ pochodzi z serwisu |сообщение .+ появились сначала на `),
		newForm("advertisement", advertisement, `(?:`+advertisement+`)`+end),
		newForm("subscribe", `subscribe|sign up|sign-up|`+newsletter, `(?:subscribe|sign up|sign-up)\b|(?:`+newsletter+`)`+end),
		newForm("click", `click|tap`, `(?:click|tap) (?:here|below|on the|the)\b`),
		newForm("share", `follow|like|find|`+share, `(?:share|follow|like|find) (?:this|us|via)\b|(?:`+share+`)`+end),
		newForm("app", `get|download|install`, `(?:get|download|install) (?:the|our) .{0,60}\bapp\b`),
		newForm("tags", `tag|filed under|topic|categor|posted in|keyword|schlagw|mots|etiquetas|теги`,
			`(?:tags?|tagged(?: with)?|filed under|topics?|categor(?:y|ies)|posted in|keywords?|schlagw[oö]rter|mots[- ]clés|etiquetas|теги)\s*:`),
		newForm("credit", `image|photo|picture|file photo|video|foto|bild|imagen|imagem|credit|crédit photo|фото`,
			`(?:image|photo|picture|photograph|file photo|video|foto|bild|fotos?|imagen|imagem|photos?)(?: credits?)?\s*(?:[:©]|by\b)|(?:image|photo|picture) (?:credit|courtesy)|credits?\s*:|bildquelle|crédit photo|фото\s*:`),
		newForm("copyright", `copyright|(c)|©|`+reserved, `copyright\s*(?:©|\(c\)|\d{4}|:|by\b|$)|\(c\)\s*\d{4}|©|`+reserved),
		newForm("comments", `[|0|1|2|3|4|5|6|7|8|9|view |show |see |all |comment|no comments|leave a |add a |post a |write a |join the |link] |`+comments,
			`\[?(?:\d+ comments?|(?:view |show |see )?(?:all )?comments?(?:\s*\(\d+\))?|no comments(?: yet)?|(?:leave|add|post|write) a (?:comment|reply)|join the (?:conversation|discussion)|(?:`+comments+`)(?:\s*\(\d+\))?|\[?link\] \[comments)\]?[.:]?$`),
		newForm("related", `explore further`, `explore further`+end),
		newForm("citation", `citation`, `citation\s*:`),
	}
	relatedLink = newForm("related", related, `(?:`+related+`)(?:\s|$)`)

	formsByByte = byFirstByte(forms)
)

// byFirstByte is, for each byte that a line may begin with, the forms that it may
// have, in their order and with those of their openings that begin so.
func byFirstByte(forms []form) (starts [256][]form) {
	for _, f := range forms {
		for _, opening := range f.openings {
			for _, c := range firstBytes(opening) {
				if n := len(starts[c]); n == 0 || starts[c][n-1].line != f.line {
					starts[c] = append(starts[c], form{rule: f.rule, line: f.line})
				}
				last := &starts[c][len(starts[c])-1]
				last.openings = append(last.openings, opening)
			}
		}
	}
	return starts
}

// firstBytes are the bytes that a text begins with in whatever case.
func firstBytes(text string) []byte {
	first, _ := utf8.DecodeRuneInString(text)
	found := []byte{text[0]}
	for r := unicode.SimpleFold(first); r != first; r = unicode.SimpleFold(r) {
		if c := string(r)[0]; !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	return found
}

// Sift leaves out the lines that are no text of the article: pointers to other
// pages, advertisements, calls to subscribe or share, credits, tags, and what
// stands behind a heading of comments. It names the rules that removed something.
func Sift(paragraphs []Paragraph) (kept []Paragraph, removed []string) {
	for i, p := range paragraphs {
		rule := boilerplate(p)
		if rule == "" {
			if kept == nil {
				kept = make([]Paragraph, 0, len(paragraphs)-i)
			}
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
	for _, f := range formsByByte[p.Text[0]] {
		if f.matches(p.Text) {
			return f.rule
		}
	}
	switch {
	case p.Linked*5 > len(p.Text)*4 && relatedLink.matches(p.Text):
		return "related"
	case p.Linked*100 > len(p.Text)*95 && WholeSentences(p.Text) == "":
		return "link"
	}
	return ""
}
