package deploytest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// rights are all that each user may do of what there is to be done (operations), by
// stream or by stream and consumer; "publish" are messages, each on one subject of
// its kind. The rest is refused. "other" is any consumer that no service has.
var rights = map[string][]string{
	"fetcher": {
		"publish: news.found.a news.item.a news.poll.at.a news.walk.at.a news.ops.failing.a news.ops.job.a news.ops.suspect.a",
		"publish: news.dead.poller.a news.dead.pager.a news.dead.walker.a $KV.feedmemory.a $KV.hosts.a $KV.push.a $KV.jobs.a $JS.API.INFO",
		"POLLS: INFO MSG.GET PURGE", // the polls of feeds that left the registry
		"POLLS/poller: INFO MSG.NEXT ACK",
		"POLLS/walker: INFO MSG.NEXT ACK",
		"FOUND/pager: INFO MSG.NEXT ACK",
		"OPS: INFO",
		"KV_feeds: INFO DIRECT.GET-LAST",
		"KV_feeds/other: CREATE DELETE",    // its watch
		"KV_feeds/archiver: CREATE DELETE", // which is not there
		"KV_feedmemory: MSG.GET",
		"KV_hosts: INFO MSG.GET",
		"KV_push: INFO MSG.GET",
		"KV_jobs: MSG.GET",
	},
	"normalizer": {
		"publish: news.article.en.a.b news.story.a news.ops.job.a news.ops.suspect.a news.replay.a.article.en.a.b $KV.jobs.a $JS.API.INFO",
		"publish: news.dead.normalizer.a news.dead.normalizer-backfill.a news.dead.stories.a",
		"ITEMS/normalizer: INFO MSG.NEXT ACK",
		"ITEMS/other: INFO MSG.NEXT ACK DELETE", // of backfills
		"ARTICLES: INFO MSG.GET DIRECT.GET",
		"ARTICLES/enricher: INFO",
		"ARTICLES/stories: INFO MSG.NEXT ACK CREATE CREATE-ALL",
		"ARTICLES/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"STORIES: INFO MSG.GET",
		"STORIES/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"REPLAY: MSG.GET DIRECT.GET",
		"REPLAY/other: INFO MSG.NEXT ACK DELETE", // of backfills of archives
		"OPS: INFO",
		"KV_jobs: INFO DIRECT.GET-LAST",
		"KV_jobs/other: CREATE DELETE",
	},
	"enricher": {
		"publish: news.enriched.en.a.b news.mention.person.a news.ops.job.a news.ops.suspect.a news.replay.a.enriched.en.a.b $KV.jobs.a $JS.API.INFO",
		"publish: news.dead.enricher.a news.dead.enricher-backfill.a",
		"ARTICLES/enricher: INFO MSG.NEXT ACK",
		"ARTICLES/other: INFO MSG.NEXT ACK DELETE", // of backfills
		"ARTICLES/stories: INFO",
		"ENRICHED: MSG.GET DIRECT.GET",
		"REPLAY: MSG.GET DIRECT.GET",
		"REPLAY/other: INFO MSG.NEXT ACK DELETE", // of backfills of archives
		"OPS: INFO",
		"KV_jobs: INFO DIRECT.GET-LAST",
		"KV_jobs/other: CREATE DELETE",
	},
	"sink": {
		"publish: news.dead.webhook.a $JS.API.INFO",
		"ENRICHED: INFO",
		"ENRICHED/other: INFO MSG.NEXT ACK CREATE CREATE-ALL DELETE",
		"MENTIONS/other: INFO MSG.NEXT ACK CREATE CREATE-ALL",
		"STORIES/other: INFO MSG.NEXT ACK CREATE CREATE-ALL",
	},
	"archiver": {
		"publish: $JS.API.INFO",
		"ITEMS: INFO",
		"ITEMS/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"ITEMS/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
		"ARTICLES: INFO",
		"ARTICLES/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"ARTICLES/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
		"ENRICHED: INFO",
		"ENRICHED/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"ENRICHED/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
		"MENTIONS: INFO",
		"MENTIONS/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"MENTIONS/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
		"STORIES: INFO",
		"STORIES/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"STORIES/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
		"OPS: INFO",
		"OPS/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"OPS/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
		"DEAD: INFO",
		"DEAD/other: INFO MSG.NEXT CREATE CREATE-ALL DELETE",
		"DEAD/archiver: INFO MSG.NEXT CREATE CREATE-ALL DELETE RESET",
	},
	"observer": {
		"publish: $JS.API.INFO",
		"POLLS: INFO MSG.GET",
		"POLLS/poller: INFO",
		"POLLS/walker: INFO",
		"FOUND: INFO",
		"FOUND/pager: INFO",
		"ITEMS: INFO",
		"ITEMS/normalizer: INFO",
		"ARTICLES: INFO",
		"ARTICLES/enricher: INFO",
		"ARTICLES/stories: INFO",
		"ENRICHED: INFO",
		"MENTIONS: INFO",
		"STORIES: INFO",
		"DEAD: INFO",
		"OPS: INFO MSG.GET",
		"REPLAY: INFO",
		"KV_feeds: INFO",
		"KV_feeds/other: CREATE DELETE", // its watch
		"KV_jobs: INFO DIRECT.GET-LAST",
		"KV_jobs/other: CREATE DELETE",
	},
	"consumer": {
		"publish: $JS.API.INFO",
		"ARTICLES: INFO", // how far the stories are
		"ARTICLES/stories: INFO",
		"ENRICHED: INFO MSG.GET DIRECT.GET DIRECT.GET-LAST",
		"ENRICHED/other: INFO MSG.NEXT ACK CREATE CREATE-ALL DELETE",
		"MENTIONS: INFO MSG.GET DIRECT.GET DIRECT.GET-LAST",
		"MENTIONS/other: INFO MSG.NEXT ACK CREATE CREATE-ALL DELETE",
		"STORIES: INFO MSG.GET DIRECT.GET DIRECT.GET-LAST",
		"STORIES/other: INFO MSG.NEXT ACK CREATE CREATE-ALL DELETE",
	},
}

