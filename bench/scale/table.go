package main

import (
	"fmt"
	"io"
	"time"
)

// table prints the results beside each other.
func table(w io.Writer, results []result) error {
	fmt.Fprintln(w, "| enrichers | articles/s | beside the first | CPU ms an article: enrichers | server | share of the busiest | live: behind, median | p95 | waiting at the end |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	for _, r := range results {
		cpu, most := r.work()
		_, err := fmt.Fprintf(w, "| %d | %.0f | %.2f | %.2f | %.2f | %.0f %% | %s | %s | %d |\n",
			r.enrichers, r.speed(), r.speed()/results[0].speed(), ms(cpu, r.all), ms(r.server.CPU, r.all), 100*most,
			percentile(r.behind, 50), percentile(r.behind, 95), r.lag)
		if err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// work is the CPU seconds of all enrichers, and the part that the busiest of them
// took of the articles.
func (r result) work() (cpu, most float64) {
	var sum, busiest int64
	for _, t := range r.each {
		cpu += t.CPU
		sum += t.Articles
		busiest = max(busiest, t.Articles)
	}
	return cpu, float64(busiest) / float64(max(sum, 1))
}

// ms is what each of n took of so many seconds.
func ms(seconds float64, n int) float64 { return 1000 * seconds / float64(max(n, 1)) }

// percentile is a value of a sorted list, 0 of an empty one.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*p/100].Round(100 * time.Microsecond)
}
