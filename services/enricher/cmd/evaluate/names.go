package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
)

// nameSets are the files with names: no model of ours is trained on them.
func nameSets() []string {
	return []string{"eval/worldwide/test", "eval/finer_ord/test", "eval/uner_pud/test", "train/wikigold/test", "train/gmb/test"}
}

// cases are the ways in which the texts are written, by corpus.Case.
func cases() []string { return []string{"", "Title Case", "ALL CAPS"} }

func evaluateNames(ctx context.Context, out io.Writer, s settings) error {
	r, err := open(s.model)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	to := io.Writer(table)
	if s.tsv {
		to = out
	}
	if _, err := fmt.Fprint(to, "set\twritten\tP\tR\tF1\tPER\tORG\tLOC\tuntyped\t\n"); err != nil {
		return err
	}
	for _, set := range nameSets() {
		docs, err := corpus.Open(filepath.Join(s.data, set+".conll"))
		if err != nil {
			return err
		}
		if err := scoreSet(ctx, to, r, set, docs); err != nil {
			return err
		}
	}
	return table.Flush()
}

// scoreSet prints a line for each case.
func scoreSet(ctx context.Context, to io.Writer, r recognizer.Recognizer, set string, docs []corpus.Document) error {
	for c, written := range cases() {
		n, err := score.Recognizer(ctx, r, docs, corpus.Case(c))
		if err != nil {
			return err
		}
		printNames(to, set+"\t"+written, n)
	}
	return nil
}

// printNames prints a line of the table.
func printNames(to io.Writer, what string, n score.Names) {
	fmt.Fprint(to, what, "\t")
	for _, p := range []float64{
		n.Typed.Precision(), n.Typed.Recall(), n.Typed.F1(),
		n.Types["PER"].F1(), n.Types["ORG"].F1(), n.Types["LOC"].F1(), n.Untyped.F1(),
	} {
		fmt.Fprintf(to, "%.1f\t", 100*p)
	}
	fmt.Fprintln(to)
}

// open is the recognizer in the program, or one of a model file.
func open(model string) (recognizer.Recognizer, error) {
	if model == "" {
		return crf.New()
	}
	data, err := os.ReadFile(model)
	if err != nil {
		return nil, err
	}
	return crf.Load(data)
}
