package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// build builds the command as users do.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "dateline")
	out, err := exec.Command("go", "build", "-o", bin, "../cmd/dateline").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// Kill: the process that is everything is killed at random moments, while its
// feeds grow and change, and started again on the same data. In the end every
// text that every feed shows last is in ENRICHED, each revision of an article
// is there once, and revisions only rise.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := int(bustest.Setting(t, "DATELINE_KILLS", 20))
	seed := bustest.Setting(t, "DATELINE_SEED", 1)
	t.Logf("%d kills under seed %d; DATELINE_KILLS and DATELINE_SEED choose others", kills, seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	bin, data := build(t), t.TempDir()
	site := fetchertest.New(t)
	const feeds = 20
	var list strings.Builder
	texts := make([][]fetchertest.Item, feeds)
	for i := range texts {
		path := fmt.Sprintf("/%d.rss", i)
		texts[i] = fetchertest.Generate(fetchertest.Spec{Seed: seed<<8 + uint64(i), Count: 10, Words: 120})
		site.Feed(path).SetItems(texts[i]...)
		fmt.Fprintln(&list, site.URL(path))
	}
	feedList := filepath.Join(t.TempDir(), "feeds.txt")
	if err := os.WriteFile(feedList, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"up", feedList, "--once", "--output", "json", "--data", data, "--nats-listen", "", "--http", "", "--allow-net", "127.0.0.0/8", "--fulltext", "never"}
	finished := 0
	for k := range kills {
		change(site, texts, rng, k)
		if killed := runAndKill(t, bin, args, rng); !killed {
			finished++
		}
	}
	t.Logf("%d of %d runs had finished before their kill", finished, kills)
	summary := runOnce(t, bin, args)
	if !summary.Balanced || summary.Dead != 0 || summary.Failing != 0 {
		t.Errorf("summary of the last run: %+v", summary)
	}
	check(t, data, texts)
}

// change edits an item and adds one in some of the feeds.
func change(site *fetchertest.Site, texts [][]fetchertest.Item, rng *rand.Rand, k int) {
	for range 6 {
		i := rng.IntN(len(texts))
		n := rng.IntN(len(texts[i]))
		texts[i][n].Paragraphs = append([]string{fmt.Sprintf("Correction %d of this report.", k)}, texts[i][n].Paragraphs...)
		fresh := fetchertest.Generate(fetchertest.Spec{Seed: rng.Uint64(), Count: 2, Words: 120})
		texts[i] = append(fresh, texts[i]...)
		site.Feed(fmt.Sprintf("/%d.rss", i)).SetItems(texts[i]...)
	}
}

// runAndKill starts the program and kills it at a random moment.
func runAndKill(t *testing.T, bin string, args []string, rng *rand.Rand) (killed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond+time.Duration(rng.Int64N(int64(900*time.Millisecond))))
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...) // kills with SIGKILL when ctx ends
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &stderr
	err := cmd.Run()
	if err != nil && ctx.Err() == nil {
		t.Fatalf("the program ended by itself: %v\n%s", err, stderr.String())
	}
	return ctx.Err() != nil
}

func runOnce(t *testing.T, bin string, args []string) app.Summary {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("last run: %v\n%s", err, stderr.String())
	}
	var summary app.Summary
	if err := json.Unmarshal(stdout.Bytes(), &summary); err != nil {
		t.Fatalf("summary: %v\n%s", err, stdout.String())
	}
	return summary
}

// check compares what is in ENRICHED with what the feeds show.
func check(t *testing.T, data string, texts [][]fetchertest.Item) {
	t.Helper()
	pipeline := open(t, data)
	last := map[string]schema.Enriched{}
	revisions := 0
	for _, e := range enriched(t, pipeline.Bus) {
		revisions++
		// One may be missing: a revision that was in hand at a kill comes again
		// later than the next one, and is superseded by then.
		if before := last[e.ID].Revision; e.Revision <= before {
			t.Errorf("article %s: revision %d follows revision %d", e.ID, e.Revision, before)
		}
		last[e.ID] = e
	}
	items := 0
	for _, feed := range texts {
		for _, item := range feed {
			items++
			e, ok := last[key(item.Link)]
			if !ok {
				t.Errorf("item %s is nowhere", item.Link)
				continue
			}
			if !slices.Equal(e.Body, item.Paragraphs) || e.Headline != item.Title {
				t.Errorf("item %s: got %.80q, want %.80q", item.Link, e.Body, item.Paragraphs)
			}
		}
	}
	if len(last) != items {
		t.Errorf("%d articles of %d items", len(last), items)
	}
	t.Logf("%d articles in %d revisions, each once and in order", len(last), revisions)
}
