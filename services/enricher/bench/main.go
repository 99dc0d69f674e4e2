// Command bench measures the recognizer in the program beside prose v2, on texts
// that are no part of the project, and prints one table.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	dir := flags.String("data", folder(), "folder with eval/")
	only := flags.String("only", "", "measure one system in this process, and print its row")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *only != "" {
		return row(ctx, out, *only, *dir)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join(header(), "\t")+"\t")
	for _, s := range systems() {
		// Each has a process of its own, so that its memory is its own.
		cells, err := child(ctx, s.name, *dir)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintln(table, cells+"\t")
	}
	return table.Flush()
}

// child runs this program for one system, and returns its row.
func child(ctx context.Context, name, dir string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, self, "-only", name, "-data", dir)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cells, err := cmd.Output()
	return string(bytes.TrimSpace(cells)), err
}

// folder is where the texts are: beside the repository, or as the environment
// says.
func folder() string {
	if shared := os.Getenv("DATELINE_SHARED"); shared != "" {
		return filepath.Join(shared, "ner")
	}
	return filepath.Join("..", "..", "..", "..", "shared", "ner")
}
