package normalizer

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// BenchmarkStories takes articles of 700 words from a server, one in five of them
// a copy, and then makes the state anew, as another worker does that takes over.
func BenchmarkStories(b *testing.B) {
	server := bustest.New(b)
	const n = 5000
	var messages []bus.Message
	for i := range n {
		text := numbered(10_000*(i-i%5/4), 700)
		a := schema.Article{
			ID: schema.ArticleID(fmt.Sprint(i)), Revision: 1, Event: schema.EventPublished, Language: "en", Body: strings.SplitAfter(text, "9 "),
			Source: schema.Source{Token: fmt.Sprintf("paper%d_example", i)}, Fingerprint: fingerprint.Of([]string{text}).String(),
			Provenance: schema.Provenance{FetchedAt: time.Now().UTC(), Versions: map[string]string{"fingerprint": fingerprint.Version}},
		}
		data, err := bus.Encode(a)
		if err != nil {
			b.Fatal(err)
		}
		messages = append(messages, bus.Message{Subject: server.Root().Article(a), Data: data, ID: a.ID})
	}
	if _, err := server.Publish(b.Context(), messages...); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		begun := time.Now()
		stop := bustest.Start(b, func(ctx context.Context) error { return runStories(ctx, server, stories.DefaultConfig()) })
		bustest.Eventually(b, func() error {
			if in := server.Stats().Stage(StoriesStage).In.Load(); in < n {
				return fmt.Errorf("%d of %d", in, n)
			}
			return nil
		})
		b.ReportMetric(n/time.Since(begun).Seconds(), "articles/s")
		stop()
		t := &teller{bus: server, config: stories.DefaultConfig(), stats: server.Stats().Stage("again")}
		begun = time.Now()
		p, err := t.past(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if err := t.remember(b.Context(), p, bus.Delivery{Sequence: n + 1, Time: time.Now()}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(n/time.Since(begun).Seconds(), "remembered/s")
	}
}
