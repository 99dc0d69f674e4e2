// Command gen writes the JSON Schemas of dateline's messages: what a message
// looks like from the types of package schema by reflection, what its fields mean
// from their comments.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	pkg := flag.String("package", "..", "folder of package schema")
	out := flag.String("out", ".", "folder to write to")
	flag.Parse()
	if err := run(*pkg, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes a file for each message into the folder out.
func run(pkg, out string) error {
	files, err := generate(pkg)
	if err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
