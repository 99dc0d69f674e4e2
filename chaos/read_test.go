package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// sights reads ENRICHED.
func sights(ctx context.Context, b *bus.Bus) (all []sight, err error) {
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			return nil, err
		}
		article, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			return nil, err
		}
		all = append(all, sight{article, d.Sequence, d.Time})
	}
	return all, nil
}

// letters reads DEAD.
func letters(ctx context.Context, b *bus.Bus) (all []letter, err error) {
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamDead}) {
		if err != nil {
			return nil, err
		}
		var of struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(d.Data, &of) // or it has no id
		all = append(all, letter{of.ID, d.Header.Get(schema.HeaderDeadStage) + ": " + d.Header.Get(schema.HeaderDeadReason)})
	}
	return all, nil
}

// idle says that nothing is on its way between the services.
func idle(ctx context.Context, b *bus.Bus) error {
	for stream, consumer := range map[string]string{
		schema.StreamItems: topology.ConsumerNormalizer, schema.StreamArticles: topology.ConsumerEnricher,
	} {
		c, err := b.JetStream().Consumer(ctx, stream, consumer)
		if err != nil {
			return err
		}
		if info := c.CachedInfo(); info.NumPending > 0 || info.NumAckPending > 0 {
			return fmt.Errorf("%s: %d to come, %d in hand", consumer, info.NumPending, info.NumAckPending)
		}
	}
	return nil
}

// verdict waits until everything is there that the feeds have shown and nothing
// is on its way, or until nothing more has come for patience, and checks then.
func (s *stand) verdict(ctx context.Context, patience time.Duration) (f findings, err error) {
	b, err := s.connect(ctx)
	if err != nil {
		return f, err
	}
	defer b.Close()
	come, since := -1, time.Now()
	for {
		now, busy, err := look(ctx, b, s.entries())
		if err == nil {
			f = now
		}
		if f.versions != come {
			come, since = f.versions, time.Now()
		}
		late := time.Since(since) > patience
		if err == nil && (busy == nil && len(f.lost) == 0 || late) || err != nil && late {
			return f, err
		}
		if err := pause(ctx, time.Second); err != nil {
			return f, err
		}
	}
}

// look checks what is there now; busy says what is still on its way.
func look(ctx context.Context, b *bus.Bus, entries []entry) (f findings, busy, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second) // a reading may be of a server that is gone
	defer cancel()
	busy = idle(ctx, b)
	seen, err := sights(ctx, b)
	if err != nil {
		return f, busy, err
	}
	dead, err := letters(ctx, b)
	return check(entries, seen, dead), busy, err
}
