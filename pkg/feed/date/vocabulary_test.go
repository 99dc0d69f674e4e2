package date

import "testing"

// TestFind reads small tables, and asks for words in several languages.
func TestFind(t *testing.T) {
	v := vocabulary{words: map[string]*meaning{}, phrases: map[string]bool{}, zones: make([]zone, 1)}
	entries := positions("# a comment: no names\nxa: one|eins two\nxb: zwei one|a_b\n", monthName, 1)
	entries = append(entries, v.zoneEntries("+01:00: zz\n+02:00 xb xc: zz\n+03:00 firm: yy\n-04:30 xb: yy\n+05:00 only xa: ww\n")...)
	for _, e := range entries {
		v.add(e)
	}
	for _, e := range entries {
		v.addIn(e)
	}
	for name, test := range map[string]struct {
		word, language string
		sort           sort
		value          int
		sure           bool
	}{
		"a name":                         {"two", "", monthName, 2, true},
		"another spelling":               {"eins", "xb", monthName, 1, true},
		"shared, no language":            {"one", "", monthName, 1, false},
		"shared, its language":           {"one", "xb", monthName, 2, true},
		"shared, its language by region": {"one", "xb-yy", monthName, 2, true},
		"shared, the first language":     {"one", "xa", monthName, 1, true},
		"shared, another language":       {"one", "xd", monthName, 1, false},
		"two words":                      {"a b", "", monthName, 2, true},
		"another sort":                   {"two", "", zoneName, 0, true},
		"a zone":                         {"zz", "", zoneName, 1, false},
		"a zone by language":             {"zz", "xc", zoneName, 2, true},
		"a firm zone":                    {"yy", "", zoneName, 3, true},
		"a firm zone by language":        {"yy", "xb", zoneName, 4, true},
		"only, no language":              {"ww", "", zoneName, 0, false},
		"only, its language":             {"ww", "xa", zoneName, 5, true},
	} {
		t.Run(name, func(t *testing.T) {
			value, sure := v.find(v.words[test.word], test.word, test.sort, test.language)
			if value != test.value || sure != test.sure {
				t.Errorf("got %d, %v, want %d, %v", value, sure, test.value, test.sure)
			}
		})
	}
	if z := v.zones[4]; z.seconds != -(4*hour + 30*minute) {
		t.Errorf("-04:30 is %d", z.seconds)
	}
	if !v.phrases["a"] || v.phrases["two"] {
		t.Errorf("phrases: %v", v.phrases)
	}
}
