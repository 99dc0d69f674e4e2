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
	// When is when it was taken back.
	When Date
}

// Deleted reads an element deleted-entry of an Atom feed, as package cut cuts
// it. It returns false when that names no entry.
func Deleted(element []byte) (Tombstone, bool) {
	start, _ := markup.NewScanner(element).Next()
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
	return t, t.GUID != ""
}
