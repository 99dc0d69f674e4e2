package main

import (
	"errors"
	"fmt"
	"strconv"
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

// bound is a point in time, or a sequence of the stream: seq:1234.
type bound struct {
	instant
	seq uint64
}

// UnmarshalText reads a bound.
func (p *bound) UnmarshalText(text []byte) (err error) {
	number, ok := strings.CutPrefix(string(text), "seq:")
	if !ok {
		return p.instant.UnmarshalText(text)
	}
	if p.seq, err = strconv.ParseUint(number, 10, 63); err != nil || p.seq == 0 {
		return fmt.Errorf("got %q, want a sequence such as seq:1234", text)
	}
	return nil
}

// stretchFlags choose a stretch of a stream.
type stretchFlags struct {
	Since   bound  `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC), an RFC 3339 time, or seq:N, a sequence. Otherwise with the oldest." env:"-" placeholder:"TIME"`
	Until   bound  `help:"End before what was stored at that time, or before seq:N. Otherwise with the newest." env:"-" placeholder:"TIME"`
	Subject string `help:"Only messages on subjects of this filter." env:"-" placeholder:"FILTER"`
}

// stretch is what the flags ask for.
func (f stretchFlags) stretch(k kind, root schema.Root) (schema.Stretch, error) {
	s := schema.Stretch{Stream: k.stream, Since: f.Since.UTC(), Until: f.Until.UTC(), First: f.Since.seq}
	if !s.Until.IsZero() && s.Until.Before(s.Since) || f.Until.seq > 0 && f.Until.seq < f.Since.seq {
		return s, boot.ConfigError(errors.New("--until: is before --since"))
	}
	if f.Until.seq == 1 {
		return s, boot.ConfigError(errors.New("--until: nothing is before seq:1"))
	}
	if f.Until.seq > 0 {
		s.Last = f.Until.seq - 1
	}
	var err error
	s.Filter, err = k.filter(root, f.Subject)
	return s, err
}

// newJobID is the id of a job that was not given one.
func newJobID(kind string) string {
	return kind + "-" + time.Now().UTC().Format("20060102-150405")
}

// checkJobID refuses an id that would not be one token of a subject.
func checkJobID(id string) error {
	if schema.Token(id) != id {
		return boot.ConfigError(fmt.Errorf("--job: got %q, want a-z, 0-9, - and _, at most 64", id))
	}
	return nil
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
	filter, err := k.filter(root, subject)
	if err != nil || filter == "" {
		return nil, err
	}
	return []string{filter}, nil
}

// filter checks the subject filter of a flag.
func (k kind) filter(root schema.Root, subject string) (string, error) {
	if subject == "" {
		return "", nil
	}
	own := root.All(k.token)
	if !strings.HasPrefix(subject, strings.TrimSuffix(own, ">")) || strings.ContainsAny(subject, " \t\r\n") ||
		strings.Contains(subject, "..") || strings.HasSuffix(subject, ".") {
		return "", boot.ConfigError(fmt.Errorf("--subject: got %q, want a filter within %s", subject, own))
	}
	return subject, nil
}

// checkFormat refuses a format that messages of a kind do not have.
func checkFormat(kind, format string) error {
	articles := kind == render.KindArticles || kind == render.KindEnriched
	if !articles && (format == render.FormatDated || format == render.FormatNinjs) {
		return boot.ConfigError(fmt.Errorf("--format %s: %w", format, render.ErrNoArticle))
	}
	return nil
}
