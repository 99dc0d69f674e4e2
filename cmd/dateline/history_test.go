package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// archived is a testbed with items that a folder holds, and later ones that it does
// not.
func archived(t *testing.T, held, later int) (bed *testbed, dir string) {
	t.Helper()
	bed, dir = newTestbed(t), filepath.Join(t.TempDir(), "archive")
	for i := range held {
		bed.publish(bed.item(fmt.Sprint(i)))
	}
	bed.ok("export", "--to", dir, "--format", "jsonl", "--stream", "items")
	for i := range later {
		bed.publish(bed.item(fmt.Sprint(held + i)))
	}
	return bed, dir
}

// An archive is printed as its stream is, and without a server.
func TestReplayOfAnArchive(t *testing.T) {
	t.Parallel()
	bed, dir := archived(t, 5, 0)
	for _, args := range [][]string{nil, {"--since", "seq:3"}, {"--until", "seq:3"}, {"--since", "1h", "--format", "line"}, {"--subject", "news.item.example_com"}} {
		want := bed.ok(append([]string{"replay", "items"}, args...)...)
		all := append([]string{"replay", "items", "--nats", "nats://127.0.0.1:1", "--from", dir}, args...)
		if got := runProgram(t.Context(), all...); got.code != 0 || got.out != want.out {
			t.Errorf("%v: got %q (%s), want %q", args, got.out, got.stderr, want.out)
		}
	}
}

func TestReplayOfAnArchiveToASubject(t *testing.T) {
	t.Parallel()
	bed, dir := archived(t, 5, 2)
	for range 2 { // The second finds each message there.
		bed.ok("replay", "items", "--from", dir, "--to", "news.replay.old.>", "--job", "old")
	}
	got := bustest.Next(t, bed.Bus, 6, schema.StreamReplay)
	if got[4].Header.Get(schema.HeaderID) != "4" || got[5].Header.Get(schema.HeaderReplayEnd) != "5" || bed.messages(schema.StreamReplay) != 6 {
		t.Errorf("got %v, %v, %d messages", got[4].Header, got[5].Header, bed.messages(schema.StreamReplay))
	}
	bed.run("replay", "items", "--to", "news.replay.old.>", "--job", "old").fails(t, 2, "choose another")
}

// After an archive comes what the stream has got since, without a gap or a repeat.
func TestReplayOfAnArchiveFollows(t *testing.T) {
	t.Parallel()
	bed, dir := archived(t, 5, 3)
	ctx, ctrlC := context.WithCancel(t.Context())
	done := make(chan result, 1)
	go func() {
		done <- runProgram(ctx, "replay", "items", "--from", dir, "--follow", "--to", "news.replay.f.>", "--job", "f", "--nats", bed.url)
	}()
	bustest.Next(t, bed.Bus, 9, schema.StreamReplay)
	bed.publish(bed.item("8"))
	got := bustest.Next(t, bed.Bus, 10, schema.StreamReplay)
	ctrlC()
	(<-done).fails(t, 1, " delivered; the same command with --job f goes on")
	n := 0
	for i, d := range got {
		if end := d.Header.Get(schema.HeaderReplayEnd); end != "" {
			if i != 8 || end != "8" {
				t.Errorf("message %d ends a stretch of %s", i, end)
			}
			continue
		}
		if d.Header.Get(schema.HeaderID) != fmt.Sprint(n) {
			t.Errorf("message %d is %s, want %d", i, d.Header.Get(schema.HeaderID), n)
		}
		n++
	}
}

func TestReplayOfAnArchiveFails(t *testing.T) {
	t.Parallel()
	bed, dir := archived(t, 1, 0)
	other, _ := archived(t, 1, 0)
	bed.run("replay", "enriched", "--from", dir).fails(t, 1, "--from: ENRICHED: the archive holds nothing of it")
	bed.run("replay", "items", "--from", filepath.Join(dir, "none")).fails(t, 2, "--from: ")
	bed.run("replay", "items", "--from", "ftp://x").fails(t, 2, "want a folder, or s3://BUCKET/PREFIX")
	r := other.run("replay", "items", "--from", dir, "--follow")
	if r.code != 1 || !strings.Contains(r.stderr, "the archive is of another stream") {
		t.Errorf("%d: %s", r.code, r.stderr)
	}
}
