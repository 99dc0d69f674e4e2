package diff

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// comparison is one in the making.
type comparison struct {
	bus     *bus.Bus
	job     schema.Job
	options Options

	shadow, live map[string]state // by article id
	gained, lost map[string]Entity
	report       Report
}

// state is an article as one side has it, in short.
type state struct {
	sum      [16]byte // of what is compared
	seq      uint64
	revision int
}

// head is what decides whether a live message is to be compared.
type head struct {
	ID         string `json:"id"`
	Revision   int    `json:"revision"`
	Provenance struct {
		ItemSeq uint64 `json:"item_seq"`
	} `json:"provenance"`
}

// liveStream is the stream that the stage of the job publishes to.
func (c *comparison) liveStream() string {
	if c.job.Stretch.Stream == schema.StreamArticles {
		return schema.StreamEnriched
	}
	return schema.StreamArticles
}

// read finds the last state of each article on both sides.
func (c *comparison) read(ctx context.Context) error {
	shadow := bus.ReadOptions{Stream: schema.StreamReplay, Filters: []string{c.bus.Root().ReplayOf(c.job.ID)}}
	err := c.each(ctx, shadow, c.shadow, func(head) bool { return true })
	if err != nil {
		return err
	}
	wanted, err := c.wanted(ctx)
	if err != nil {
		return err
	}
	return c.each(ctx, bus.ReadOptions{Stream: c.liveStream()}, c.live, wanted)
}

// each puts the last message of each article that is wanted into states.
func (c *comparison) each(ctx context.Context, o bus.ReadOptions, states map[string]state, wanted func(head) bool) error {
	for d, err := range c.bus.Read(ctx, o) {
		if err != nil {
			return err
		}
		var h head
		if strings.HasPrefix(d.Subject, c.bus.Root().ReplayInput(c.job.ID)+".") {
			continue // the job's own input, of an archive
		}
		if json.Unmarshal(d.Data, &h) != nil || h.ID == "" || !wanted(h) {
			continue
		}
		sum, err := sumOf(d.Data)
		if err != nil {
			continue // it was read as JSON, so it never is
		}
		states[h.ID] = state{sum, d.Sequence, h.Revision}
	}
	return nil
}

// wanted tells which live messages are to be compared with what the job made.
func (c *comparison) wanted(ctx context.Context) (func(head) bool, error) {
	if c.liveStream() == schema.StreamEnriched {
		return c.wantedEnriched(ctx)
	}
	return c.wantedArticles(ctx)
}

// wantedArticles wants the articles as they were when the last item of the stretch
// had been normalized: of those that the job has made, and of those that are from
// an item of the stretch.
func (c *comparison) wantedArticles(ctx context.Context) (func(head) bool, error) {
	s := c.job.Stretch
	var items map[uint64]bool // of the filter
	if s.Filter != "" {
		items = map[uint64]bool{}
		err := c.headers(ctx, func(d bus.Delivery) { items[d.Sequence] = true })
		if err != nil {
			return nil, err
		}
	}
	return func(h head) bool {
		seq := h.Provenance.ItemSeq
		if seq > s.Last {
			return false
		}
		_, made := c.shadow[h.ID]
		return made || seq >= s.First && (items == nil || items[seq])
	}, nil
}

// wantedEnriched wants, of each article of the stretch, the revision that the job
// has enriched last, or any when it has none.
func (c *comparison) wantedEnriched(ctx context.Context) (func(head) bool, error) {
	articles := map[string]bool{}
	if err := c.headers(ctx, func(d bus.Delivery) { articles[d.Header.Get(schema.HeaderSubject)] = true }); err != nil {
		return nil, err
	}
	return func(h head) bool {
		if made, ok := c.shadow[h.ID]; ok {
			return h.Revision == made.revision
		}
		return articles[h.ID]
	}, nil
}

// headers reads the job's stretch without its data.
func (c *comparison) headers(ctx context.Context, see func(bus.Delivery)) error {
	o := bus.ReadStretch(*c.job.Stretch, c.job.Stretch.First)
	o.HeadersOnly = true
	for d, err := range c.bus.Read(ctx, o) {
		if err != nil {
			return err
		}
		see(d)
	}
	return nil
}

// sumOf is a digest of what is compared of an article.
func sumOf(data []byte) (sum [16]byte, err error) {
	fields, err := contents(data)
	if err != nil {
		return sum, err
	}
	canonical, err := json.Marshal(fields) // keys are sorted
	all := sha256.Sum256(canonical)
	return [16]byte(all[:16]), err
}

// contents is an article without what says how it came to be. That it is
// withdrawn counts, that it is a revision does not.
func contents(data []byte) (map[string]any, error) {
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	if fields["event"] != string(schema.EventWithdrawn) {
		delete(fields, "event")
	}
	for _, name := range []string{"revision", "previous_hash", "changed", "provenance", "models"} {
		delete(fields, name)
	}
	return fields, nil
}
