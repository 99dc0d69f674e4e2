package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/demo"
	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/starter"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/certs"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// dataFolder is where the streams of dateline up are unless --data says otherwise.
const dataFolder = "dateline-data"

// upCommand runs the whole pipeline in this process.
type upCommand struct {
	Feeds []string `arg:"" optional:"" help:"Feeds to register: addresses of feeds or of web sites, OPML, CSV or text files, or folders of those. Without any, what is registered, or else a starter list."`

	Data       string      `help:"Directory of the streams (./dateline-data; with --demo ./dateline-demo)." type:"path" placeholder:"DIR"`
	NATSListen string      `name:"nats-listen" help:"Address for NATS clients; port 0 picks one, empty leaves them out." default:"127.0.0.1:4222" placeholder:"HOST:PORT"`
	NATSToken  string      `name:"nats-token" help:"Token that NATS clients must give: nats://TOKEN@HOST:PORT. Needed beyond loopback." placeholder:"TOKEN"`
	NATSWith   certs.Files `embed:"" prefix:"nats-"`
	HTTP       boot.HTTP   `embed:"" set:"http_address=127.0.0.1:8080"`
	Root       schema.Root `help:"First token of every subject." default:"news"`
	Sync       syncMode    `help:"When the disk is synced: always (what is acknowledged outlives a power cut) or an interval such as 1s." default:"always"`
	Store      byteSize    `help:"Bytes that the streams may take; a full stream pushes back." default:"10GiB" placeholder:"SIZE"`
	MinFree    byteSize    `help:"Bytes that the disk of --data must have free; with fewer, nothing is fetched until it has. 0 does without." default:"256MiB" placeholder:"SIZE"`
	Once       bool        `help:"Poll every feed once, print a summary and exit."`
	Demo       bool        `help:"Serve bundled sample feeds on loopback and run on those; needs no network."`
	Quiet      bool        `short:"q" help:"Do not print articles as they arrive, nor feeds that begin to fail."`
	Output     string      `help:"Format of the summary of --once: text or json." default:"text" enum:"text,json"`
	LogLevel   string      `help:"Least severe level that is logged: debug, info, warn or error." default:"warn" enum:"debug,info,warn,error"`
	LogFormat  string      `help:"Format of the log: json, text, or auto, which is text on a terminal." default:"auto" enum:"auto,json,text"`

	Drain time.Duration `help:"Time that work in hand gets when the program is stopped; what is not done then is done after the next start." default:"8s"`

	Fetcher    fetcher.Config    `embed:""`
	Normalizer normalizer.Config `embed:"" prefix:"normalizer-"`
	Enricher   enricher.Config   `embed:"" prefix:"enricher-"`
}

// Run is called by kong.
func (c *upCommand) Run(ctx context.Context, t terminal) (err error) {
	defer func() {
		if !c.Once && ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = nil // stopped while it began
		}
	}()
	options, err := c.options(t)
	if err != nil {
		return err
	}
	feeds, err := c.feeds(ctx, t, options.Fetcher)
	if err != nil {
		return err
	}
	if c.Demo {
		site, err := demo.Serve(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, site.Close()) }()
		feeds = append(feeds, site.Feeds()...)
		options.Fetcher.AllowNet = append(options.Fetcher.AllowNet, netip.MustParsePrefix("127.0.0.0/8"))
		options.Fetcher.Fulltext = schema.FulltextNever // their links lead to nowhere
	}
	traces, err := boot.OpenTraces(ctx, "up", options.Drain, options.Logger)
	if err != nil {
		return err
	}
	defer traces.Close()
	options.Tracer = traces.Tracer()
	pipeline, err := app.Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() {
		if !errors.Is(err, boot.ErrStalled) { // what stands still is not waited for
			pipeline.Close()
		}
	}()
	total, err := c.register(ctx, pipeline, feeds)
	if err != nil {
		return err
	}
	if c.Once {
		return c.once(ctx, t, pipeline)
	}
	c.welcome(t, pipeline, total)
	return boot.Watched(ctx, pipeline.Bus, t.Err, func(ctx context.Context) error { return c.serve(ctx, t, pipeline) })
}

// feeds are those that the arguments name. A web page stands for its feed.
func (c *upCommand) feeds(ctx context.Context, t terminal, config fetcher.Config) ([]schema.Feed, error) {
	// What is wrong with the arguments is said before anybody is asked.
	if _, err := feedlist.Read(c.Feeds...); err != nil {
		return nil, boot.ConfigError(err)
	}
	if err := config.Validate(); err != nil {
		return nil, boot.ConfigError(err)
	}
	resolved, notes, err := resolve(ctx, config, c.Feeds, nil, false)
	if several := (*severalError)(nil); errors.As(err, &several) {
		return nil, boot.ConfigError(fmt.Errorf("%w: choose one by: dateline feeds discover %s", safely(err), render.Safe(several.address)))
	}
	if err != nil {
		return nil, err
	}
	feeds, err := feedlist.Read(resolved...)
	if err != nil {
		return nil, boot.ConfigError(err)
	}
	fmt.Fprint(t.Err, strings.Join(notes, ""))
	return feeds, nil
}

