package stories

import (
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// join adds an article to the story of the one that it is most like, or begins
// one of both.
func (s *State) join(best match, a Article) *schema.Story {
	like := best.entry.article
	st := s.of[like.ID.String()]
	if st == nil {
		first := member(like)
		first.Kind, first.Similarity = schema.MemberFirst, 1
		st = &story{live: 1, Story: schema.Story{
			ID: schema.StoryID(like.ID.String(), like.Revision), FirstID: like.ID.String(), Members: []schema.StoryMember{first},
		}}
		s.stories[st.ID], s.of[first.ArticleID] = st, st
	}
	m := member(a)
	m.Kind, m.Similarity, m.LikeID = best.kind, thousandths(best.score), like.ID.String()
	st.Members = append(st.Members, m)
	st.live++
	s.of[m.ArticleID] = st
	return st.version(schema.StoryJoined, a)
}

// revise compares a new revision of a member with the others. It stays in the
// story however much it has changed: who has left it out would not learn of it.
func (s *State) revise(st *story, a Article) *schema.Story {
	if s.index.live(a.ID) == nil {
		st.live++
	}
	i := slices.IndexFunc(st.Members, func(m schema.StoryMember) bool { return m.ArticleID == a.ID.String() })
	is, was := member(a), st.Members[i]
	is.Kind, is.Similarity, is.LikeID = was.Kind, was.Similarity, was.LikeID
	if best := s.nearest(st, a); was.Kind != schema.MemberFirst && best.entry != nil {
		is.Similarity, is.LikeID = thousandths(best.score), best.entry.article.ID.String()
		if best.kind != "" {
			is.Kind = best.kind
		}
	}
	st.Members[i] = is
	s.index.add(a)
	return st.version(schema.StoryRevised, a)
}

// nearest is the other member that an article is most like.
func (s *State) nearest(st *story, a Article) (best match) {
	for _, m := range st.Members {
		id, err := parseID(m.ArticleID)
		if err != nil || id == a.ID {
			continue
		}
		if e := s.index.live(id); e != nil {
			if found := s.compare(a, e); nearer(found, best) {
				best = found
			}
		}
	}
	return best
}

// nearer orders matches as better does, those that are not alike last.
func nearer(m, than match) bool {
	if than.entry != nil && (m.kind == "") != (than.kind == "") {
		return m.kind != ""
	}
	return m.better(than)
}

// leave takes an article out of its story. The next one is its first then.
func (s *State) leave(st *story, a Article) *schema.Story {
	st.Members = slices.DeleteFunc(st.Members, func(m schema.StoryMember) bool { return m.ArticleID == a.ID.String() })
	delete(s.of, a.ID.String())
	st.FirstID = ""
	if len(st.Members) > 0 {
		first := &st.Members[0]
		st.FirstID, first.Kind, first.Similarity, first.LikeID = first.ArticleID, schema.MemberFirst, 1, ""
	}
	return st.version(schema.StoryLeft, a)
}

// version is a copy of the story as it is now.
func (st *story) version(event schema.StoryEvent, a Article) *schema.Story {
	st.Revision++
	st.Event, st.ArticleID, st.ArticleSeq = event, a.ID.String(), a.Seq
	v := st.Story
	v.Members = slices.Clone(st.Members)
	return &v
}

func member(a Article) schema.StoryMember {
	return schema.StoryMember{ArticleID: a.ID.String(), Revision: a.Revision, Source: a.Source, FetchedAt: a.Fetched.UTC()}
}

func thousandths(n int) float64 { return float64(n) / 1000 }
