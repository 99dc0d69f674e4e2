package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/internal/doctor"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// doctorCommand looks for what keeps the pipeline from working.
type doctorCommand struct {
	client
	output
	asking
	Feed     string   `arg:"" optional:"" help:"Address of a feed to fetch; without one, up to three that are registered."`
	Role     string   `help:"What the user must be able to do: admin, fetcher, normalizer, enricher, sink or consumer. Without it, what it can is told." placeholder:"ROLE"`
	Monitor  string   `help:"Address of the server's monitoring, such as http://127.0.0.1:8222, which tells more settings." placeholder:"URL"`
	Data     string   `help:"Folder of the streams, on the server's machine (./dateline-data when it is there)." type:"path" placeholder:"DIR"`
	Replicas int      `help:"Servers that are to hold each stream; 0 for as many as do." default:"0"`
	Store    byteSize `help:"Bytes that all streams together are to take; 0 for what they have." default:"0" placeholder:"SIZE"`
}

// errIll ends an examination that found something that does not work, which it
// has printed.
var errIll = errors.New("something does not work")

// Run is called by kong.
func (c *doctorCommand) Run(ctx context.Context, t terminal) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	findings := doctor.Examine(ctx, o)
	if c.json() {
		err = printJSON(t.Out, findings)
	} else {
		err = printFindings(t, findings)
	}
	if err == nil && doctor.Failed(findings) {
		return errIll
	}
	return err
}

func (c *doctorCommand) options() (doctor.Options, error) {
	if c.Role != "" && !slices.Contains(doctor.Roles(), c.Role) {
		return doctor.Options{}, boot.ConfigError(fmt.Errorf("--role: got %q, want one of %s", c.Role, strings.Join(doctor.Roles(), ", ")))
	}
	fetch, err := c.asking.config()
	if err != nil {
		return doctor.Options{}, err
	}
	if _, err := os.Stat(dataFolder); c.Data == "" && err == nil {
		c.Data = dataFolder
	}
	return doctor.Options{
		// What it logs is told by the findings.
		Connect: func(ctx context.Context) (*bus.Bus, error) { return c.Connect(ctx, "cli", zap.NewNop()) },
		Monitor: c.Monitor, Role: c.Role, Replicas: c.Replicas, Store: int64(c.Store), Data: c.Data, Feed: c.Feed, Fetch: fetch,
	}, nil
}

func printFindings(t terminal, findings []doctor.Finding) error {
	rows := newTable(t.Out)
	for _, f := range findings {
		rows.row(f.Level, f.Check, f.Text)
		if f.Do != "" {
			rows.row("", "", "-> "+f.Do)
		}
	}
	return rows.flush()
}
