package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// bury puts a message among the dead letters, as a stage does.
func (bed *testbed) bury(stage string, original bus.Message, seq uint64) {
	bed.t.Helper()
	bed.publish(bus.Message{
		Subject: bed.Root().Dead(stage, "example_org"), Data: original.Data, ID: fmt.Sprint("dead:", stage, seq), Dedup: true,
		Header: map[string]string{
			schema.HeaderID: original.ID, schema.HeaderType: original.Type,
			schema.HeaderDeadStage: stage, schema.HeaderDeadReason: "no headline", schema.HeaderDeadAttempts: "1",
			schema.HeaderDeadStream: "ITEMS", schema.HeaderDeadSequence: fmt.Sprint(seq), schema.HeaderDeadSubject: original.Subject,
		},
	})
}

// deadLetters is a testbed with one of each kind: an item, an article that is
// still the newest, one that is not, and what a poller set aside.
func deadLetters(t *testing.T) *testbed {
	t.Helper()
	bed := newTestbed(t)
	bed.bury("normalizer", bed.item("i1"), bed.publish(bed.item("i1"))[0].Sequence)
	first, second := bed.article(sample(1, 1).Article), bed.article(sample(2, 1).Article)
	bed.bury("enricher", first, bed.publish(first)[0].Sequence)
	bed.bury("enricher", second, bed.publish(second)[0].Sequence)
	bed.publish(bed.article(sample(2, 2).Article))
	m, err := bus.DeadLetter{
		Root: bed.Root(), Stage: "poller", Source: "example_org", ID: "p", Reason: "too large",
		Subject: "news.poll.due.0123456789abcdef", Stream: "POLLS", Sequence: 9,
	}.Compressed([]byte("<rss>\x1b[2J</rss>"), 1000)
	if err != nil {
		t.Fatal(err)
	}
	bed.publish(m)
	return bed
}

var instants = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`)

func TestDeadLs(t *testing.T) {
	t.Parallel()
	bed := deadLetters(t)
	golden(t, "dead-ls.golden", instants.ReplaceAllString(bed.ok("dead", "ls").out, "2026-01-02 15:04:05Z"))
	for args, want := range map[string]int{
		"--stage enricher":     2,
		"--source example_com": 0,
		"--since 1h":           4,
		"--since 2099-01-01":   0,
	} {
		r := bed.ok(append([]string{"dead", "ls", "--output", "json"}, strings.Fields(args)...)...)
		if got := strings.Count(r.out, "\n"); got != want {
			t.Errorf("%s: got %d, want %d", args, got, want)
		}
	}
	if r := bed.ok("dead", "ls", "--stage", "pages"); r.out != "" || r.stderr != "no dead letters\n" {
		t.Errorf("got %q and %q", r.out, r.stderr)
	}
}

func TestDeadShow(t *testing.T) {
	t.Parallel()
	bed := deadLetters(t)
	golden(t, "dead-show.golden", bed.ok("dead", "show", "1").out)
	compressed := bed.ok("dead", "show", "4").out
	if !strings.HasSuffix(compressed, "\n\n<rss>\x1b[2J</rss>\n") { // as it is, as it goes to a file
		t.Errorf("got %q", compressed)
	}
	bed.run("dead", "show", "99").fails(t, 1, "99: no such dead letter; see: dateline dead ls")
	bed.run("dead", "show", "x").fails(t, 2, "x")
}

func TestPrintDataOnATerminal(t *testing.T) {
	for name, test := range map[string]struct{ data, want string }{
		"JSON": {"{\"a\": \"\u009b2J\"}", "{\"a\":\"\\u009b2J\"}\n"},
		"text": {"<rss>\x1b[2J\n</rss>", "<rss>[2J\n</rss>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := printData(&out, []byte(test.data), true); err != nil || out.String() != test.want {
				t.Errorf("got %q, %v, want %q", out.String(), err, test.want)
			}
		})
	}
}

func TestDeadRetry(t *testing.T) {
	t.Parallel()
	bed := deadLetters(t)
	r := bed.run("dead", "retry", "3", "4", "99")
	if r.code != 1 || !strings.Contains(r.stderr, "dead letter 3: superseded") || !strings.Contains(r.stderr, "dead letter 4: cannot be tried again: it is compressed") ||
		!strings.Contains(r.stderr, "99: no such dead letter") || !strings.Contains(r.stderr, "\n0 retried, 1 superseded, 1 cannot be, 1 not found\n") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	if r := bed.ok("dead", "retry", "--all", "--stage", "normalizer"); r.stderr != "1 retried\n" {
		t.Errorf("got %q", r.stderr)
	}
	if r := bed.ok("dead", "retry", "--all"); r.stderr != "1 retried, 1 superseded, 1 cannot be\n" {
		t.Errorf("got %q", r.stderr)
	}
	if n := bed.messages(schema.StreamDead); n != 2 {
		t.Errorf("%d letters are left", n)
	}
	item := bustest.Next(t, bed.Bus, 2, schema.StreamItems)[1]
	if item.Header.Get(schema.HeaderID) != "i1" || !bytes.Equal(item.Data, bed.item("i1").Data) {
		t.Errorf("got %v %s", item.Header, item.Data)
	}
	article := bustest.Next(t, bed.Bus, 4, schema.StreamArticles)[3]
	if article.Header.Get(schema.HeaderReplay) != "dead-2" || !strings.Contains(string(article.Data), "Headline 1.1") {
		t.Errorf("got %v %s", article.Header, article.Data)
	}
	for _, args := range []string{"dead retry", "dead retry 1 --all", "dead retry 1 --stage x"} {
		bed.run(strings.Fields(args)...).fails(t, 2, "want the numbers of dead letters; or --all")
	}
}

func TestDeadDrop(t *testing.T) {
	t.Parallel()
	bed := deadLetters(t)
	r := bed.run("dead", "drop", "1", "1", "99")
	if r.code != 1 || !strings.Contains(r.stderr, "1: no such dead letter") || !strings.Contains(r.stderr, "\n1 dropped, 2 not found\n") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	for _, step := range []struct{ args, want string }{
		{"--stage enricher --reason nothing", "0 dropped\n"},
		{"--source example_com", "0 dropped\n"},
		{"--since 2099-01-01", "0 dropped\n"},
		{"--reason HEADLINE", "2 dropped\n"},
		{"--stage poller", "1 dropped\n"},
		{"", "0 dropped\n"},
	} {
		if r := bed.ok(append([]string{"dead", "drop", "--all"}, strings.Fields(step.args)...)...); r.stderr != step.want {
			t.Errorf("%s: got %q, want %q", step.args, r.stderr, step.want)
		}
	}
	if n := bed.messages(schema.StreamDead); n != 0 {
		t.Errorf("%d letters are left", n)
	}
	for _, args := range []string{"dead drop", "dead drop 1 --all", "dead drop 1 --reason x"} {
		bed.run(strings.Fields(args)...).fails(t, 2, "want the numbers of dead letters; or --all")
	}
}
