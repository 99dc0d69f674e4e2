package chaos

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// act is one thing that is done to one process.
type act struct {
	victim int           // its number
	what   string        // kill, pause, or a state of its link
	kills  int           // in a row, for kill
	bytes  int           // that it sends before each kill; 0 for a kill whatever it does
	after  time.Duration // since the beginning of the round
	hold   time.Duration // how long it is dead, paused or apart
	life   time.Duration // between two kills in a row
}

// round is what is done at once, and then a moment without.
type round struct {
	acts []act
	rest time.Duration
}

const (
	actKill  = "kill"
	actPause = "pause"
)

// plan is what is done under a seed, until there were so many kills. linked says
// of each process whether it has a proxy.
func plan(seed uint64, kills int, linked []bool) (rounds []round) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for kills > 0 {
		r := round{rest: upTo(rng, time.Second)}
		for _, victim := range rng.Perm(len(linked))[:1+rng.IntN(min(3, len(linked)))] {
			a := newAct(rng, victim, linked[victim])
			a.kills = min(a.kills, kills)
			kills -= a.kills
			if a.what != actKill || a.kills > 0 {
				r.acts = append(r.acts, a)
			}
		}
		rounds = append(rounds, r)
	}
	return rounds
}

// newAct draws an act: mostly kills, one to four in a row with hardly a life
// between them, half of them while the process publishes, as those between a
// message and its acknowledgement are the ones that may lose or double it. One pause in six is longer than a claim to a message lasts.
func newAct(rng *rand.Rand, victim int, linked bool) act {
	a := act{victim: victim, after: upTo(rng, 500*time.Millisecond), hold: upTo(rng, 400*time.Millisecond)}
	switch draw := rng.IntN(100); {
	case draw < 80:
		a.what, a.kills, a.life = actKill, 1+rng.IntN(4), 50*time.Millisecond+upTo(rng, time.Second)
		if linked && rng.IntN(2) == 0 {
			a.bytes = 1 + rng.IntN(8<<10)
		}
	case draw < 88 || !linked:
		a.what, a.hold = actPause, upTo(rng, 3*time.Second)
		if rng.IntN(6) == 0 {
			a.hold = 12 * time.Second
		}
	default:
		a.what, a.hold = []link{cut, silent, delayed}[rng.IntN(3)].String(), upTo(rng, 4*time.Second)
	}
	return a
}

func upTo(rng *rand.Rand, limit time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(limit))).Round(time.Millisecond)
}

func (a act) String() string {
	if a.what == actKill {
		return fmt.Sprintf("kill %d times, down for %s, up for %s, after %d bytes", a.kills, a.hold, a.life, a.bytes)
	}
	return fmt.Sprintf("%s for %s", a.what, a.hold)
}
