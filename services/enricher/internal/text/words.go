package text

// abbreviation reports whether a word keeps the point after it.
func abbreviation(word string) bool {
	if len(word) > 5 {
		return false
	}
	if isTitle(word) {
		return true
	}
	switch word {
	case "Inc", "Corp", "Ltd", "Co", "Bros", "Cos", "Jr", "Sr", "etc", "Pty", "Plc", "Mfg", "Intl",
		"Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec", "vs", "No", "Ave", "Blvd",
		"Ariz", "Ark", "Calif", "Colo", "Conn", "Del", "Fla", "Ga", "Ill", "Ind", "Kan", "Ky", "La", "Md",
		"Mich", "Minn", "Miss", "Mo", "Mont", "Neb", "Nev", "Okla", "Ore", "Pa", "Tenn", "Tex", "Va", "Vt",
		"Wash", "Wis", "Wyo", "Mass":
		return true
	}
	return false
}

// isTitle reports whether a word is the abbreviation of what stands before a
// name, so that no sentence ends with it.
func isTitle(word string) bool {
	switch word {
	case "Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "St", "Ste", "Gen", "Sen", "Rep", "Gov", "Lt", "Col", "Sgt",
		"Capt", "Cmdr", "Adm", "Maj", "Cpl", "Pvt", "Rev", "Fr", "Hon", "Pres", "Supt", "Insp", "Det",
		"Brig", "Msgr", "Mgr", "Sra", "Mme", "Mlle", "Atty", "Amb", "Sec", "Ft", "Mt", "vs", "No":
		return true
	}
	return false
}

// opensSentence reports whether a word with a capital is one that begins
// sentences far more often than it is part of a name.
func opensSentence(word string) bool {
	if len(word) > 9 {
		return false
	}
	switch word {
	case "The", "A", "An", "He", "She", "It", "They", "We", "I", "You", "His", "Her", "Its", "Their", "Our",
		"This", "That", "These", "Those", "There", "In", "On", "At", "By", "For", "From", "With", "After",
		"Before", "During", "Since", "But", "And", "Or", "So", "Yet", "As", "If", "When", "While", "Where",
		"What", "Who", "Why", "How", "Although", "Though", "However", "Meanwhile", "To", "Of", "No", "Not",
		"Some", "Many", "Most", "One", "Two", "Both", "Such", "Last", "Under", "About", "Also", "Earlier", "Then":
		return true
	}
	return false
}
