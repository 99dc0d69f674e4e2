package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/topology"
)

func TestSetup(t *testing.T) {
	t.Parallel()
	bed := emptyTestbed(t)
	top := topology.New(topology.DefaultOptions())
	all := len(top.Streams) + len(top.Buckets) + len(top.Consumers)
	bed.run("setup", "--check").fails(t, 1, fmt.Sprintf("%d differences; run: dateline setup", all))

	created := bed.ok("setup").out
	if !strings.Contains(created, "stream ITEMS: missing\n") || !strings.HasSuffix(created, fmt.Sprintf("\n%d of these created or changed\n", all)) {
		t.Errorf("got %q", created)
	}
	for _, args := range [][]string{{"setup"}, {"setup", "--check"}} {
		if got := bed.ok(args...).out; got != "nothing to change\n" {
			t.Errorf("%s: got %q", args, got)
		}
	}

	r := bed.run("setup", "--check", "--store", "5GiB")
	r.fails(t, 1, "differences; run: dateline setup")
	if !strings.Contains(r.out, "stream ITEMS: max_bytes: is 3758096370, want 1879048185") {
		t.Errorf("got %q", r.out)
	}
	bed.ok("setup", "--store", "5GiB")
	if got := bed.ok("setup", "--check", "--store", "5GiB").out; got != "nothing to change\n" {
		t.Errorf("got %q", got)
	}
	bed.ok("setup", "--root", "papers", "--store", "1GiB")
	if n := bed.messages("PAPERS_ITEMS"); n != 0 {
		t.Errorf("got %d", n)
	}
}

func TestSetupRefuses(t *testing.T) {
	runProgram(t.Context(), "setup", "--replicas", "2").fails(t, 2, "--replicas: got 2, want 1, 3 or 5")
	runProgram(t.Context(), "setup", "--store", "1MiB").fails(t, 2, "--store: got 1 MiB, want at least 100 MiB")
}
