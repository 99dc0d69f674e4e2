package parse

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// Tombstone says that a feed took an entry back (RFC 6721).
type Tombstone struct {
	// GUID is the identifier of the entry, as an Item has it.
	GUID string
	// Link is the absolute address of the entry, where the publisher repeats it.
	Link string
	// When is when it was taken back.
	When Date
}

// Deleted reads an element deleted-entry of an Atom feed, as package cut cuts
// it. Its links start from base. It returns false when it names no entry.
func Deleted(element []byte, base string) (Tombstone, bool) {
	scanner := markup.NewScanner(element)
	start, _ := scanner.Next()
	if !isNamed(start, "deleted-entry") {
		return Tombstone{}, false
	}
	var t Tombstone
	attrs := start.Attrs(element)
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		switch strings.ToLower(string(a.Name)) {
		case "ref":
			t.GUID = attribute(a)
		case "when":
			t.When, _ = date.Parse(attribute(a))
		}
	}
	t.Link = deletedLink(element, scanner, base)
	return t, t.GUID != ""
}

// deletedLink is the address in the first child of a tombstone that links to what
// it takes back. A source, the feed that the entry was from, has links too.
func deletedLink(element []byte, scanner *markup.Scanner, base string) string {
	for depth := 0; depth >= 0; {
		t, ok := scanner.Next()
		if !ok {
			break
		}
		switch {
		case t.Kind == markup.End:
			depth--
		case t.Kind != markup.Start:
		case depth == 0 && isNamed(t, "link"):
			if link := alternate(t.Attrs(element)); link != "" {
				return resolve(base, link)
			}
			depth += opens(t)
		default:
			depth += opens(t)
		}
	}
	return ""
}

// opens is how much deeper a start tag leads.
func opens(t markup.Token) int {
	if t.Empty {
		return 0
	}
	return 1
}

// alternate is the address of a link to the page of an entry.
func alternate(attrs markup.Attrs) (href string) {
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		switch strings.ToLower(string(a.Name)) {
		case "href":
			href = attribute(a)
		case "rel":
			if !strings.EqualFold(attribute(a), "alternate") {
				return ""
			}
		}
	}
	return href
}
