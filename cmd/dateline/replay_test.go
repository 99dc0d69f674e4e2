package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestReplayToStdout(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)), bed.enriched(sample(2, 1)), bed.enriched(sample(3, 1)))
	r := bed.ok("replay", "enriched", "--rate", "1000/s")
	if strings.Count(r.out, "\n") != 3 || !strings.HasPrefix(r.stderr, "3 enriched articles printed, in ") {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
	r = bed.ok("replay", "enriched", "--format", "dated", "--subject", "news.enriched.*.*."+sample(2, 1).ID)
	if !strings.HasPrefix(r.out, " date 2026-01-02 A lead.") || !strings.HasPrefix(r.stderr, "1 enriched article printed, in ") {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
	for _, args := range []string{"replay items", "replay enriched --since 2099-01-01", "replay enriched --until 2020-01-01", "replay items --to news.replay.x.>"} {
		if r := bed.ok(strings.Fields(args)...); r.out != "" || r.stderr != "nothing to replay\n" {
			t.Errorf("%s: got %q and %q", args, r.out, r.stderr)
		}
	}
	if n := bed.messages(schema.StreamReplay); n != 0 {
		t.Errorf("%d messages replayed from nothing", n)
	}
}

func TestReplayToSubject(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	for i := range 30 {
		bed.publish(bed.item(fmt.Sprint("i", i)))
	}
	r := bed.ok("replay", "items", "--to", "news.replay.again.>", "--job", "again")
	if r.out != "" || !strings.HasPrefix(r.stderr, "30 items published as again on news.replay.again.>, which stream REPLAY keeps, in ") {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
	got := bustest.Next(t, bed.Bus, 31, schema.StreamReplay)
	for i, original := range bustest.Next(t, bed.Bus, 30, schema.StreamItems) {
		d := got[i]
		if d.Subject != "news.replay.again.item.example_org" || string(d.Data) != string(original.Data) ||
			d.Header.Get(schema.HeaderID) != fmt.Sprint("i", i) || d.Header.Get(schema.HeaderReplay) != "again" {
			t.Fatalf("message %d: %s %s %v", i, d.Subject, d.Data, d.Header)
		}
	}
	if end := got[30]; end.Header.Get(schema.HeaderReplayEnd) != "30" {
		t.Errorf("end: %v", end)
	}
	bed.ok("replay", "items", "--to", "news.replay.again.>", "--job", "again")
	if n := bed.messages(schema.StreamReplay); n != 31 {
		t.Errorf("the same job again: %d messages", n)
	}
	r = bed.ok("replay", "items", "--to", "mine")
	if !strings.HasPrefix(r.stderr, "30 items sent as replay-") || !strings.Contains(r.stderr, " on mine, which no stream keeps, in ") {
		t.Errorf("got %q", r.stderr)
	}
}

func TestReplayIsStopped(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.item("1"), bed.item("2"), bed.item("3"))
	ctx, ctrlC := context.WithCancel(t.Context())
	done := make(chan result, 1)
	go func() {
		done <- runProgram(ctx, "replay", "items", "--rate", "0.001/s", "--to", "news.replay.x", "--job", "x", "--nats", bed.url)
	}()
	bustest.Next(t, bed.Bus, 1, schema.StreamReplay)
	ctrlC()
	(<-done).fails(t, 1, " delivered; the same command with --job x goes on")
	bed.ok("replay", "items", "--to", "news.replay.x", "--job", "x")
	if n := bed.messages(schema.StreamReplay); n != 4 {
		t.Errorf("%d messages in the end", n)
	}
	bed.run("replay", "articles", "--to", "news.replay.x", "--job", "x").fails(t, 2, "there is another job of that name: x; choose another")
}

// A folder gets a file a day, and more of what comes later under the same name.
func TestReplayToFolder(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)), bed.enriched(sample(2, 1)))
	dir := t.TempDir() + "/out"
	r := bed.ok("replay", "enriched", "--to", dir, "--job", "files", "--format", "dated")
	if r.out != "" || !strings.HasPrefix(r.stderr, "2 enriched articles written as files to "+dir+", in ") {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
	name := dir + "/enriched-" + time.Now().UTC().Format(time.DateOnly) + ".txt"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := schema.SplitDated(data); err != nil || len(got) != 2 {
		t.Errorf("%d documents, %v: %s", len(got), err, data)
	}
	bed.ok("replay", "enriched", "--to", dir, "--job", "files", "--format", "dated")
	if again, err := os.ReadFile(name); err != nil || string(again) != string(data) {
		t.Errorf("the same job again: %v, %s", err, again)
	}
	bed.run("replay", "enriched", "--to", dir, "--job", "other").failsAtLast(t, `the folder holds another replay: `+dir+` is of job "files"`)
	bed.publish(bus.Message{Subject: "news.item.example_org", Data: []byte("no JSON"), ID: "x", Dedup: true})
	bed.run("replay", "items", "--to", dir+"2").failsAtLast(t, "not all messages could be printed: 1")
}

