package schema

import "time"

// Job is a piece of work that takes longer than a message: an entry of the
// bucket of jobs, whose key is its id. Workers of any process take it further
// step by step, and each step is compared with the entry that it read, so that
// the entry is all that there is of a job.
type Job struct {
	// ID is the job's id; see WalkID.
	ID string `json:"id"`
	// Kind says what is done.
	Kind JobKind `json:"kind"`
	// State says whether it is done, and how.
	State JobState `json:"state"`
	// FeedID and URL are the feed that it works on, and its address as registered.
	FeedID string `json:"feed_id,omitempty"`
	URL    string `json:"url,omitempty"`
	// Created is when it was asked for, and Updated when it last did something.
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	// Error is the error code of a failed job, or of one that waits to try again.
	Error string `json:"error,omitempty"`
	// Detail says more about Error, or why the job has ended.
	Detail string `json:"detail,omitempty"`
	// Counts count what it has done, by name.
	Counts map[string]int `json:"counts,omitempty"`
	// Walk is where a job of the kind history stands.
	Walk *Walk `json:"walk,omitempty"`
}

// JobKind says what a job does.
type JobKind string

// The kinds of jobs.
const (
	JobHistory JobKind = "history" // walks through the history of a feed
)

// JobState says how far a job is.
type JobState string

// The states of a job.
const (
	JobQueued    JobState = "queued"  // no worker has taken it yet
	JobRunning   JobState = "running" // some steps are done
	JobPaused    JobState = "paused"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Active reports whether workers go on with the job.
func (s JobState) Active() bool { return s == JobQueued || s == JobRunning }

// Walk is where a walk through the history of a feed stands. It begins with the
// feed itself and goes from document to document, back in time.
type Walk struct {
	// Since ends the walk at the first document of which all is older.
	Since time.Time `json:"since,omitzero"`
	// Limit is how many documents are read before it stops, counted from From; 0
	// leaves it to the fetcher.
	Limit int `json:"limit,omitempty"`
	From  int `json:"from,omitempty"`
	// Way is how it goes from one document to the next, empty before the feed has
	// been read, and when the feed shows none.
	Way Way `json:"way,omitempty"`
	// Next is the address of the next document, empty when it begins with the
	// feed itself or has come to its end.
	Next string `json:"next,omitempty"`
	// Documents is how many have been read.
	Documents int `json:"documents"`
	// Title is the feed's own title, and Served the address that answered for it.
	Title  string `json:"title,omitempty"`
	Served string `json:"served,omitempty"`
	// Oldest is the date of the oldest item that was found.
	Oldest time.Time `json:"oldest,omitzero"`
	// Shown has 8 bytes for each document that was read, which stand for what it
	// shows: one that comes a second time ends the walk.
	Shown []byte `json:"shown,omitempty"`
	// Queue are the sitemaps that come after Next, and Queued is the last of their
	// index that was put there.
	Queue  []string    `json:"queue,omitempty"`
	Queued SitemapMark `json:"queued,omitzero"`
	// Turn is when the walk may come back to a host that had no time for it.
	Turn time.Time `json:"turn,omitzero"`
	// Tries is how often the next document was asked for in vain.
	Tries int `json:"tries,omitempty"`
}

// SitemapMark is a place in the order in which the sitemaps of an index are
// read: those that changed last first, and by their addresses.
type SitemapMark struct {
	// Changed is when the sitemap changed, zero when it does not say.
	Changed time.Time `json:"changed,omitzero"`
	// Loc is its address.
	Loc string `json:"loc"`
}

// Way is how a walk goes from one document of a feed's history to the next.
type Way string

// The ways, in the order in which they are looked for.
const (
	WayPrevArchive Way = "prev-archive" // the link of that name (RFC 5005, section 4)
	WayNext        Way = "next"         // the link of that name (RFC 5005, section 3)
	WayNextURL     Way = "next_url"     // the member of JSON Feed
	WayPaged       Way = "paged"        // the parameter of WordPress
	WaySitemaps    Way = "sitemaps"     // the sitemaps of an index
)

// Step is a message that is delivered when a job is to go on.
type Step struct {
	// Job is the job's id.
	Job string `json:"job"`
}

// WalkID is the id of the walk through the history of a feed. There is one at a
// time.
func WalkID(feedID string) string { return "history-" + feedID }
