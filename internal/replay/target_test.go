package replay_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestParseTarget(t *testing.T) {
	for _, text := range []string{"news.replay.job", "news.replay.job.>", "my.own.subject", "mine.>", "newsroom.item.x"} {
		t.Run(text, func(t *testing.T) {
			target, err := replay.ParseTarget(schema.DefaultRoot, text)
			if err != nil || target.String() != text {
				t.Errorf("got %q, %v", target, err)
			}
		})
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "a token of it is empty",
		">":                      "wildcard",
		".>":                     "a token of it is empty",
		"mine.*":                 "wildcard",
		"mine.>.x":               "wildcard",
		"mine.*.>":               "wildcard",
		"mine..x":                "a token of it is empty",
		"mine.a b":               "printable ASCII",
		"mine.\x1b":              "printable ASCII",
		"mine.é":                 "printable ASCII",
		"news":                   "belongs to the pipeline; want news.replay.JOB.>",
		"news.>":                 "belongs to the pipeline",
		"news.replay":            "belongs to the pipeline",
		"news.replay.>":          "belongs to the pipeline",
		"news.article.>":         "belongs to the pipeline",
		"news.item.example_org":  "belongs to the pipeline",
		"$JS.API.INFO":           "belongs to NATS",
		"_INBOX.x":               "belongs to NATS",
		strings.Repeat("x", 200): "longer than 128 bytes",
	} {
		t.Run(text, func(t *testing.T) {
			_, err := replay.ParseTarget(schema.DefaultRoot, text)
			if !errors.Is(err, replay.ErrTarget) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	_, err := b.JetStream().CreateStream(t.Context(), jetstream.StreamConfig{Name: "MINE", Subjects: []string{"mine.a.*", "mine.b.>"}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"news.replay.job.>": "REPLAY",
		"news.replay.job":   "REPLAY",
		"mine.a.x":          "MINE",
		"mine.b.>":          "MINE",
		"mine.b.c.>":        "MINE",
		"nobodys.>":         "",
		"mine.c":            "",
		"mine.a.>":          "error",
		"mine.>":            "error",
	} {
		t.Run(text, func(t *testing.T) {
			target, err := replay.ParseTarget(b.Root(), text)
			if err != nil {
				t.Fatal(err)
			}
			target, err = target.Find(t.Context(), b.JetStream())
			switch {
			case want == "error" && (!errors.Is(err, replay.ErrTarget) || !strings.Contains(err.Error(), "MINE keeps a part of it only")):
				t.Errorf("got %q, %v", target.Stream(), err)
			case want != "error" && (err != nil || target.Stream() != want):
				t.Errorf("got %q, %v, want %q", target.Stream(), err, want)
			}
		})
	}
}
