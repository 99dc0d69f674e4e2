// Command dateline turns news feeds into a replayable stream of dated articles
// with their entities: all services in one process, each by itself, and the
// tools to look at what they make.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// grammar is the command line: a field a command, in the order of the help.
type grammar struct {
	boot.Global `embed:""`

	Up         upCommand         `cmd:"" help:"Run all services in this process, with NATS built in."`
	Fetcher    fetcherCommand    `cmd:"" help:"Run the fetcher alone."`
	Normalizer normalizerCommand `cmd:"" help:"Run the normalizer alone."`
	Enricher   enricherCommand   `cmd:"" help:"Run the enricher alone."`
	Setup      setupCommand      `cmd:"" help:"Create the streams, buckets and consumers, or compare them."`
	Feeds      feedsCommand      `cmd:"" help:"Add, remove and list feeds."`
	Hosts      hostsCommand      `cmd:"" help:"List the hosts that are left alone, and ask them again."`
	Tail       tailCommand       `cmd:"" help:"Print messages as they come."`
	Entities   entitiesCommand   `cmd:"" help:"Look at the people, organizations and places in the news."`
	Get        getCommand        `cmd:"" help:"Print one article, or its history."`
	Why        whyCommand        `cmd:"" help:"Tell what became of an article: which polls saw it, and what each stage did."`
	Replay     replayCommand     `cmd:"" help:"Deliver a stretch of a stream again."`
	Export     exportCommand     `cmd:"" help:"Write messages to files: articles as text, ninjs or Parquet, items as WARC, or whole messages."`
	Archive    archiveCommand    `cmd:"" help:"Keep writing streams to files that outlive them, or check such files."`
	Import     importCommand     `cmd:"" help:"Read articles from files in the dated format."`
	Withdraw   withdrawCommand   `cmd:"" help:"Take an article back, as its publisher would."`
	Backfill   backfillCommand   `cmd:"" help:"Work on history: of a feed, or through a stage once more."`
	Jobs       jobsCommand       `cmd:"" help:"Look at the jobs of the pipeline, pause and stop them."`
	Diff       diffCommand       `cmd:"" help:"Compare a backfill into shadow with what is live."`
	KB         kbCommand         `cmd:"" name:"kb" help:"Build a knowledge base for the enricher, and look into it."`
	Dead       deadCommand       `cmd:"" help:"Look at the dead letters, and try them again."`
	Observe    observeCommand    `cmd:"" help:"Serve the metrics of a whole pipeline to Prometheus: streams, lag, feeds, dead letters."`
	Sink       sinkCommand       `cmd:"" help:"Deliver to those without NATS: webhooks, Server-Sent Events."`
	Schema     schemaCommand     `cmd:"" help:"Print the contract: JSON Schemas of the messages, and an AsyncAPI document."`
	Status     statusCommand     `cmd:"" help:"Show streams, lag, feeds, dead letters and jobs; --watch keeps showing them."`
	Doctor     doctorCommand     `cmd:"" help:"Check the server, the user's permissions, the streams, clocks, disk, DNS and a fetch, and say what to do."`
	Backup     backupCommand     `cmd:"" help:"Keep all streams in a folder, with their consumers and sequences."`
	Restore    restoreCommand    `cmd:"" help:"Put the streams of a backup back, on a server that has none."`
	Health     healthCommand     `cmd:"" help:"Ask a service whether it is ready."`
	Completion completionCommand `cmd:"" help:"Print completions for a shell."`
	Man        manCommand        `cmd:"" help:"Write the manual pages."`
	VersionCmd versionCommand    `cmd:"" name:"version" help:"Print the version."`
}

func main() {
	ctx, stop := boot.UntilSignal()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// terminal is where a command writes: results to Out, all else to Err.
type terminal struct {
	Out, Err io.Writer
}

// run is the whole program but for its process.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var g grammar
	command, exit, err := boot.ParseCommand("dateline", "Turns news feeds into a replayable stream of dated articles.", &g, args, stdout)
	if exit {
		return boot.ExitOK
	}
	if err == nil {
		command.BindTo(ctx, (*context.Context)(nil))
		err = command.Run(terminal{Out: stdout, Err: stderr})
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("stopped") // which operation was in hand tells nobody anything
	}
	if err != nil {
		fmt.Fprintln(boot.Inert(stderr), "dateline:", err)
	}
	return boot.ExitCode(err)
}

// versionCommand prints the version.
type versionCommand struct{}

// Run is called by kong.
func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintln(t.Out, "dateline", boot.Version())
	return err
}
