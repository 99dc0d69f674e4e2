package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/services/enricher"
)

// The parts that a process may play.
const (
	partServer   = "server"
	partEnricher = "enricher"
)

// store is how many bytes the streams may take.
const store = 20 << 30

// told is what a part tells of itself at its end.
type told struct {
	benchmark.Usage
	// Articles that it was given.
	Articles int64 `json:"articles"`
}

// process is a part that runs.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	// ready is what it said when it was.
	ready string
}

// begin starts a part and waits until it is ready.
func begin(ctx context.Context, log io.Writer, env []string, part, arg string) (*process, error) {
	cmd, err := benchmark.Command(ctx, part, arg)
	if err != nil {
		return nil, err
	}
	cmd.Stderr, cmd.Env = log, append(os.Environ(), env...)
	p := &process{cmd: cmd}
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	p.out = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		_, _ = p.end() // what it would tell is of no use
		return nil, fmt.Errorf("%s is not ready: %w", part, err)
	}
	p.ready = strings.TrimSpace(line)
	return p, nil
}

// work lets an enricher begin.
func (p *process) work() error {
	_, err := io.WriteString(p.in, "go\n")
	return err
}

// end ends the part, which tells what it took.
func (p *process) end() (told, error) {
	var t told
	err := p.in.Close()
	err = errors.Join(err, json.NewDecoder(p.out).Decode(&t))
	return t, errors.Join(err, p.cmd.Wait())
}

// playServer is the server, until in ends. It syncs before each acknowledgement, as
// that of deploy/ does.
func playServer(ctx context.Context, dir string, in io.Reader, out io.Writer) error {
	s, err := embedded.Start(ctx, embedded.Options{Dir: dir, Listen: "127.0.0.1:0", Store: store})
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, s.URL())
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(told{Usage: benchmark.Used()})
}

// playEnricher is an enricher, from the first line of in until its end.
func playEnricher(ctx context.Context, url string, in io.Reader, out, log io.Writer) error {
	b, err := connect(ctx, url, log)
	if err != nil {
		return err
	}
	defer b.Close()
	config := enricher.DefaultConfig()
	steps, err := enricher.Steps(config)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	lines := bufio.NewReader(in)
	if _, err := lines.ReadString('\n'); err != nil {
		return err
	}
	before := benchmark.Used()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all errgroup.Group
	all.Go(func() error { return enricher.Run(ctx, b, config, steps...) })
	_, err = io.Copy(io.Discard, lines)
	stop()
	if err := errors.Join(err, all.Wait()); err != nil {
		return err
	}
	t := told{Usage: benchmark.Used(), Articles: b.Stats().Stage(enricher.Stage).In.Load()}
	t.CPU -= before.CPU
	return json.NewEncoder(out).Encode(t)
}

func connect(ctx context.Context, url string, log io.Writer) (*bus.Bus, error) {
	logger, err := boot.Log{LogLevel: zap.WarnLevel.String(), LogFormat: "text"}.New(log)
	if err != nil {
		return nil, err
	}
	return bus.Connect(ctx, bus.Options{URL: url, Name: enricher.Stage, Logger: logger})
}
