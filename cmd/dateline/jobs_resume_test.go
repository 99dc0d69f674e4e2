package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// A walk that is paused leaves its step to nobody; resumed by the command, it has a
// step again and comes to its end.
func TestResumeAWalk(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	_, url := bed.history(3)
	id := schema.WalkID(schema.FeedID(url))
	bed.ok("backfill", "feed", url, "--no-wait")
	if r := bed.ok("jobs", "pause", id); r.stderr != "1 paused\n" {
		t.Errorf("got %q", r.stderr)
	}
	bed.fetch()
	bustest.Eventually(t, func() error {
		if n := bed.Stats().Stage(fetcher.WalkStage).Counts()["ended"]; n == 0 {
			return fmt.Errorf("%d steps have led nowhere", n)
		}
		return nil
	})
	if r := bed.ok("jobs", "resume", id); r.stderr != "1 resumed\n" {
		t.Errorf("got %q", r.stderr)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	r := runProgram(ctx, "jobs", "watch", id, "--nats", bed.url)
	if r.code != 0 || !strings.HasPrefix(r.out, "done, by next, 3 documents, 3 items") {
		t.Errorf("%d, %q, %q", r.code, r.out, r.stderr)
	}
	bed.run("jobs", "resume", id).fails(t, 1, "the job has ended: it is done")
}
