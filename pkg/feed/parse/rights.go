package parse

import (
	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/dateline-news/dateline/pkg/schema"
)

// rights finds the terms of use: the entry's own, or else its feed's.
func (e *entry) rights() *schema.Rights {
	text, license := rightsIn(e.item.Extensions)
	feedText, feedLicense := rightsIn(e.feed.Extensions)
	if e.atom != nil {
		text = first(plain(e.atom.Rights), text)
		for _, l := range e.atom.Links {
			if l.Rel == "license" {
				license = first(license, l.Href)
			}
		}
		for _, l := range e.atomFeed.Links {
			if l.Rel == "license" {
				feedLicense = first(feedLicense, l.Href)
			}
		}
	}
	text = first(text, plain(e.custom("copyright", "rights")))
	own := schema.Rights{Text: text, License: resolve(e.scope.itemBase, license)}
	r := schema.Rights{
		Text:    first(own.Text, plain(e.feed.Copyright), feedText),
		License: first(own.License, resolve(e.scope.feedBase, feedLicense)),
	}
	if r == (schema.Rights{}) {
		return nil
	}
	if own != (schema.Rights{}) {
		e.repaired(RepairRights)
	}
	if own != r {
		e.repaired(RepairRightsInherited)
	}
	return &r
}

// rightsIn finds what extensions say of rights.
func rightsIn(x ext.Extensions) (text, license string) {
	for _, at := range [][2]string{{"dc", "rights"}, {"dcterms", "rights"}, {"media", "copyright"}, {"prism", "copyright"}} {
		for _, r := range extensions(x, at[0], at[1]) {
			text = first(text, plain(r.Value))
		}
	}
	for _, at := range [][2]string{{"creativeCommons", "license"}, {"cc", "license"}, {"media", "license"}, {"dcterms", "license"}} {
		for _, l := range extensions(x, at[0], at[1]) {
			license = first(license, l.Attrs["resource"], l.Attrs["href"], l.Value)
		}
	}
	for _, l := range extensions(x, "atom", "link") {
		if l.Attrs["rel"] == "license" {
			license = first(license, l.Attrs["href"])
		}
	}
	return text, license
}
