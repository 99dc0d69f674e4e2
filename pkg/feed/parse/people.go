package parse

import (
	"slices"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
)

// authors finds the names of those who wrote the entry; where it names none,
// those of its feed, as Atom and JSON Feed have it. gofeed drops names that
// stand in forms it does not know, and all but the first in RSS.
func (e *entry) authors() []string {
	var names []string
	switch {
	case e.rss != nil:
		names = append(names, e.rss.Author)
		names = append(names, e.values("dc", "creator")...)
		names = append(names, e.values("dc", "author")...)
		names = append(names, e.values("itunes", "author")...)
		for _, x := range extensions(e.item.Extensions, "atom", "author") {
			for _, name := range x.Children["name"] {
				names = append(names, name.Value)
			}
		}
		names = append(names, e.custom("creator", "byline"))
		return people(names)
	case e.atom != nil:
		names = append(persons(e.atom.Authors), e.values("dc", "creator")...)
		if found := people(names); len(found) > 0 {
			return found
		}
		if e.atom.Source != nil {
			names = persons(e.atom.Source.Authors)
		}
		return people(append(names, persons(e.atomFeed.Authors)...))
	}
	if found := people(jsonNames(e.json.Authors)); len(found) > 0 {
		return found
	}
	return people(jsonNames(e.jsonFeed.Authors))
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
	var words []string
	for _, w := range strings.Fields(plain(s)) {
		if !strings.Contains(w, "@") {
			words = append(words, w)
		}
	}
	name := strings.Join(words, " ")
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
	return distinct(labels)
}

// distinct drops what is empty or there before, whatever its case.
func distinct(values []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, v := range values {
		key := strings.ToLower(v)
		if v == "" || seen[key] || len(kept) == maxList {
			continue
		}
		seen[key] = true
		kept = append(kept, v)
	}
	return kept
}
