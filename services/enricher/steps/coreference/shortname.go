package coreference

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// joinShortNames joins organizations and places to longer names of them: "Zorbex"
// to "Zorbex Holdings Ltd", "Texas" to "State of Texas", and "the Court" to the
// court that was named last.
func (d *document) joinShortNames() {
	names := map[key]int{}
	places := d.places()
	sizes := d.bySize()
	for size := maxWords; size > 0; size-- {
		nodes := sizes[size]
		for _, i := range nodes {
			n := &d.nodes[i]
			if at, ok := names[key{n.typ, n.form}]; ok && at >= 0 {
				d.join(at, i)
			}
		}
		for _, i := range nodes {
			n := &d.nodes[i]
			eachShortName(n, places, func(short string) { d.offer(names, key{n.typ, short}, i) })
		}
	}
	d.joinHeads()
}

// bySize are the organizations and places by how many words their names have: a
// name is joined to longer ones before its own short names are offered.
func (d *document) bySize() (sizes [maxWords + 1][]int) {
	for i := range d.nodes {
		if n := &d.nodes[i]; n.typ != schema.Person {
			size := len(wordsOf(n.form))
			sizes[size] = append(sizes[size], i)
		}
	}
	return sizes
}

// places are the forms of the places that the text names.
func (d *document) places() map[string]bool {
	places := map[string]bool{}
	for i := range d.nodes {
		if d.nodes[i].typ == schema.Location {
			places[d.nodes[i].form] = true
		}
	}
	return places
}

// eachShortName calls do for each name that may stand for this longer one.
func eachShortName(n *node, places map[string]bool, do func(short string)) {
	if n.typ == schema.Location {
		if core := placeCore(n.form); core != n.form {
			do(core)
		}
		return
	}
	words := wordsOf(n.form)
	for end := len(words) - 1; end > 0 && isTail(words[end]); end-- {
		do(strings.Join(words[:end], " "))
	}
	for i := 1; i < len(words)-1; i++ {
		if short := shortAt(words, i, places); short != "" {
			do(short)
		}
	}
}

// shortAt is the short name that an organization's longer one has before or after
// its word i begins, or empty.
func shortAt(words []string, i int, places map[string]bool) string {
	prefix := strings.Join(words[:i], " ")
	switch {
	case i > 1 && joinsHead(words[i]):
		return prefix // Lake Ministry of Zork
	case i == 1 && isOfName(words) && !places[words[2]]:
		return words[2] // Church of Zork
	case places[prefix] || ofCountry(prefix):
		return strings.Join(words[i:], " ") // United States Air Force
	}
	return ""
}

// joinsHead reports whether what follows this word says of what or for what an
// organization is.
func joinsHead(word string) bool { return word == "of" || word == "for" }

// isOfName reports whether the words are a head, "of" and one more.
func isOfName(words []string) bool { return len(words) == 3 && words[1] == "of" }

// ofCountry reports whether an organization's name may begin with this word and
// be known without it.
func ofCountry(word string) bool {
	switch word {
	case "us", "uk", "eu", "american", "british", "european", "united states", "united kingdom", "federal":
		return true
	}
	return false
}

// placeCore is the name of a place without what kind of a place it is.
func placeCore(form string) string {
	kind, core, ok := strings.Cut(form, " of ")
	if !ok || strings.Contains(core, " and ") {
		return form
	}
	switch kind {
	case "state", "city", "republic", "kingdom", "commonwealth", "province", "county", "town", "village", "district", "city and county":
		return core
	}
	return form
}

// isTail reports whether a company's name is often used without this last word.
func isTail(word string) bool {
	switch word {
	case "inc", "incorporated", "ltd", "limited", "llc", "llp", "lp", "plc", "corp", "corporation", "co", "company", "companies", "ag",
		"sa", "se", "nv", "bv", "gmbh", "kg", "spa", "srl", "ab", "asa", "oyj", "as", "pte", "pty", "pvt", "bhd", "kk", "group",
		"holding", "holdings", "international", "enterprises", "industries", "partners", "airlines", "airways", "motors", "motor",
		"pharmaceuticals", "pharma", "technologies", "technology", "systems", "energy", "bank", "bancorp", "financial", "entertainment",
		"communications", "electronics", "stores", "brands", "and", "magazine", "newspaper", "interactive", "solutions", "resources",
		"petroleum", "oil", "labs", "software", "semiconductor", "aerospace", "therapeutics", "biosciences", "trust", "association",
		"organisation", "organization", "com":
		return true
	}
	return false
}

// joinHeads joins a head alone (Court) to the organization with that head that was
// named last before it, or to the same word.
func (d *document) joinHeads() {
	latest := map[string]int{}
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.typ != schema.Organization {
			continue
		}
		if !isHead(n.form) {
			noteHeads(latest, wordsOf(n.form), i)
			continue
		}
		if at, ok := latest[n.form]; ok {
			d.join(at, i)
		} else {
			latest[n.form] = i
		}
	}
}

// noteHeads lets the heads of a name mean node i from now on: its last word, and
// the one before "of".
func noteHeads(latest map[string]int, words []string, i int) {
	for j, word := range words {
		if isHead(word) && (j == len(words)-1 || joinsHead(words[j+1])) {
			latest[word] = i
		}
	}
}

// isHead reports whether a folded word says what kind of an organization it is, so
// that it means different ones in different places.
func isHead(form string) bool {
	switch form {
	case "court", "council", "commission", "committee", "ministry", "department", "university", "bank", "party", "church", "agency",
		"authority", "board", "senate", "union", "league", "association", "institute", "college", "school", "army", "parliament",
		"county", "state", "administration", "company", "foundation", "federation", "assembly", "congress", "bureau", "office",
		"service", "club", "group", "center", "centre", "hospital", "library", "museum", "fund", "society", "circuit", "press":
		return true
	}
	return false
}
