package canonical_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/canonical"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// publish stores an article by its id.
func publish(t *testing.T, b *bus.Bus, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: "news.article.en.a." + id, Data: []byte(`{"id":"` + id + `"}`), ID: id}); err != nil {
			t.Fatal(err)
		}
	}
}

// story publishes a version of a story: its members, the first first.
func story(b *bus.Bus, about string, members ...string) error {
	s := schema.Story{ID: "s", ArticleID: about}
	for i, id := range members {
		if i == 0 {
			s.FirstID = id
		}
		s.Members = append(s.Members, schema.StoryMember{ArticleID: id})
	}
	data, err := bus.Encode(s)
	if err == nil {
		_, err = b.Publish(context.Background(), bus.Message{Subject: b.Root().Story(s.ID), Data: data, ID: about})
	}
	return err
}

// tell stands in for the stories' worker: it publishes the versions of one story,
// by the article that leads to each.
func tell(t *testing.T, b *bus.Bus, versions map[string][]string) {
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer, stage.Workers = "stories", schema.StreamArticles, topology.ConsumerStories, 1
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage, func(_ context.Context, _ *bus.Worker, d bus.Delivery) (string, error) {
			id := d.Subject[strings.LastIndexByte(d.Subject, '.')+1:]
			if members, ok := versions[id]; ok {
				return "told", story(b, id, members...)
			}
			return "alone", nil
		})
	})
}

// kept are the articles of a stream that a filter keeps.
func kept(t *testing.T, b *bus.Bus, f *canonical.Filter, n int) string {
	t.Helper()
	var ids []string
	for _, d := range bustest.Next(t, b, n, schema.StreamArticles) {
		id := d.Subject[strings.LastIndexByte(d.Subject, '.')+1:]
		ok, err := f.Keep(t.Context(), d, id)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, " ")
}

// The first of a story is kept and its copies are not, however late the story is
// told.
func TestKeep(t *testing.T) {
	b := bustest.New(t)
	publish(t, b, "a", "b", "c", "d")
	tell(t, b, map[string][]string{"b": {"a", "b"}, "d": {"a", "b", "d"}})
	f := canonical.New(b, bustest.Limit)
	if got := kept(t, b, f, 4); got != "a c" {
		t.Errorf("kept %s", got)
	}
	// What comes later is waited for, with the same filter.
	publish(t, b, "e", "f")
	if got := kept(t, b, f, 6); got != "a c e f" {
		t.Errorf("then kept %s", got)
	}
}

// A server whose clock was put back stores articles before those that it has
// stored. They are waited for like others, and copies among them are left out.
func TestKeepAndAClockThatJumps(t *testing.T) {
	for _, back := range []time.Duration{time.Hour, 366 * 24 * time.Hour} {
		b := bustest.New(t)
		publish(t, b, "a", "b")
		tell(t, b, map[string][]string{"d": {"b", "d"}, "e": {"b", "d", "e"}})
		f := canonical.New(b, bustest.Limit)
		if got := kept(t, b, f, 2); got != "a b" {
			t.Fatalf("kept %s", got)
		}
		publish(t, b, "c", "d", "e")
		var ids []string
		for _, d := range bustest.Next(t, b, 5, schema.StreamArticles)[2:] {
			d.Time = d.Time.Add(-back)
			id := d.Subject[strings.LastIndexByte(d.Subject, '.')+1:]
			if ok, err := f.Keep(t.Context(), d, id); err != nil {
				t.Fatal(err)
			} else if ok {
				ids = append(ids, id)
			}
		}
		if got := strings.Join(ids, " "); got != "c" {
			t.Errorf("put back by %s: kept %q, want c alone", back, got)
		}
	}
}

// When the first is withdrawn, the next is the first.
func TestTheFirstLeaves(t *testing.T) {
	b := bustest.New(t)
	publish(t, b, "a", "b", "c", "x")
	tell(t, b, map[string][]string{"b": {"a", "b"}, "c": {"a", "b", "c"}, "x": {"b", "c"}})
	if got := kept(t, b, canonical.New(b, bustest.Limit), 4); got != "a b x" {
		t.Errorf("kept %s", got)
	}
}

// Without a worker an article is kept, and what cannot come is waited for once.
func TestNobodyTells(t *testing.T) {
	b := bustest.New(t)
	publish(t, b, "a", "b", "c")
	if err := story(b, "b", "a", "b"); err != nil {
		t.Fatal(err)
	}
	if got := kept(t, b, canonical.New(b, time.Millisecond), 3); got != "a c" {
		t.Errorf("kept %s", got)
	}
}

func TestKeepWithoutStreams(t *testing.T) {
	b := bustest.Connect(t, bustest.Server(t), "test")
	if _, err := canonical.New(b, time.Second).Keep(t.Context(), bus.Delivery{Time: time.Now()}, "a"); err == nil {
		t.Error("no error")
	}
}

func TestALargeStory(t *testing.T) {
	b := bustest.New(t)
	var members []string
	for i := range 50 {
		members = append(members, fmt.Sprint("m", i))
	}
	publish(t, b, members...)
	tell(t, b, map[string][]string{"m49": members})
	if got := kept(t, b, canonical.New(b, bustest.Limit), 50); got != "m0" {
		t.Errorf("kept %s", got)
	}
}
