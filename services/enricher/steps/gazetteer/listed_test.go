package gazetteer_test

import "testing"

func TestListedAt(t *testing.T) {
	eachText(t, "en", map[string]textTest{
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
	eachText(t, "en", map[string]textTest{
		"alone":                {"Then Baltimore won.", "Baltimore"},
		"name after":           {"The Baltimore Zorkers won.", ""},
		"name before":          {"Then Zork London won.", ""},
		"opening name before":  {"Zork London won.", "London"},
		"known name after":     {"Then Baltimore Monday won.", "Baltimore"},
		"joined before":        {"The Zork-London line.", "London"},
		"joined after":         {"The London-Zork line.", "London"},
		"thing after":          {"The Paris Agreement holds.", ""},
		"thing apart":          {"In Paris, Agreement is a word.", "Paris"},
		"place word after":     {"The Geneva Lake is deep.", ""},
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
	eachText(t, "en", map[string]textTest{
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
	eachText(t, "en", map[string]textTest{
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

// In other languages capitals do not say that a name goes on.
func TestListedInOtherLanguages(t *testing.T) {
	eachText(t, "de", map[string]textTest{
		"name after":    {"Die Baltimore Zorkers", "Baltimore"},
		"first name":    {"Frau Petra Merkel", "Merkel"},
		"city":          {"Die NATO in Genf", "NATO"},
		"soft, placed":  {"Nach Austin, Texas", "Austin|Texas"},
		"soft":          {"Herr Austin kommt", ""},
		"no currency":   {"US-Dollar und US$", "US"},
		"han":           {"北京 Kenya 和 Geneva。", "Kenya|Geneva"},
		"arabic":        {"قالت NATO في Geneva إن.", "NATO|Geneva"},
		"native han":    {"昨天中国和俄罗斯联邦说。", "中国|俄罗斯联邦"},
		"native arabic": {"قالت ألمانيا إن", "ألمانيا"},
		"russian":       {"Сегодня Германия и Япония сказали.", "Германия|Япония"},
		"spanish":       {"Hoy Alemania y Estados Unidos de América dijeron.", "Alemania|Estados Unidos de América"},
		"french":        {"Hier l’Allemagne et la Côte d’Ivoire.", "Côte d’Ivoire"},
		"person":        {"Maurice und Dominique kommen.", ""},
	})
}

// Small places are taken where what they lie in follows.
func TestQuietPlaces(t *testing.T) {
	eachText(t, "en", map[string]textTest{
		"alone":         {"Then Bastrop laughed.", ""},
		"after in":      {"He lives in Bastrop now.", ""},
		"state after":   {"He lives in Bastrop, Texas, now.", "Bastrop|Texas"},
		"other state":   {"He lives in Bastrop, Oregon, now.", "Oregon"},
		"abbreviation":  {"He lives in Bastrop, La., now.", "Bastrop"},
		"demonym":       {"The Russian and the Texan met.", ""},
		"demonym after": {"From Bastrop, Americans came.", ""},
		"word":          {"He likes Reading and Nice, France.", "Nice|France"},
		"surname":       {"Then Mayor London spoke.", ""},
	})
}

func TestPublisher(t *testing.T) {
	for name, test := range map[string]struct{ publisher, text, want string }{
		"name":        {"The Zanzi Gazetteer", "He told the Zanzi Gazetteer so.", "Zanzi Gazetteer"},
		"accents":     {"Zanzi Gazetteer", "He told the Zánzi Gazetteer so.", "Zánzi Gazetteer"},
		"capitals":    {"Zanzi Gazetteer", "He told the ZANZI GAZETTEER so.", "ZANZI GAZETTEER"},
		"lower case":  {"Zanzi Gazetteer", "He told the zanzi gazetteer so.", ""},
		"cut short":   {"Zanzi Gazetteer", "He told the Zanzi", ""},
		"other word":  {"Zanzi Gazetteer", "He told the Zanzi Herald so.", ""},
		"none":        {"", "He told the Zanzi Gazetteer so.", ""},
		"with a mark": {"Zork & Co", "He told Zork & Co so.", "Zork & Co"},
		"listed word": {"Kenya Zorker", "He told the Kenya Zorker in Kenya.", "Kenya Zorker|Kenya"},
	} {
		t.Run(name, func(t *testing.T) {
			a := body(test.text)
			a.Source.Name = test.publisher
			if got := texts(enrich(t, a)); got != test.want {
				t.Errorf("%q: got %q, want %q", test.text, got, test.want)
			}
		})
	}
}
