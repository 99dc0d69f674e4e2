package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// sets are the texts with marked names.
func sets() []string { return []string{"worldwide", "finer_ord", "uner_pud"} }

func header() []string {
	cells := []string{"system", "tokens/CPU-s", "documents/CPU-s", "allocations/token", "load ms", "resident MiB"}
	for _, set := range sets() {
		cells = append(cells, set+" F1", "Title Case")
	}
	return cells
}

// row measures one system and prints its cells.
func row(ctx context.Context, out io.Writer, name, dir string) error {
	for _, s := range systems() {
		if s.name != name {
			continue
		}
		start := cpu()
		r, err := s.load()
		if err != nil {
			return err
		}
		loaded := cpu() - start
		cells := []string{name}
		sp, err := speed(ctx, r, filepath.Join(dir, "eval", "geo_trnews", "test.jsonl"))
		if err != nil {
			return err
		}
		cells = append(cells, sp.cells()...)
		cells = append(cells, fmt.Sprintf("%.1f", loaded.Seconds()*1000), fmt.Sprintf("%.0f", resident()))
		for _, set := range sets() {
			docs, err := corpus.Open(filepath.Join(dir, "eval", set, "test.conll"))
			if err != nil {
				return err
			}
			for _, c := range []corpus.Case{corpus.AsWritten, corpus.TitleCase} {
				n, err := score.Recognizer(ctx, r, docs, c)
				if err != nil {
					return err
				}
				cells = append(cells, fmt.Sprintf("%.1f", 100*n.Typed.F1()))
			}
		}
		_, err = fmt.Fprintln(out, strings.Join(cells, "\t"))
		return err
	}
	return fmt.Errorf("no system %q", name)
}

// speeds is how fast a system is.
type speeds struct {
	tokens, documents, allocations float64
	cpu                            time.Duration
}

func (s speeds) cells() []string {
	seconds := s.cpu.Seconds()
	return []string{
		fmt.Sprintf("%.0f", s.tokens/seconds), fmt.Sprintf("%.0f", s.documents/seconds), fmt.Sprintf("%.4f", s.allocations/s.tokens),
	}
}

// atLeast is how long a system is timed.
const atLeast = 3 * time.Second

// speed runs a system over news as it is, a paragraph a text, until enough time
// has gone. A first round warms it up.
func speed(ctx context.Context, r recognizer.Recognizer, name string) (s speeds, err error) {
	docs, err := corpus.Open(name)
	if err != nil {
		return s, err
	}
	articles, tokens := make([][]string, len(docs)), 0
	for i, d := range docs {
		articles[i] = strings.Split(d.Texts[0], "\n")
		tokens += len(text.Tokenize(nil, d.Texts[0]))
	}
	for round := 0; s.cpu < atLeast; round++ {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := cpu()
		for _, texts := range articles {
			if _, err := r.Recognize(ctx, "en", texts); err != nil {
				return s, err
			}
		}
		took := cpu() - start
		runtime.ReadMemStats(&after)
		if round > 0 {
			s.cpu += took
			s.tokens += float64(tokens)
			s.documents += float64(len(articles))
			s.allocations += float64(after.Mallocs - before.Mallocs)
		}
	}
	return s, nil
}

// cpu is the time that this process has computed.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// resident is how many MiB of memory this process has, its garbage collected.
func resident() float64 {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return 0
	}
	return kib / 1024
}
