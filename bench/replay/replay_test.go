package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
)

// TestMain lets the test's own program be the server that the benchmark starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == server {
		main()
		return
	}
	os.Exit(m.Run())
}

// A few messages go through all ways, and a few live items beside a job.
func TestAFewMessages(t *testing.T) {
	for of, want := range map[string][]string{
		ofReplay:   {"| bare nats.go consumer that acks | ", "| replay to stdout, JSON | ", "| replay to a folder, JSON | "},
		ofBackfill: {"| alone | ", "| beside a backfill of the normalizer into shadow | "},
	} {
		t.Run(of, func(t *testing.T) {
			dir := t.TempDir()
			var out bytes.Buffer
			args := []string{"-of", of, "-messages", "3000", "-rounds", "1", "-window", "50ms", "-live", "40", "-dir", dir}
			if err := run(t.Context(), args, nil, &out, io.Discard); err != nil {
				t.Fatal(err)
			}
			for _, row := range want {
				if !strings.Contains(out.String(), row) {
					t.Errorf("no row %q in\n%s", row, out.String())
				}
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%d files are left (%v)", len(left), err)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing to measure": {[]string{"-of", "speed"}, "-of speed"},
		"no messages":        {[]string{"-messages", "0"}, "-messages 0"},
		"large":              {[]string{"-size", "1000000"}, "-size 1000000"},
		"no rounds":          {[]string{"-rounds", "0"}, "-rounds 0"},
		"nothing live":       {[]string{"-live", "0"}, "-live 0"},
		"no time":            {[]string{"-window", "1ms"}, "-window 1ms"},
		"an argument":        {[]string{"fast"}, `"fast"`},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), test.args, nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that names %s", err, test.want)
			}
		})
	}
	if err := run(t.Context(), []string{"-h"}, nil, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	c, err := parse([]string{"-messages", "50"}, io.Discard)
	if err != nil || c.messages != 50 || c.of != ofReplay {
		t.Errorf("got %+v, %v", c, err)
	}
	if p, err := startServer(t.Context(), "/dev/null/none", io.Discard); err == nil {
		p.stop()
		t.Error("a server without a folder")
	}
}

// The meter wants every message once.
func TestMeter(t *testing.T) {
	m := &meter{total: 10}
	m.begin()
	m.add(9)
	if _, err := m.end(); err == nil {
		t.Error("one is missing")
	}
	m.add(1)
	if p, err := m.end(); err != nil || p.perSecond <= 0 {
		t.Errorf("got %+v, %v", p, err)
	}
}
