package gazetteer

import (
	"slices"
	"strings"
	"testing"
)

// mentionsOf are the texts of the mentions of one entity, with | between them.
func mentionsOf(t *testing.T, id string, paragraphs ...string) string {
	t.Helper()
	var texts []string
	for _, x := range enriched(t, paragraphs...).Entities {
		if x.ID == id {
			for _, m := range x.Mentions {
				texts = append(texts, m.Text)
			}
		}
	}
	return strings.Join(texts, "|")
}

func TestSameThing(t *testing.T) {
	for name, test := range map[string]struct {
		paragraphs []string
		id, want   string
	}{
		"surname":                 {[]string{"Maria Zork came. Zork sat."}, "maria_zork", "Maria Zork|Zork"},
		"title and surname":       {[]string{"Maria Zork came. Ms Zork sat."}, "maria_zork", "Maria Zork|Zork"},
		"other paragraph":         {[]string{"Zork won.", "Maria Zork came.", "Mr Zork sat."}, "maria_zork", "Zork|Maria Zork|Zork"},
		"possessive":              {[]string{"Maria Zork came. Zork's dog and Zork’s cat, too."}, "maria_zork", "Maria Zork|Zork|Zork"},
		"hyphen":                  {[]string{"Maria Zork came. A Zork-led plan."}, "maria_zork", "Maria Zork|Zork"},
		"capitals":                {[]string{"Maria Zork came. ZORK SAYS NO."}, "maria_zork", "Maria Zork|ZORK"},
		"lower case":              {[]string{"Maria Zork came. A zork sat."}, "maria_zork", "Maria Zork"},
		"accents":                 {[]string{"José Ñandú came. Nandu sat."}, "jose_nandu", "José Ñandú|Nandu"},
		"initial":                 {[]string{"Maria J. Zork came. Maria Zork sat."}, "maria_j_zork", "Maria J. Zork|Maria Zork"},
		"first name alone":        {[]string{"Maria Zork came. Maria sat."}, "maria_zork", "Maria Zork"},
		"family name first":       {[]string{"Cheng Zork came. Cheng sat, and Zork."}, "cheng_zork", "Cheng Zork|Cheng|Zork"},
		"particle with a capital": {[]string{"Ana dos Zork came. Dos Zork sat."}, "ana_dos_zork", "Ana dos Zork|Dos Zork"},
		"particle in lower case":  {[]string{"Ana dos Zork came. Then dos Zork sat."}, "ana_dos_zork", "Ana dos Zork|Zork"},
		"particle, other name":    {[]string{"Ana dos Zork came. In Rio De Zork."}, "ana_dos_zork", "Ana dos Zork|De Zork"},
		"name goes on":            {[]string{"Maria Zork came. The Zork Blixers won."}, "maria_zork", "Maria Zork"},
		"name goes on, joined":    {[]string{"Maria Zork came. The Zork-Blix plan."}, "maria_zork", "Maria Zork|Zork"},
		"known word after":        {[]string{"Maria Zork came. Zork Monday."}, "maria_zork", "Maria Zork|Zork"},
		"surname that is a word":  {[]string{"Theresa May came. In May it rained. Mrs May sat."}, "theresa_may", "Theresa May"},
		"place is a person":       {[]string{"Maria Lima came. Lima spoke."}, "maria_lima", "Maria Lima|Lima"},
		"place stays a place":     {[]string{"Maria Lima came to Lima."}, "maria_lima", "Maria Lima"},
		"country stays one":       {[]string{"Maria Peru came. Peru spoke."}, "maria_peru", "Maria Peru"},
		"acronym":                 {[]string{"The Lake Zork Association (LZA) met. LZA voted."}, "lake_zork_association", "Lake Zork Association|LZA|LZA"},
		"acronym before":          {[]string{"LZA votes.", "The Lake Zork Association (LZA) met."}, "lake_zork_association", "LZA|Lake Zork Association|LZA"},
		"acronym as a word":       {[]string{"The Lake Zork Association (LZA) met. Lza voted."}, "lake_zork_association", "Lake Zork Association|LZA"},
		"acronym, possessive":     {[]string{"The Lake Zork Association (LZA) met. LZA's vote."}, "lake_zork_association", "Lake Zork Association|LZA|LZA"},
		"acronym of a listed one": {[]string{"Doctors Without Borders met."}, "doctors_without_borders", "Doctors Without Borders"},
		"article":                 {[]string{"Zork Group met. The Zork Group voted."}, "zork_group", "Zork Group|Zork Group"},
		"case of the name":        {[]string{"Zork Group met. ZORK GROUP VOTED."}, "zork_group", "Zork Group|ZORK GROUP"},
		"country and alias":       {[]string{"The US, the U.S. and America are the United States."}, "q30", "US|U.S.|America|United States"},
		"nobody named in full":    {[]string{"Mr Zork came. Zork sat."}, "zork", "Zork|Zork"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mentionsOf(t, test.id, test.paragraphs...); got != test.want {
				t.Errorf("%q: got %s, want %s", test.paragraphs, got, test.want)
			}
		})
	}
}

// Of two people with one surname, a title means the one who was named in full
// last; the surname alone, the one who was named in full last in the article.
func TestTwoPeopleOfOneSurname(t *testing.T) {
	article := []string{"Maria Zork came. Ms Zork sat.", "Peter Zork came. Mr Zork sat.", "Zork won."}
	if got := mentionsOf(t, "maria_zork", article...); got != "Maria Zork|Zork" {
		t.Errorf("Maria Zork: got %s", got)
	}
	if got := mentionsOf(t, "peter_zork", article...); got != "Peter Zork|Zork|Zork" {
		t.Errorf("Peter Zork: got %s", got)
	}
}

func TestFullName(t *testing.T) {
	for name, want := range map[string]bool{
		"Maria Zork": true, "Zork": false, "al-Zork": false, "Maria": false, "de Zork": false, "Ben Zork": true,
	} {
		text := english(t, name)
		if got := text.fullName(span{to: len(text.toks), typ: "person"}); got != want {
			t.Errorf("%s: got %t", name, got)
		}
		if text.fullName(span{to: len(text.toks), typ: "location"}) {
			t.Errorf("%s is a place", name)
		}
	}
}

func TestSurnames(t *testing.T) {
	for name, want := range map[string][]string{
		"Maria Zork":         {"zork"},
		"Maria J. Zork":      {"zork"},
		"Pieter van der Pol": {"pol"},
		"Cheng Zork":         {"zork", "cheng"},
		"Theresa May":        nil,
		"Maria Bank":         nil,
		"Maria Peru":         nil,
		"Maria Lima":         {"lima"},
		"Maria ZORK":         nil,
		"Kim Ki-moon":        {"kim"},
		"Maria Ñandú":        {"nandu"},
	} {
		text := english(t, name)
		if got := text.surnames(&span{to: len(text.toks)}); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestPersonKey(t *testing.T) {
	for name, want := range map[string]string{
		"John F. Zork":   "person john zork",
		"John Zork":      "person john zork",
		"John F Zork":    "person john zork",
		"JOHN ZORK":      "person john zork",
		"José Ñandú":     "person jose nandu",
		"Jean-Luc Zork":  "person jean luc zork",
		"J. K. Zork":     "person zork",
		"J.K. Zork":      "person j.k. zork",
		"Ben de la Zork": "person ben de la zork",
	} {
		text := english(t, name)
		if got := text.personKey(&span{to: len(text.toks)}); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
