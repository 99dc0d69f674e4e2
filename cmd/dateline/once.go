package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// errUnbalanced is what --once ends with when messages are not accounted for.
var errUnbalanced = errors.New("the accounts do not balance: messages went in that did not come out")

// once polls every feed once and prints what came of it.
func (c *upCommand) once(ctx context.Context, t terminal, pipeline *app.App) error {
	progress := func(int, int, uint64) {}
	if boot.IsTerminal(t.Err) {
		progress = func(polled, feeds int, left uint64) {
			fmt.Fprintf(t.Err, "\r\x1b[K%d of %d feeds polled, %d messages in the pipeline", polled, feeds, left)
		}
		defer fmt.Fprint(t.Err, "\r\x1b[K")
	}
	summary, err := pipeline.Once(ctx, progress)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		err = json.NewEncoder(t.Out).Encode(summary)
	} else {
		err = printSummary(t.Out, summary)
	}
	if err == nil && !summary.Balanced {
		return errUnbalanced
	}
	return err
}

// waitingFor names the sources that most items wait for, five at most.
func waitingFor(sources map[string]uint64) string {
	names := slices.SortedFunc(maps.Keys(sources), func(a, b string) int {
		return cmp.Or(cmp.Compare(sources[b], sources[a]), cmp.Compare(a, b))
	})
	var text []string
	for i, name := range names {
		if i == 5 {
			text = append(text, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		text = append(text, fmt.Sprintf("%s (%d)", render.Safe(name), sources[name]))
	}
	return strings.Join(text, ", ")
}

func printSummary(w io.Writer, s app.Summary) error {
	more := func(n int64, format string) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf(format, n)
	}
	for _, row := range []struct {
		n    int64
		text string
	}{
		{int64(s.Feeds), "feeds polled" + more(int64(s.Failing), ", %d of them failing")},
		{s.Items, "items, new or changed" + more(s.Unchanged, " (%d unchanged)") + more(s.Pages, ", of %d the page was wanted") + more(s.PagesMissing, ", %d without success")},
		{s.Articles, "articles" + more(s.Revisions, ", and %d revisions")},
		{s.Duplicates, "duplicates" + more(s.Superseded, ", and %d superseded")},
		{s.Dead, "dead letters" + more(s.Dead, "; see: dateline dead ls")},
		{s.Enriched, fmt.Sprintf("enriched articles, naming %d entities", s.Entities)},
	} {
		if _, err := fmt.Fprintf(w, "%8d %s\n", row.n, row.text); err != nil {
			return fmt.Errorf("summary: %w", err)
		}
	}
	fmt.Fprintf(w, "in %.1f seconds\n", s.Seconds)
	if s.PagesWaiting > 0 {
		fmt.Fprintf(w, "%d pages still waiting: %s; their items come with the next run\n", s.PagesWaiting, waitingFor(s.WaitingFor))
	}
	for _, p := range s.Problems {
		fmt.Fprintf(w, "failing: %s: %s: %s\n", render.Safe(p.URL), p.Error, render.Safe(p.Detail))
	}
	return nil
}
