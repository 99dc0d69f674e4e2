package stories

import (
	"math"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

// Verdict says in one word what became of an article.
type Verdict string

// The verdicts.
const (
	Alone   Verdict = "alone"   // nothing is like it
	Joined  Verdict = "joined"  // it joined a story, or began one with another
	Revised Verdict = "revised" // it is in a story, and has a new revision
	Left    Verdict = "left"    // it was in a story, and was withdrawn
	Short   Verdict = "short"   // it has no signature to compare
	Gone    Verdict = "gone"    // it was withdrawn, and was in no story
)

// A cut is at most three quarters of the longer text: two texts of one length are
// duplicates or they are not. Both must share 60 thousandths of the least hashes:
// of fewer the containment cannot be told.
const (
	cutParts, cutWhole = 3, 4
	minShared          = 60
)

// Counts are what the comparisons have met.
type Counts struct {
	// Hot counts bands that were shared by more articles than are looked at.
	Hot int64
	// Crowded counts articles that went before their time, because there were
	// more than Config.Articles.
	Crowded int64
	// Full counts articles that were like one of a story that takes no more.
	Full int64
}

// State is what is known at one point of the stream: the articles that can be
// compared with, and the stories of those. Take advances it by one message. After
// a restart it is made anew: Index for the messages whose stories are stored,
// Adopt for those stories, and Take from there on. It is for one goroutine at a
// time.
type State struct {
	config    Config
	threshold thresholds
	index     *index
	stories   map[string]*story
	of        map[string]*story // by the id of a member
	counts    Counts
}

// thresholds are those of the configuration, in thousandths.
type thresholds struct{ similarity, containment, sameSource int }

// story is a story of which at least one article is in the index.
type story struct {
	schema.Story
	live int // its articles that are
}

// New is the state before the first message.
func New(c Config) *State {
	in := func(share float64) int { return int(math.Round(1000 * share)) }
	return &State{
		config: c, threshold: thresholds{in(c.Similarity), in(c.Containment), in(c.SameSource)},
		index: newIndex(), stories: map[string]*story{}, of: map[string]*story{},
	}
}

// Take advances the state by one article. When a story has changed, its new
// version is returned; there is at most one.
func (s *State) Take(a Article) (Verdict, *schema.Story) {
	s.makeRoom(a.Stored)
	member := s.of[a.ID.String()]
	switch {
	case a.Withdrawn && member != nil:
		s.forget(a.ID)
		return Left, s.leave(member, a)
	case a.Withdrawn:
		s.forget(a.ID)
		return Gone, nil
	case a.Signature == nil:
		s.forget(a.ID)
		return Short, nil
	case member != nil:
		return Revised, s.revise(member, a)
	}
	best, full := s.best(a)
	e := s.index.add(a)
	if full {
		s.counts.Full++
	}
	if best.entry == nil {
		return Alone, nil
	}
	return Joined, s.join(best, e.article)
}

// Index advances the state by an article whose effect on the stories is known
// already, and comes with Adopt.
func (s *State) Index(a Article) {
	s.makeRoom(a.Stored)
	if a.Signature == nil {
		s.index.kill(a.ID)
		return
	}
	s.index.add(a)
}

// Adopt takes over stories as they were after the last article that was indexed:
// the last version of each, in the order of the stream.
func (s *State) Adopt(stored []schema.Story) {
	for _, version := range slices.Backward(stored) {
		version.Members = slices.Clone(version.Members)
		st := &story{Story: version}
		for _, m := range version.Members {
			if s.isLive(m.ArticleID, version.ArticleSeq) {
				st.live++
			}
		}
		if st.live == 0 {
			continue
		}
		s.stories[version.ID] = st
		for _, m := range version.Members {
			if s.of[m.ArticleID] == nil { // else a newer story has it
				s.of[m.ArticleID] = st
			}
		}
	}
}

// isLive reports whether a member of a stored story is in the index as that
// story's. A revision that came after the story's last version is not: the story
// was forgotten by then, or it would have a newer one. Nor is an article that has
// joined a newer story.
func (s *State) isLive(articleID string, until uint64) bool {
	id, err := parseID(articleID)
	if err != nil || s.of[articleID] != nil {
		return false
	}
	e := s.index.live(id)
	return e != nil && e.article.Seq <= until
}

// Counts returns what the comparisons have met since the last call.
func (s *State) Counts() Counts {
	c := s.counts
	s.counts = Counts{}
	return c
}

// Articles is how many revisions of articles are held.
func (s *State) Articles() int { return s.index.size() }

// Worn reports whether the state should be made anew, because the numbers that
// it gives to articles come to their end: after two thousand million.
func (s *State) Worn() bool { return s.index.count > 1<<31 }

// makeRoom lets go of the articles that are too old at a time, and of the oldest
// when there is no room for one more. What is held then follows from the last
// messages of the stream alone, wherever reading it has begun.
func (s *State) makeRoom(now time.Time) {
	for e := s.index.oldest(); e != nil; e = s.index.oldest() {
		old := now.Sub(e.article.Stored) > s.config.Horizon()
		if !old && s.index.size() < s.config.Articles {
			return
		}
		if !old {
			s.counts.Crowded++
		}
		if dropped := s.index.drop(); !dropped.dead {
			s.release(dropped.article.ID)
		}
	}
}

// forget takes an article out of comparison.
func (s *State) forget(id ID) {
	if s.index.kill(id) {
		s.release(id)
	}
}

// release forgets a story whose last article has gone from the index.
func (s *State) release(id ID) {
	st := s.of[id.String()]
	if st == nil {
		return
	}
	if st.live--; st.live > 0 {
		return
	}
	delete(s.stories, st.ID)
	for _, m := range st.Members {
		if s.of[m.ArticleID] == st {
			delete(s.of, m.ArticleID)
		}
	}
}

// match is how an article is like one in the index.
type match struct {
	entry *entry
	kind  schema.MemberKind
	score int // in thousandths: of a cut the containment, else the similarity
}

// better orders matches: duplicates before cuts, then by their score, then the
// older first. No two are equal.
func (m match) better(than match) bool {
	switch {
	case than.entry == nil || m.kind != than.kind:
		return than.entry == nil || m.kind == schema.MemberDuplicate
	case m.score != than.score:
		return m.score > than.score
	default:
		return m.entry.article.Seq < than.entry.article.Seq
	}
}

// compare says how two texts are alike; no kind when they are not. Of one source
// more is asked: its weather reports and share prices share most of their words.
func (s *State) compare(a Article, e *entry) match {
	similarity, containment := fingerprint.Overlap(a.Signature, &e.signature)
	shorter, longer := min(a.Signature.Shingles, e.signature.Shingles), max(a.Signature.Shingles, e.signature.Shingles)
	same := a.Source == e.article.Source
	switch {
	case similarity >= s.threshold.similarity && (!same || similarity >= s.threshold.sameSource):
		return match{e, schema.MemberDuplicate, similarity}
	case same || uint64(shorter)*cutWhole > uint64(longer)*cutParts:
		return match{entry: e, score: similarity}
	case containment >= s.threshold.containment && similarity >= minShared:
		return match{e, schema.MemberCut, containment}
	default:
		return match{entry: e, score: similarity}
	}
}

// best finds the article that a is most like, and says whether one was passed
// over because its story is full.
func (s *State) best(a Article) (best match, full bool) {
	hot := s.index.alike(a, s.config.Window, func(e *entry) {
		m := s.compare(a, e)
		if m.kind == "" || !m.better(best) {
			return
		}
		if st := s.of[e.article.ID.String()]; st != nil && len(st.Members) >= s.config.Members {
			full = true
			return
		}
		best = m
	})
	s.counts.Hot += int64(hot)
	return best, full
}
