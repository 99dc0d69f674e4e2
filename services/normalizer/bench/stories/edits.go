package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// edit is what a desk does to a text that it got from elsewhere.
type edit struct {
	name string
	do   func(*rand.Rand, text) text
}

// edits are in the order of the table. A new headline or byline alone is no edit
// here: neither is in the body.
func edits() []edit {
	return []edit{
		{"dateline, credit and two lines of boilerplate", credited},
		{"paragraphs in another order", reordered},
		{"cut to 60 %", func(_ *rand.Rand, t text) text { return first(t, 0.6) }},
		{"cut to 35 %", func(_ *rand.Rand, t text) text { return first(t, 0.35) }},
		{"light edit: 2 % of words, 5 % of sentences", func(r *rand.Rand, t text) text { return rewrite(r, t, 0.02, 0.05) }},
		{"medium edit: 6 %, 15 %", func(r *rand.Rand, t text) text { return rewrite(r, t, 0.06, 0.15) }},
		{"heavy edit: 12 %, 30 %", func(r *rand.Rand, t text) text { return rewrite(r, t, 0.12, 0.3) }},
		{"cut to 60 % and a medium edit", func(r *rand.Rand, t text) text { return rewrite(r, first(t, 0.6), 0.06, 0.15) }},
		{"first 70 words or more", func(_ *rand.Rand, t text) text { return first(t, 75/float64(len(t.words()))) }},
	}
}

func credited(r *rand.Rand, t text) text {
	t = slices.Clone(t)
	t[0] = fmt.Sprintf("PORTVIEW (Agency %d) — %s", r.IntN(9), t[0])
	return append(t, "Reporting by our correspondents in three cities.", "Sign up here for the letter that we send each morning, and follow us elsewhere.")
}

func reordered(r *rand.Rand, t text) text {
	t = slices.Clone(t)
	r.Shuffle(len(t), func(i, j int) { t[i], t[j] = t[j], t[i] })
	return t
}

// first are the first words of a text, a share of all.
func first(t text, share float64) text {
	left := int(share * float64(len(t.words())))
	var out text
	for _, p := range t {
		words := strings.Fields(p)
		if left <= 0 {
			break
		}
		out = append(out, strings.Join(words[:min(left, len(words))], " "))
		left -= len(words)
	}
	return out
}

// rewrite replaces a share of the words and leaves out a share of the sentences.
func rewrite(r *rand.Rand, t text, words, sentences float64) text {
	var out text
	for _, p := range t {
		var kept []string
		for _, sentence := range strings.SplitAfter(p, ". ") {
			if r.Float64() < sentences {
				continue
			}
			for _, w := range strings.Fields(sentence) {
				if r.Float64() < words {
					w = fmt.Sprintf("other%d", r.IntN(5000))
				}
				kept = append(kept, w)
			}
		}
		if len(kept) > 0 {
			out = append(out, strings.Join(kept, " "))
		}
	}
	return out
}

// A template makes reports that differ in their names and figures alone. They are
// other articles, and the likeliest to be taken for near-duplicates.
type template struct {
	name string
	make func(*rand.Rand) text
}

func templates() []template {
	pick := func(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }
	town := func(r *rand.Rand) string { return fmt.Sprintf("Town%d", r.IntN(2000)) }
	return []template{
		{"weather of towns", func(r *rand.Rand) text {
			sky := func() string { return pick(r, "sunny", "cloudy", "rainy", "foggy", "windy", "clear") }
			return text{
				fmt.Sprintf("%s will be mostly %s on %s, with a high of %d degrees in the afternoon and a low of %d degrees at night.", town(r), sky(), pick(r, "Monday", "Tuesday", "Friday"), r.IntN(30), r.IntN(15)),
				fmt.Sprintf("Winds from the %s reach %d kilometres an hour. The chance of rain is %d percent in the morning and %d percent in the evening.", pick(r, "north", "west", "south", "east"), r.IntN(60), r.IntN(100), r.IntN(100)),
				fmt.Sprintf("The outlook for the days after is %s and then %s. The sun rises at %d.%02d and sets at %d.%02d. Forecasts are renewed every six hours.", sky(), sky(), 5+r.IntN(3), r.IntN(60), 17+r.IntN(4), r.IntN(60)),
			}
		}},
		{"scores of matches", func(r *rand.Rand) text {
			home, away := town(r), town(r)
			return text{
				fmt.Sprintf("%s %s %s %d-%d on %s in front of %d spectators.", home, pick(r, "beat", "lost to", "drew with"), away, r.IntN(5), r.IntN(5), pick(r, "Saturday", "Sunday", "Wednesday"), 1000+r.IntN(40000)),
				fmt.Sprintf("Player%d scored in minute %d after a pass by Player%d, and Player%d in minute %d. Referee%d showed %d yellow cards.", r.IntN(900), r.IntN(90), r.IntN(900), r.IntN(900), r.IntN(90), r.IntN(50), r.IntN(7)),
				fmt.Sprintf("%s had %d shots on target, %s %d. %s are now number %d of the table with %d points, and meet %s next week. %s are number %d with %d points.", home, r.IntN(15), away, r.IntN(15), home, 1+r.IntN(20), r.IntN(80), town(r), away, 1+r.IntN(20), r.IntN(80)),
			}
		}},
		{"share prices of companies", func(r *rand.Rand) text {
			name := fmt.Sprintf("Company%d", r.IntN(2000))
			return text{
				fmt.Sprintf("Shares of %s %s %d.%d percent to %d.%02d in %s trading, on a volume of %d thousand shares.", name, pick(r, "rose", "fell", "gained", "lost"), r.IntN(9), r.IntN(10), r.IntN(500), r.IntN(100), pick(r, "early", "late", "midday"), r.IntN(9000)),
				fmt.Sprintf("The stock has a range of %d.%02d to %d.%02d over fifty-two weeks and a market value of %d million. %d analysts rate it as a buy, %d as a hold and %d as a sell.", r.IntN(100), r.IntN(100), 100+r.IntN(400), r.IntN(100), r.IntN(90000), r.IntN(20), r.IntN(20), r.IntN(9)),
				fmt.Sprintf("%s reports its results for the quarter on day %d. This note was made automatically from data of the exchange and is no advice to buy or to sell.", name, r.IntN(90)),
			}
		}},
	}
}
