package parse

import "slices"

// The repairs that Item.Repairs may name: what an item has that gofeed alone
// would have left out of it, or as it was written.
const (
	RepairTitle           = "title-markup"     // markup, escapes or line breaks taken out of the headline
	RepairTitleElement    = "title-element"    // the headline is that of Media RSS
	RepairBase            = "base"             // a relative address made absolute
	RepairLinkForm        = "link-form"        // spaces, line breaks, stray percent signs or escapes in the link mended
	RepairLinkChoice      = "link-choice"      // another link than gofeed's, by its type or its element
	RepairLinkOrigin      = "link-origin"      // the publisher's link, not FeedBurner's
	RepairLinkGUID        = "guid-link"        // the identifier is the link
	RepairGUIDElement     = "guid-element"     // the identifier is that of Dublin Core or RDF
	RepairSummaryElement  = "summary-element"  // the teaser is in an element of another name
	RepairFullText        = "full-text"        // the full text is in an element of another name
	RepairPlainText       = "plain-text"       // HTML made of a full text that is plain
	RepairAuthors         = "authors"          // names cleaned, or more of them than one
	RepairAuthorInherited = "author-inherited" // the feed's authors, as the item has none
	RepairCategories      = "categories"       // labels cleaned, or also those of Dublin Core
	RepairDateElement     = "date-element"     // a date is in an element of another name
	RepairDateForm        = "date-form"        // a date is not written as the format wants it
	RepairDateOrder       = "date-order"       // which number is the day is known from other dates
	RepairLanguage        = "item-language"    // the item says its own language
	RepairMedia           = "media"            // files other than enclosures
	RepairRights          = "rights"           // terms of use that the item has itself
	RepairRightsInherited = "rights-inherited" // terms of use of the feed
	RepairJSON            = "json-form"        // members of JSON Feed given the shape that they must have
)

// repaired notes a repair, each once.
func (e *entry) repaired(what string) {
	if !slices.Contains(e.repairs, what) {
		e.repairs = append(e.repairs, what)
	}
}
