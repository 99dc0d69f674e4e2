package text_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

func TestSiftRemoves(t *testing.T) {
	for rule, lines := range map[string][]string{
		"related": {
			"Read more: Floods in the north", "Read more", "Read more »", "Read more…", "See also:", "Read also | Prices rise",
			"RELATED: The long road", "Related stories", "Don’t miss: the quiz", "Continue reading…", "Full story",
			"Mehr zum Thema: Wahlen", "Lesen Sie auch: Wahlen", "Lire aussi : Les élections", "Leia também: eleições",
			"Lee también: elecciones", "Leggi anche: elezioni", "Читайте также: выборы", "Les også: Valget", "Baca juga: pemilu",
			"<a href=x>Read more about the floods</a>", "Read more of this story at Slashdot.", "Read the full story on Example", "Explore further",
			"Related &gt; Floods", "Don't miss: the quiz", "LIRE L’ARTICLE", "Читать далее",
		},
		"appeared_first": {
			"The post Floods in the north appeared first on Example News.", "The post Floods first appeared on Example.",
			"Der Beitrag Wahlen erschien zuerst auf Beispiel.", "La entrada Elecciones se publicó primero en Ejemplo.",
		},
		"advertisement": {"Advertisement", "ADVERTISEMENT", "Anzeige", "Publicidad", "Реклама"},
		"subscribe":     {"Subscribe to our newsletter", "Sign up for the morning mail", "Newsletter"},
		"click":         {"Click here to read the report", "Tap the bell"},
		"share":         {"Share this article", "Follow us on social media", "Share"},
		"app":           {"Get the Example News app", "Download our free app"},
		"tags":          {"Tags: flood, north", "Filed under: Weather", "Topics: weather"},
		"credit":        {"Photo: A. Person", "Image credit: Agency", "Photo by A. Person", "Foto: Agentur"},
		"copyright":     {"Copyright 2024 Example", "© 2024 Example", "All rights reserved.", "(c) 2024 Example"},
		"comments":      {"Comments", "12 comments", "Comments (3)", "Leave a comment", "<a href=x>Comments</a>"},
		"citation":      {"Citation: Floods (2024, May 1)"},
		"separator":     {"***", "— —", "•"},
		"link":          {"<a href=x>Prices rise again</a>"},
	} {
		for _, line := range lines {
			t.Run(line, func(t *testing.T) {
				kept, removed := text.Sift(text.Paragraphs("<p>" + line + "</p>"))
				if len(kept) != 0 || len(removed) != 1 || removed[0] != rule {
					t.Errorf("kept %v by %v, want removed by %s", text.Texts(kept), removed, rule)
				}
			})
		}
	}
}

func TestSiftKeeps(t *testing.T) {
	for _, line := range []string{
		"Read more books, the minister told pupils.",
		"More from the region was promised.",
		"Next year will be harder.",
		"Related industries suffered as well.",
		"Copyright law was changed in May.",
		"Newsletter publishers earn more than before.",
		"Comments by the minister caused anger.",
		"Photography is not allowed.",
		"Video games sold well.",
		"Share prices fell.",
		"Follow the money, he said.",
		"Advertisement sales rose by a tenth.",
		"Topics included trade and war.",
		"(Reporting by A. Person; editing by B. Person)",
		"C. Person contributed to this report.",
		"<a href=x>The whole sentence is a link.</a>",
		"Next <a href=x>press the button</a> beside the door",
		"Read more: " + strings.Repeat("long text ", 30),
		"7",
	} {
		t.Run(line, func(t *testing.T) {
			kept, removed := text.Sift(text.Paragraphs("<p>" + line + "</p>"))
			if len(kept) != 1 || len(removed) != 0 {
				t.Errorf("removed by %v", removed)
			}
		})
	}
}

