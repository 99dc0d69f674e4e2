// Package diff compares what a backfill has made in subjects of its own with what
// is live: the last state of each article, whatever its revision is.
package diff

import (
	"context"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Report is how two sets of articles differ. Every article is in one of Same,
// Changed, OnlyShadow and OnlyLive.
type Report struct {
	// Job is the backfill's id, Stage and Stretch what it ran over.
	Job     string         `json:"job"`
	Stage   string         `json:"stage"`
	Stretch schema.Stretch `json:"stretch"`
	// Same and Changed are in both, the others in one.
	Same       int `json:"same"`
	Changed    int `json:"changed"`
	OnlyShadow int `json:"only_shadow"`
	OnlyLive   int `json:"only_live"`
	// Fields counts the changed articles in which each field differs.
	Fields map[string]int `json:"fields,omitempty"`
	// Gained and Lost are the entities that more articles name, or name no more,
	// those of most articles first; GainedAll and LostAll count all of them.
	Gained    []Entity `json:"gained,omitempty"`
	Lost      []Entity `json:"lost,omitempty"`
	GainedAll int      `json:"gained_all"`
	LostAll   int      `json:"lost_all"`
	// Examples are some of the articles that differ.
	Examples []Example `json:"examples,omitempty"`
}

// Entity is an entity that some articles gained or lost.
type Entity struct {
	ID       string            `json:"id"`
	Type     schema.EntityType `json:"type"`
	Name     string            `json:"name"`
	Articles int               `json:"articles"`
}

// Kind says how an article differs.
type Kind string

// The kinds.
const (
	Changed    Kind = "changed"
	OnlyShadow Kind = "only-shadow"
	OnlyLive   Kind = "only-live"
)

// Example is an article that differs.
type Example struct {
	Kind     Kind     `json:"kind"`
	ID       string   `json:"id"`
	Headline string   `json:"headline,omitempty"`
	URL      string   `json:"url,omitempty"`
	Fields   []Field  `json:"fields,omitempty"`
	Gained   []string `json:"gained,omitempty"`
	Lost     []string `json:"lost,omitempty"`
}

// Field is a field that differs, with the values as JSON, cut to maxValue bytes
// and empty where there is none.
type Field struct {
	Name   string `json:"name"`
	Live   string `json:"live,omitempty"`
	Shadow string `json:"shadow,omitempty"`
}

// Options bound a report.
type Options struct {
	// Examples is how many articles of each kind are shown.
	Examples int
	// Entities is how many of the gained and of the lost are named.
	Entities int
}

// ErrNoShadow says that a job has nothing to compare.
var ErrNoShadow = errors.New("only a backfill into shadow can be compared")

// Compare compares the output of a job, as far as it is, with what is live. It
// holds some 150 bytes an article.
func Compare(ctx context.Context, b *bus.Bus, job schema.Job, o Options) (Report, error) {
	if job.Backfill == nil || job.Stretch == nil || job.Backfill.Into != schema.IntoShadow {
		return Report{}, fmt.Errorf("job %s: %w", job.ID, ErrNoShadow)
	}
	c := &comparison{
		bus: b, job: job, options: o, shadow: map[string]state{}, live: map[string]state{},
		gained: map[string]Entity{}, lost: map[string]Entity{},
		report: Report{Job: job.ID, Stage: job.Backfill.Stage, Stretch: *job.Stretch, Fields: map[string]int{}},
	}
	if err := c.read(ctx); err != nil {
		return Report{}, fmt.Errorf("compare job %s: %w", job.ID, err)
	}
	if err := c.compare(ctx); err != nil {
		return Report{}, fmt.Errorf("compare job %s: %w", job.ID, err)
	}
	return c.report, nil
}
