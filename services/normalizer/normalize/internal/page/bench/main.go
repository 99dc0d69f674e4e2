// Command bench measures the extractor of pages beside others, on the pages of a
// folder of samples that is not part of the project, and prints one table.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/page"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	dir := flags.String("pages", folder(), "folder of samples")
	alone := flags.Bool("ours", false, "measure ours alone")
	pages := flags.Bool("each", false, "say of each page what ours lost and left in")
	only := flags.String("only", "", "pages whose name holds this")
	if err := flags.Parse(args); err != nil {
		return err
	}
	sets, err := load(*dir)
	if err != nil {
		return err
	}
	if *pages || *only != "" {
		each(sets, *only)
		return nil
	}
	extractors := []extractor{{"ours", ours}}
	if !*alone {
		extractors = append(extractors, others()...)
	}
	if err := table(extractors, sets); err != nil {
		return err
	}
	facts(os.Stdout, sets[1].samples)
	return nil
}

// table prints a row for each extractor, and one for each half of the samples.
func table(extractors []extractor, sets []set) error {
	out := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
	fmt.Fprintln(out, strings.Join(header(), "\t"))
	for _, e := range extractors {
		var measured [3]row
		for i, s := range sets {
			for _, p := range s.samples {
				r := measure(e, p)
				for _, part := range []int{0, 1 + p.half()} {
					measured[part].add(i, r)
				}
			}
		}
		for part, name := range []string{e.name, "  half that rules are made on", "  half that checks them"} {
			fmt.Fprintf(out, "%s\t%s\n", name, measured[part].String())
		}
	}
	return out.Flush()
}

// folder is where the samples are: beside the repository, or as the environment
// says.
func folder() string {
	if shared := os.Getenv("DATELINE_SHARED"); shared != "" {
		return filepath.Join(shared, "pages")
	}
	return filepath.Join("..", "..", "..", "..", "..", "..", "..", "shared", "pages")
}

// ours finds the lines as the normalizer does.
func ours(s sample) []string {
	found, err := page.Read(s.html, "text/html; charset=utf-8", s.address, page.Hint{Headline: s.title})
	if err != nil {
		return nil
	}
	return found.Lines()
}

// result is what one extractor did with one page.
type result struct {
	overlap
	sample     sample
	paragraphs float64
	standfirst bool
	words      float64 // of those that belong and those that do not, the share that is right
	cpu        time.Duration
	allocated  uint64
}

func measure(e extractor, s sample) result {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpu()
	found := e.find(s)
	r := result{sample: s, cpu: cpu() - start}
	runtime.ReadMemStats(&after)
	r.allocated = after.TotalAlloc - before.TotalAlloc
	r.overlap = compare(strings.Join(s.lines, "\n"), strings.Join(found, "\n"))
	r.paragraphs = paragraphs(s.lines, found)
	r.standfirst = s.standfirst != "" && holds(found, s.standfirst)
	r.words = words(s, found)
	return r
}

// words is the share of the words of a sample that are rightly in or out.
func words(s sample, found []string) float64 {
	right := 0
	for _, w := range s.with {
		if holds(found, w) {
			right++
		}
	}
	for _, w := range s.without {
		if !holds(found, w) {
			right++
		}
	}
	return float64(right) / float64(max(1, len(s.with)+len(s.without)))
}

// cpu is the time that this process has computed.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// row is the results of one extractor, by set.
type row struct{ results [4][]result }

func (r *row) add(set int, found result) { r.results[set] = append(r.results[set], found) }

func header() []string {
	return []string{"extractor", "mixed F1", "exact", "news F1", "exact", "paragraphs", "standfirst", "readability F1", "web words", "ms a page", "KiB a page"}
}

// String is the row in the order of header.
func (r *row) String() string {
	var cells []string
	number := func(x float64) { cells = append(cells, strings.TrimPrefix(fmt.Sprintf("%.3f", x), "0")) }
	mixed, news := totals(r.results[0]), totals(r.results[1])
	number(mixed.f1)
	number(mixed.exact)
	number(news.f1)
	number(news.exact)
	number(news.paragraphs)
	number(news.standfirst)
	number(totals(r.results[2]).f1)
	number(totals(r.results[3]).words)
	cells = append(cells, fmt.Sprintf("%.1f\t%.0f", news.ms, news.kib))
	return strings.Join(cells, "\t")
}

// total is the mean of results.
type total struct {
	f1, exact, paragraphs, standfirst, words float64
	ms, kib                                  float64 // medians
}

func totals(results []result) total {
	var t total
	var precision, recall, n, standfirsts float64
	var ms, kib []float64
	for _, r := range results {
		n++
		precision += r.precision()
		recall += r.recall()
		t.exact += one(r.exact())
		t.paragraphs += r.paragraphs
		t.words += r.words
		standfirsts += one(r.sample.standfirst != "")
		t.standfirst += one(r.standfirst)
		ms = append(ms, r.cpu.Seconds()*1000)
		kib = append(kib, float64(r.allocated)/1024)
	}
	n, standfirsts = max(n, 1), max(standfirsts, 1)
	t.f1 = f1(precision/n, recall/n)
	t.exact, t.paragraphs, t.words, t.standfirst = t.exact/n, t.paragraphs/n, t.words/n, t.standfirst/standfirsts
	t.ms, t.kib = median(ms), median(kib)
	return t
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
