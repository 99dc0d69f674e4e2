package chaos

import (
	"fmt"
	"html"
	"math"
	"os"
	"strings"
	"time"
)

// The plot: a panel for each quantity, one below the other, in points.
const (
	plotWide  = 800
	panelLeft = 60 // of the curve, where the figures of its axis end
	panelHigh = 150
	curveHigh = 90 // of a panel; above it is its title
	plotHead  = 60
)

// panel draws one quantity.
type panel struct {
	strings.Builder
	top           float64
	low, high     float64 // of its axis
	first, length time.Duration
}

func (p *panel) x(at time.Duration) float64 {
	return panelLeft + (plotWide-panelLeft-20)*float64(at-p.first)/float64(p.length)
}

func (p *panel) y(v float64) float64 {
	return p.top + panelHigh - 25 - curveHigh*(v-p.low)/(p.high-p.low)
}

func (p *panel) text(x, y float64, anchor, text string) {
	fmt.Fprintf(p, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(text))
}

// line draws a line from one time and value to another.
func (p *panel) line(class string, from time.Duration, a float64, to time.Duration, b float64) {
	fmt.Fprintf(p, `<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`+"\n", class, p.x(from), p.y(a), p.x(to), p.y(b))
}

// draw draws the quantity number i below top.
func draw(samples []sample, i int, top float64) string {
	first, last := samples[0].at, samples[len(samples)-1].at
	p := &panel{top: top, first: first, length: last - first, low: 0}
	for _, s := range samples {
		p.high = max(p.high, s.values[i])
	}
	p.high = above(max(p.high, 1))
	q, t := quantities()[i], trendOf(samples, i)
	p.text(panelLeft, top+panelHigh-curveHigh-37, "start", t.of(q))
	for n := range 3 {
		v := p.high * float64(n) / 2
		p.line("grid", first, v, last, v)
		p.text(panelLeft-6, p.y(v)+4, "end", fmt.Sprintf("%g", v))
	}
	for n, anchor := range []string{"start", "middle", "middle", "middle", "middle", "end"} {
		at := first + p.length*time.Duration(n)/5
		p.text(p.x(at), p.y(0)+14, anchor, fmt.Sprintf("%.1f min", at.Minutes()))
	}
	var points strings.Builder
	for _, s := range samples {
		fmt.Fprintf(&points, "%.1f,%.1f ", p.x(s.at), p.y(s.values[i]))
	}
	fmt.Fprintf(p, `<polyline points="%s"/>`+"\n", strings.TrimSpace(points.String()))
	half := t.hour * (last - t.from).Hours() / 2
	p.line("trend", t.from, t.middle-half, last, t.middle+half)
	return p.String()
}

// above is a round number that is not below v.
func above(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(max(v, 1))))
	return math.Ceil(v/unit*2) / 2 * unit
}

// writePlot writes the curves as SVG, with the trends after the warm-up dashed, and
// lines about the run above them.
func writePlot(path string, samples []sample, about ...string) error {
	high := plotHead + panelHigh*len(quantities())
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
<style>polyline{fill:none;stroke:#1f5fa8;stroke-width:1.2}.grid{stroke:#ccc}.trend{stroke:#c33;stroke-width:1.5;stroke-dasharray:6 4}</style>
<rect width="100%%" height="100%%" fill="#fff"/>
`, plotWide, high, plotWide, high)
	for n, line := range about {
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", panelLeft, 20+18*n, html.EscapeString(line))
	}
	for i := range quantities() {
		b.WriteString(draw(samples, i, float64(plotHead+panelHigh*i)))
	}
	b.WriteString("</svg>\n")
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
