package schema

import (
	"strconv"
	"time"
)

// StoryEvent is what a version of a story tells.
type StoryEvent string

// The events of a story.
const (
	StoryJoined  StoryEvent = "joined"  // an article was found to be like one of it
	StoryRevised StoryEvent = "revised" // an article of it has a new revision
	StoryLeft    StoryEvent = "left"    // an article of it was withdrawn
)

// MemberKind is how an article is like another of its story.
type MemberKind string

// The kinds of members.
const (
	MemberFirst     MemberKind = "first"     // the one that was seen first
	MemberDuplicate MemberKind = "duplicate" // most of the wording is the same
	MemberCut       MemberKind = "cut"       // one of both is for the most part in the other
)

// Story is articles that are near-duplicates of each other: one text in several
// publications, or cut from it. Each version of a story replaces the last.
type Story struct {
	// ID is 32 hex digits, made from the story's first article; see StoryID.
	ID string `json:"id"`
	// Revision counts the story's versions from 1.
	Revision int `json:"revision"`
	// Event is what this version tells, of the article ArticleID.
	Event StoryEvent `json:"event"`
	// ArticleID is the article that led to this version.
	ArticleID string `json:"article_id"`
	// ArticleSeq is the sequence of that article in the stream ARTICLES.
	ArticleSeq uint64 `json:"article_seq"`
	// FirstID is the first of the members: take it alone, and leave the others.
	FirstID string `json:"first_id,omitempty"`
	// Members are the articles, in the order in which they joined.
	Members []StoryMember `json:"members,omitempty"`
}

// StoryMember is an article of a story.
type StoryMember struct {
	// ArticleID is the article's id, and Revision the one that was compared.
	ArticleID string `json:"article_id"`
	Revision  int    `json:"revision"`
	// Source is the subject token of the article's source.
	Source string `json:"source"`
	// Kind is first, duplicate or cut.
	Kind MemberKind `json:"kind"`
	// Similarity is the estimated part, from 0 to 1, of their wording that the
	// article and LikeID share; of a cut, the part of the shorter text that is in
	// the longer. It is 1 for the first.
	Similarity float64 `json:"similarity"`
	// LikeID is the member that it is most like, or was when they were compared.
	LikeID string `json:"like_id,omitempty"`
	// FetchedAt is the order stamp of the compared revision; see Fetch.
	FetchedAt time.Time `json:"fetched_at"`
}

// StoryID is the id of the story that an article was the first of, in that
// revision: an article that left one story may begin another later.
func StoryID(articleID string, revision int) string {
	return digest("story", articleID, strconv.Itoa(revision))
}
