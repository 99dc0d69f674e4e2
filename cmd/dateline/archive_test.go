package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// stored are the messages of a stream, or of its archive.
func stored(t *testing.T, from archive.Source, stream string) []bus.Delivery {
	t.Helper()
	var all []bus.Delivery
	for d, err := range from.Read(t.Context(), bus.ReadOptions{Stream: stream}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// archiveIs waits until an archive holds what a stream does, to the byte.
func archiveIs(t *testing.T, bed *testbed, to string) {
	t.Helper()
	s, err := store.NewDir(to, store.Read)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // it is only read
	want := stored(t, bed, schema.StreamEnriched)
	bustest.Eventually(t, func() error {
		held, err := archive.NewReader(s).Held(t.Context(), schema.StreamEnriched)
		if err == nil && held.Messages < uint64(len(want)) {
			err = fmt.Errorf("%d messages archived, want %d", held.Messages, len(want))
		}
		return err
	})
	got := stored(t, archive.NewReader(s), schema.StreamEnriched)
	if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal), cmpopts.IgnoreFields(bus.Delivery{}, "Pending")); diff != "" {
		t.Errorf("%d messages, want %d:\n%.1000s", len(got), len(want), diff)
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	to := filepath.Join(t.TempDir(), "archive")
	for i := range 5 {
		bed.publish(bed.enriched(sample(i, 1)))
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan result, 1)
	go func() {
		ended <- runProgram(ctx, "archive", "--to", to, "--roll", "1s", "--http", "", "--nats", bed.url)
	}()
	bustest.Eventually(t, func() error { _, err := os.Stat(filepath.Join(to, "enriched")); return err })
	archiveIs(t, bed, to)
	bed.run("archive", "--to", to, "--http", "", "--log-level", "error").fails(t, 1, "another process writes to it")
	stop()
	if r := <-ended; r.code != 0 {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	r := runProgram(t.Context(), "archive", "--to", to, "--check")
	if want := "STREAM    MESSAGES  LAST  MISSING\nenriched  5         5     0\n"; r.code != 0 || r.out != want {
		t.Errorf("check: %d, %q, want %q", r.code, r.out, want)
	}
	names, err := filepath.Glob(filepath.Join(to, "enriched", "*", "*.zst"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	if err := os.WriteFile(names[0], []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	r = runProgram(t.Context(), "archive", "--to", to, "--check")
	if r.code != 1 || !strings.Contains(r.stderr, filepath.Base(names[0])+" is damaged: 1 bytes") || !strings.Contains(r.stderr, "wrong files: 1") {
		t.Errorf("check: %d, %q", r.code, r.stderr)
	}
	if _, err := bed.JetStream().Consumer(t.Context(), schema.StreamItems, "archiver"); err != nil {
		t.Error(err)
	}
	bed.ok("archive", "--to", to, "--forget", "--http", "")
	if _, err := bed.JetStream().Consumer(t.Context(), schema.StreamItems, "archiver"); err == nil {
		t.Error("its consumer is still there")
	}
}

func TestArchiveFails(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	for want, args := range map[string][]string{
		`--streams: "pages" is none`:     {"--streams", "items,pages"},
		"--roll: want a second":          {"--roll", "1ms"},
		"--roll-size: want 1MiB":         {"--roll-size", "1KiB"},
		`--consumer: got "A B"`:          {"--consumer", "A B"},
		"--check and --forget: want one": {"--check", "--forget"},
	} {
		bed.run(append([]string{"archive", "--to", t.TempDir()}, args...)...).fails(t, 2, want)
	}
	runProgram(t.Context(), "archive", "--to", filepath.Join(t.TempDir(), "none"), "--check").fails(t, 1, "no such file")
	r := emptyTestbed(t).run("archive", "--to", t.TempDir(), "--http", "")
	if r.code != 1 || !strings.Contains(r.stderr, "no stream to archive") {
		t.Errorf("%d, %q", r.code, r.stderr)
	}
}

// TestMain is the program itself, or a server, when a test runs it as a process of
// its own.
func TestMain(m *testing.M) {
	if dir := os.Getenv("DATELINE_TEST_SERVER"); dir != "" {
		os.Exit(serve(dir, os.Getenv("DATELINE_TEST_LISTEN")))
	}
	if os.Getenv("DATELINE_TEST_PROGRAM") != "" {
		main()
	}
	bustest.Main(m)
}

// process starts the program as a process of its own.
func process(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "DATELINE_TEST_PROGRAM=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &stderr
}

// TestKillArchive kills the archiver, again and again, at any moment, while messages
// come. Then the archive is the stream, each message once.
func TestKillArchive(t *testing.T) {
	t.Parallel()
	kills := bustest.Setting(t, "DATELINE_KILLS", 5)
	seed := bustest.Setting(t, "DATELINE_SEED", 1)
	random := rand.New(rand.NewPCG(seed, seed))
	bed := newTestbed(t)
	to := t.TempDir()
	args := []string{"archive", "--to", to, "--roll", "1s", "--roll-size", "1MiB", "--http", "", "--nats", bed.url, "--log-level", "error"}
	n := 0
	publish := func(count int) {
		var all []bus.Message
		for range count {
			e := sample(n, 1)
			e.Body = []string{strings.Repeat(fmt.Sprint("Text ", n, ". "), random.IntN(3000))}
			all = append(all, bed.enriched(e))
			n++
		}
		bed.publish(all...)
	}
	for range kills {
		cmd, stderr := process(t, args...)
		publish(50)
		publish(50)
		time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond) // the moment of the kill
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || stderr.Len() > 0 {
			t.Fatalf("it ended before the kill: %v, %s", err, stderr)
		}
	}
	publish(10)
	cmd, stderr := process(t, args...)
	archiveIs(t, bed, to)
	if err := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()); err != nil || stderr.Len() > 0 {
		t.Errorf("it did not end well: %v, %s", err, stderr)
	}
	t.Logf("%d kills, %d messages", kills, n)
}
