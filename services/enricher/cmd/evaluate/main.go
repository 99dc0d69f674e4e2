// Command evaluate scores the parts of the enricher against texts in which a
// human has marked what is to be found. The texts are no part of the project:
//
//	go run ./services/enricher/cmd/evaluate names
//	go run ./services/enricher/cmd/evaluate -data ../shared/ner names
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(1)
	}
}

// settings are what an evaluation may be told.
type settings struct {
	data  string // folder with train/ and eval/
	model string // file of a model to try, empty for the one in the program
	tsv   bool
}

// evaluation is one part that is scored.
type evaluation struct {
	name  string
	about string
	run   func(ctx context.Context, out io.Writer, s settings) error
}

// evaluations are all there are: a new one is a file here and a line.
func evaluations() []evaluation {
	return []evaluation{
		{"names", "exact spans with their types, of the recognizer in the program", evaluateNames},
		{"steps", "the same, of what is there after the steps that find names", evaluateSteps},
		{"mentions", "pairs of names that are of one thing, with the names given and with those that are found", evaluateMentions},
		{"places", "places within 161 km of where they are, with the names given", evaluatePlaces},
		{"links", "links to what Wikipedia has a page of, with the names given", evaluateLinks},
		{"quotes", "direct speech, its speakers and verbs", evaluateQuotes},
	}
}

var errUsage = errors.New("name what to evaluate")

func run(ctx context.Context, out io.Writer, args []string) error {
	var s settings
	flags := flag.NewFlagSet("evaluate", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&s.data, "data", "../shared/ner", "folder of the texts")
	flags.StringVar(&s.model, "model", "", "model of names to try in place of the one in the program")
	flags.BoolVar(&s.tsv, "tsv", false, "columns with tabs between them")
	flags.Usage = func() {
		fmt.Fprintln(out, "usage: evaluate [flags] PART...")
		for _, e := range evaluations() {
			fmt.Fprintf(out, "  %-10s %s\n", e.name, e.about)
		}
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return errUsage
	}
	for _, name := range flags.Args() {
		if err := one(ctx, out, s, name); err != nil {
			return err
		}
	}
	return nil
}

func one(ctx context.Context, out io.Writer, s settings, name string) error {
	var known []string
	for _, e := range evaluations() {
		if e.name == name {
			if err := e.run(ctx, out, s); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}
		known = append(known, e.name)
	}
	return fmt.Errorf("%s: %w, one of %s", name, errUsage, strings.Join(known, ", "))
}
