package deploytest

import (
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// refusals are what each user must not do. What each may do is what its
// program does in the pipeline's test, where the server has refused nothing.
var refusals = map[string]struct{ publish, subscribe []string }{
	"admin": {
		subscribe: []string{">", "news.>", "_INBOX.>", "_INBOX_fetcher.>", "$JS.API.>"},
	},
	"fetcher": {
		publish: []string{
			"news.enriched.en.a.b", "news.article.en.a.b", "news.mention.person.a", "news.poll.due.a", "news.walk.due.a", "news.dead.normalizer.a",
			"$KV.feeds.a", "$JS.API.STREAM.PURGE.KV_jobs", "$JS.API.STREAM.DELETE.POLLS", "$JS.API.STREAM.PURGE.ITEMS", "$JS.API.STREAM.UPDATE.POLLS",
			"$JS.API.STREAM.CREATE.A", "$JS.API.CONSUMER.DELETE.POLLS.poller", "$JS.API.CONSUMER.MSG.NEXT.ITEMS.normalizer",
			"$JS.API.STREAM.MSG.GET.ENRICHED", "$JS.API.CONSUMER.CREATE.POLLS.a", "$JS.API.STREAM.PURGE.KV_hosts", "$JS.API.STREAM.PURGE.KV_push", "$JS.API.CONSUMER.CREATE.KV_push.a", "$JS.API.CONSUMER.CREATE.KV_hosts.a",
			"$JS.API.CONSUMER.DELETE.FOUND.pager", "$JS.API.STREAM.MSG.GET.FOUND", "$JS.API.STREAM.PURGE.FOUND", "$JS.API.CONSUMER.CREATE.FOUND.a",
		},
		subscribe: []string{">", "news.enriched.>", "news.poll.due.*", "$KV.feeds.>", "_INBOX.>", "_INBOX_admin.>"},
	},
	"normalizer": {
		publish: []string{
			"news.item.a", "news.found.a", "news.enriched.en.a.b", "news.poll.at.a", "news.dead.poller.a", "$KV.feeds.a", "$KV.feedmemory.a",
			"$JS.API.STREAM.DELETE.ARTICLES", "$JS.API.STREAM.PURGE.ARTICLES", "$JS.API.STREAM.MSG.DELETE.ITEMS",
			"$JS.API.CONSUMER.DELETE.ITEMS.normalizer", "$JS.API.CONSUMER.MSG.NEXT.ARTICLES.enricher", "$JS.API.DIRECT.GET.KV_feeds",
			"$JS.API.CONSUMER.DELETE.ARTICLES.enricher", "$JS.API.CONSUMER.CREATE.ARTICLES.enricher.news.article.>", "$JS.ACK.ARTICLES.enricher.1.1.1.1.1",
			"$JS.API.CONSUMER.DELETE.ARTICLES.stories", "$JS.API.STREAM.PURGE.STORIES", "$JS.API.STREAM.DELETE.STORIES", "$JS.API.STREAM.UPDATE.STORIES",
			"$JS.API.CONSUMER.CREATE.ITEMS.a", "$JS.API.STREAM.PURGE.KV_jobs", "$JS.API.STREAM.PURGE.REPLAY", "news.replay.a.enriched.en.a.b", "news.replay.a.end",
		},
		subscribe: []string{">", "news.item.>", "news.article.>", "_INBOX.>", "_INBOX_enricher.>"},
	},
	"enricher": {
		publish: []string{
			"news.item.a", "news.article.en.a.b", "news.poll.at.a", "news.story.a", "$KV.feeds.a",
			"$JS.API.STREAM.DELETE.ENRICHED", "$JS.API.STREAM.PURGE.ENRICHED", "$JS.API.CONSUMER.MSG.NEXT.ITEMS.normalizer",
			"$JS.API.STREAM.MSG.GET.ITEMS", "$JS.API.CONSUMER.DELETE.ARTICLES.enricher", "$JS.API.CONSUMER.DELETE.ARTICLES.stories",
			"$JS.API.CONSUMER.MSG.NEXT.ARTICLES.stories", "$JS.ACK.ARTICLES.stories.1.1.1.1.1", "$JS.API.CONSUMER.CREATE.ARTICLES.a",
			"$JS.API.STREAM.PURGE.KV_jobs", "$JS.API.STREAM.PURGE.REPLAY", "news.replay.a.article.en.a.b",
		},
		subscribe: []string{">", "news.article.>", "_INBOX.>", "_INBOX_normalizer.>"},
	},
	"sink": {
		publish: []string{
			"news.item.a", "news.article.en.a.b", "news.enriched.en.a.b", "news.mention.person.a", "news.story.a", "news.dead.normalizer.a", "news.poll.at.a",
			"$KV.feeds.a", "$JS.API.STREAM.INFO.ITEMS", "$JS.API.STREAM.DELETE.ENRICHED", "$JS.API.STREAM.PURGE.ENRICHED", "$JS.API.STREAM.PURGE.DEAD",
			"$JS.API.STREAM.UPDATE.ENRICHED", "$JS.API.STREAM.MSG.DELETE.ENRICHED", "$JS.API.CONSUMER.CREATE.ITEMS.a", "$JS.API.CONSUMER.CREATE.ARTICLES.a",
			"$JS.API.CONSUMER.MSG.NEXT.ARTICLES.stories", "$JS.API.CONSUMER.DELETE.STORIES.a", "$JS.ACK.ITEMS.normalizer.1.1.1.1.1",
		},
		subscribe: []string{">", "news.>", "news.enriched.>", "_INBOX.>", "_INBOX_admin.>"},
	},
	"consumer": {
		publish: []string{
			"news.item.a", "news.article.en.a.b", "news.enriched.en.a.b", "news.mention.person.a", "news.replay.a.b", "news.poll.at.a", "news.story.a",
			"$JS.API.STREAM.PURGE.STORIES", "$JS.API.CONSUMER.MSG.NEXT.ARTICLES.stories", "$JS.API.CONSUMER.CREATE.ARTICLES.a",
			"$KV.feeds.a", "$JS.API.STREAM.INFO.ITEMS", "$JS.API.STREAM.DELETE.ENRICHED", "$JS.API.STREAM.PURGE.ENRICHED",
			"$JS.API.STREAM.UPDATE.ENRICHED", "$JS.API.STREAM.MSG.DELETE.ENRICHED", "$JS.API.CONSUMER.CREATE.ITEMS.a",
			"$JS.API.CONSUMER.MSG.NEXT.ITEMS.normalizer", "$JS.API.DIRECT.GET.ARTICLES", "$JS.ACK.ITEMS.normalizer.1.1.1.1.1",
		},
		subscribe: []string{">", "news.>", "news.enriched.>", "_INBOX.>", "_INBOX_admin.>"},
	},
}

func permissions(t *testing.T, programs string) {
	server := serve(t, programs)
	for _, user := range users {
		t.Run(user, func(t *testing.T) {
			for _, subject := range refusals[user].publish {
				refused(t, server.plain(t, user), "publish", subject, func(nc *nats.Conn) error { return nc.Publish(subject, nil) })
			}
			for _, subject := range refusals[user].subscribe {
				refused(t, server.plain(t, user), "subscription", subject, func(nc *nats.Conn) error {
					_, err := nc.SubscribeSync(subject)
					return err
				})
			}
		})
	}
	t.Run("a wrong password", func(t *testing.T) {
		unauthorized(t, nats.UserInfo("admin", server.passwords["consumer"]), server)
	})
	t.Run("an empty password", func(t *testing.T) { unauthorized(t, nats.UserInfo("admin", ""), server) })
	t.Run("nobody", func(t *testing.T) { unauthorized(t, nats.Name("nobody"), server) })
}

// refused expects that the server refuses what do asks of it.
func refused(t *testing.T, nc *nats.Conn, act, subject string, do func(*nats.Conn) error) {
	t.Helper()
	defer nc.Close()
	if err := do(nc); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil { // the refusal comes before the answer to this
		t.Fatal(err)
	}
	if err := nc.LastError(); !errors.Is(err, nats.ErrPermissionViolation) || !strings.Contains(strings.ToLower(err.Error()), act) {
		t.Errorf("%s of %s: got %v, want a permissions violation", act, subject, err)
	}
}

func unauthorized(t *testing.T, as nats.Option, server *natsServer) {
	t.Helper()
	nc, err := nats.Connect("nats://"+server.hosts[0], as)
	if err == nil {
		nc.Close()
	}
	if !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("got %v, want %v", err, nats.ErrAuthorization)
	}
}
