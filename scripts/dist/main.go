// Command dist builds what a release consists of: for each system an archive with the programs, their
// completions, manual pages, the files of deploy/ and a bill of materials; and SHA256SUMS of all.
//
//	go run ./scripts/dist -version v0.1.0                     all systems, into dist/
//	go run ./scripts/dist -version v0.1.0 -targets linux/arm64
//	go run ./scripts/dist -version v0.1.0 -check -targets linux/amd64
//	go run ./scripts/dist -version v0.1.0 -sbom bin/dateline  the bill of materials of programs, printed
//
// The same tree and version give the same bytes, wherever they are built: -check builds twice, the second
// time from a copy in another folder and without what was built before, and compares.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	r := release{root: "."}
	flags := flag.NewFlagSet("dist", flag.ContinueOnError)
	flags.StringVar(&r.version, "version", "", "version of the release, such as v0.1.0")
	flags.StringVar(&r.out, "out", "dist", "folder for the archives")
	targets := flags.String("targets", "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64", "systems, as GOOS/GOARCH")
	check := flags.Bool("check", false, "build twice and compare; nothing is left in -out")
	sbom := flags.Bool("sbom", false, "print the bill of materials of the programs that follow")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if r.version == "" {
		return errors.New("-version is not given")
	}
	if *sbom {
		return printBill(stdout, r.version, flags.Args())
	}
	for text := range strings.SplitSeq(*targets, ",") {
		t, err := parseTarget(text)
		if err != nil {
			return err
		}
		r.targets = append(r.targets, t)
	}
	var err error
	if r.time, err = commitTime(ctx, r.root); err != nil {
		return err
	}
	if *check {
		return r.check(ctx, stdout)
	}
	return r.build(ctx, stdout)
}

// target is a system that programs are built for.
type target struct{ os, arch string }

func parseTarget(text string) (target, error) {
	system, arch, ok := strings.Cut(text, "/")
	if !ok || system == "" || arch == "" {
		return target{}, fmt.Errorf("target %q: want GOOS/GOARCH", text)
	}
	return target{system, arch}, nil
}

// commitTime is when the tree was committed, which its files in archives are said to be of.
func commitTime(ctx context.Context, root string) (time.Time, error) {
	cmd := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return time.Time{}, fmt.Errorf("time of the commit: %w", err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("time of the commit: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
