package gazetteer

import (
	"strings"
	"testing"
)

func TestOrgAt(t *testing.T) {
	testRule(t, (*text).orgAt, map[string]ruleTest{
		"last word":            {"Then Zork Holdings paid.", "Zork Holdings"},
		"legal form":           {"Then Zork Inc paid Blix GmbH again.", "Zork Inc|Blix GmbH"},
		"legal form, point":    {"Then Zork Inc. paid Blix Ltd.", "Zork Inc.|Blix Ltd."},
		"point apart":          {"Then Zork Inc . paid.", "Zork Inc"},
		"other word, point":    {"They sued Zork Holdings.", "Zork Holdings"},
		"comma":                {"Then Zork, Inc. paid.", "Zork, Inc."},
		"comma, other word":    {"Then Zork, Bank of Blix, paid.", "Bank of Blix"},
		"plc":                  {"Then Zork plc paid.", "Zork plc"},
		"ampersand":            {"Then Zork & Blix Group paid.", "Zork & Blix Group"},
		"hyphen":               {"Then the Franco-German Council met.", "Franco-German Council"},
		"dash":                 {"Then Zork - Blix Group paid.", "Blix Group"},
		"lower case within":    {"Then Zork and Blix Group paid.", "Blix Group"},
		"stop word within":     {"Zork The Group", ""},
		"courtesy within":      {"Zork Mr Group", ""},
		"longest":              {"Then Zork Bank Holdings Ltd paid.", "Zork Bank Holdings Ltd"},
		"last word of them":    {"Then Zork Bank Blix paid.", "Zork Bank"},
		"alone":                {"The Bank, the University and the Group met.", ""},
		"lower case":           {"The zork group met.", ""},
		"of":                   {"Then the Bank of Zambia met.", "Bank of Zambia"},
		"of the":               {"Then the Bank of the Blix met.", "Bank of the Blix"},
		"for and on":           {"Then the Department for Zork and the Council on Blix met.", "Department for Zork|Council on Blix"},
		"of, three words":      {"The Ministry of Zork Blix Qwop Vane met.", "Ministry of Zork Blix Qwop"},
		"of and lower case":    {"The Ministry of fish met.", ""},
		"of at the end":        {"The Ministry of", ""},
		"of the at the end":    {"The Ministry of the", ""},
		"of a day":             {"The Ministry of Monday met.", ""},
		"name and of":          {"Then the Zork University of Blix met.", "Zork University of Blix"},
		"of, no head":          {"Then the Zork Group of Blix met.", "Zork Group"},
		"handle":               {"Write to @Zork Group.", ""},
		"opening stop word":    {"The Zork Group met.", "Zork Group"},
		"word of eight tokens": {"Aa Bb Cc Dd Ee Ff Gg Group", "Aa Bb Cc Dd Ee Ff Gg Group"},
		"possessive":           {"Then Zork Group's boats came.", "Zork Group"},
	})
}

// A name is read for maxRun words, so that long runs of capitals cost no more.
func TestOrgAtIsBounded(t *testing.T) {
	text := english(t, strings.Repeat("Zork ", maxRun)+"Group met and said so.")
	if sp := text.orgAt(0); sp.to != 0 {
		t.Errorf("got %q", text.textOf(sp))
	}
	if sp := text.orgAt(1); sp.to != maxRun+1 {
		t.Errorf("got %+v", sp)
	}
}

func TestLongFormAt(t *testing.T) {
	testRule(t, (*text).longFormAt, map[string]ruleTest{
		"name":              {"The Lake Fishers Association (LFA) met.", "Lake Fishers Association"},
		"small words":       {"The Union of Zork and Blix Workers (UZBW) met.", "Union of Zork and Blix Workers"},
		"hyphen":            {"The Anti-Lamp League (ALL) met.", "Anti-Lamp League"},
		"no organization":   {"Gross Domestic Product (GDP) rose.", ""},
		"other letters":     {"The Lake Fishers Association (LFB) met.", ""},
		"too few words":     {"The Fishers Association (LFA) met.", ""},
		"too many letters":  {"Association (LFA) met.", ""},
		"lower case":        {"The Lake fishers Association (LFA) met.", ""},
		"number":            {"The Lake 2 Association (LA) met.", ""},
		"mark":              {"The Lake, Fishers Association (LFA) met.", ""},
		"not in brackets":   {"The Lake Fishers Association, LFA, met.", ""},
		"open bracket":      {"The Lake Fishers Association (LFA met.", ""},
		"two words":         {"The Lake Fishers Association (LFA Zork) met.", ""},
		"lower in brackets": {"The Lake Fishers Association (Lfa) met.", ""},
		"at the beginning":  {"(LFA) met.", ""},
		"two of them":       {"Lake Union (LU) and Zork Group (ZG) met.", "Lake Union|Zork Group"},
		"twice":             {"Lake Union (LU) is the Lake Union (LU).", "Lake Union|Lake Union"},
		"article kept out":  {"The Zork Bank (ZB) is the Zork Bank.", "Zork Bank"},
		"adjectives":        {"The African Lake Union (ALU) met.", "African Lake Union"},
	})
}

// A long form may not be longer than twice maxRun, however long the acronym.
func TestLongFormIsBounded(t *testing.T) {
	for n, want := range map[int]int{2 * maxRun: 1, 2*maxRun + 1: 0} {
		text := english(t, "Then came the "+strings.Repeat("Zork ", n-1)+"Group ("+strings.Repeat("Z", n-1)+"G) today and met.")
		if len(text.long) != want {
			t.Errorf("%d words: got %v", n, text.long)
		}
	}
}
