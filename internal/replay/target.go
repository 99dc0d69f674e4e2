package replay

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// ErrTarget says that a replay cannot be published on a subject.
var ErrTarget = errors.New("cannot replay to it")

// Target is where a replay is published.
type Target struct {
	root    schema.Root
	subject string // of every message, or before the rest of the original's
	rest    bool   // the original's subject follows, without its root
	stream  string // that keeps the messages, empty when none does
	last    uint64 // the last sequence of that stream when it was found
}

// maxSubject is the longest subject that a target may be.
const maxSubject = 128

// ParseTarget reads a subject, after which the rest of each message's own
// subject follows when it ends in ".>". Subjects that the pipeline's services
// read are refused: what is replayed there would be worked on again.
func ParseTarget(root schema.Root, text string) (Target, error) {
	subject, rest := strings.CutSuffix(text, ".>")
	refuse := func(why string) (Target, error) {
		return Target{}, fmt.Errorf("%q: %w: %s", text, ErrTarget, why)
	}
	if len(text) > maxSubject {
		return refuse(fmt.Sprintf("longer than %d bytes", maxSubject))
	}
	tokens := strings.Split(subject, ".")
	for _, token := range tokens {
		if why := fault(token); why != "" {
			return refuse(why)
		}
	}
	switch first := tokens[0]; {
	case first[0] == '$' || first[0] == '_':
		return refuse("the subject belongs to NATS")
	case first == string(root) && (len(tokens) < 3 || tokens[1] != "replay"):
		return refuse(fmt.Sprintf("it belongs to the pipeline; want %s.replay.JOB.>, or a subject of your own", root))
	}
	return Target{root: root, subject: subject, rest: rest}, nil
}

// fault says what is wrong with a part of a subject; empty when nothing is.
func fault(token string) string {
	switch {
	case token == "":
		return "a token of it is empty"
	case strings.ContainsAny(token, "*>"):
		return `it holds a wildcard other than ".>" at its end`
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "want printable ASCII without spaces"
	}
	return ""
}

// Find looks up which stream keeps what is published on the target.
func (t Target) Find(ctx context.Context, js jetstream.JetStream) (Target, error) {
	name, err := js.StreamNameBySubject(ctx, t.String())
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("stream of %s: %w", t, err)
	}
	stream, err := js.Stream(ctx, name)
	if err != nil {
		return t, fmt.Errorf("stream %s: %w", name, err)
	}
	for _, filter := range stream.CachedInfo().Config.Subjects {
		if covers(filter, t.String()) {
			t.stream, t.last = name, stream.CachedInfo().State.LastSeq
			return t, nil
		}
	}
	return t, fmt.Errorf("%q: %w: stream %s keeps a part of it only", t.String(), ErrTarget, name)
}

// Stream is the name of the stream that keeps what is published, empty when
// none does.
func (t Target) Stream() string { return t.stream }

// Last is the last sequence of that stream when it was looked up.
func (t Target) Last() uint64 { return t.last }

// String is the target as ParseTarget reads it.
func (t Target) String() string {
	if t.rest {
		return t.subject + ".>"
	}
	return t.subject
}

// on is the subject of a message that was on original.
func (t Target) on(original string) string {
	if t.rest {
		return t.subject + "." + t.root.Rest(original)
	}
	return t.subject
}

// filters are the filters of all that is published on the target.
func (t Target) filters() []string {
	if t.rest {
		return []string{t.subject + ".>"}
	}
	return []string{t.subject}
}

// end is the subject of the message that ends a replay.
func (t Target) end() string {
	if t.rest {
		return t.subject + ".end"
	}
	return t.subject
}

// covers reports whether every subject that matches the second filter matches
// the first.
func covers(filter, part string) bool {
	f, p := strings.Split(filter, "."), strings.Split(part, ".")
	for i, token := range f {
		switch {
		case i >= len(p):
			return false
		case token == ">":
			return true
		case p[i] == ">" || token != "*" && token != p[i]:
			return false
		}
	}
	return len(f) == len(p)
}
