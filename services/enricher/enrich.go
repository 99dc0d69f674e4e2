package enricher

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// ErrMention says that a step has made a mention that does not point at its text.
var ErrMention = errors.New("enricher: mention is not in the text")

// Enrich runs the steps over an article and records what they ran on. A
// withdrawn article is passed on without entities; the steps are recorded all
// the same, so that it counts as current.
func Enrich(ctx context.Context, steps []Step, a schema.Article) (schema.Enriched, error) {
	before := models(steps)
	e := schema.Enriched{Article: a, Models: slices.Clone(before)}
	if a.Event == schema.EventWithdrawn {
		return e, nil
	}
	for i, step := range steps {
		if s, ok := step.(Selective); ok {
			if e.Models[i].Skipped = s.Skip(&e.Article); e.Models[i].Skipped != "" {
				continue
			}
		}
		if err := run(ctx, step, &e); err != nil {
			return schema.Enriched{}, fmt.Errorf("step %s: %w", step.Name(), err)
		}
	}
	if !slices.Equal(models(steps), before) {
		return schema.Enriched{}, errModels
	}
	return e, nil
}

// run runs a step, checks what it has made, and tells both to the trace of ctx.
func run(ctx context.Context, step Step, e *schema.Enriched) (err error) {
	if parent := trace.SpanFromContext(ctx); parent.IsRecording() {
		var span trace.Span
		ctx, span = parent.TracerProvider().Tracer(scope).Start(ctx, "step "+step.Name())
		defer func() {
			if err != nil {
				span.SetStatus(codes.Error, "failed")
			}
			span.End()
		}()
	}
	if err := step.Enrich(ctx, e); err != nil {
		return err
	}
	return check(e)
}

// scope names who has made a span.
const scope = "github.com/dateline-news/dateline/services/enricher"

// errModels says that what was recorded is not what the steps have run on: a model
// server has got another model meanwhile.
var errModels = fmt.Errorf("%w: the models have changed while they ran", recognizer.ErrUnavailable)

func models(steps []Step) []schema.Model {
	all := make([]schema.Model, len(steps))
	for i, step := range steps {
		all[i] = schema.Model{Step: step.Name(), Name: step.Name()}
		if m, ok := step.(Modeled); ok {
			all[i] = m.Model()
		}
	}
	return all
}

// check reports the first mention or quote that does not point at its text.
func check(e *schema.Enriched) error {
	for _, entity := range e.Entities {
		for _, m := range entity.Mentions {
			if !pointsAt(&e.Article, m) {
				return fmt.Errorf("%w: %s[%d] %d:%d of entity %s", ErrMention, m.Field, m.Index, m.Start, m.End, entity.ID)
			}
		}
	}
	for _, q := range e.Quotes {
		if !pointsAt(&e.Article, q.Mention) {
			return fmt.Errorf("%w: %s[%d] %d:%d of a quote", ErrMention, q.Field, q.Index, q.Start, q.End)
		}
	}
	return nil
}

// pointsAt reports whether the span is in the article and its text is m.Text.
func pointsAt(a *schema.Article, m schema.Mention) bool {
	text, ok := textOf(a, m.Field, m.Index)
	if !ok || m.Start < 0 || m.Start >= m.End || m.End > len(text) || text[m.Start:m.End] != m.Text {
		return false
	}
	return utf8.RuneStart(text[m.Start]) && (m.End == len(text) || utf8.RuneStart(text[m.End]))
}

func textOf(a *schema.Article, field schema.Field, index int) (string, bool) {
	switch field {
	case schema.FieldHeadline:
		return a.Headline, true
	case schema.FieldLead:
		return a.Lead, true
	case schema.FieldBody:
		if index >= 0 && index < len(a.Body) {
			return a.Body[index], true
		}
	}
	return "", false
}
