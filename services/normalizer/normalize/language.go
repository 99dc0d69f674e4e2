package normalize

import (
	"strings"

	"golang.org/x/text/language"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/lang"
)

// maxTag is the longest language tag that BCP 47 asks anyone to take.
const maxTag = 35

// maxSample is how many bytes of an article's body tell its language, beside
// its headline and lead.
const maxSample = 2000

// language fills the language that the text is in, or else the one that is
// declared nearest to the item. One that is declared keeps its script and region
// where the text confirms it.
func (d *draft) language() {
	a := &d.article
	a.Language, a.LanguageSource = schema.LanguageUndetermined, "none"
	if tag, source := d.declaredLanguage(); tag != "" {
		a.Language, a.LanguageSource, a.DeclaredLanguage = tag, source, tag
	}
	base, _, _ := strings.Cut(a.DeclaredLanguage, "-")
	if detected := lang.Detect(d.sample(), base); detected != "" && detected != base {
		a.Language, a.LanguageSource = detected, "detected"
		if base != "" {
			d.decided("language:disagrees")
		}
	}
	d.decided("language:" + a.LanguageSource)
}

// declaredLanguage is the language that is declared nearest to the item, and
// where; both are empty when none is.
func (d *draft) declaredLanguage() (tag, source string) {
	for _, declared := range []struct{ tag, source string }{
		{d.entry.Language, d.entry.LanguageSource},
		{d.entry.FeedLanguage, "feed"},
		{d.item.Feed.Language, "registry"},
		{d.pageLanguage(), "page"},
	} {
		if tag, ok := languageTag(declared.tag); ok {
			return tag, declared.source
		}
	}
	return "", ""
}

// pageLanguage is the language that the page declares, empty without a page.
func (d *draft) pageLanguage() string {
	if d.page == nil {
		return ""
	}
	return d.page.Language
}

// sample is the text that tells the language.
func (d *draft) sample() string {
	var b strings.Builder
	b.WriteString(d.article.Headline + "\n" + d.article.Lead)
	left := maxSample
	for _, line := range d.article.Body {
		line = line[:min(len(line), left)]
		b.WriteString("\n" + line)
		left -= len(line)
	}
	return b.String()
}

// languageTag is a declared language as BCP 47 spells it: its language, script
// and region.
func languageTag(declared string) (string, bool) {
	if declared == "" || len(declared) > maxTag {
		return "", false
	}
	tag, err := language.All.Parse(declared)
	if err != nil {
		return "", false
	}
	switch base, script, region := tag.Raw(); base.String() {
	case schema.LanguageUndetermined, "mul", "mis", "zxx":
		return "", false
	default:
		tag, err = language.Raw.Compose(base, script, region)
		return tag.String(), err == nil
	}
}