func (c *upCommand) options(t terminal) (app.Options, error) {
	log, err := boot.Log{LogLevel: c.LogLevel, LogFormat: c.LogFormat}.New(t.Err)
	if err != nil {
		return app.Options{}, boot.ConfigError(err)
	}
	if c.Drain < 0 {
		return app.Options{}, boot.ConfigError(fmt.Errorf("--drain: got %s, want 0 or more", c.Drain))
	}
	steps, err := enricher.Steps(c.Enricher)
	if err != nil {
		return app.Options{}, boot.ConfigError(err)
	}
	if c.Data == "" {
		c.Data = dataFolder
		if c.Demo {
			c.Data = "dateline-demo"
		}
	}
	encryption, err := c.NATSWith.Config()
	if err != nil {
		return app.Options{}, boot.ConfigError(fmt.Errorf("--nats-cert, --nats-key: %w", err))
	}
	c.Fetcher.Version = boot.Version()
	return app.Options{
		NATS: embedded.Options{
			Dir: c.Data, Listen: c.NATSListen, Token: c.NATSToken, TLS: encryption,
			SyncInterval: time.Duration(c.Sync), Store: int64(c.Store), MinFree: int64(c.MinFree), Logger: log,
		},
		HTTP: c.HTTP, Root: c.Root, Drain: c.Drain,
		Fetcher: c.Fetcher, Normalizer: c.Normalizer, Enricher: c.Enricher, Steps: steps,
		Logger: log,
	}, nil
}

// register adds the feeds that were named. A first start without any gets the
// starter list. It returns how many feeds are registered.
func (c *upCommand) register(ctx context.Context, pipeline *app.App, feeds []schema.Feed) (int, error) {
	registered, err := pipeline.Registry.List(ctx)
	if err != nil {
		return 0, err
	}
	if len(feeds) == 0 && len(registered) == 0 {
		if feeds, err = starter.Feeds(); err != nil {
			return 0, err
		}
	}
	if _, _, err := pipeline.Registry.Register(ctx, feeds); err != nil {
		return 0, err
	}
	registered, err = pipeline.Registry.List(ctx)
	return len(registered), err
}

// welcome says where everything is, and what to do next.
func (c *upCommand) welcome(t terminal, pipeline *app.App, feeds int) {
	say := func(name, value string) {
		if value == "" {
			value = "off"
		}
		fmt.Fprintf(t.Err, "  %-7s %s\n", name, value)
	}
	fmt.Fprintf(t.Err, "dateline %s is up. Ctrl-C stops it; nothing is lost.\n\n", boot.Version())
	say("NATS", pipeline.NATSURL())
	say("data", c.Data+" (synced "+c.Sync.String()+")")
	say("status", pipeline.HTTPURL())
	say("feeds", fmt.Sprint(feeds))
	if pipeline.NATSURL() == "" {
		return // no other program reaches it
	}
	fmt.Fprintf(t.Err, `
In another terminal%s:
  dateline tail                        articles with their entities, as they come
  dateline tail --since 1h --format dated
  dateline feeds ls                    what each feed does, and when it is next
  dateline status                      streams, lag and dead letters
  dateline replay enriched --since 1d  history again

`, c.reach(pipeline.NATSURL()))
}

// reach says with which flags other programs reach the NATS at url.
func (c *upCommand) reach(url string) string {
	more := ""
	if c.NATSToken != "" {
		url = strings.Replace(url, "://", "://TOKEN@", 1)
	}
	if url != "nats://127.0.0.1:4222" {
		more = ", each with --nats " + url
	}
	if c.NATSWith.Cert != "" {
		more += ", and --tls-ca with the authority of the certificate if the system does not know it"
	}
	return more
}

// serve runs the services, and prints articles as they arrive.
func (c *upCommand) serve(ctx context.Context, t terminal, pipeline *app.App) error {
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return pipeline.Run(ctx) })
	if !c.Quiet {
		all.Go(func() error { return show(ctx, t.Out, pipeline.Bus, schema.StreamEnriched, render.KindEnriched) })
		all.Go(func() error { return show(ctx, t.Err, pipeline.Bus, schema.StreamOps, render.KindOps) })
	}
	return all.Wait()
}

// show prints the messages of a stream as they arrive, a line each, until ctx
// ends: articles, and what happens to feeds.
func show(ctx context.Context, out io.Writer, b *bus.Bus, stream, kind string) error {
	printer, err := render.New(render.FormatLine, out, render.Options{Color: boot.IsTerminal(out)})
	if err != nil {
		return err
	}
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: stream, New: true, Follow: true}) {
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := printer.Print(kind, d.Subject, d.Data); err != nil {
			return err
		}
	}
	return nil
}
