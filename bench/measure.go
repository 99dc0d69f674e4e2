package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/dateline-news/dateline/internal/benchmark"
)

// The parts that a process may play.
const (
	partSite     = "site"
	partPipeline = "pipeline"
	partFloor    = "floor"
)

// bench is one benchmark.
type bench struct {
	config
	log  io.Writer
	site siteReady
}

// measure runs both sides in turn, so that a machine that gets slower or faster
// does so for both.
func measure(ctx context.Context, c config, log io.Writer) (report, error) {
	dir, err := os.MkdirTemp(c.dir, "dateline-bench-")
	if err != nil {
		return report{}, fmt.Errorf("directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // best effort: it is temporary
	c.dir = dir
	b := &bench{config: c, log: log}
	stop, err := b.startSite(ctx)
	if err != nil {
		return report{}, err
	}
	defer stop()
	r := report{Config: c, Machine: benchmark.ThisMachine(), FeedBytes: b.site.Bytes}
	for n := range c.Runs {
		last := n == c.Runs-1
		pipeline, err := b.pipeline(ctx, c.Feeds, n == 0, last)
		if err != nil {
			return r, err
		}
		floor, err := b.floor(ctx, last)
		if err != nil {
			return r, err
		}
		fmt.Fprintf(log, "run %d of %d: pipeline %.0f items/s, floor %.0f\n", n+1, c.Runs, pipeline.ItemsPerSecond, floor.ItemsPerSecond)
		r.PipelineRuns, r.FloorRuns = append(r.PipelineRuns, pipeline), append(r.FloorRuns, floor)
	}
	half, err := b.pipeline(ctx, c.Feeds/2, false, false)
	if err != nil {
		return r, err
	}
	r.sumUp(half)
	return r, nil
}

// startSite starts the process with the feeds; stop ends it.
func (b *bench) startSite(ctx context.Context) (stop func(), err error) {
	cmd, err := b.command(ctx, partSite, "-feeds", strconv.Itoa(b.Feeds), "-items", strconv.Itoa(b.Items), "-words", strconv.Itoa(b.Words))
	if err != nil {
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	stop = func() {
		_ = in.Close() // which is what ends it,
		_ = cmd.Wait() // and how it ends is of no matter
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &b.site)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("site: %w", err)
	}
	return stop, nil
}

// pipeline runs the pipeline on so many of the feeds. The first run leaves its
// messages for the floor.
func (b *bench) pipeline(ctx context.Context, feeds int, capture, profile bool) (side, error) {
	args := []string{"-site", b.site.URL, "-feeds", strconv.Itoa(feeds), "-items", strconv.Itoa(b.Items)}
	if capture {
		args = append(args, "-capture", b.dir)
	}
	return b.side(ctx, partPipeline, profile, args...)
}

func (b *bench) floor(ctx context.Context, profile bool) (side, error) {
	return b.side(ctx, partFloor, profile, "-items", strconv.Itoa(b.Feeds*b.Items), "-capture", b.dir)
}

// side runs one measured process on a directory of its own.
func (b *bench) side(ctx context.Context, part string, profile bool, args ...string) (side, error) {
	dir := filepath.Join(b.dir, "data")
	args = append(args, "-dir", dir)
	if profile && b.profile != "" {
		args = append(args, "-profile", b.profile)
	}
	cmd, err := b.command(ctx, part, args...)
	if err != nil {
		return side{}, err
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	var s side
	if err = cmd.Run(); err == nil {
		err = json.Unmarshal(out.Bytes(), &s)
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		return side{}, fmt.Errorf("%s: %w", part, err)
	}
	return s, nil
}

// command is this program in another part.
func (b *bench) command(ctx context.Context, part string, args ...string) (*exec.Cmd, error) {
	cmd, err := benchmark.Command(ctx, part, args...)
	if err != nil {
		return nil, err
	}
	cmd.Stderr = b.log
	return cmd, nil
}
