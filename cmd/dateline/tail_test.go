package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

func TestTailStored(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)), bed.enriched(sample(2, 1)), bed.enriched(sample(2, 2)))
	bed.publish(bed.item("i1"))
	french := sample(3, 1)
	french.Language = "fr"
	bed.publish(bed.enriched(french))
	for name, test := range map[string]struct {
		args []string
		want string // a golden file
	}{
		"line":  {nil, "tail-line.golden"},
		"dated": {[]string{"enriched", "--format", "dated"}, "tail-dated.golden"},
		"json":  {[]string{"enriched", "--format", "json", "--count", "1"}, "tail-json.golden"},
		"items": {[]string{"items"}, "tail-items.golden"},
		"fr":    {[]string{"--subject", "news.enriched.fr.>"}, "tail-fr.golden"},
	} {
		t.Run(name, func(t *testing.T) {
			r := bed.ok(append([]string{"tail", "--since", "1h", "--no-follow"}, test.args...)...)
			golden(t, test.want, r.out)
			if r.stderr != "" {
				t.Errorf("stderr: %s", r.stderr)
			}
		})
	}
	if got := bed.ok("tail", "--since", "2099-01-01", "--no-follow").out; got != "" {
		t.Errorf("got %q", got)
	}
}

func TestTailFollowsWhatIsNew(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)))
	done := make(chan result, 1)
	go func() { done <- bed.run("tail", "--count", "2") }()
	bed.awaitReader(schema.StreamEnriched)
	bed.publish(bed.enriched(sample(2, 1)))
	bed.publish(bed.enriched(sample(3, 1)))
	bed.publish(bed.enriched(sample(4, 1)))
	r := <-done
	if r.code != 0 || strings.Contains(r.out, "Headline 1.1") || !strings.Contains(r.out, "Headline 2.1") ||
		!strings.Contains(r.out, "Headline 3.1") || strings.Count(r.out, "\n") != 2 {
		t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
	}
}

func TestTailEndsWithCtrlC(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	ctx, ctrlC := context.WithCancel(t.Context())
	done := make(chan result, 1)
	go func() { done <- runProgram(ctx, "tail", "ops", "--nats", bed.url) }()
	bed.awaitReader(schema.StreamOps)
	ctrlC()
	if r := <-done; r.code != 0 || r.stderr != "" || r.out != "" {
		t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
	}
}

// awaitReader waits until a reader of a stream is on the server.
func (bed *testbed) awaitReader(stream string) {
	bed.t.Helper()
	s, err := bed.JetStream().Stream(bed.t.Context(), stream)
	if err != nil {
		bed.t.Fatal(err)
	}
	bustest.Eventually(bed.t, func() error {
		info, err := s.Info(bed.t.Context())
		if err == nil && info.State.Consumers == 0 {
			err = fmt.Errorf("nobody reads %s", stream)
		}
		return err
	})
}

func TestTailSkipsWhatCannotBePrinted(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bus.Message{Subject: "news.enriched.en.example_org.x", Data: []byte("no JSON \x1b[2J"), Expect: &bus.Expect{}})
	bed.publish(bed.enriched(sample(1, 1)))
	r := bed.ok("tail", "--since", "1h", "--no-follow")
	if !strings.Contains(r.out, "Headline 1.1") || !strings.Contains(r.stderr, "message 1 of ENRICHED cannot be printed") || strings.Contains(r.stderr, "\x1b") {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
}

func TestTailRefuses(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"tail --no-follow":                   "--no-follow: there is nothing to print without --since",
		"tail --count=-1":                    "--count: want a number above 0",
		"tail items --format dated":          "--format dated: only articles and enriched have this format",
		"tail --subject news.article.>":      `--subject: got "news.article.>", want a filter within news.enriched.>`,
		"tail --subject news.enriched..x":    "want a filter within",
		"tail --root p --subject news.enr.>": "want a filter within p.enriched.>",
	} {
		t.Run(args, func(t *testing.T) {
			runProgram(t.Context(), strings.Fields(args)...).fails(t, 2, want)
		})
	}
}

// full is an output that takes no more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full") }

func TestTailEndsWhenItsOutputDoes(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)))
	var stderr strings.Builder
	code := run(t.Context(), []string{"tail", "--since", "1h", "--nats", bed.url}, full{}, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "disk full") {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}

// Of two publications of one text the first is printed, whether it is followed or
// read again; a program that tells stories is needed for it.
func TestTailCanonical(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bustest.Start(t, func(ctx context.Context) error { return normalizer.Run(ctx, bed.Bus, normalizer.DefaultConfig()) })
	var words strings.Builder
	for i := range 80 {
		fmt.Fprintf(&words, "word%d ", i)
	}
	signature := fingerprint.Of([]string{words.String()}).String()
	for number := range 3 {
		e := sample(number, 1)
		if number < 2 { // the third has another text
			e.Fingerprint, e.Provenance.Versions = signature, map[string]string{"fingerprint": fingerprint.Version}
		}
		bed.publish(bed.article(e.Article))
		bed.publish(bed.enriched(e))
	}
	for _, kind := range []string{"articles", "enriched"} {
		out := bed.ok("tail", kind, "--canonical", "--since", "1h", "--no-follow").out
		if !strings.Contains(out, "Headline 0.1") || strings.Contains(out, "Headline 1.1") || !strings.Contains(out, "Headline 2.1") {
			t.Errorf("%s:\n%s", kind, out)
		}
	}
	if out := bed.ok("tail", "stories", "--since", "1h", "--no-follow").out; !strings.Contains(out, "joined") || !strings.Contains(out, "duplicate 1.00") {
		t.Errorf("stories:\n%s", out)
	}
	bed.run("tail", "items", "--canonical").fails(t, 2, "--canonical")
}
