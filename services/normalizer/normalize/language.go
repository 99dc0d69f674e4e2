package normalize

import (
	"golang.org/x/text/language"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxTag is the longest language tag that BCP 47 asks anyone to take.
const maxTag = 35

// language fills the language that is declared nearest to the item.
func (d *draft) language() {
	d.article.Language, d.article.LanguageSource = schema.LanguageUndetermined, "none"
	for _, declared := range []struct{ tag, source string }{
		{d.entry.Language, d.entry.LanguageSource},
		{d.entry.FeedLanguage, "feed"},
		{d.item.Feed.Language, "registry"},
	} {
		if tag, ok := languageTag(declared.tag); ok {
			d.article.Language, d.article.LanguageSource = tag, declared.source
			break
		}
	}
	d.decided("language:" + d.article.LanguageSource)
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
