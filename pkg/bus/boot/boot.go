// Package boot is what the main of every dateline program shares: flags,
// environment and configuration file, the logger, the connection to NATS,
// health and metrics over HTTP, signals and exit codes.
package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// The exit codes of every program.
const (
	ExitOK     = 0
	ExitFailed = 1 // the work could not be done
	ExitConfig = 2 // a setting or an argument is wrong; nothing was started
	ExitEngine = 3 // NATS cannot be reached, or was lost for good; or work stands still
)

// ErrConfig marks an error of a setting or an argument.
var ErrConfig = errors.New("configuration")

// configError keeps the message of an error as it is, and makes it an ErrConfig.
type configError struct{ err error }

func (c configError) Error() string        { return c.err.Error() }
func (c configError) Unwrap() error        { return c.err }
func (c configError) Is(target error) bool { return target == ErrConfig }

// ConfigError marks an error as one of configuration: the program ends with
// ExitConfig. A nil error stays nil.
func ConfigError(err error) error {
	if err == nil {
		return nil
	}
	return configError{err}
}

// ExitCode is the exit code for the error that a program ends with.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, ErrConfig), errors.Is(err, schema.ErrRoot):
		return ExitConfig
	case errors.Is(err, bus.ErrUnreachable), errors.Is(err, bus.ErrClosed), errors.Is(err, ErrStalled):
		return ExitEngine
	default:
		return ExitFailed
	}
}

// Connection is how a program reaches NATS.
type Connection struct {
	NATS        string      `name:"nats" help:"Addresses of NATS servers, separated by commas." default:"nats://127.0.0.1:4222" placeholder:"URL"`
	Creds       string      `help:"File with the user's JWT and key." placeholder:"FILE" type:"path"`
	TLSCA       string      `name:"tls-ca" help:"File with the certificate of the server's authority." placeholder:"FILE" type:"path"`
	TLSCert     string      `name:"tls-cert" help:"File with the program's own certificate, for servers that ask for one." placeholder:"FILE" type:"path"`
	TLSKey      string      `name:"tls-key" help:"File with the key of --tls-cert." placeholder:"FILE" type:"path"`
	InboxPrefix string      `help:"Prefix of reply subjects, for a user who may subscribe to that alone." placeholder:"PREFIX"`
	Root        schema.Root `help:"First token of every subject; pipelines with different roots share a cluster." default:"news"`
}

// Connect connects to NATS as the program called name.
func (c Connection) Connect(ctx context.Context, name string, log *zap.Logger) (*bus.Bus, error) {
	return bus.Connect(ctx, c.options(name, log))
}

func (c Connection) options(name string, log *zap.Logger) bus.Options {
	return bus.Options{
		URL: c.NATS, Name: name, Root: c.Root, Credentials: c.Creds, CA: c.TLSCA, Certificate: c.TLSCert, Key: c.TLSKey,
		InboxPrefix: c.InboxPrefix, Logger: log,
	}
}

// patience is how long a worker waits at its start for streams without a leader.
// Nobody sits before it, and an end would have it started again.
const patience = time.Minute

// Service is the settings of a worker: those that all have, and its own.
type Service[C any] struct {
	Connection `embed:""`
	Log        `embed:""`
	HTTP       HTTP          `embed:"" set:"http_address=127.0.0.1:0"`
	Drain      time.Duration `help:"Time that work in hand gets when the program is stopped; what is not done then is left to another." default:"8s"`
	Own        C             `embed:""`
}

// Global are the flags of every program.
type Global struct {
	Config  kong.ConfigFlag `help:"YAML file with settings, named as the flags." placeholder:"FILE.yaml"`
	Version VersionFlag     `help:"Print the version and exit." env:"-"`
}

// Validator is a configuration that can be wrong.
type Validator interface{ Validate() error }

// Main is the main function of a worker program: it reads the settings, opens
// what is outside the process and calls run until a signal ends it. It returns
// the exit code.
func Main[C Validator](name, help string, args []string, run func(context.Context, *bus.Bus, C) error) int {
	ctx, stop := UntilSignal()
	defer stop()
	var s struct {
		Global     `embed:""`
		Service[C] `embed:""`
	}
	exit, err := Parse(name, help, &s, args, os.Stdout)
	if exit {
		return ExitOK
	}
	if err == nil {
		err = s.Service.Run(ctx, name, os.Stderr, run)
	}
	if err != nil {
		fmt.Fprintf(Inert(os.Stderr), "%s: %v\n", name, err)
	}
	return ExitCode(err)
}

// Run runs the worker with its settings read. Its page of metrics has further ones.
func (s *Service[C]) Run(ctx context.Context, name string, stderr io.Writer, run func(context.Context, *bus.Bus, C) error, more ...prometheus.Collector) (err error) {
	if v, ok := any(s.Own).(Validator); ok {
		if err := v.Validate(); err != nil {
			return ConfigError(err)
		}
	}
	if s.Drain < 0 {
		return ConfigError(fmt.Errorf("--drain: got %s, want 0 or more", s.Drain))
	}
	log, err := s.Log.New(stderr)
	if err != nil {
		return ConfigError(err)
	}
	listener, err := s.HTTP.Listen()
	if err != nil {
		return err
	}
	traces, err := OpenTraces(ctx, name, s.Drain, log)
	if err != nil {
		listener.Close()
		return err
	}
	defer traces.Close()
	options := s.Connection.options(name, log)
	options.Patience, options.Drain, options.Tracer = patience, s.Drain, traces.Tracer()
	b, err := bus.Connect(ctx, options)
	if err != nil {
		listener.Close()
		return err
	}
	defer func() {
		if !errors.Is(err, ErrStalled) { // what stands still is not waited for
			b.Close()
		}
	}()
	admin := listener.Serve(b, log, more...)
	defer admin.Close()
	log.Info("started", zap.String("service", name), zap.String("version", Version()),
		zap.String("nats", b.Server()), zap.String("http", admin.URL()))
	err = Watched(ctx, b, stderr, func(ctx context.Context) error {
		return bus.Together(ctx, func(ctx context.Context) error { return run(ctx, b, s.Own) })
	})
	log.Info("stopped", zap.String("service", name), zap.Error(err))
	return err
}
