// Command train makes the model of the recognizer from a folder of texts with
// marked names.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
	"github.com/dateline-news/dateline/services/enricher/internal/training"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	c := training.DefaultConfig()
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	dir := flags.String("data", "../shared/ner", "folder")
	out := flags.String("out", "/tmp/model.bin", "file")
	only := flags.String("only", "", "sets")
	dev := flags.String("dev", "", "files")
	flags.Uint64Var(&c.Seed, "seed", c.Seed, "")
	flags.IntVar(&c.Epochs, "epochs", c.Epochs, "")
	flags.Float64Var(&c.Rate, "rate", c.Rate, "")
	flags.Float64Var(&c.Dropout, "dropout", c.Dropout, "")
	flags.Float64Var(&c.L2, "l2", c.L2, "")
	flags.Float64Var(&c.Recased, "recased", c.Recased, "")
	flags.Float64Var(&c.Swapped, "swapped", c.Swapped, "")
	flags.IntVar(&c.MinCount, "min", c.MinCount, "")
	flags.IntVar(&c.Keep, "keep", c.Keep, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	lexicon, err := training.ReadLexicon(filepath.Join(*dir, "gaz"))
	if err != nil {
		return err
	}
	var sets []training.Set
	for _, name := range strings.Split(*only, ",") {
		name, w, _ := strings.Cut(name, "=")
		weight := 1.0
		if w != "" {
			fmt.Sscan(w, &weight)
		}
		docs, err := corpus.Open(filepath.Join(*dir, "train", name+".conll"))
		if err != nil {
			return err
		}
		sets = append(sets, training.Set{Name: name, Documents: docs, Weight: float32(weight), Silver: strings.HasPrefix(name, "gmb")})
	}
	devs := map[string][]corpus.Document{}
	names := strings.Split(*dev, ",")
	for _, name := range names {
		if devs[name], err = corpus.Open(filepath.Join(*dir, name+".conll")); err != nil {
			return err
		}
	}
	info := tagger.Info{Name: "dateline-crf", Version: "1", Languages: []string{"en"}}
	model, err := training.Train(info, sets, lexicon, c, func(epoch int, loss float64, model []byte) error {
		fmt.Printf("%d loss %.4f ", epoch, loss)
		m, err := tagger.Load(model)
		if err != nil {
			return err
		}
		t := tagger.NewTagger(m)
		for _, name := range names {
			cases := []corpus.Case{corpus.AsWritten}
			if epoch == c.Epochs {
				cases = append(cases, corpus.TitleCase, corpus.AllCaps)
			}
			for _, cs := range cases {
				var all score.Names
				for _, d := range devs[name] {
					d = d.Recase(cs)
					var found []score.Name
					for _, s := range t.Tag(nil, d.Texts) {
						found = append(found, score.Name{Text: s.Text, Start: s.Start, End: s.End, Type: [...]string{"PER", "ORG", "LOC", "MISC"}[(s.Label-1)/2]})
					}
					all.Add(score.Of(found, d))
				}
				fmt.Printf(" %s %.1f (u %.1f; P %.1f R %.1f)", name, 100*all.Typed.F1(), 100*all.Untyped.F1(), 100*all.Typed.Precision(), 100*all.Typed.Recall())
				if epoch == c.Epochs {
					for k, x := range all.Types {
						fmt.Printf(" %s=%.1f", k, 100*x.F1())
					}
				}
				fmt.Println()
			}
		}
		fmt.Println(len(model))
		return nil
	})
	if err != nil {
		return err
	}
	return os.WriteFile(*out, model, 0o644)
}