func TestFirstLine(t *testing.T) {
	for source, want := range map[string]string{
		"":                                       "",
		"<p>Read more</p><p>One.</p>":            "One.",
		"<p><a href=x>A link</a></p><p>One.</p>": "One.",
		"<p>***</p><p><a href=x>A link</a></p><p><a href=x>Other</a></p>": "A link",
		"<p>Share</p>": "",
	} {
		if got := text.FirstLine(text.Paragraphs(source)); got != want {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
}

func TestSiftCutsBehindComments(t *testing.T) {
	kept, removed := text.Sift(text.Paragraphs("<p>Text.</p><p>Read more</p><p>***</p><p>See also:</p><h3>Comments (2)</h3><p>First!</p>"))
	if diff := cmp.Diff([]string{"Text."}, text.Texts(kept)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"related", "separator", "comments"}, removed); diff != "" {
		t.Error(diff)
	}
}

func TestUncut(t *testing.T) {
	for in, want := range map[string]string{
		"The river rose…":                                                "The river rose",
		"The river rose ...":                                             "The river rose",
		"The river rose […]":                                             "The river rose",
		"The river rose [...]":                                           "The river rose",
		"The river rose [&hellip;]":                                      "The river rose",
		"The river rose (more…)":                                         "The river rose",
		"The river rose [… 2,000 words]":                                 "The river rose",
		"The river rose … Continue reading":                              "The river rose",
		"The river rose... Continue reading...":                          "The river rose",
		"The river rose. Continue reading →":                             "The river rose.",
		"The river rose. Continue reading The river rose in the north →": "The river rose.",
		"The river rose. Read More »":                                    "The river rose.",
		"Der Fluss stieg. Weiterlesen":                                   "Der Fluss stieg.",
		"川が上昇した。 続きを読む":                                                  "川が上昇した。",
		"Continue reading":                                               "",
		"…":                                                              "",
		strings.Repeat("long ", 200) + "end ...":                         strings.Repeat("long ", 200) + "end",
		"The river rose.":                                                "",
		"They want to read more.":                                        "",
		"It was “[…] a lot”.":                                            "",
		"It rose [more than ever]":                                       "",
	} {
		t.Run(in, func(t *testing.T) {
			got, cut := text.Uncut(in)
			whole := want == "" && in != "…" && in != "Continue reading"
			if whole {
				want = in
			}
			if got != want || cut == whole {
				t.Errorf("got %q, %v, want %q", got, cut, want)
			}
		})
	}
}

func TestTrimCut(t *testing.T) {
	for in, want := range map[string]string{
		"It rained. The river rose and the…":  "It rained.",
		"The river rose and the [...]":        "The river rose and the…",
		"It rained. The river rose.":          "It rained. The river rose.",
		"No end":                              "No end",
		"Mr. Person of the U.S. Senate sa...": "Mr. Person of the U.S. Senate sa…",
		"…":                                   "",
	} {
		if got := text.TrimCut(in); got != want {
			t.Errorf("TrimCut(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIsCut(t *testing.T) {
	for source, want := range map[string]bool{
		"":                       false,
		"<p>One.</p><p>Two.</p>": false,
		"<p>One.</p><p>Two…</p>": true,
		"<p>One…</p><p>Two.</p>": false,
		"<p>One […]</p><p>The post One appeared first on Example.</p>": true,
		"<p>One.</p><p>Continue reading…</p>":                          true,
		"<p>One.</p><p>Related: Two</p>":                               false,
	} {
		if got := text.IsCut(text.Paragraphs(source)); got != want {
			t.Errorf("%s: got %v, want %v", source, got, want)
		}
	}
}

func TestFirstSentence(t *testing.T) {
	for in, want := range map[string]string{
		"One. Two.":                                 "One.",
		"One":                                       "One",
		"“Is it?” he asked. “No.”":                  "“Is it?” he asked.",
		"“It is.” They left.":                       "“It is.”",
		"Dr. A. B. Person spoke. Then she left.":    "Dr. A. B. Person spoke.",
		"The U.S. Senate met. It voted.":            "The U.S. Senate met.",
		"It cost 3.5 million. That was more.":       "It cost 3.5 million.",
		"The firm example.com grew. So did others.": "The firm example.com grew.",
		"On Jan. 5 it rained. A lot.":               "On Jan. 5 it rained.",
		"Really?! Yes.":                             "Really?!",
		"雨が降った。川が上昇した。":                             "雨が降った。",
		"बारिश हुई। नदी बढ़ी।":                      "बारिश हुई।",
		"هل هذا؟ نعم.":                              "هل هذا؟",
	} {
		if got := text.FirstSentence(in); got != want {
			t.Errorf("FirstSentence(%q) = %q, want %q", in, got, want)
		}
	}
	if got := text.WholeSentences("One. Two! Thr"); got != "One. Two!" {
		t.Errorf("WholeSentences: got %q", got)
	}
	if got := text.WholeSentences("None"); got != "" {
		t.Errorf("WholeSentences: got %q", got)
	}
}

func TestWordsAndFold(t *testing.T) {
	for in, want := range map[string]int{"": 0, "one": 1, "one — two-three": 2, " 5 o’clock ": 2, "雨が降った。": 3, "BBC 日本": 2} {
		if got := text.Words(in); got != want {
			t.Errorf("Words(%q) = %d, want %d", in, got, want)
		}
	}
	if a, b := text.Fold("It’s “so”, he SAID."), text.Fold(`Its 'so' he said`); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
}

func TestFoldsTo(t *testing.T) {
	for _, test := range []struct {
		text, other string
		want        bool
	}{
		{"", "", true},
		{"—", "", true},
		{"It’s “so”, he SAID.", "its so he said", true},
		{"It is so", "It is", false},
		{"It is", "It is so", false},
		{"It was so", "It is so", false},
		{"ÜBER 5", "über 5", true},
		{"über", "uber", false},
		{"\xffa", "a", true},
	} {
		folded := text.Fold(test.other)
		if got := text.FoldsTo(test.text, folded); got != test.want || got != (text.Fold(test.text) == folded) {
			t.Errorf("FoldsTo(%q, %q) = %t", test.text, folded, got)
		}
	}
}
