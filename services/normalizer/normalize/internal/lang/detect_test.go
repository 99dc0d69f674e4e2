package lang

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sentences are two sentences of news in each of some languages, in our words.
func sentences(t testing.TB) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/sentences.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		all[fields[0]] = fields[1:]
	}
	return all
}

// Every sentence is told, whatever is declared, and every language of the model
// but three has one.
func TestSentences(t *testing.T) {
	all := sentences(t)
	for tag, texts := range all {
		for _, text := range texts {
			for _, declared := range []string{"", tag} {
				if got := Detect(text, declared); got != tag {
					t.Errorf("%s, declared %q: got %q for %s", tag, declared, got, text)
				}
			}
		}
		both := strings.Join(texts, " ")
		for declared := range all {
			if got := Detect(both, declared); got != tag && !(got == declared && alike(tag, declared)) && !theModel().unknown(declared) {
				t.Errorf("%s, declared %q: got %q", tag, declared, got)
			}
		}
	}
	var without []string
	for _, tag := range theModel().languages {
		if all[tag] == nil {
			without = append(without, tag)
		}
	}
	if got := strings.Join(without, " "); got != "bs xh yo" {
		t.Errorf("no sentences in %s", got)
	}
}

func TestDeclared(t *testing.T) {
	for name, test := range map[string]struct{ text, declared, want string }{
		"nothing":                        {"", "de", ""},
		"no letters":                     {"2026: 17 % (+3) 🚢🚢", "de", ""},
		"few letters":                    {"Wetter", "de", ""},
		"a name":                         {"Angela Merkel", "de", "de"},
		"a name elsewhere":               {"Angela Merkel", "nl", "nl"},
		"another language":               {"The mayor says that the new bridge will not open", "de", "en"},
		"one that is not known":          {"O barco chegou tarde ao porto por mor do vento", "gl", ""},
		"not known, of another script":   {"Το πλοίο έφτασε αργά στο λιμάνι", "gl", "el"},
		"declared of another script":     {"The ferry was late again on Sunday", "ja", "en"},
		"Russian declared in Latin":      {"The ferry was late again on Sunday", "ru", "en"},
		"Serbian in Latin":               {"Gradonačelnik kaže da novi most neće biti otvoren pre zime", "sr", "sr"},
		"Bosnian":                        {"Gradonačelnik kaže da novi most neće biti otvoren prije zime", "bs", "bs"},
		"Norwegian in Denmark":           {"Ordføreren sier at broen ikke åpner før vinteren", "da", "no"},
		"Malay":                          {"Dia datang ke rumah itu pada hari ini", "ms", "ms"},
		"Indonesian":                     {"Dia datang ke rumah itu pada hari ini", "id", "id"},
		"Japanese without kana":          {"首相辞任", "ja", "ja"},
		"Chinese":                        {"总理辞职", "", "zh"},
		"Cantonese":                      {"首相今日辭職", "yue", "yue"},
		"Japanese with names in Latin":   {"Example Motors が競合を買収へ", "", "ja"},
		"Korean with names in Latin":     {"Example Motors, 경쟁사 인수 발표", "", "ko"},
		"Yiddish":                        {"די שיף איז אנגעקומען שפעט", "yi", "yi"},
		"Hebrew by default":              {"המעבורת הגיעה", "", "he"},
		"Tigrinya":                       {"መርከብ ናብ ወደብ", "ti", "ti"},
		"a Greek letter in English":      {"Scientists watch the new π meson in the tunnel below the lake", "", "en"},
		"capitals":                       {"THE MAYOR SAYS THE BRIDGE WILL NOT OPEN BEFORE WINTER", "", "en"},
		"full-width letters are letters": {"ＡＢＣ", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Detect(test.text, test.declared); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A long text overrules what is declared, but not between languages that are
// alike.
func TestLongTexts(t *testing.T) {
	all := sentences(t)
	long := func(tag string) string { return strings.Repeat(strings.Join(all[tag], " ")+" ", 12) }
	for _, test := range []struct{ text, declared, want string }{
		{"en", "de", "en"}, {"de", "en", "de"}, {"uk", "ru", "uk"}, {"fa", "ar", "fa"}, {"mr", "hi", "mr"}, {"pt", "es", "pt"},
		{"hr", "sr", "sr"}, {"hr", "bs", "bs"}, {"sk", "cs", "sk"}, {"zh", "en", "zh"}, {"zh", "ja", "zh"}, {"no", "da", "no"}, {"id", "ms", "ms"},
	} {
		if got := Detect(long(test.text), test.declared); got != test.want {
			t.Errorf("%s declared %s: got %q, want %q", test.text, test.declared, got, test.want)
		}
	}
}

// Texts that are none are read within bounds.
func TestHostileTexts(t *testing.T) {
	for name, text := range map[string]string{
		"one letter":    strings.Repeat("a", 1<<20),
		"one word":      strings.Repeat("ferry", 1<<18),
		"bad UTF-8":     strings.Repeat("\xff\xc3(\xa0\xa1", 1<<16),
		"cut letters":   strings.Repeat("\xd0", 1<<16),
		"emoji":         strings.Repeat("🚢👩‍👩‍👧", 1<<14),
		"marks":         "a" + strings.Repeat("\u0301", 1<<16),
		"spaces":        strings.Repeat(" ", 1<<20),
		"letters apart": strings.Repeat("a ", 1<<18),
		"surrogates":    strings.Repeat("\xed\xa0\x80", 1<<14),
		"private use":   strings.Repeat("\U0010ffff\ue000", 1<<14),
	} {
		for _, declared := range []string{"", "de", "qqq", "\xff", strings.Repeat("x", 1<<16)} {
			got := Detect(text, declared)
			if again := Detect(text[:min(len(text), maxText)], declared); got != again {
				t.Errorf("%s: %q, of its beginning %q", name, got, again)
			}
			if got != "" && theModel().number(got) < 0 {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
	if got := Detect("\xffThe mayor says\xc3 that the bridge\xe2\x82 will not open", ""); got != "en" {
		t.Errorf("between bad bytes: got %q", got)
	}
}

// What is told of a text is the same each time, a language that is known, and
// what is declared is never made worse by being right.
func TestDetectProperties(t *testing.T) {
	all := sentences(t)
	var words []string
	for _, texts := range all {
		words = append(words, strings.Fields(strings.Join(texts, " "))...)
	}
	words = append(words, "17", "🚢", "\xff", "—", "")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 40).Draw(t, "words"), " ")
		declared := rapid.SampledFrom([]string{"", "de", "no", "sr", "ja", "gl", "zh", "?"}).Draw(t, "declared")
		got := Detect(text, declared)
		if again := Detect(text, declared); again != got {
			t.Fatalf("%q, then %q", got, again)
		}
		if got != "" && theModel().unknown(got) {
			t.Fatalf("%q is no language of ours", got)
		}
		if alone := Detect(text, ""); alone != "" && Detect(text, alone) != alone {
			t.Fatalf("%q, but declared as that %q", alone, Detect(text, alone))
		}
	})
}

func TestNoGarbage(t *testing.T) {
	text := strings.Join(sentences(t)["en"], " ")
	if got := testing.AllocsPerRun(100, func() { Detect(text, "") }); got > 0 {
		t.Errorf("%.0f allocations", got)
	}
}

func BenchmarkDetect(b *testing.B) {
	all := sentences(b)
	long := strings.Repeat(strings.Join(all["en"], " ")+" ", 20)
	for name, text := range map[string]string{
		"headline": "Ferry reaches the harbour late because of strong winds", "paragraph": long[:400], "text": long[:2400],
		"Cyrillic": all["ru"][0], "Chinese": all["zh"][0], "unclear": strings.Repeat("Nadia Bo Tuvalu ", 150),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Detect(text, "")
			}
		})
	}
}
