// Command train makes the model of the recognizer from a folder of texts with
// marked names:
//
//	go run ./services/enricher/cmd/train
//	go run ./services/enricher/cmd/train -data DIR -languages de -name my-model -out model.bin
//
// The folder has train/SET/*.conll, and gaz/ with lists, each of which may be
// missing. The same folder, settings and seed give the same file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
	"github.com/dateline-news/dateline/services/enricher/internal/training"
	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// settings are what the command may be told beside what training may.
type settings struct {
	data, out string
	info      tagger.Info
	languages string
	skip      string // sets that are left out
	silver    string // sets that no human has checked
	dev       string // files to score each epoch on, never trained on
	training  training.Config
}

func parse(args []string) (s settings, err error) {
	s.training = training.DefaultConfig()
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	flags.StringVar(&s.data, "data", "../shared/ner", "folder of the texts and lists")
	flags.StringVar(&s.out, "out", "services/enricher/recognizer/crf/model.bin", "file to write")
	flags.StringVar(&s.info.Name, "name", "dateline-crf-en", "name of the model")
	flags.StringVar(&s.info.Version, "version", "1", "version of the model")
	flags.StringVar(&s.languages, "languages", "en", "languages of the texts, primary tags with commas")
	flags.StringVar(&s.skip, "skip", "re3d", "sets to leave out")
	flags.StringVar(&s.silver, "silver", "gmb", "sets that no human has checked: they count half")
	flags.StringVar(&s.dev, "dev", "train/wikigold/test,train/gmb/test,eval/worldwide/test,eval/finer_ord/test,eval/uner_pud/test",
		"files to score each epoch on; they are not trained on, and may be missing")
	flags.Uint64Var(&s.training.Seed, "seed", s.training.Seed, "seed of all that is by chance")
	flags.IntVar(&s.training.Epochs, "epochs", s.training.Epochs, "times to go over the texts")
	flags.IntVar(&s.training.Keep, "keep", s.training.Keep, "features to keep")
	flags.IntVar(&s.training.Made, "made", s.training.Made, "sentences to make from English templates")
	err = flags.Parse(args)
	s.info.Languages = list(s.languages)
	return s, err
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func run(ctx context.Context, out io.Writer, args []string) error {
	s, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	sets, err := s.sets()
	if err != nil {
		return err
	}
	for _, set := range sets {
		fmt.Fprintf(out, "%s: %d documents\n", set.Name, len(set.Documents))
	}
	lists := filepath.Join(s.data, "gaz")
	lexicon, err := training.ReadLexicon(lists)
	if err != nil {
		return err
	}
	if s.training.Places, err = training.ReadPlaces(lists); err != nil {
		return err
	}
	model, err := training.Train(s.info, sets, lexicon, s.training, func(epoch int, loss float64, model []byte) error {
		return s.report(ctx, out, epoch, loss, model)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d bytes\n", s.out, len(model))
	return os.WriteFile(s.out, model, 0o644) // #nosec G306 -- for others to read, as the umask allows
}

// sets are the folders of train/ without what is left out.
func (s settings) sets() ([]training.Set, error) {
	dirs, err := filepath.Glob(filepath.Join(s.data, "train", "*"))
	if err != nil {
		return nil, err
	}
	var sets []training.Set
	for _, dir := range dirs {
		set := training.Set{Name: filepath.Base(dir), Weight: 1}
		if in(s.skip, set.Name) {
			continue
		}
		if in(s.silver, set.Name) {
			set.Silver, set.Weight = true, 0.5
		}
		files, err := corpus.Files(dir, ".conll")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if in(s.dev, "train/"+set.Name+"/"+strings.TrimSuffix(filepath.Base(file), ".conll")) {
				continue
			}
			docs, err := corpus.Open(file)
			if err != nil {
				return nil, err
			}
			set.Documents = append(set.Documents, docs...)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

func in(names, name string) bool {
	for _, n := range list(names) {
		if n == name {
			return true
		}
	}
	return false
}

// report prints how good the model is after an epoch.
func (s settings) report(ctx context.Context, out io.Writer, epoch int, loss float64, model []byte) error {
	r, err := crf.Load(model)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "epoch %d: loss %.4f", epoch, loss)
	for _, name := range list(s.dev) {
		docs, err := corpus.Open(filepath.Join(s.data, name+".conll"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		n, err := score.Recognizer(ctx, r, docs, corpus.AsWritten)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, ", %s F1 %.1f", name, 100*n.Typed.F1())
	}
	fmt.Fprintln(out)
	return nil
}
