package memory

// Document is a feed document as it was cut.
type Document struct {
	// Items are its items in their order, as they are written.
	Items [][]byte
	// Torn says that the document may lack items: its end or a part is missing.
	Torn bool
	// Fold returns what item i says. It is called once for each item whose
	// bytes are not known, so only those need to be parsed.
	Fold func(i int) Fold
}

// Delta sorts the items of a document, each into one of the three, as indices
// into Document.Items in rising order.
type Delta struct {
	// New are to be published.
	New []int
	// Unchanged are known byte for byte, or occur earlier in the document.
	Unchanged []int
	// Folded have new bytes but say what the item said that they replace, such
	// as with another count of comments: remembered, not published.
	Folded []int
	// Next is the memory of the feed once New is published.
	Next Memory
}

// Compare tells what a document shows that the memory does not hold.
//
// Next is the document alone, so that a text which goes back to an earlier
// wording is new again. Of a torn document nobody can tell what it lacks: Next
// is then the union, and no item counts as replaced, because an item
// published twice is dropped later, but one held back is lost.
func (m Memory) Compare(d Document) Delta {
	known := make(map[region]Fold, len(m.entries))
	for _, e := range m.entries {
		known[e.region] = e.fold
	}
	regions := make([]region, len(d.Items))
	shown := make(map[region]bool, len(d.Items))
	for i, item := range d.Items {
		regions[i] = regionOf(item)
		shown[regions[i]] = true
	}
	absent := m.without(shown)
	replaced := make(map[Fold]bool)
	if !d.Torn {
		replaced = folds(absent)
	}

	var delta Delta
	next := make([]entry, 0, min(len(shown), Max))
	for i, r := range regions {
		fold, isKnown := known[r]
		if !isKnown {
			fold = d.Fold(i)
		}
		switch {
		case isKnown:
			delta.Unchanged = append(delta.Unchanged, i)
		case replaced[fold]:
			delta.Folded = append(delta.Folded, i)
		default:
			delta.New = append(delta.New, i)
		}
		if shown[r] { // the first of its kind in the document
			shown[r] = false
			known[r] = fold
			next = append(next, entry{region: r, fold: fold})
		}
	}
	if d.Torn {
		next = append(next, absent...)
	}
	delta.Next = m
	delta.Next.entries = next[:min(len(next), Max)]
	return delta
}

// without returns the entries whose region was not shown.
func (m Memory) without(shown map[region]bool) []entry {
	var absent []entry
	for _, e := range m.entries {
		if !shown[e.region] {
			absent = append(absent, e)
		}
	}
	return absent
}

// folds returns what the entries say, those that say nothing left out.
func folds(entries []entry) map[Fold]bool {
	set := make(map[Fold]bool, len(entries))
	for _, e := range entries {
		if e.fold != 0 {
			set[e.fold] = true
		}
	}
	return set
}
