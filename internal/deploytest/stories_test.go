package deploytest

import (
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// copies is how many texts of the first feed another feed has too.
const copies = 5

// copied kills the normalizer, which is the one that finds stories. Another takes
// its place within seconds, and finds copies of articles that it has never seen.
func (p *deployment) copied(t *testing.T, programs string) {
	t.Helper()
	second := p.server.worker(t, programs, "normalizer")
	p.normalizer.kill()
	p.normalizer = second
	begun := time.Now()
	items := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: copies, Words: 120, Base: p.site.URL("/copies")})
	feed := p.site.Feed(feedCopied)
	feed.SetItems(items...)
	if err := p.registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(feed.URL()), URL: feed.URL()}); err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		key, _ := schema.IdentityKey(schema.Identity{Link: item.Link})
		p.want = append(p.want, schema.ArticleID(key))
	}
	for _, d := range bustest.Next(t, p.admin, copies, schema.StreamStories) {
		s, err := bus.Decode[schema.Story](d)
		if err != nil || s.Event != schema.StoryJoined || len(s.Members) != 2 || s.FirstID == s.ArticleID {
			t.Errorf("%s: %+v, %v", d.Subject, s, err)
		}
	}
	t.Logf("another normalizer found the copies within %s", time.Since(begun))
	bustest.Next(t, p.admin, len(p.want), schema.StreamEnriched)
}

// firsts expects that the user who may only read can leave the copies out.
func (p *deployment) firsts(t *testing.T, programs string) {
	t.Helper()
	first := p.server.dateline(t, programs, "consumer", "tail", "enriched", "--canonical", "--since", "1h", "--no-follow")
	if n := strings.Count(first, "\n"); n != len(p.want)-copies {
		t.Errorf("%d of %d articles are copies, and %d were printed", copies, len(p.want), n)
	}
	told := p.server.dateline(t, programs, "consumer", "tail", "stories", "--since", "1h", "--no-follow")
	if n := strings.Count(told, "duplicate"); n != copies {
		t.Errorf("%d copies in the stories, want %d:\n%s", n, copies, told)
	}
}
