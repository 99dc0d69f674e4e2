package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// testbed is a NATS server that the commands reach over the network, and a bus
// on it for what the services would have put there.
type testbed struct {
	*bus.Bus
	t   *testing.T
	url string
}

// newTestbed starts a server with the whole topology.
func newTestbed(t *testing.T) *testbed {
	t.Helper()
	bed := emptyTestbed(t)
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), bed.JetStream()); err != nil {
		t.Fatal(err)
	}
	return bed
}

// emptyTestbed starts a server that is not set up.
func emptyTestbed(t *testing.T) *testbed {
	t.Helper()
	s, err := embedded.Start(t.Context(), embedded.Options{
		Dir: t.TempDir(), Listen: "127.0.0.1:0", Store: 20 << 30, SyncInterval: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &testbed{Bus: bustest.Connect(t, s, "test"), t: t, url: s.URL()}
}

// result is how a run of the program ended.
type result struct {
	code        int
	out, stderr string
}

// run runs the program against the server.
func (bed *testbed) run(args ...string) result {
	bed.t.Helper()
	return runProgram(bed.t.Context(), append(args, "--nats", bed.url)...)
}

// ok runs the program, and fails the test unless it ends well.
func (bed *testbed) ok(args ...string) result {
	bed.t.Helper()
	r := bed.run(args...)
	if r.code != 0 {
		bed.t.Fatalf("dateline %s: exit code %d: %s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r
}

func runProgram(ctx context.Context, args ...string) result {
	var out, stderr bytes.Buffer
	code := run(ctx, args, &out, &stderr)
	return result{code, out.String(), stderr.String()}
}

// fails checks that the program ended with a code and one line that holds want.
func (r result) fails(t *testing.T, code int, want string) {
	t.Helper()
	if r.code != code || !strings.Contains(r.stderr, want) || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("exit code %d, want %d; stderr %q, want one line with %q", r.code, code, r.stderr, want)
	}
}

// golden compares text with a file in testdata, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test -update writes it anew):\n%s", name, diff)
	}
}

// publish stores messages.
func (bed *testbed) publish(messages ...bus.Message) []bus.Ack {
	bed.t.Helper()
	acks, err := bed.Publish(bed.t.Context(), messages...)
	if err != nil {
		bed.t.Fatal(err)
	}
	return acks
}

// sample is revision n of an article by number.
func sample(number, n int) schema.Enriched {
	url := fmt.Sprintf("https://example.org/%d", number)
	key, _ := schema.IdentityKey(schema.Identity{Link: url})
	a := schema.Article{
		ID: schema.ArticleID(key), Revision: n, Event: schema.EventPublished, Date: "2026-01-02", DateSource: schema.DatePublished,
		Headline: fmt.Sprintf("Headline %d.%d", number, n), Lead: "A lead.", Body: []string{"One paragraph."},
		Attribution: &schema.Attribution{Section: "UK", Source: "Example"}, Language: "en", URL: url,
		Source: schema.Source{Token: "example_org"}, Extent: schema.ExtentFull,
	}
	if n > 1 {
		a.Event = schema.EventRevised
	}
	a.ContentHash = a.Hash()
	return schema.Enriched{Article: a, Entities: []schema.Entity{{ID: "q30", Type: schema.Location, Name: "Norway", Salience: 0.5}}}
}

// enriched is an enriched article as the enricher publishes it.
func (bed *testbed) enriched(e schema.Enriched) bus.Message {
	bed.t.Helper()
	return bed.message(bed.Root().Enriched(e.Article), e, bus.Message{Type: schema.TypeArticleEnriched, ID: schema.RevisionID(e.ID, e.Revision), About: e.ID, Revision: e.Revision})
}

// article is an article as the normalizer publishes it.
func (bed *testbed) article(a schema.Article) bus.Message {
	bed.t.Helper()
	return bed.message(bed.Root().Article(a), a, bus.Message{Type: schema.TypeOf(a.Event), ID: schema.RevisionID(a.ID, a.Revision), About: a.ID, Revision: a.Revision})
}

// item is an item as the fetcher publishes it.
func (bed *testbed) item(id string) bus.Message {
	bed.t.Helper()
	item := schema.Item{Feed: schema.FeedRef{Title: "Feed " + id}, Format: schema.FormatRSS, Document: "<rss/>"}
	return bed.message(bed.Root().Item("example_org"), item, bus.Message{Type: schema.TypeItemFound, ID: id, Dedup: true})
}

func (bed *testbed) message(subject string, v any, m bus.Message) bus.Message {
	bed.t.Helper()
	data, err := bus.Encode(v)
	if err != nil {
		bed.t.Fatal(err)
	}
	m.Subject, m.Data = subject, data
	return m
}

// messages is how many messages a stream holds.
func (bed *testbed) messages(stream string) uint64 {
	bed.t.Helper()
	s, err := bed.JetStream().Stream(bed.t.Context(), stream)
	if err != nil {
		bed.t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}
