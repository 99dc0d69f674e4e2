// Package behaviour scores how well a poller of feeds behaves towards the
// servers that it asks. Each [Case] is a script of servers, played in fake time
// and in memory, and a check of the requests that they received: of the headers,
// of when they came, and of how many came at once. What the poller makes of the
// documents is not looked at.
//
// A case names where it is written that a poller should behave so, or whose
// mistake it is not to.
package behaviour

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Poller is what is scored.
type Poller interface {
	// Poll polls feeds until ctx ends, and then returns nil: it is a process that
	// is started and stopped. When it is called again the process is started
	// anew, with what it has stored.
	Poll(ctx context.Context, feeds []string) error
}

// Maker makes a poller on a network that has stored nothing. It is called in the
// bubble of [synctest] that the poller is to live in.
type Maker func(*testing.T, *Network) Poller

// Case is one thing that a good poller does.
type Case struct {
	// ID names it.
	ID string
	// Promise says what a good poller does, to a publisher.
	Promise string
	// Source is where it is written, or who is known to do otherwise.
	Source string
	// Points are what it is worth: 3 where publishers shut a poller out over it
	// or articles are missed, 1 where it is only nice.
	Points int

	play func(*World) error
}

// Cases are all cases, by what they are about.
func Cases() []Case {
	var all []Case
	for _, some := range [][]Case{
		validators(), intervals(), hints(), refusals(), failures(), redirects(), hosts(), restarts(), requests(),
	} {
		all = append(all, some...)
	}
	return all
}

// Run plays cases, each with a poller of its own that starts with nothing.
func Run(t *testing.T, cases []Case, poller Maker) Score {
	t.Helper()
	var score Score
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &World{net: newNetwork(), began: time.Now(), ctx: t.Context()}
				defer w.net.close()
				w.poller = poller(t, w.net)
				score = append(score, Result{Case: c, Err: c.play(w)})
			})
		})
	}
	return score
}
