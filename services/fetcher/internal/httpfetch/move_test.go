package httpfetch_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

const registered, there, elsewhere = "https://a.example/feed", "https://b.example/feed", "https://c.example/feed"

// world says what each address answers: where it has moved to, or that it fails.
type addresses map[string]string

const fails = "fails"

// poll asks as a poller does, and returns what was asked and what is learnt.
func (w addresses) poll(m schema.Move) (string, schema.Move) {
	asked := httpfetch.MovedAddress(m, registered)
	if w[asked] == fails {
		return asked, httpfetch.LearnMove(m, asked, httpfetch.Response{}, false)
	}
	return asked, httpfetch.LearnMove(m, asked, httpfetch.Response{Status: 200, MovedTo: w[asked]}, true)
}

func TestLearnMove(t *testing.T) {
	type phase struct {
		world addresses
		polls int
		asked string // by the poll after them
	}
	moved := addresses{registered: there}
	for name, phases := range map[string][]phase{
		"never moved":                    {{addresses{}, 50, registered}},
		"not at once":                    {{moved, 2, registered}},
		"after three":                    {{moved, 3, there}},
		"and for good":                   {{moved, 50, there}},
		"a failure starts it anew":       {{moved, 2, registered}, {addresses{registered: fails}, 1, registered}, {moved, 2, registered}, {moved, 1, there}},
		"two that take turns":            {{moved, 2, registered}, {addresses{registered: elsewhere}, 2, registered}, {moved, 2, registered}},
		"moved back before it is learnt": {{moved, 2, registered}, {addresses{}, 1, registered}, {moved, 2, registered}},
		"unlearnt when it fails":         {{moved, 3, there}, {addresses{there: fails}, 1, registered}},
		"and learnt again":               {{moved, 3, there}, {addresses{there: fails}, 1, registered}, {moved, 3, there}},
		"the old address may be dead":    {{moved, 3, there}, {addresses{registered: fails}, 50, there}},
		"moved on":                       {{moved, 3, there}, {addresses{registered: there, there: elsewhere}, 1, registered}},
		"moved on, all the way":          {{moved, 3, there}, {addresses{registered: elsewhere, there: elsewhere}, 3, elsewhere}},
		"moved back afterwards":          {{moved, 3, there}, {addresses{there: registered}, 1, registered}, {addresses{}, 1, registered}},
	} {
		t.Run(name, func(t *testing.T) {
			var m schema.Move
			for i, p := range phases {
				for range p.polls {
					_, m = p.world.poll(m)
				}
				if asked := httpfetch.MovedAddress(m, registered); asked != p.asked {
					t.Errorf("after phase %d: %s is asked with %+v, want %s", i, asked, m, p.asked)
				}
			}
		})
	}
}

// Whatever the servers do: another address is asked only after as many good
// polls in a row were sent there, and when they settle, so does the poller.
func TestLearnMoveProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m schema.Move
		inARow := map[string]int{}
		for range rapid.IntRange(1, 60).Draw(t, "polls") {
			w := addresses{}
			for _, address := range []string{registered, there, elsewhere} {
				w[address] = rapid.SampledFrom([]string{"", "", there, elsewhere, registered, fails}).Draw(t, address)
			}
			asked, next := w.poll(m)
			if asked != registered && inARow[asked] < httpfetch.MoveConfirmations {
				t.Fatalf("%s was asked after %d confirmations", asked, inARow[asked])
			}
			to := w[asked]
			for address := range inARow {
				if to == fails || to != address && !(to == "" && asked == address) {
					delete(inARow, address)
				}
			}
			if to != "" && to != fails {
				inARow[to]++
			}
			m = next
		}
		settled := addresses{registered: there}
		for range 2 * httpfetch.MoveConfirmations {
			_, m = settled.poll(m)
		}
		if asked := httpfetch.MovedAddress(m, registered); asked != there && asked != elsewhere {
			t.Fatalf("%s is asked in the end", asked)
		}
	})
}
