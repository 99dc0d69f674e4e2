package parse

import (
	"strings"

	"golang.org/x/text/language"
)

// maxTag bounds a language tag (RFC 5646, section 4.4.1).
const maxTag = 35

// language finds the language of the entry, and where it is said.
func (e *entry) language(ofFeed string) (tag, source string) {
	candidates := append([]string{e.scope.itemLang}, e.values("dc", "language")...)
	if e.json != nil {
		candidates = append(candidates, e.json.Language)
	}
	for _, c := range append(candidates, e.custom("language", "lang")) {
		if tag := normalTag(c); tag != "" {
			e.repaired(RepairLanguage)
			return tag, "item"
		}
	}
	if ofFeed != "" {
		return ofFeed, "feed"
	}
	return "", ""
}

// feedLanguage finds the language that the feed declares.
func (e *entry) feedLanguage() string {
	for _, c := range []string{e.feed.Language, e.scope.feedLang} {
		if tag := normalTag(c); tag != "" {
			return tag
		}
	}
	return ""
}

// normalTag returns a BCP 47 tag in its usual spelling (en_us is en-US), and
// nothing for what names no language (US, or und).
func normalTag(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if s == "" || len(s) > maxTag {
		return ""
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
