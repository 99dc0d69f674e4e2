package gazetteer

import (
	"strings"
	"testing"
)

func TestListedAt(t *testing.T) {
	testRule(t, (*text).listedAt, map[string]ruleTest{
		"countries":            {"From Kenya to Peru.", "Kenya|Peru"},
		"longest":              {"The Democratic Republic of the Congo and Congo.", "Democratic Republic of the Congo|Congo"},
		"cut short":            {"The Democratic Republic of Zork.", ""},
		"alias with points":    {"In the U.S. and the U.K. it rained.", "U.S.|U.K."},
		"alias without points": {"In the US and the UK it rained.", "US|UK"},
		"pronoun":              {"They told us, and we told them.", ""},
		"lower case":           {"They ate china with kenya.", ""},
		"accents":              {"Zürich, Zurich and Sao Paulo.", "Zürich|Zurich|Sao Paulo"},
		"apostrophes":          {"Côte d’Ivoire and Cote d'Ivoire.", "Côte d’Ivoire|Cote d'Ivoire"},
		"two spaces":           {"The United  Nations met.", "United  Nations"},
		"possessive":           {"Kenya's and Peru’s ports.", "Kenya|Peru"},
		"hyphen before":        {"A pro-Kenya vote.", "Kenya"},
		"hyphen after":         {"A Kenya-led plan.", "Kenya"},
		"hyphen in name":       {"Guinea-Bissau is not Guinea.", "Guinea-Bissau|Guinea"},
		"brackets":             {"He (Kenya) and “Peru”.", "Kenya|Peru"},
		"handle":               {"Write to @Reuters, says Reuters.", "Reuters"},
		"handle apart":         {"They met @ Reuters.", "Reuters"},
		"hashtag":              {"It is on #Kenya.", "Kenya"},
		"dollar":               {"US$5 in the US.", "US"},
		"dollar apart":         {"The US $5 bill.", ""},
		"short capitals":       {"The ROM of MALI.", "MALI"},
		"address":              {"https://example.org/Kenya is no place.", ""},
		"word in capitals":     {"The WHO asked who pays.", "WHO"},
		"agency":               {"He told The Associated Press.", "Associated Press"},
		"names in a row":       {"Kenya Peru Togo", "Kenya|Peru|Togo"},
	})
}

// A city or region of one word is dropped where it is part of a longer name that
// no list has; a country is not.
func TestPartOfName(t *testing.T) {
	testRule(t, (*text).listedAt, map[string]ruleTest{
		"alone":                {"Then Baltimore won.", "Baltimore"},
		"name after":           {"The Baltimore Zorkers won.", ""},
		"name before":          {"Then Zork London won.", ""},
		"opening name before":  {"Zork London won.", "London"},
		"known name after":     {"Then Baltimore Monday won.", "Baltimore"},
		"joined before":        {"The Zork-London line.", "London"},
		"joined after":         {"The London-Zork line.", "London"},
		"thing after":          {"The Paris Agreement holds.", ""},
		"thing apart":          {"In Paris, Agreement is a word.", "Paris"},
		"place word after":     {"The Geneva Lake is deep.", "Geneva"},
		"country, name after":  {"The Kenya Zorkers won.", "Kenya"},
		"two words":            {"The New York Zorkers won.", "New York"},
		"region, name after":   {"The Texas Zorkers won.", ""},
		"region at the end":    {"The storm hit Texas", "Texas"},
		"opening, name after":  {"Texas Zorkers won.", ""},
		"opening and its verb": {"Texas won.", "Texas"},
	})
}

// Names that are also words or people need the text to say that a place is meant.
func TestSoftPlaces(t *testing.T) {
	testRule(t, (*text).listedAt, map[string]ruleTest{
		"alone":            {"Then Austin laughed.", ""},
		"preposition":      {"She lives in Austin now.", "Austin"},
		"across":           {"They drove across Florence.", "Florence"},
		"state after":      {"Then Austin, Texas, laughed.", "Austin|Texas"},
		"country after":    {"Then Santiago, Chile, shook.", "Santiago|Chile"},
		"city after":       {"Then Austin, Lima and Oslo laughed.", "Lima|Oslo"},
		"nothing after":    {"They saw Austin,", ""},
		"no comma":         {"Then Austin Texas laughed.", "Texas"},
		"preposition, man": {"They ran from Austin Zork.", ""},
		"opening":          {"Austin, Texas, laughed.", "Austin|Texas"},
	})
}

// A surname that is known by itself is not taken after another first name.
func TestFigures(t *testing.T) {
	testRule(t, (*text).listedAt, map[string]ruleTest{
		"surname":          {"Then Merkel spoke.", "Merkel"},
		"full name":        {"Then Angela Merkel spoke.", "Angela Merkel"},
		"other first name": {"Then Petra Merkel spoke.", ""},
		"unlisted before":  {"Then Zork Merkel spoke.", ""},
		"opening word":     {"Yesterday Merkel spoke.", "Merkel"},
		"opening name":     {"Petra Merkel spoke.", "Merkel"},
		"title before":     {"Then Chancellor Merkel spoke.", "Merkel"},
		"at the beginning": {"Merkel spoke.", "Merkel"},
		"verb before":      {"They saw Merkel.", "Merkel"},
		"initials":         {"George W. Bush spoke.", "George W. Bush"},
	})
}

// Where the rules do not apply, the lists take what they have.
func TestListedWithoutRules(t *testing.T) {
	for s, want := range map[string]string{
		"Die Baltimore Zorkers":   "Baltimore",
		"Frau Petra Merkel":       "Merkel",
		"Die NATO in Genf":        "NATO",
		"Nach Austin, Texas":      "Austin|Texas",
		"Herr Austin kommt":       "",
		"US-Dollar und US$":       "US",
		"北京 Kenya 和 Geneva。":      "Kenya|Geneva",
		"قالت NATO في Geneva إن.": "NATO|Geneva",
	} {
		other := newText(lexiconOf(t), s, false)
		if got := strings.Join(found(&other, (*text).listedAt), "|"); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

func TestPublisherAt(t *testing.T) {
	for name, test := range map[string]struct {
		publisher []string
		text      string
		want      bool
	}{
		"name":        {[]string{"zanzi", "gazetteer"}, "He told the Zanzi Gazetteer so.", true},
		"accents":     {[]string{"zanzi", "gazetteer"}, "He told the Zánzi Gazetteer so.", true},
		"capitals":    {[]string{"zanzi", "gazetteer"}, "He told the ZANZI GAZETTEER so.", true},
		"lower case":  {[]string{"zanzi", "gazetteer"}, "He told the zanzi gazetteer so.", false},
		"cut short":   {[]string{"zanzi", "gazetteer"}, "He told the Zanzi", false},
		"other word":  {[]string{"zanzi", "gazetteer"}, "He told the Zanzi Herald so.", false},
		"none":        {nil, "He told the Zanzi Gazetteer so.", false},
		"with a mark": {[]string{"zork", "&", "co"}, "He told Zork & Co so.", true},
	} {
		t.Run(name, func(t *testing.T) {
			d := &document{publisher: test.publisher}
			got := found(english(t, test.text), d.publisherAt)
			if (len(got) > 0) != test.want {
				t.Errorf("%q: got %q, want %t", test.text, got, test.want)
			}
		})
	}
}
