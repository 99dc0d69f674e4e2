package deadletter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
	"github.com/dateline-news/dateline/sinks/webhook"
)

// Errors that a caller may test for.
var (
	// ErrSuperseded says that the article has a newer revision, or is gone: the
	// letter must not take its place.
	ErrSuperseded = errors.New("superseded: its article has moved on")
	// ErrNotRetryable says that a letter cannot be sent through its stage again.
	ErrNotRetryable = errors.New("cannot be tried again")
)

// Retry sends a letter through the stage that set it aside, and deletes it once
// that is stored. An item is published on its subject again. An article is,
// while the one that was set aside is still the newest revision; it is marked as
// a replay, because its revision is in the stream twice then. A letter that is
// retried twice, because its deletion was lost, has no further effect.
func Retry(ctx context.Context, b *bus.Bus, l Letter) error {
	m, err := retryMessage(b.Root(), l)
	if err != nil {
		return fmt.Errorf("dead letter %d: %w", l.Sequence, err)
	}
	_, err = b.Publish(ctx, m)
	if errors.Is(err, bus.ErrConflict) {
		return fmt.Errorf("dead letter %d: %w", l.Sequence, ErrSuperseded)
	}
	if err != nil {
		return fmt.Errorf("dead letter %d: %w", l.Sequence, err)
	}
	if err := Drop(ctx, b, l); err != nil {
		return fmt.Errorf("it was retried, but not deleted: %w", err)
	}
	return nil
}

// Drop deletes a letter. ErrNotFound says that it is gone already.
func Drop(ctx context.Context, b *bus.Bus, l Letter) error {
	stream, err := open(ctx, b)
	if err != nil {
		return err
	}
	err = stream.DeleteMsg(ctx, l.Sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) {
		return fmt.Errorf("%d: %w", l.Sequence, ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("dead letter %d: %w", l.Sequence, err)
	}
	return nil
}

// retryMessage is what is published for a letter.
func retryMessage(root schema.Root, l Letter) (bus.Message, error) {
	kind, tokens := root.KindOf(l.Original.Subject), strings.Split(l.Original.Subject, ".")
	if slices.ContainsFunc(tokens, isNoToken) {
		return bus.Message{}, fmt.Errorf("%w: it does not name the subject it came from", ErrNotRetryable)
	}
	m := bus.Message{Subject: l.Original.Subject, Data: l.Data, Header: originalHeader(l)}
	seq := strconv.FormatUint(l.Sequence, 10)
	switch {
	case l.Encoding != "":
		return m, fmt.Errorf("%w: it is compressed because it was too large; see: dateline dead show %s", ErrNotRetryable, seq)
	case tokens[0] != string(root):
		return m, fmt.Errorf("%w: it is not from this pipeline", ErrNotRetryable)
	case len(tokens) == 3 && takesItems(l.Stage, kind):
		m.ID, m.Dedup = "retry:"+seq, true
	case l.Stage == enricher.Stage && kind == "article" && len(tokens) == 5 && l.Original.Sequence > 0:
		m.Header[schema.HeaderReplay] = "dead-" + seq
		m.Expect = &bus.Expect{Filter: root.ArticleAnyLanguage(tokens[3], tokens[4]), Last: l.Original.Sequence}
	default:
		return m, fmt.Errorf("%w: %s", ErrNotRetryable, instead(l))
	}
	return m, nil
}

// instead is what there is to do with a letter whose stage takes no letters again.
func instead(l Letter) string {
	history, isBackfill := strings.CutSuffix(l.Stage, backfill.Name(""))
	at := l.Original.Sequence
	switch {
	case l.Stage == webhook.Stage:
		return fmt.Sprintf("on its stream again it would come to all readers; deliver it under another --name: "+
			"dateline sink webhook ... --name NAME --subject '%s' --since TIME, a time before it was stored", l.Original.Subject)
	case isBackfill && at > 0:
		return fmt.Sprintf("it is history; run that again: dateline backfill %s --since seq:%d --until seq:%d", history, at, at+1)
	case l.Stage == fetcher.WalkStage:
		return "it is a step of a walk, which goes on with: dateline backfill feed"
	default:
		return "only items of the pager and the normalizer, and articles of the enricher, can"
	}
}

// takesItems reports whether a stage takes items of a kind, with a page or without.
func takesItems(stage, kind string) bool {
	return stage == normalizer.Stage && kind == "item" || stage == fetcher.PageStage && kind == "found"
}

// isNoToken reports whether a part of a subject is not as schema.Token makes them:
// the header that names the subject is outside text.
func isNoToken(token string) bool {
	return token == "" || strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEF0123456789-_=") != ""
}

// originalHeader are the headers that the original had.
func originalHeader(l Letter) map[string]string {
	h := map[string]string{}
	for name, values := range l.Header {
		known := strings.HasPrefix(name, "ce-") || name == schema.HeaderTraceParent || name == schema.HeaderTraceState || name == schema.HeaderReplay
		if known && len(values) > 0 {
			h[name] = values[0]
		}
	}
	return h
}
