// Command stories measures how well near-duplicates are found, and what that
// costs: on real texts where a folder of them is at hand, else on made-up ones,
// with edits as desks make them, and on reports of templates, which are not
// near-duplicates and look like it.
//
//	go run ./services/normalizer/bench/stories -shared DIR
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// options are the settings of a measurement.
type options struct {
	shared  string
	texts   int // made-up ones, where there are no others
	reports int
	speed   int
	seed    uint64
}

func main() {
	var o options
	flag.StringVar(&o.shared, "shared", "../shared", "folder with feeds/real and pages/news, for real texts")
	flag.IntVar(&o.texts, "texts", 500, "made-up texts, when there are no real ones")
	flag.IntVar(&o.reports, "reports", 300, "reports of each template")
	flag.IntVar(&o.speed, "speed", 100_000, "articles whose cost is measured")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the edits")
	flag.Parse()
	if err := report(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "stories:", err)
		os.Exit(1)
	}
}

// report measures, and writes the tables.
func report(w io.Writer, o options) error {
	random := rand.New(rand.NewPCG(o.seed, 2))
	texts, err := collect(o.shared)
	if err != nil {
		return err
	}
	kind := "real"
	if len(texts) == 0 {
		kind, texts = "made-up", generate(random, o.texts)
	}
	texts, left := distinct(texts)
	samples := set(random, texts, o.reports)
	fmt.Fprintf(w, "%d %s texts (%d more were near-duplicates of them), %d articles\n\n", len(texts), kind, left, len(samples))

	sweep(w, samples)
	perEdit(w, apart(stories.DefaultConfig(), samples))
	c := measure(random, texts, o.speed)
	fmt.Fprintf(w, "signing a text %.0f µs, taking an article %.0f µs (%.0f a second), memory %.0f bytes an article of %d held\n",
		c.sign*1e6, c.take*1e6, 1/c.take, c.bytes, o.speed)
	return nil
}

// sweep prints the figures for choices of both thresholds.
func sweep(w io.Writer, samples []sample) {
	fmt.Fprintf(w, "| similarity | containment | precision | recall | F1 | reports of one source taken for copies | of many |\n|---|---|---|---|---|---|---|\n")
	for _, similarity := range []float64{0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6} {
		for _, containment := range []float64{0.4, 0.5, 0.6, 1} {
			if containment != 0.5 && similarity != 0.3 {
				continue
			}
			c := stories.DefaultConfig()
			c.Similarity, c.Containment = similarity, containment
			results := apart(c, samples)
			s := total(results)
			fmt.Fprintf(w, "| %.2f | %.1f | %.4f | %.4f | %.4f | %s | %s |\n", similarity, containment, s.precision, s.recall, s.f1,
				taken(results, oneSource), taken(results, manySources))
		}
	}
	fmt.Fprintln(w)
}

// taken is the share of the templates' reports that were taken for copies.
func taken(results map[string]*result, sources string) string {
	all, joined := 0, 0
	for _, k := range templates() {
		if r := results[k.name+sources]; r != nil {
			all, joined = all+r.all, joined+r.wrong
		}
	}
	return share(joined, all)
}

// perEdit prints what became of the articles, by what made them.
func perEdit(w io.Writer, results map[string]*result) {
	fmt.Fprintf(w, "| what | articles | in the right story | in a wrong one |\n|---|---|---|---|\n")
	row := func(name, key string) {
		if r := results[key]; r != nil {
			fmt.Fprintf(w, "| %s | %d | %s | %s |\n", name, r.all, share(r.right, r.all), share(r.wrong, r.all))
		}
	}
	row("the texts themselves (in none)", "")
	for _, e := range edits() {
		row(e.name, e.name)
	}
	for _, k := range templates() {
		row(k.name+oneSource+" (in none)", k.name+oneSource)
		row(k.name+manySources+" (in none)", k.name+manySources)
	}
	fmt.Fprintln(w)
}

func share(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(of, 1))) }