// operations are all that can be asked of the server, by what they are done to and
// their name.
func operations() map[string]string {
	all := map[string]string{}
	streams := map[string][]string{ // with the consumers of services
		"POLLS": {"poller", "walker"}, "FOUND": {"pager"}, "ITEMS": {"normalizer"}, "ARTICLES": {"enricher", "stories"},
		"ENRICHED": nil, "MENTIONS": nil, "STORIES": nil, "DEAD": nil, "OPS": nil, "REPLAY": nil,
		"KV_feeds": nil, "KV_feedmemory": nil, "KV_hosts": nil, "KV_push": nil, "KV_jobs": nil, "PRIVATE": nil,
	}
	for stream, consumers := range streams {
		for _, act := range []string{
			"CREATE", "UPDATE", "DELETE", "PURGE", "INFO", "MSG.GET", "MSG.DELETE", "SNAPSHOT", "RESTORE", "PEER.REMOVE", "LEADER.STEPDOWN",
		} {
			all[stream+" "+act] = "$JS.API.STREAM." + act + "." + stream
		}
		subject := "news.some.subject"
		if bucket, isBucket := strings.CutPrefix(stream, "KV_"); isBucket {
			subject = "$KV." + bucket + ".a"
		}
		all[stream+" DIRECT.GET"] = "$JS.API.DIRECT.GET." + stream
		all[stream+" DIRECT.GET-LAST"] = "$JS.API.DIRECT.GET." + stream + "." + subject
		all[stream+" NAMES"] = "$JS.API.CONSUMER.NAMES." + stream
		for _, consumer := range append(slices.Clone(consumers), "archiver", "other") {
			to := stream + "/" + consumer + " "
			for _, act := range []string{"DURABLE.CREATE", "INFO", "DELETE", "PAUSE", "UNPIN", "RESET", "MSG.NEXT", "LEADER.STEPDOWN"} {
				all[to+act] = "$JS.API.CONSUMER." + act + "." + stream + "." + consumer
			}
			all[to+"CREATE"] = "$JS.API.CONSUMER.CREATE." + stream + "." + consumer + "." + subject
			all[to+"CREATE-ALL"] = "$JS.API.CONSUMER.CREATE." + stream + "." + consumer
			all[to+"ACK"] = "$JS.ACK." + stream + "." + consumer + ".1.2.3.4.5"
		}
	}
	for _, subject := range []string{
		"news.found.a", "news.item.a", "news.article.en.a.b", "news.enriched.en.a.b", "news.mention.person.a", "news.story.a",
		"news.poll.at.a", "news.poll.due.a", "news.walk.at.a", "news.walk.due.a", "news.ops.failing.a", "news.ops.job.a", "news.ops.suspect.a",
		"news.dead.poller.a", "news.dead.pager.a", "news.dead.walker.a", "news.dead.normalizer.a", "news.dead.stories.a", "news.dead.enricher.a",
		"news.dead.normalizer-backfill.a", "news.dead.enricher-backfill.a", "news.dead.webhook.a",
		"news.replay.a.article.en.a.b", "news.replay.a.enriched.en.a.b", "news.replay.a.end", "news.none", "news", "papers.item.a",
		"$KV.feeds.a", "$KV.feedmemory.a", "$KV.hosts.a", "$KV.push.a", "$KV.jobs.a", "$KV.private.a",
		"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.ACCOUNT.PURGE.a", "$JS.API.META.LEADER.STEPDOWN", "$JS.API.SERVER.REMOVE",
		"$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.USER.INFO", "$SYS.ACCOUNT.a", "_INBOX.a", "_INBOX_admin.a", "_INBOX_normalizer.a",
	} {
		all["publish "+subject] = subject
	}
	return all
}

