package httpfetch

import "github.com/dateline-news/dateline/pkg/schema"

// MoveConfirmations is how many good polls in a row must have met the same
// permanent redirect before its target is asked in the registered address's
// place. One alone may be a mistake, or somebody in between.
const MoveConfirmations = 3

// MovedAddress is the address to ask a feed at: where it has moved to, once
// that is learnt, or as it is registered.
func MovedAddress(m schema.Move, registered string) string {
	if isLearnt(m) {
		return m.To
	}
	return registered
}

func isLearnt(m schema.Move) bool { return m.To != "" && m.Times >= MoveConfirmations }

// LearnMove is what is known of a feed's move after a poll that asked an
// address and got resp. good says that the poll was: a document that could be
// read, or its like not modified. A poll that was not good unlearns everything,
// so that the next one asks the registered address, which may have moved on; a
// poll that never ended, because its worker was stopped, is none.
func LearnMove(m schema.Move, asked string, resp Response, good bool) schema.Move {
	switch {
	case !good:
		return schema.Move{}
	case resp.MovedTo == "" && isLearnt(m) && asked == m.To:
		return m // which is the right address
	case resp.MovedTo == "" || resp.MovedTo == asked:
		return schema.Move{}
	case resp.MovedTo == m.To:
		return schema.Move{To: m.To, Times: min(m.Times+1, MoveConfirmations)}
	}
	return schema.Move{To: resp.MovedTo, Times: 1}
}
