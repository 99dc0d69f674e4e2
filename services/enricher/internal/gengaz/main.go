// Command gengaz makes the data of the gazetteer step from a folder of raw
// public data and from the tables kept by hand in own/.
//
//	go run ./internal/gengaz -gaz DIR -out steps/gazetteer/data
//
// The same input gives the same bytes.
package main

import (
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed own
var own embed.FS

func main() {
	gaz := flag.String("gaz", "", "the folder of raw data")
	out := flag.String("out", "steps/gazetteer/data", "the folder to write to")
	flag.Parse()
	if err := run(os.DirFS(*gaz), *out); err != nil {
		fmt.Fprintln(os.Stderr, "gengaz:", err)
		os.Exit(1)
	}
}

func run(raw fs.FS, out string) error {
	hand, err := readOwn()
	if err != nil {
		return err
	}
	entities, err := hand.allEntities(raw)
	if err != nil {
		return err
	}
	words, err := hand.allWords(raw)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "entities.tsv"), renderEntities(entities), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "words.tsv"), renderWords(words), 0o644)
}
