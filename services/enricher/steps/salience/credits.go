package salience

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/fold"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

// credits knows who made the article: its authors, its publisher, and the agency
// in "GENEVA (Reuters) -".
type credits struct {
	article *schema.Article
	makers  map[string]bool // folded names
}

// maxMakers is the most authors that are looked at.
const maxMakers = 20

func newCredits(a *schema.Article) credits {
	c := credits{a, map[string]bool{}}
	names := append([]string{a.Source.Name}, a.Authors[:min(len(a.Authors), maxMakers)]...)
	if a.Attribution != nil {
		names = append(names, a.Attribution.Source)
	}
	for _, name := range names {
		if name != "" {
			c.makers[maker(name)] = true
		}
	}
	return c
}

func maker(name string) string {
	return strings.TrimPrefix(fold.String(strings.TrimSpace(name)), "the ")
}

// alone reports whether the text names the entity only as one of its makers.
func (c *credits) alone(x *schema.Entity) bool {
	if x.Type == schema.Location {
		return false
	}
	known := c.makers[maker(x.Name)]
	for _, m := range x.Mentions {
		if !c.inDateline(m) && !(known && c.inCredit(m)) {
			return false
		}
	}
	return true
}

// maxDateline is the most bytes before the agency in a dateline.
const maxDateline = 60

// inDateline reports whether a mention stands in brackets at the start of a text,
// before a dash: "GENEVA (Reuters) -".
func (c *credits) inDateline(m schema.Mention) bool {
	text := reading.Of(c.article, m)
	if m.Field == schema.FieldHeadline || m.Start < 1 || m.Start > min(m.End, maxDateline) || m.End > len(text) || text[m.Start-1] != '(' {
		return false
	}
	rest, ok := strings.CutPrefix(text[m.End:], ")")
	rest = strings.TrimLeft(rest, " ")
	return ok && (strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "—"))
}

// maxCredit is the most bytes of a paragraph of credits.
const maxCredit = 100

// inCredit reports whether a mention stands in a short first or last paragraph, as
// "By Maria Zork" and "UK news summary from Zork News." do.
func (c *credits) inCredit(m schema.Mention) bool {
	text := reading.Of(c.article, m)
	return m.Field == schema.FieldBody && (m.Index == 0 || m.Index == len(c.article.Body)-1) && len(text) <= maxCredit
}
