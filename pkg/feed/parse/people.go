package parse

import (
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
)

// authors finds the names of those who wrote the entry; where it names none,
// those of its feed, as Atom and JSON Feed have it. gofeed drops names that
// stand in forms it does not know, and all but the first in RSS.
func (e *entry) authors() []string {
	own := people(e.authorNames())
	if len(own) > 0 || e.rss != nil {
		if !slices.EqualFunc(own, e.item.Authors, func(name string, p *gofeed.Person) bool { return name == p.Name }) {
			e.repaired(RepairAuthors)
		}
		return own
	}
	inherited := people(e.feedAuthorNames())
	if len(inherited) > 0 {
		e.repaired(RepairAuthorInherited)
	}
	return inherited
}

// authorNames returns what the entry itself has as authors.
func (e *entry) authorNames() []string {
	switch {
	case e.rss != nil:
		names := append(make([]string, 0, 4), e.rss.Author)
		names = append(names, e.values("dc", "creator")...)
		names = append(names, e.values("dc", "author")...)
		names = append(names, e.values("itunes", "author")...)
		for _, x := range extensions(e.item.Extensions, "atom", "author") {
			for _, name := range x.Children["name"] {
				names = append(names, name.Value)
			}
		}
		return append(names, e.custom("creator", "byline"))
	case e.atom != nil:
		return append(persons(e.atom.Authors), e.values("dc", "creator")...)
	}
	return jsonNames(e.json.Authors)
}

// feedAuthorNames returns what an entry without authors has them from: the feed
// that it was taken from, or else the one that it is in (RFC 4287, 4.2.1).
func (e *entry) feedAuthorNames() []string {
	if e.atom == nil {
		return jsonNames(e.jsonFeed.Authors)
	}
	if e.atom.Source != nil {
		if names := persons(e.atom.Source.Authors); len(people(slices.Clone(names))) > 0 {
			return names
		}
	}
	return persons(e.atomFeed.Authors)
}

func persons(list []*atom.Person) []string {
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	return names
}

// jsonNames returns the names of authors, which repairJSON has all put there.
func jsonNames(authors []*json.Author) []string {
	var names []string
	for _, a := range authors {
		names = append(names, a.Name)
	}
	return names
}

// people cleans names and drops those that are nothing but an address.
func people(names []string) []string {
	for i, name := range names {
		names[i] = person(name)
	}
	return distinct(names)
}

// person reads the name in "Name <mail>", "mail (Name)" and "By Name". What
// else stands in parentheses, as in "Name (Reuters)", is part of it.
func person(s string) string {
	name := plain(s)
	if strings.Contains(name, "@") {
		words := slices.DeleteFunc(strings.Fields(name), func(w string) bool { return strings.Contains(w, "@") })
		name = strings.Join(words, " ")
	}
	if len(name) > 3 && strings.EqualFold(name[:3], "by ") {
		name = name[3:]
	}
	if strings.HasPrefix(name, "(") && strings.HasSuffix(name, ")") {
		name = name[1 : len(name)-1]
	}
	return strings.Trim(name, " ,;")
}

// categories finds the publisher's labels.
func (e *entry) categories() []string {
	labels := slices.Clone(e.item.Categories)
	if e.rss == nil { // gofeed maps these in RSS alone
		labels = append(labels, e.values("dc", "subject")...)
	}
	for i, label := range labels {
		labels[i] = plain(label)
	}
	labels = distinct(labels)
	if !slices.Equal(labels, e.item.Categories) {
		e.repaired(RepairCategories)
	}
	return labels
}

// distinct drops what is empty or there before, whatever its case.
func distinct(values []string) []string {
	var kept, seen []string // of kept, in lower case
	for _, v := range values {
		if v == "" {
			continue
		}
		key := strings.ToLower(v)
		if len(kept) == maxList || slices.Contains(seen, key) {
			continue
		}
		seen = append(seen, key)
		kept = append(kept, v)
	}
	return kept
}
