package gazetteer

import "testing"

func TestPlaceAt(t *testing.T) {
	testRule(t, (*text).placeAt, map[string]ruleTest{
		"before":              {"Boats on Lake Zork and Mount Blix.", "Lake Zork|Mount Blix"},
		"before with of":      {"Boats in the Gulf of Zork and the Strait of Blix.", "Gulf of Zork|Strait of Blix"},
		"gulf needs of":       {"Boats in the Gulf Zork.", ""},
		"of and lower case":   {"Boats in the Gulf of fish.", ""},
		"at the end":          {"Boats on the Lake", ""},
		"of at the end":       {"Boats in the Gulf of", ""},
		"lower case":          {"Boats on lake Zork.", ""},
		"title after":         {"Boats on Lake President.", ""},
		"after":               {"Farms in Zork District and on Blix River.", "Zork District|Blix River"},
		"two words":           {"Farms in Zork Blix County.", "Zork Blix County"},
		"three words":         {"Farms in Zork Blix Qwop County.", "Blix Qwop County"},
		"nothing before":      {"The River is deep.", ""},
		"demonym before":      {"The Russian River is deep.", ""},
		"place word before":   {"The River Valley is deep.", ""},
		"first name before":   {"Farms of Maria County.", ""},
		"first name within":   {"Farms in Zork Maria County.", ""},
		"weekday before":      {"On Monday River rose.", ""},
		"title before":        {"Then President River rose.", ""},
		"courtesy before":     {"Then Mr River rose.", ""},
		"thing after":         {"The Zork River Festival is on.", ""},
		"country before":      {"Boats on the Congo River.", "Congo River"},
		"possessive":          {"Zork River’s boats.", "Zork River"},
		"hyphen":              {"A Zork-River plan.", ""},
		"capitals":            {"Boats on Lake ZORK.", ""},
		"opening":             {"Lake Zork is deep.", "Lake Zork"},
		"opening and article": {"The Zork Islands are two.", "Zork Islands"},
	})
}

func TestDateline(t *testing.T) {
	for text, want := range map[string]bool{
		"GENEVA (Reuters) - Talks began.":                       true,
		"GENEVA (Reuters)- Talks began.":                        true,
		"GENEVA (Reuters)-Talks began.":                         true,
		"GENEVA, March 3 (Zork Newswire) — Talks began.":        true,
		"GENEVA, 3 March 2024 – Talks began.":                   true,
		"GENEVA/LIMA - Talks began.":                            true,
		"NEW YORK, N.Y. - Talks began.":                         true,
		"Geneva - Talks began.":                                 true,
		"Geneva –Talks began.":                                  true,
		"Geneva—Talks began.":                                   true,
		"GENEVA (the last of the agencies) - Talks began.":      true,
		"Geneva-based talks began.":                             false,
		"Geneva talks - they began.":                            false,
		"Geneva: talks - they began.":                           false,
		"Geneva? Talks - they began.":                           false,
		"Geneva":                                                false,
		"Geneva (Reuters) Talks began.":                         false,
		"In Geneva - talks began.":                              false,
		"Maria Zork - who leads - came.":                        false,
		"UN - talks began.":                                     false,
		"GENEVA, A, B, C, D, E, F, G, H, I - Talks began again": false,
		"No place - talks began.":                               false,
	} {
		text := english(t, text)
		spansIn(text)
		if got := len(text.spans) > 0 && text.dateline(); got != want {
			t.Errorf("%q: got %t, want %t", text.s, got, want)
		}
	}
}
