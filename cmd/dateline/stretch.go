package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/moment"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// instant is a point in time as a flag; see moment.Parse.
type instant struct{ time.Time }

// UnmarshalText reads a point in time.
func (i *instant) UnmarshalText(text []byte) (err error) {
	i.Time, err = moment.Parse(string(text), time.Now())
	return err
}

// A kind of messages that a command reads has a name on the command line, a
// stream, and a token in its subjects.
type kind struct{ stream, token string }

var kinds = map[string]kind{
	render.KindItems:    {schema.StreamItems, "item"},
	render.KindArticles: {schema.StreamArticles, "article"},
	render.KindEnriched: {schema.StreamEnriched, "enriched"},
	render.KindMentions: {schema.StreamMentions, "mention"},
	render.KindDead:     {schema.StreamDead, "dead"},
	render.KindOps:      {schema.StreamOps, "ops"},
	render.KindStories:  {schema.StreamStories, "story"},
}

// filters are the subject filters of a flag, none when it is empty.
func (k kind) filters(root schema.Root, subject string) ([]string, error) {
	if subject == "" {
		return nil, nil
	}
	own := root.All(k.token)
	if !strings.HasPrefix(subject, strings.TrimSuffix(own, ">")) || strings.ContainsAny(subject, " \t\r\n") ||
		strings.Contains(subject, "..") || strings.HasSuffix(subject, ".") {
		return nil, boot.ConfigError(fmt.Errorf("--subject: got %q, want a filter within %s", subject, own))
	}
	return []string{subject}, nil
}

// checkFormat refuses a format that messages of a kind do not have.
func checkFormat(kind, format string) error {
	articles := kind == render.KindArticles || kind == render.KindEnriched
	if !articles && (format == render.FormatDated || format == render.FormatNinjs) {
		return boot.ConfigError(fmt.Errorf("--format %s: %w", format, render.ErrNoArticle))
	}
	return nil
}
