package quotes_test

import (
	"slices"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/steps/quotes"
	"github.com/dateline-news/dateline/services/enricher/steps/salience"
)

// A whole article, as news is written: who speaks is often said once in several
// paragraphs.
func TestArticle(t *testing.T) {
	e := marked(t,
		"The lake at {L Limaville} will be closed to boats in June, the {O Lake Zork Association} ({O LZA}) said, calling the water “too low for anything but ducks”.",
		"{P Maria Zork}, the association’s director, told reporters on Monday that boats “have no business there any more”.",
		"“We have measured it every day for a year,” she said. “Every day there was less.",
		"“And nobody upstream has listened to us, not once.”",
		"Mr {P Blix}, whose company rents out boats, disagreed. “The ‘low’ water is nothing new,” he said, “and the ducks will be fine.”",
		"Asked about the ducks, the director laughed.",
		"“They never complain,” she said.",
		"A spokesman for the ministry said: “We are looking into it.”",
		"{P Ivan Blix} said later that he would sue. “See you in court!”",
		"The “Lake of Lakes” opens again in May, according to the {O LZA}.",
	)
	if err := (quotes.Step{}).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	got := found(t, e)
	want := []string{
		"too low for anything but ducks (Lake Zork Association, calling)",
		"have no business there any more (Maria Zork, told)",
		"We have measured it every day for a year, (Maria Zork, said)",
		"Every day there was less. (Maria Zork, )",
		"And nobody upstream has listened to us, not once. (Maria Zork, )",
		"The ‘low’ water is nothing new, (Ivan Blix, said)",
		"and the ducks will be fine. (Ivan Blix, said)",
		"They never complain, (Maria Zork, said)",
		"We are looking into it. (, said)",
	}
	if !slices.Equal(got, want) {
		for i := range max(len(got), len(want)) {
			switch {
			case i >= len(got):
				t.Errorf("missed %q", want[i])
			case i >= len(want) || got[i] != want[i]:
				t.Errorf("%d: got %q", i, got[i])
			}
		}
	}
	if err := (salience.Step{}).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	if first := e.Entities[0]; first.Name != "Maria Zork" {
		t.Errorf("who speaks most comes first, not %s", first.Name)
	}
}
