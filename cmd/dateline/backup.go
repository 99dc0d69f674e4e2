package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/internal/backup"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// backupCommand keeps all streams in files.
type backupCommand struct {
	client
	output
	Folder string `arg:"" help:"Folder for the backup; it is made, and must not hold one." type:"path"`
}

// Run is called by kong.
func (c *backupCommand) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	rows := newTable(t.Out)
	rows.row("STREAM", "MESSAGES", "FIRST", "LAST", "SNAPSHOT")
	m, err := backup.Write(ctx, b, c.Folder, func(s backup.Stream) { printBackup(rows, s) })
	if errors.Is(err, backup.ErrThere) {
		return boot.ConfigError(err)
	}
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(t.Out, m)
	}
	return rows.flush()
}

func printBackup(rows table, s backup.Stream) {
	rows.row(s.Name, s.State.Messages, s.State.First, s.State.Last, byteSize(s.Bytes))
}

// restoreCommand puts the streams of a backup back.
type restoreCommand struct {
	client
	Folder   string `arg:"" help:"Folder of the backup." type:"path"`
	Replicas int    `help:"Servers of a cluster that hold each stream: 1, 3 or 5; 0 for as many as did." default:"0"`
}

// Run is called by kong.
func (c *restoreCommand) Run(ctx context.Context, t terminal) error {
	if c.Replicas != 0 {
		if err := checkReplicas(c.Replicas); err != nil {
			return err
		}
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	rows := newTable(t.Out)
	rows.row("STREAM", "MESSAGES", "FIRST", "LAST", "SNAPSHOT")
	if err := backup.Restore(ctx, b, c.Folder, c.Replicas, func(s backup.Stream) { printBackup(rows, s) }); err != nil {
		return err
	}
	if err := rows.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.Err, "all streams are back; before the services are started, run: dateline setup")
	return nil
}
