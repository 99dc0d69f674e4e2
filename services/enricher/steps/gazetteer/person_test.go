package gazetteer

import "testing"

func TestAfterTitle(t *testing.T) {
	testRule(t, (*text).personAt, map[string]ruleTest{
		"courtesy":             {"Then Mr Zork and Mrs Blix spoke.", "Zork|Blix"},
		"with a point":         {"Then Mr. Zork and Dr. Blix spoke.", "Zork|Blix"},
		"point apart":          {"He is a Mr . Zork", ""},
		"full name":            {"Then Mr Zork Blix spoke.", "Zork Blix"},
		"initials":             {"Then Mr. Z. Q. Blix spoke.", "Z. Q. Blix"},
		"particle":             {"Then Mr van der Zork spoke.", ""},
		"name that is a place": {"Then Mr London spoke.", "London"},
		"president":            {"Then President Zork spoke.", "Zork"},
		"president of a place": {"Then President Peru spoke.", ""},
		"lower case president": {"The president Zork spoke.", ""},
		"president, two words": {"The president Zork Blix spoke.", "Zork Blix"},
		"spokesman, one word":  {"Then spokesman Zork spoke.", ""},
		"spokesman, two words": {"Then spokesman Zork Blix spoke.", "Zork Blix"},
		"general":              {"Then General Zork Blix spoke.", "Zork Blix"},
		"general and company":  {"Then General Motors spoke.", ""},
		"two titles":           {"Then Prime Minister Zork Blix spoke.", "Zork Blix"},
		"title alone":          {"The president spoke. Mr", ""},
		"title and lower case": {"The minister spoke.", ""},
		"title joined":         {"The Mr-Zork plan.", ""},
		"surname that is a word": {
			"Then Mrs May met Mr King.", "May|King",
		},
		"president, word":   {"Then President May spoke.", ""},
		"name of a thing":   {"The Prince Zork Hotel and the Sir Zork Stadium.", ""},
		"known by the list": {"Then President Putin spoke.", "Putin"},
		"capitals":          {"Then Mr ZORK spoke.", ""},
		"hyphen":            {"Then Mrs Zork-Blix spoke.", "Zork-Blix"},
		"apostrophe":        {"Then Mr O’Zork spoke.", "O’Zork"},
		"possessive":        {"Then Mr Zork's dog and Mr Zork’s cat.", "Zork|Zork"},
	})
}

func TestFromFirstName(t *testing.T) {
	testRule(t, (*text).personAt, map[string]ruleTest{
		"two words":              {"Then Maria Zork spoke.", "Maria Zork"},
		"one word":               {"Then Maria spoke.", ""},
		"lower case":             {"Then maria zork spoke.", ""},
		"three words":            {"Then Maria Anna Zork spoke.", "Maria Anna Zork"},
		"at most four":           {"Then Maria Anna Petra Zork Blix spoke.", "Maria Anna Petra Zork"},
		"initials":               {"Then Maria J. K. Zork spoke.", "Maria J. K. Zork"},
		"initial without point":  {"Then Maria J Zork spoke.", "Maria J Zork"},
		"initial alone":          {"Then Maria J. spoke.", ""},
		"particles":              {"Then Pieter van der Zork spoke.", "Pieter van der Zork"},
		"particle at the end":    {"Then Maria Zork van", "Maria Zork"},
		"particle and verb":      {"Then Maria Zork de spoke.", "Maria Zork"},
		"al- and name":           {"Then Ahmed Zork al-Blix spoke.", "Ahmed Zork al-Blix"},
		"al- and lower case":     {"Then Ahmed Zork al-zork spoke.", "Ahmed Zork"},
		"hyphen":                 {"Then Kim Ki-moon and Jean-Luc Zork spoke.", "Kim Ki-moon|Jean-Luc Zork"},
		"hyphen and a space":     {"Then Maria - Zork spoke.", ""},
		"dash":                   {"Then Maria Zork–Blix spoke.", "Maria Zork"},
		"family name first":      {"Then Li Zork spoke.", "Li Zork"},
		"family name and hyphen": {"The Li-Zork plan of Cheng-led Zork.", ""},
		"possessive":             {"Then Maria Zork's dog barked.", "Maria Zork"},
		"comma":                  {"Then Maria, Zork and Blix spoke.", ""},
		"word for a surname":     {"Then Theresa May spoke.", "Theresa May"},
		"word, lower case":       {"Then Theresa may speak.", ""},
		"month":                  {"Maria in May, Zork in June.", ""},
		"doubtful and unknown":   {"Then Grant Zork spoke.", "Grant Zork"},
		"doubtful and known":     {"Then Grant Lake spoke.", ""},
		"doubtful opening":       {"Grant Zork a wish.", ""},
		"doubtful, May":          {"Then Grant May spoke.", ""},
		"stop word":              {"Then Will Zork spoke.", ""},
		"doubtful and a name":    {"Then Grant Maria Zork a wish.", "Grant Maria Zork"},
		"thing":                  {"The Maria Zork Stadium and the Davis Zork Cup.", ""},
		"acronym":                {"Then Maria ZORK spoke.", ""},
		"two capitals":           {"Then Maria ZQ spoke.", "Maria ZQ"},
		"country after":          {"Then Maria Zork Kenya spoke.", "Maria Zork"},
		"weekday after":          {"Maria Zork Monday spoke.", "Maria Zork"},
		"demonym after":          {"Maria Russian spoke.", ""},
		"two people":             {"Then Maria Zork and Petra Blix spoke.", "Maria Zork|Petra Blix"},
		"accents":                {"Then José Ñandú and Zoë Ångström spoke.", "José Ñandú|Zoë Ångström"},
	})
}

func TestNameEnd(t *testing.T) {
	for text, want := range map[string]struct{ end, words int }{
		"Zork":                  {1, 1},
		"zork":                  {0, 0},
		"Zork Blix":             {2, 2},
		"J. Zork":               {2, 1},
		"J. K.":                 {2, 0},
		"Zork van":              {1, 1},
		"Zork van Blix":         {3, 2},
		"Zork-blix Qwop":        {4, 2},
		"Zork -blix":            {1, 1},
		"Zork-":                 {1, 1},
		"B C D E F G H J Zork":  {9, 1},
		"Zork Blix Kenya":       {2, 2},
		"Zork Kenya":            {2, 2},
		"Zork, Blix":            {1, 1},
		"Zork van van van Blix": {5, 2},
	} {
		if end, words := english(t, text).nameEnd(0); end != want.end || words != want.words {
			t.Errorf("%q: got %d tokens with %d words, want %+v", text, end, words, want)
		}
	}
}

func TestNamePart(t *testing.T) {
	for word, want := range map[string]bool{
		"Zork": true, "zork": false, "Maria": true, "J.": true, "U.S.": true, "ZQ": true, "ZORK": false,
		"The": false, "Monday": false, "Russian": false, "President": false, "Bank": false, "River": false,
		"Cup": false, "4": false, "-": false,
	} {
		if got := english(t, word).toks[0].namePart(); got != want {
			t.Errorf("%s: got %t, want %t", word, got, want)
		}
	}
}