// allowed are the operations that a user has a right to.
func allowed(t *testing.T, user string, all map[string]string) map[string]bool {
	t.Helper()
	may := map[string]bool{}
	for _, right := range rights[user] {
		to, acts, _ := strings.Cut(right, ": ")
		for _, act := range strings.Fields(acts) {
			name := to + " " + act
			if all[name] == "" || may[name] {
				t.Errorf("%q is no operation, or there twice", name)
			}
			may[name] = true
		}
	}
	return may
}

// permissions expects that each user may do what it has a right to, and nothing
// else. The server has no streams, so that nothing comes of what is allowed.
func permissions(t *testing.T, programs string) {
	t.Parallel()
	server := serve(t, programs)
	for _, user := range users {
		t.Run(user, func(t *testing.T) {
			nc := server.plain(t, user)
			all := operations()
			may := allowed(t, user, all)
			for name, subject := range all {
				is := !refused(t, nc, "publish", subject, func() error { return nc.Publish(subject, nil) })
				if should := user == "admin" && operators(subject) || may[name]; is != should {
					t.Errorf("%s (%s): allowed is %v, want %v", name, subject, is, should)
				}
			}
			for _, subject := range []string{
				">", "*.>", "news.>", "news.item.>", "news.enriched.>", "news.poll.due.*", "$KV.feeds.>", "$JS.API.>", "$JS.EVENT.>", "$SYS.>",
				"_INBOX.>", "_INBOX_*.>", "_INBOX_admin.>", "_INBOX_fetcher.>", "_INBOX_consumer.>", "_INBOX_" + user, "_INBOX_" + user + ".a.>",
			} {
				is := !refused(t, nc, "subscription", subject, func() error { _, err := nc.SubscribeSync(subject); return err })
				if should := strings.HasPrefix(subject, "_INBOX_"+user+"."); is != should {
					t.Errorf("subscription to %s: allowed is %v, want %v", subject, is, should)
				}
			}
		})
	}
	t.Run("a wrong password", func(t *testing.T) {
		unauthorized(t, nats.UserInfo("admin", server.passwords["consumer"]), server)
	})
	t.Run("an empty password", func(t *testing.T) { unauthorized(t, nats.UserInfo("admin", ""), server) })
	t.Run("no such user", func(t *testing.T) { unauthorized(t, nats.UserInfo("root", server.passwords["admin"]), server) })
	t.Run("nobody", func(t *testing.T) { unauthorized(t, nats.Name("nobody"), server) })
}

// operators reports whether an operator may publish on a subject: on those of the
// pipeline, and to JetStream.
func operators(subject string) bool {
	return strings.HasPrefix(subject, "news.") || strings.HasPrefix(subject, "$KV.") || strings.HasPrefix(subject, "$JS.")
}

// refused reports whether the server refuses what do asks of it.
func refused(t *testing.T, nc *nats.Conn, act, subject string, do func() error) bool {
	t.Helper()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil { // the refusal comes before the answer to this
		t.Fatal(err)
	}
	err := nc.LastError()
	if !errors.Is(err, nats.ErrPermissionViolation) {
		return false
	}
	said := strings.ToLower(err.Error()) // of this or an earlier one
	return strings.Contains(said, act) && strings.Contains(said, strings.ToLower(`"`+subject+`"`))
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
