package stories_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// history draws messages of the stream ARTICLES: texts that overlap with others
// by chance, so that there are chains, bridges and cuts, and among them
// revisions, withdrawals and short texts, over about twice the window.
func history(t *rapid.T, c stories.Config) []stories.Article {
	n := rapid.IntRange(1, 120).Draw(t, "messages")
	now := day
	revisions := map[int]int{}
	var all []stories.Article
	for i := range n {
		now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, c.Window / 40, c.Window / 10}).Draw(t, "pause"))
		number := rapid.IntRange(0, 40).Draw(t, "article")
		revisions[number]++
		a := article(number, revisions[number], uint64(i+1), now)
		a.Fetched = now.Add(-rapid.SampledFrom([]time.Duration{0, time.Minute, c.Window / 20, c.Window / 2}).Draw(t, "delay"))
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			a.Withdrawn, a.Signature = true, nil
		case 1:
			a.Signature = nil
		default:
			// Articles of one family have texts that begin at some word of the same
			// long text.
			family := rapid.IntRange(0, 2).Draw(t, "family")
			a.Signature = text(family*10_000+10*rapid.IntRange(0, 12).Draw(t, "begin"), rapid.SampledFrom([]int{70, 90, 140}).Draw(t, "words"))
		}
		all = append(all, a)
	}
	return all
}

// limits draws settings that are met: little room, small stories.
func limits(t *rapid.T) stories.Config {
	c := stories.DefaultConfig()
	c.Window = 40 * time.Hour
	c.Articles = rapid.SampledFrom([]int{3, 10, 1000}).Draw(t, "articles")
	c.Members = rapid.SampledFrom([]int{2, 4, 500}).Draw(t, "members")
	return c
}

// stored is a version of a story in the stream STORIES.
type stored struct {
	at    time.Time
	story schema.Story
}

// follow takes messages, and adds the versions that come of them to the stream.
func follow(s *stories.State, messages []stories.Article, stream []stored) []stored {
	for _, a := range messages {
		if _, story := s.Take(a); story != nil {
			stream = append(stream, stored{a.Stored, *story})
		}
	}
	return stream
}

// restart makes the state anew from what the two streams hold when the messages
// up to done were worked on.
func restart(t *rapid.T, c stories.Config, messages []stories.Article, done int, stream []stored) *stories.State {
	s := stories.New(c)
	last := uint64(0)
	if len(stream) > 0 {
		last = stream[len(stream)-1].story.ArticleSeq
	}
	begin := stories.Begin(c, lastAt(messages, last), messages[min(done, len(messages)-1)].Stored)
	var versions []schema.Story
	for _, v := range stream {
		if !v.at.Before(begin) {
			versions = append(versions, v.story)
		}
	}
	adopted := false
	for _, a := range messages[:done] {
		if a.Stored.Before(begin) {
			continue
		}
		if a.Seq <= last {
			s.Index(a)
			continue
		}
		if !adopted {
			s.Adopt(latest(t, versions))
			adopted = true
		}
		if verdict, story := s.Take(a); story != nil {
			t.Fatalf("message %d was %s after a restart, and was not before: %+v", a.Seq, verdict, story)
		}
	}
	if !adopted {
		s.Adopt(latest(t, versions))
	}
	return s
}

