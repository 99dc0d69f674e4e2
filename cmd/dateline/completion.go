package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"

	"github.com/dateline-news/dateline/internal/usage"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// completionCommand prints what a shell needs to complete commands and flags.
type completionCommand struct {
	Shell string `arg:"" help:"bash, zsh or fish." enum:"bash,zsh,fish"`
}

// Run is called by kong.
func (c completionCommand) Run(k *kong.Context, t terminal) error {
	return usage.Complete(t.Out, c.Shell, "dateline", usage.Commands(k.Model))
}

// manCommand writes the manual.
type manCommand struct {
	Dir string `arg:"" help:"Folder for the pages, one a command, which is made when it is not there." type:"path"`
}

// Run is called by kong.
func (c manCommand) Run(k *kong.Context, t terminal) error {
	// #nosec G301 -- for others to read, as the umask allows
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return fmt.Errorf("man: %w", err)
	}
	book := manual(k.Model)
	for _, command := range book.All {
		// Manual pages are for all to read.
		// #nosec G306 -- for others to read, as the umask allows
		if err := os.WriteFile(filepath.Join(c.Dir, book.Page(command)+".1"), book.Man(command), 0o644); err != nil {
			return fmt.Errorf("man: %w", err)
		}
	}
	_, err := fmt.Fprintf(t.Out, "%d pages in %s\n", len(book.All), c.Dir)
	return err
}

func manual(app *kong.Application) usage.Book {
	return usage.Book{Program: "dateline", Version: boot.Version(), All: usage.Commands(app), Exits: []usage.Exit{
		{Code: boot.ExitOK, Meaning: "Done, or stopped by a signal after finishing what was in hand."},
		{Code: boot.ExitFailed, Meaning: "The work could not be done."},
		{Code: boot.ExitConfig, Meaning: "A setting or an argument is wrong; nothing was started."},
		{Code: boot.ExitEngine, Meaning: "NATS cannot be reached, or was lost for good."},
	}}
}
