// Command gengaz makes the knowledge base that is part of the program from a folder
// of raw public data and from the tables kept by hand in own/.
//
//	go run ./internal/gengaz -gaz DIR
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
	pack := flag.String("pack", "kb/pack/pack.kb", "the file to write")
	flag.Parse()
	if err := run(os.DirFS(*gaz), *pack); err != nil {
		fmt.Fprintln(os.Stderr, "gengaz:", err)
		os.Exit(1)
	}
}

func run(raw fs.FS, pack string) error {
	hand, err := readOwn()
	if err != nil {
		return err
	}
	entities, err := hand.allEntities(raw)
	if err != nil {
		return err
	}
	return writePack(entities, filepath.Dir(pack), pack)
}
