package normalizer

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// tell gives the articles from a sequence on to a teller that remembers nothing.
func (l *library) tell(from uint64) *teller {
	l.t.Helper()
	t := &teller{bus: l.bus, config: stories.DefaultConfig(), stats: l.bus.Stats().Stage(StoriesStage)}
	l.give(t, from)
	return t
}

func (l *library) give(t *teller, from uint64) {
	l.t.Helper()
	for d, err := range l.bus.Read(l.t.Context(), bus.ReadOptions{Stream: schema.StreamArticles, From: from}) {
		if err != nil {
			l.t.Fatal(err)
		}
		if _, err := t.handle(l.t.Context(), nil, d); err != nil {
			l.t.Fatal(err)
		}
	}
}

// counted are the outcomes of a test's tellers.
func (l *library) counted() map[string]int64 { return l.bus.Stats().Stage(StoriesStage).Counts() }

func (l *library) stream(name string) jetstream.Stream {
	l.t.Helper()
	s, err := l.bus.JetStream().Stream(l.t.Context(), name)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// A full STORIES drops the oldest stories, and holds nothing up. What was in a story
// that was dropped begins a new one, also after a restart.
func TestFullStories(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	full := l.stream(schema.StreamStories).CachedInfo().Config
	full.MaxBytes = 8 << 10
	if _, err := b.JetStream().UpdateStream(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	const n = 60
	for i := range n { // pairs
		l.publish(2*i, 1000*i, 100)
		l.publish(2*i+1, 1000*i, 100)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	told := l.tell(1)
	before := len(l.told())
	if before == 0 || before >= n {
		t.Fatalf("%d of %d stories are held: the test shows nothing", before, n)
	}
	if err := b.Ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}

	// One like the pair of the oldest story, which was dropped.
	l.publish(1000, 0, 100)
	d := bustest.Next(t, b, l.published, schema.StreamArticles)[l.published-1]
	again := &teller{bus: b, config: told.config, stats: told.stats}
	if verdict, err := again.handle(ctx, nil, d); err != nil || verdict != "joined" {
		t.Fatalf("%s, %v", verdict, err)
	}
	all := l.told()
	if s := all[len(all)-1]; s.Revision != 1 || len(s.Members) != 2 || s.Members[1].ArticleID != schema.ArticleID("1000") {
		t.Errorf("%+v", s)
	}
	l.publish(1001, 0, 100)
	l.give(again, d.Sequence+1)
	all = l.told()
	if s := all[len(all)-1]; s.Revision != 2 || len(s.Members) != 3 {
		t.Errorf("%+v", s)
	}
}

// The longest version of a story is far from what NATS takes as a message.
func TestVersionIsBounded(t *testing.T) {
	c := stories.DefaultConfig()
	for c.Members = 2; c.Validate() == nil; c.Members++ {
	}
	id := strings.Repeat("f", 32)
	s := schema.Story{ID: id, Revision: 1 << 40, Event: schema.StoryRevised, ArticleID: id, ArticleSeq: 1 << 60, FirstID: id}
	for range c.Members - 1 {
		s.Members = append(s.Members, schema.StoryMember{
			ArticleID: id, Revision: 1 << 40, Source: strings.Repeat("s", 67), Kind: schema.MemberDuplicate,
			Similarity: 0.123, LikeID: id, FetchedAt: time.Unix(1_800_000_000, 123_456_789).UTC(),
		})
	}
	data, err := bus.Encode(s)
	if err != nil || len(data) > 300<<10 {
		t.Errorf("%d members take %d bytes, %v", len(s.Members), len(data), err)
	}
}

// When ARTICLES was made anew its sequences begin again: the stories of the old
// ones tell nothing of the new ones.
func TestArticlesMadeAnew(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	for i := range 20 {
		l.publish(i, 1000*(i/2), 100)
	}
	l.tell(1)
	old := len(l.told())
	if err := b.JetStream().DeleteStream(t.Context(), schema.StreamArticles); err != nil {
		t.Fatal(err)
	}
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	for i := 100; i < 130; i += 2 { // in the end past the old sequences
		l.publish(i, 1000*i, 100)
		l.publish(i+1, 1000*i, 100)
		l.tell(1) // one that remembers nothing, and is given all again
	}
	got := l.told()[old:]
	if diff := cmp.Diff(l.expected(stories.DefaultConfig()), got); diff != "" {
		t.Errorf("stories (-want +got):\n%s", diff)
	}
	if len(got) != 15 {
		t.Errorf("%d stories", len(got))
	}
}

// When an older copy of ARTICLES was restored, stories of articles that it does not
// have are passed over.
func TestStoriesAheadOfArticles(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	l.publish(1, 0, 100)
	l.publish(2, 0, 100)
	l.tell(1)
	held := l.told()[0]
	ahead := held
	ahead.Revision, ahead.ArticleSeq = 2, 1000
	l.garbage(b.Root().Story(ahead.ID), encoded(t, ahead))
	l.publish(3, 0, 100)
	l.tell(3)
	all := l.told()
	if s := all[len(all)-1]; s.ID != held.ID || s.ArticleSeq != 3 || len(s.Members) != 3 {
		t.Errorf("%+v", all)
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	data, err := bus.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// garbage stores a message that dateline did not make.
func (l *library) garbage(subject, data string) {
	l.t.Helper()
	m := &nats.Msg{Subject: subject, Data: []byte(data), Header: nats.Header{}}
	if s, err := bus.Decode[schema.Story](bus.Delivery{Data: m.Data}); err == nil && s.ID != "" {
		m.Header.Set(schema.HeaderID, schema.RevisionID(s.ID, s.Revision))
	}
	if _, err := l.bus.JetStream().PublishMsg(l.t.Context(), m); err != nil {
		l.t.Fatal(err)
	}
}

// What is no version of a story is passed over, wherever it is in STORIES.
func TestUnreadableStory(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"no JSON": "{", "empty": "", "another thing": `{"id":"x"}`, "a list": "[]", "no id": "{}",
		"another story": `{"id":"` + strings.Repeat("a", 32) + `","revision":1,"article_seq":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			l := newLibrary(t, b, 1)
			l.publish(1, 0, 100)
			l.publish(2, 0, 100)
			l.tell(1)
			story := l.told()[0]
			l.garbage("news.story.garbage", data) // at the end
			l.publish(3, 0, 100)
			l.tell(3)
			l.publish(4, 0, 100)
			l.tell(4) // now it is among those of the window
			last, err := l.stream(schema.StreamStories).GetMsg(t.Context(), 4)
			if err != nil {
				t.Fatal(err)
			}
			got, err := bus.Decode[schema.Story](bus.Delivery{Data: last.Data})
			if err != nil || got.ID != story.ID || got.Revision != 3 || len(got.Members) != 4 {
				t.Errorf("%+v, %v", got, err)
			}
			if n := l.counted()["unreadable"]; n == 0 {
				t.Error("it was not counted")
			}
		})
	}
}

// Garbage alone is as no story; and a last message that was removed as one that
// cannot be read.
func TestNoReadableStory(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	l.garbage("news.story.a", "{")
	l.garbage("news.story.b", "{")
	if err := l.stream(schema.StreamStories).DeleteMsg(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	l.publish(1, 0, 100)
	l.publish(2, 0, 100)
	l.tell(1)
	last, err := l.stream(schema.StreamStories).GetMsg(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := bus.Decode[schema.Story](bus.Delivery{Data: last.Data}); err != nil || s.Revision != 1 || len(s.Members) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
}

// A panic leaves no state behind that is ahead of what was published.
func TestPanicForgetsTheState(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	l.publish(1, 0, 100)
	teller := l.tell(1)
	l.publish(2, 0, 100)
	teller.bus = nil // so that publishing panics
	d := bustest.Next(t, b, 2, schema.StreamArticles)[1]
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic: the test shows nothing")
			}
		}()
		_, _ = teller.handle(t.Context(), nil, d)
	}()
	teller.bus = b
	if verdict, err := teller.handle(t.Context(), nil, d); err != nil || verdict != "joined" {
		t.Errorf("%s, %v", verdict, err)
	}
	if diff := cmp.Diff(l.expected(teller.config), l.told()); diff != "" {
		t.Errorf("stories (-want +got):\n%s", diff)
	}
}

// A worker whose articles another has taken meanwhile does not read it all again.
func TestAnotherWasFaster(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	for i := range 4 {
		l.publish(i, 0, 100)
	}
	l.tell(1)
	before := l.counted()["remembered"]
	for _, d := range bustest.Next(t, b, 4, schema.StreamArticles) {
		late := &teller{bus: b, config: stories.DefaultConfig(), stats: b.Stats().Stage(StoriesStage)}
		if verdict, err := late.handle(t.Context(), nil, d); err != nil || verdict != "stored" {
			t.Errorf("%d: %s, %v", d.Sequence, verdict, err)
		}
	}
	if n := l.counted()["remembered"]; n != before {
		t.Errorf("it was made anew %d times", n-before)
	}
}
