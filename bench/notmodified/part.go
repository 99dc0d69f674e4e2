package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/dateline-news/dateline/internal/benchmark"
)

// parts are what a process that the benchmark starts may be.
var parts = map[string]func(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error{
	"site":   runSite,
	"server": runServer,
	"worker": runWorker,
}

// sample is what a part tells of itself whenever it is asked.
type sample struct {
	benchmark.Usage
	// RSS is the memory that the process has now.
	RSS int64 `json:"rss_bytes"`
	// Heap is what a collection leaves, 0 unless asked for.
	Heap int64 `json:"heap_bytes"`
	// URL is where a site or a server is.
	URL string `json:"url,omitempty"`
	// Whole and NotModified count the answers of the site.
	Whole       int64 `json:"whole,omitempty"`
	NotModified int64 `json:"not_modified,omitempty"`
}

// withHeap asks for a sample with the live heap, any other line for one without.
const withHeap = "heap"

// answer tells that the part is ready, then a sample for each line of in, until
// in ends. more adds what the part alone knows.
func answer(in io.Reader, out io.Writer, more func(*sample)) error {
	tell := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	for asked := true; asked; asked = lines.Scan() {
		s := sample{Usage: benchmark.Used(), RSS: benchmark.RSS()}
		if lines.Text() == withHeap {
			s.Heap = benchmark.LiveHeap()
		}
		more(&s)
		if err := tell.Encode(s); err != nil {
			return fmt.Errorf("tell: %w", err)
		}
	}
	return lines.Err()
}

// process is a part that runs.
type process struct {
	name  string
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *json.Decoder
	ready sample
}

// start starts a part and waits until it is ready.
func start(ctx context.Context, log io.Writer, part string, args ...string) (*process, error) {
	cmd, err := benchmark.Command(ctx, part, args...)
	if err != nil {
		return nil, err
	}
	cmd.Stderr = log
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	p := &process{name: part, cmd: cmd, in: in, out: json.NewDecoder(out)}
	if err := p.out.Decode(&p.ready); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	return p, nil
}

// sample asks the part for one.
func (p *process) sample(line string) (sample, error) {
	var s sample
	_, err := io.Copy(p.in, strings.NewReader(line+"\n"))
	if err == nil {
		err = p.out.Decode(&s)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", p.name, err)
	}
	return s, nil
}

// stop ends the part.
func (p *process) stop() {
	_ = p.in.Close() // which is what ends it,
	_ = p.cmd.Wait() // and how it ends is of no matter
}
