package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
)

// store is how many bytes the streams may take.
const store = 40 << 30

// process is the server.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	url string
}

// startServer starts the server and waits until it is ready.
func startServer(ctx context.Context, dir string, log io.Writer) (*process, error) {
	cmd, err := benchmark.Command(ctx, server, dir)
	if err != nil {
		return nil, err
	}
	cmd.Stderr = log
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	p := &process{cmd: cmd, in: in}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("server: %w", err)
	}
	p.url = strings.TrimSpace(line)
	return p, nil
}

// stop ends the server.
func (p *process) stop() {
	_ = p.in.Close() // which is what ends it,
	_ = p.cmd.Wait() // and how it ends is of no matter
}

// runServer is the server, until in ends. It syncs at intervals: what is measured
// is the reading of history, and both sides publish with the same.
func runServer(ctx context.Context, dir string, in io.Reader, out io.Writer) error {
	s, err := embedded.Start(ctx, embedded.Options{Dir: dir, Listen: "127.0.0.1:0", Store: store, SyncInterval: time.Minute})
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, s.URL())
	_, err = io.Copy(io.Discard, in)
	return err
}
