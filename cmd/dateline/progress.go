package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
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

// update draws how far something is whose rate nobody has told.
func (p *progress) update(at schema.Progress) {
	p.draw(func(took time.Duration) string {
		if took > 0 && at.Done > 0 {
			at.Rate = float64(at.Done) / took.Seconds()
			at.Left = float64(at.Total-min(at.Done, at.Total)) / at.Rate
		}
		return progressLine(at)
	})
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

// count is update for work of which no more is known than how much of it is done.
func (p *progress) count(done, total uint64) {
	at := schema.Progress{Done: done, Total: total}
	if took := p.elapsed().Seconds(); took > 0 && done > 0 {
		at.Rate = float64(done) / took
		at.Left = float64(total-min(done, total)) / at.Rate
	}
	p.update(at)
}

// barWidth is the width of a bar that is full.
const barWidth = 20

// progressLine is how far something is: a bar, the numbers, the rate, and how long
// the rest will take.
func progressLine(p schema.Progress) string {
	line := fmt.Sprintf("%d of %d", p.Done, p.Total)
	if p.Total > 0 {
		full := int(barWidth * min(p.Done, p.Total) / p.Total)
		line = fmt.Sprintf("[%s%s] %3d%%  ", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), min(p.Done*100/p.Total, 100)) + line
	}
	if p.Rate > 0 {
		line += fmt.Sprintf(", %.0f/s", p.Rate)
	}
	if p.Left > 0 && p.Done < p.Total {
		line += ", " + time.Duration(p.Left*float64(time.Second)).Round(time.Second).String() + " left"
	}
	if p.Live > 0 {
		line += fmt.Sprintf(", %d live", p.Live)
	}
	return line
}
