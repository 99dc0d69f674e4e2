// Package js_test runs the examples in JavaScript, and has Python read its own.
package js_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// publish publishes the first revision of an article, as enriched.
func publish(t *testing.T, b *bus.Bus, lang string, n int) {
	t.Helper()
	a := schema.Article{
		ID: fmt.Sprintf("%032x", n), Revision: 1, Date: "2026-03-01", Headline: fmt.Sprintf("Größe %d", n), Language: lang,
		Source: schema.Source{Token: "example_org", Name: "Example"},
	}
	data, err := bus.Encode(schema.Enriched{Article: a})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Enriched(a), Data: data, Type: schema.TypeArticleEnriched, ID: schema.RevisionID(a.ID, 1)}); err != nil {
		t.Fatal(err)
	}
}

// The example goes on where it stopped, gives each article once, and leaves out what
// is in other languages.
func TestSubscribe(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	if _, err := os.Stat(filepath.Join("node_modules", "@nats-io", "jetstream")); err != nil {
		t.Skip("the NATS client is not here: run npm ci --ignore-scripts in docs/examples/js")
	}
	server, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Store: 20 << 30, SyncInterval: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	b := bustest.Connect(t, server, "test")
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	run := func(count int) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
		defer cancel()
		cmd := exec.CommandContext(ctx, node, "subscribe.mjs")
		cmd.Env = append(os.Environ(), "NATS_URL="+server.URL(), fmt.Sprint("COUNT=", count))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	publish(t, b, "en", 1)
	publish(t, b, "de", 2)
	publish(t, b, "en", 1) // the same revision again
	publish(t, b, "en", 3)
	if got, want := run(2), "1 2026-03-01 Example Größe 1\n4 2026-03-01 Example Größe 3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	publish(t, b, "en", 4)
	if got, want := run(1), "5 2026-03-01 Example Größe 4\n"; got != want {
		t.Errorf("again: got %q, want %q", got, want)
	}
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamEnriched, "js-headlines")
	if err != nil || c.CachedInfo().NumAckPending != 0 {
		t.Errorf("%v, %+v", err, c)
	}
}

// The example in Python cannot be run here; Python takes it for a program.
func TestPythonReadsItsExample(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	program := "import ast, sys; ast.parse(open(sys.argv[1]).read())"
	out, err := exec.CommandContext(t.Context(), python, "-c", program, filepath.Join("..", "python", "subscribe.py")).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, strings.TrimSpace(string(out)))
	}
}
