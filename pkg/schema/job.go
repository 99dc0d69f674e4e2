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
	// Stretch is what a replay or a backfill goes over, and Progress how far it is.
	Stretch  *Stretch  `json:"stretch,omitempty"`
	Progress *Progress `json:"progress,omitempty"`
	// Replay says how a job of the kind replay delivers its stretch.
	Replay *Replay `json:"replay,omitempty"`
	// Backfill says how a job of the kind backfill works on its stretch.
	Backfill *Backfill `json:"backfill,omitempty"`
}

// JobKind says what a job does.
type JobKind string

// The kinds of jobs.
const (
	JobHistory  JobKind = "history"  // walks through the history of a feed
	JobReplay   JobKind = "replay"   // delivers a stretch of a stream again
	JobBackfill JobKind = "backfill" // runs a stage again over a stretch of a stream
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

// Ended reports whether a job in the state will do nothing more by itself.
func (s JobState) Ended() bool { return !s.Active() && s != JobPaused }

// Stretch is the part of a stream that a job goes over. It is fixed when the job
// is made: what is stored after that is not of it.
type Stretch struct {
	// Stream is the contract's name of the stream, such as ITEMS.
	Stream string `json:"stream"`
	// Filter is the subject that the messages are on, which may hold wildcards; all
	// of the stream when empty.
	Filter string `json:"filter,omitempty"`
	// Since and Until are the times that were asked for, First and Last the
	// sequences of the stream that they are. Last is 0 when there is nothing.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	First uint64    `json:"first,omitempty"`
	Last  uint64    `json:"last,omitempty"`
	// Rate is the most messages a second, 0 for no limit.
	Rate float64 `json:"rate,omitempty"`
}

// Progress is how far a job is with its stretch.
type Progress struct {
	// Done is how many of Total messages are done.
	Done  uint64 `json:"done"`
	Total uint64 `json:"total"`
	// Rate is how many messages a second there were of late, and Left how many
	// seconds the rest will take, 0 when that is not known.
	Rate float64 `json:"rate,omitempty"`
	Left float64 `json:"left,omitempty"`
	// Sequence is the last of the stream that is done, with all before it.
	Sequence uint64 `json:"sequence,omitempty"`
	// Output is the last sequence of the stream that keeps a replay's output which
	// Done and Sequence count.
	Output uint64 `json:"output,omitempty"`
	// Live is how many messages a replay has delivered that came after its stretch.
	Live uint64 `json:"live,omitempty"`
	// Marked says that a replay has delivered the mark of its stretch's end.
	Marked bool `json:"marked,omitempty"`
}

// Replay is how a stretch is delivered again.
type Replay struct {
	// From is the folder or bucket of the archive that is read, empty for the
	// server's stream.
	From string `json:"from,omitempty"`
	// To is stdout, a folder or a subject, and Format how messages are written, if
	// not to a subject.
	To     string `json:"to"`
	Format string `json:"format,omitempty"`
	// Pace keeps the spacing that the messages were stored in, so many times as
	// fast; 0 for not.
	Pace float64 `json:"pace,omitempty"`
	// MaxGap bounds the wait between two messages at that pace, in seconds; 0 for
	// no bound.
	MaxGap float64 `json:"max_gap,omitempty"`
	// Follow goes on after the stretch with what is stored then.
	Follow bool `json:"follow,omitempty"`
	// Runner is the process that works on it, and Seen when that last said so.
	Runner string    `json:"runner,omitempty"`
	Seen   time.Time `json:"seen,omitzero"`
}

// Backfill is how a stage runs again over a stretch.
type Backfill struct {
	// Stage is the name of the stage, such as normalizer.
	Stage string `json:"stage"`
	// Into says where its output goes.
	Into Into `json:"into"`
	// Consumer is the durable consumer that its workers share, empty once it is
	// deleted.
	Consumer string `json:"consumer,omitempty"`
	// Turn is when the next messages may be taken, if the rate is limited.
	Turn time.Time `json:"turn,omitzero"`
	// From is the folder or bucket of the archive that the stretch is read from, empty
	// for the server's stream. A command reads it and hands its messages to the workers:
	// on subjects of the job's own, where its consumer is.
	From string `json:"from,omitempty"`
	// Fed is how far that command is; Marked says that it is done. Nil without From.
	Fed *Progress `json:"fed,omitempty"`
	// Feeder is the process that reads the archive.
	Feeder string `json:"feeder,omitempty"`
}

// Into is where the output of a backfill goes.
type Into string

// The places.
const (
	IntoShadow Into = "shadow" // subjects of the job's own, for comparison
	IntoLive   Into = "live"   // the subjects of the stage
)

// Step is a message that is delivered when a job is to go on.
type Step struct {
	// Job is the job's id.
	Job string `json:"job"`
}

// WalkID is the id of the walk through the history of a feed. There is one at a
// time.
func WalkID(feedID string) string { return "history-" + feedID }
