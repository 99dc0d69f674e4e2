package replay

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// pace keeps the spacing in which messages were stored. It does not drift: what
// was late does not make the next late.
type pace struct {
	factor float64 // times as fast; 0 for no pace
	maxGap time.Duration
	due    time.Time // when the last message was to go
	stored time.Time // when it was stored
}

// next is how long a message has to wait. The first goes at once.
func (p *pace) next(stored, now time.Time) time.Duration {
	if p.factor == 0 {
		return 0
	}
	if p.due.IsZero() {
		p.due, p.stored = now, stored
		return 0
	}
	gap := max(time.Duration(float64(stored.Sub(p.stored))/p.factor), 0)
	if p.maxGap > 0 {
		gap = min(gap, p.maxGap)
	}
	p.due, p.stored = p.due.Add(gap), stored
	return p.due.Sub(now)
}

// ErrRate says that a text is no rate.
var ErrRate = errors.New("want messages a second, such as 100/s, or recorded, or recorded×2 for twice as fast")

// ParseRate reads a rate: messages a second, or the pace at which they were
// stored, so many times as fast. The other is 0.
func ParseRate(text string) (perSecond, pace float64, err error) {
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || !(n > 0) || math.IsInf(n, 0) {
			return 0
		}
		return n
	}
	if rest, ok := strings.CutPrefix(text, "recorded"); ok {
		if rest == "" {
			return 0, 1, nil
		}
		for _, times := range []string{"×", "x", "*"} {
			if factor, ok := strings.CutPrefix(rest, times); ok {
				pace = number(factor)
			}
		}
	} else {
		perSecond = number(strings.TrimSuffix(text, "/s"))
	}
	if perSecond == 0 && pace == 0 {
		return 0, 0, fmt.Errorf("got %q, %w", text, ErrRate)
	}
	return perSecond, pace, nil
}