func latest(t *rapid.T, versions []schema.Story) []schema.Story {
	all, err := stories.Latest(func(yield func(schema.Story, error) bool) {
		for _, v := range versions {
			if !yield(v, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func lastAt(messages []stories.Article, seq uint64) time.Time {
	if seq == 0 {
		return time.Time{}
	}
	return messages[seq-1].Stored
}

// Stopping at any points gives the same stories as never stopping.
func TestRestart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := limits(t)
		messages := history(t, c)
		want := follow(stories.New(c), messages, nil)

		stops := rapid.SliceOfN(rapid.IntRange(0, len(messages)), 0, 6).Draw(t, "stops")
		slices.Sort(stops)
		var got []stored
		state, done := stories.New(c), 0
		for _, stop := range append(stops, len(messages)) {
			got = follow(state, messages[done:stop], got)
			done = stop
			state = restart(t, c, messages, done, got)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(stored{})); diff != "" {
			t.Fatalf("stories with stops at %v (-want +got):\n%s", stops, diff)
		}
	})
}

// A stop between the publication of a version and the end of its message: the
// version is there, the message is worked on again, and nothing doubles.
func TestRestartAfterPublishing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := limits(t)
		messages := history(t, c)
		want := follow(stories.New(c), messages, nil)
		if len(want) == 0 {
			return
		}
		i := rapid.IntRange(0, len(want)-1).Draw(t, "version")
		done := int(want[i].story.ArticleSeq)
		got := slices.Clone(want[:i+1])
		got = follow(restart(t, c, messages, done, got), messages[done:], got)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(stored{})); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// What holds of every version of every story.
func TestInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := limits(t)
		messages := history(t, c)
		last := map[string]schema.Story{}
		s := stories.New(c)
		for _, a := range messages {
			verdict, v := s.Take(a)
			if s.Articles() > c.Articles {
				t.Fatalf("%d articles are held, want at most %d", s.Articles(), c.Articles)
			}
			if (v != nil) != (verdict == stories.Joined || verdict == stories.Revised || verdict == stories.Left) {
				t.Fatalf("%s with %v", verdict, v)
			}
			if v == nil {
				continue
			}
			check(t, c, a, *v, last[v.ID])
			last[v.ID] = *v
		}
	})
}

// check checks a version against the one before it and the message it is from.
func check(t *rapid.T, c stories.Config, a stories.Article, v, before schema.Story) {
	text, _ := json.Marshal(v)
	if v.Revision != before.Revision+1 || v.ArticleSeq != a.Seq || v.ArticleID != a.ID.String() {
		t.Fatalf("after revision %d: %s", before.Revision, text)
	}
	if len(v.Members) > c.Members {
		t.Fatalf("%d members", len(v.Members))
	}
	ids := map[string]bool{}
	for i, m := range v.Members {
		if ids[m.ArticleID] {
			t.Fatalf("a member twice: %s", text)
		}
		ids[m.ArticleID] = true
		if first := i == 0; first != (m.Kind == schema.MemberFirst) || first && (v.FirstID != m.ArticleID || m.Similarity != 1) {
			t.Fatalf("member %d: %s", i, text)
		}
		if m.Similarity < 0 || m.Similarity > 1 {
			t.Fatalf("member %d: %s", i, text)
		}
	}
	if ids[a.ID.String()] != (v.Event != schema.StoryLeft) {
		t.Fatalf("its article: %s", text)
	}
	if v.Event == schema.StoryJoined && !ids[v.Members[len(v.Members)-1].LikeID] {
		t.Fatalf("like one that is no member: %s", text)
	}
}

// Stories that were dropped from their stream are forgotten by a restart: what was
// in them may begin others, and every version that follows is whole.
func TestRestartWithoutSomeStories(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := limits(t)
		messages := history(t, c)
		done := rapid.IntRange(0, len(messages)).Draw(t, "done")
		told := follow(stories.New(c), messages[:done], nil)
		var known []schema.Story
		for _, v := range told {
			known = append(known, v.story)
		}
		known = latest(t, known)
		known = known[rapid.IntRange(0, len(known)).Draw(t, "dropped"):]
		held := map[string]int{}
		for _, s := range known {
			held[s.ID] = s.Revision
		}
		s := stories.New(c)
		for _, a := range messages[:done] {
			s.Index(a)
		}
		s.Adopt(known)
		for _, a := range messages[done:] {
			_, v := s.Take(a)
			if v == nil {
				continue
			}
			if held[v.ID]++; v.Revision != held[v.ID] && v.Revision != 1 {
				t.Fatalf("revision %d of %s, want %d or 1", v.Revision, v.ID, held[v.ID])
			}
			held[v.ID] = v.Revision
			in := slices.ContainsFunc(v.Members, func(m schema.StoryMember) bool { return m.ArticleID == a.ID.String() })
			if in != (v.Event != schema.StoryLeft) || len(v.Members) > c.Members || v.ArticleSeq != a.Seq {
				t.Fatalf("%+v by %+v", v, a)
			}
		}
	})
}
