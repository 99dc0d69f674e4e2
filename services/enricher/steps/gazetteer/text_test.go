package gazetteer

import "testing"

func TestCasing(t *testing.T) {
	for name, test := range map[string]struct {
		text           string
		rules, allCaps bool
	}{
		"sentence":              {"Ministers of Peru meet Maria Zork today", true, false},
		"title case":            {"Ministers From Peru Meet Maria Zork Today", false, false},
		"title case, stop":      {"Ministers From Peru Meet Maria Zork Today.", true, false},
		"title case, quoted":    {"“Ministers From Peru Meet Maria Zork Today.”", true, false},
		"title case, brackets":  {"Ministers From Peru Meet (Maria Zork Today.) ", true, false},
		"title case, question":  {"Ministers From Peru Meet Maria Zork Today?", false, false},
		"short words in lower":  {"Ministers of Peru to Meet With the Zork Board", false, false},
		"one long word of ten":  {"Aaaa Bbbb Cccc Dddd Eeee Ffff Gggg Hhhh Iiii from", false, false},
		"two long words of ten": {"Aaaa Bbbb Cccc Dddd Eeee Ffff Gggg Hhhh over from", true, false},
		"three long words":      {"Peru Meet Zork", true, false},
		"four long words":       {"Peru Meet Zork Board", false, false},
		"capitals":              {"PERU TELLS US WHO PAYS", false, true},
		"capitals and a stop":   {"PERU TELLS US WHO PAYS.", false, true},
		"capitals and numbers":  {"PERU 4, KENYA 2", false, true},
		"one letter":            {"PERU PAYS 5 m", false, true},
		"one lower word":        {"PERU PAYS for IT", true, false},
		"one word in capitals":  {"PERU", true, false},
		"acronyms":              {"UN, EU and WHO meet", true, false},
		"numbers":               {"12 34", true, false},
		"no capitals in script": {"北京 下雨", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := newText(lexiconOf(t), test.text, true)
			if got.rules != test.rules || got.allCaps != test.allCaps {
				t.Errorf("%q: rules %t, all in capitals %t", test.text, got.rules, got.allCaps)
			}
			if newText(lexiconOf(t), test.text, false).rules {
				t.Error("the rules are on for another language")
			}
		})
	}
}

func TestMarks(t *testing.T) {
	text := english(t, "@Peru (US$5) - Zork–led")
	for i, want := range []struct {
		mark, before    rune
		apart, attached bool
	}{
		{'@', 0, true, false},  // @
		{0, '@', false, false}, // Peru
		{'(', 0, true, false},  // (
		{0, '(', false, false}, // US
		{'$', 0, false, true},  // $
		{0, '$', false, false}, // 5
		{')', 0, false, true},  // )
		{'-', 0, true, false},  // -
		{0, 0, true, false},    // Zork
		{'–', 0, false, true},  // –
		{0, '–', false, false}, // led
		{0, 0, false, false},   // beyond the end
	} {
		if got := text.mark(i); got != want.mark {
			t.Errorf("token %d: mark is %q", i, got)
		}
		if got := text.apart(i); got != want.apart {
			t.Errorf("token %d: apart is %t", i, got)
		}
		if want.mark != 0 && text.attached(i, want.mark) != want.attached {
			t.Errorf("token %d: attached is not %t", i, want.attached)
		}
		if i < len(text.toks) && text.before(i) != want.before {
			t.Errorf("token %d: %q is before it", i, text.before(i))
		}
	}
}

func TestWords(t *testing.T) {
	text := english(t, "Zürich’s O’Zork")
	for i, want := range []struct{ word, folded string }{
		{"Zürich", "zurich"}, {"’", "'"}, {"s", "s"}, {"O’Zork", "o'zork"}, {"", ""}, {"", ""},
	} {
		if text.word(i) != want.word || text.folded(i) != want.folded {
			t.Errorf("token %d: got %q, %q", i, text.word(i), text.folded(i))
		}
	}
	if got := text.textOf(span{from: 0, to: 3}); got != "Zürich’s" {
		t.Errorf("got %q", got)
	}
}

func TestSmallWords(t *testing.T) {
	for word, want := range map[string]bool{"of": true, "and": true, "van": true, "The": false, "fish": false, "&": false, "4": false} {
		if got := english(t, word).toks[0].small(); got != want {
			t.Errorf("%s: got %t", word, got)
		}
	}
}
