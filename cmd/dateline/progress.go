package main

import (
	"fmt"
	"io"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// progress is a line on a terminal that is drawn again as work proceeds.
type progress struct {
	w     io.Writer // nil when nobody would see it
	begun time.Time
	drawn time.Time
}

// newProgress draws on stderr when that is a terminal, and stdout is not
// writing on the same.
func newProgress(t terminal, prints bool) *progress {
	p := &progress{begun: time.Now()}
	if boot.IsTerminal(t.Err) && !(prints && boot.IsTerminal(t.Out)) {
		p.w = t.Err
	}
	return p
}

// drawEvery is how long a drawn line stands at least.
const drawEvery = 200 * time.Millisecond

func (p *progress) update(done, total uint64) {
	p.draw(func(took time.Duration) string { return progressLine(done, total, took) })
}

// draw draws a line, which is made of the time that the work has taken.
func (p *progress) draw(line func(took time.Duration) string) {
	now := time.Now()
	if p.w == nil || now.Sub(p.drawn) < drawEvery {
		return
	}
	p.drawn = now
	fmt.Fprint(p.w, "\r\x1b[K"+line(now.Sub(p.begun)))
}

// clear takes the line away.
func (p *progress) clear() {
	if p.w != nil && !p.drawn.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = time.Time{}
	}
}

func (p *progress) elapsed() time.Duration { return time.Since(p.begun) }

// progressLine tells how far the work is and how long the rest will take.
func progressLine(done, total uint64, took time.Duration) string {
	line := fmt.Sprintf("%d of %d", done, total)
	if total == 0 || done == 0 || took <= 0 {
		return line
	}
	line += fmt.Sprintf(", %d%%, %.0f/s", min(done*100/total, 100), float64(done)/took.Seconds())
	if done < total {
		left := time.Duration(float64(took) / float64(done) * float64(total-done))
		line += ", " + left.Round(time.Second).String() + " left"
	}
	return line
}
