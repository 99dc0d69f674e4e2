package normalizer_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer"
)

const feedURL = "https://www.example.org/feed"

// item is an item of a feed, as the fetcher publishes it.
func item(title string, fetched time.Time) schema.Item {
	document := `<rss version="2.0"><channel><title>Tides</title><item><title>` + title +
		`</title><link>https://www.example.org/high</link><description>Water is high.</description></item></channel></rss>`
	return schema.Item{
		Feed:       schema.FeedRef{ID: schema.FeedID(feedURL), URL: feedURL},
		Fetch:      schema.Fetch{URL: feedURL, Status: 200, FetchedAt: fetched},
		RegionHash: schema.RegionHash([]byte(document)), Format: schema.FormatRSS, Document: document,
	}
}

func put(t *testing.T, b *bus.Bus, id string, i schema.Item) {
	t.Helper()
	data, err := bus.Encode(i)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Publish(t.Context(), bus.Message{
		Subject: b.Root().Item("example_org"), Data: data, Type: schema.TypeItemFound, ID: id, Dedup: true, Time: i.Fetch.FetchedAt,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestItemsBecomeRevisionsOfAnArticle(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	bustest.Start(t, func(ctx context.Context) error { return normalizer.Run(ctx, b, normalizer.DefaultConfig()) })
	settled := func(n int64) {
		t.Helper()
		bustest.Eventually(t, func() error {
			if in := b.Stats().Stage(normalizer.Stage).In.Load(); in != n {
				return fmt.Errorf("%d settled, want %d", in, n)
			}
			return nil
		})
	}
	put(t, b, "one", item("High water", noon))
	settled(1)
	put(t, b, "same", item("High water", noon.Add(time.Hour)))
	settled(2)
	put(t, b, "edit", item("High water again", noon.Add(2*time.Hour)))
	settled(3)
	put(t, b, "late", item("An older title", noon.Add(time.Minute)))
	settled(4)

	got := bustest.Next(t, b, 2, schema.StreamArticles)
	var articles []schema.Article
	for _, d := range got {
		a, err := bus.Decode[schema.Article](d)
		if err != nil {
			t.Fatal(err)
		}
		if d.Subject != "news.article.en.example_org."+a.ID {
			t.Errorf("subject %s", d.Subject)
		}
		if d.Header.Get(schema.HeaderID) != schema.RevisionID(a.ID, a.Revision) || d.Header.Get("Nats-Msg-Id") != "" {
			t.Errorf("headers %v", d.Header)
		}
		articles = append(articles, a)
	}
	if articles[0].Event != schema.EventPublished || articles[0].Provenance.ItemSeq != 1 || articles[0].Provenance.ItemID != "one" {
		t.Errorf("first: %+v", articles[0])
	}
	if articles[1].Event != schema.EventRevised || articles[1].Headline != "High water again" || !slices.Equal(articles[1].Changed, []string{"headline"}) {
		t.Errorf("second: %+v", articles[1])
	}
	want := map[string]int64{"new": 1, "duplicate": 1, "revised": 1, "superseded": 1}
	counts := b.Stats().Stage(normalizer.Stage).Counts()
	for verdict, n := range want {
		if counts[verdict] != n {
			t.Errorf("%s: %d, want %d (%v)", verdict, counts[verdict], n, counts)
		}
	}
}

func TestAnItemThatIsNoneIsSetAside(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	bustest.Start(t, func(ctx context.Context) error { return normalizer.Run(ctx, b, normalizer.DefaultConfig()) })
	broken := item("", time.Now())
	broken.Document = "<rss><channel></channel></rss>"
	put(t, b, "broken", broken)
	d := bustest.Next(t, b, 1, schema.StreamDead)[0]
	if d.Subject != "news.dead.normalizer.example_org" || d.Header.Get(schema.HeaderDeadAttempts) != "1" {
		t.Errorf("got %s, %v", d.Subject, d.Header)
	}
}

func TestConfig(t *testing.T) {
	if err := normalizer.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*normalizer.Config){
		"no workers": func(c *normalizer.Config) { c.Workers = 0 }, "too many": func(c *normalizer.Config) { c.Workers = 5000 },
		"no time": func(c *normalizer.Config) { c.Timeout = 0 }, "no window": func(c *normalizer.Config) { c.Compare.Window = 0 },
	} {
		c := normalizer.DefaultConfig()
		if change(&c); c.Validate() == nil {
			t.Errorf("%s: %+v is taken", name, c)
		}
	}
}

// Why pages were no help is counted.
func TestPageFaultsAreCounted(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	bustest.Start(t, func(ctx context.Context) error { return normalizer.Run(ctx, b, normalizer.DefaultConfig()) })
	failed := item("High water", time.Now())
	failed.Page = &schema.Page{URL: "https://example.org/a", Error: "timeout"}
	put(t, b, "failed", failed)
	bustest.Next(t, b, 1, schema.StreamArticles)
	if counts := b.Stats().Stage(normalizer.Stage).Counts(); counts["page:failed"] != 1 {
		t.Errorf("counts: %v", counts)
	}
}