// A job is in the bucket, with what it did; its output is removed with it.
func TestReplayIsAJob(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.item("1"), bed.item("2"), bed.item("3"))
	bed.ok("replay", "items", "--to", "news.replay.x.>", "--job", "x", "--since", "seq:2")
	r := bed.ok("jobs", "ls")
	if !strings.Contains(r.out, "x   replay  done   2 of 2  ") || !strings.Contains(r.out, "ITEMS to news.replay.x.>") {
		t.Errorf("got %q", r.out)
	}
	if r = bed.ok("jobs", "show", "x"); !strings.Contains(r.out, "sequences  2 to 3") || !strings.Contains(r.out, "100% 2 of 2") {
		t.Errorf("got %q", r.out)
	}
	if r = bed.ok("jobs", "watch", "x"); !strings.HasPrefix(r.out, "done [====") {
		t.Errorf("got %q", r.out)
	}
	if r = bed.ok("tail", "ops", "--since", "1h", "--no-follow"); !strings.Contains(r.out, "job done") || !strings.Contains(r.out, "2 of 2") {
		t.Errorf("got %q", r.out)
	}
	bed.run("jobs", "pause", "x").fails(t, 1, "the job has ended: it is done (0 paused before)")
	bed.ok("jobs", "rm", "x")
	if n := bed.messages(schema.StreamReplay); n != 0 {
		t.Errorf("%d messages are left", n)
	}
	bed.run("jobs", "show", "x").fails(t, 1, "no such job")
}

// What is stored while a replay follows comes after what was there.
func TestReplayFollows(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.item("1"), bed.item("2"))
	ctx, ctrlC := context.WithCancel(t.Context())
	done := make(chan result, 1)
	go func() {
		done <- runProgram(ctx, "replay", "items", "--follow", "--to", "news.replay.f.>", "--job", "f", "--nats", bed.url)
	}()
	bustest.Next(t, bed.Bus, 3, schema.StreamReplay)
	bed.publish(bed.item("3"))
	got := bustest.Next(t, bed.Bus, 4, schema.StreamReplay)
	ctrlC()
	(<-done).fails(t, 1, " delivered; the same command with --job f goes on")
	if got[2].Header.Get(schema.HeaderReplayEnd) != "2" || got[3].Header.Get(schema.HeaderID) != "3" {
		t.Errorf("got %v, %v", got[2].Header, got[3].Header)
	}
}

func TestReplayReportsWhatCannotBePrinted(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bus.Message{Subject: "news.item.example_org", Data: []byte("no JSON"), ID: "x", Dedup: true})
	r := bed.run("replay", "items")
	if r.code != 1 || !strings.Contains(r.stderr, "message 1 of ITEMS cannot be printed") || !strings.Contains(r.stderr, "not all messages could be printed: 1") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
}

func TestReplayRefuses(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	for args, want := range map[string]string{
		"replay dead":                     "must be one of",
		"replay items --format ninjs":     "only articles and enriched have this format",
		"replay items --to news.item.x":   `--to: "news.item.x": cannot replay to it: it belongs to the pipeline; want news.replay.JOB.>`,
		"replay items --to news.replay.>": "it belongs to the pipeline",
		"replay items --to mine.*":        "it holds a wildcard",
		"replay items --to news.replay.x --root papers --subject news.item.>": "want a filter within papers.item.>",
		"replay items --job A.B":                             "--job: got",
		"replay items --since 2026-01-02 --until 2026-01-01": "--until: is before --since",
		"replay items --subject news.enriched.>":             "want a filter within news.item.>",
		"replay items --follow --until 1h":                   "--follow: goes on for ever, so there can be no --until",
		"replay items --max-gap 1s":                          "--max-gap: got 1s, want a time above 0, and --rate recorded",
		"replay items --rate sometimes":                      `got "sometimes", want messages a second`,
		"replay items --since seq:9 --until seq:3":           "--until: is before --since",
		"replay items --until seq:1":                         "nothing is before seq:1",
	} {
		t.Run(args, func(t *testing.T) {
			bed.run(strings.Fields(args)...).fails(t, 2, want)
		})
	}
}
