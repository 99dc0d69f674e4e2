package schema

import "time"

// Feed is an entry of the registry, the bucket of feeds: what to poll and how.
// Its key is FeedID of its URL.
type Feed struct {
	// ID is the feed's id; see FeedID.
	ID string `json:"id"`
	// URL is the feed's address as it was registered.
	URL string `json:"url"`
	// Title is the name that the operator gave it.
	Title string `json:"title,omitempty"`
	// Section is printed in the attribution of its articles, such as UK.
	Section string `json:"section,omitempty"`
	// Source is the name of the publication, when the feed's own title is not it.
	Source string `json:"source,omitempty"`
	// Language is a BCP 47 tag, for feeds that declare none or a wrong one.
	Language string `json:"language,omitempty"`
	// Interval is the seconds between two polls; 0 leaves it to the poller.
	Interval float64 `json:"interval,omitempty"`
	// Fulltext says when the pages of its articles are fetched; empty leaves it to
	// the fetcher.
	Fulltext Fulltext `json:"fulltext,omitempty"`
	// Timezone is the IANA name of the zone that the days of its articles are of,
	// such as Europe/London; empty or AsWritten leaves them as the publisher writes
	// them.
	Timezone string `json:"timezone,omitempty"`
	// Quotes is "typographic" when straight quotes in English texts become curly
	// ones, and empty or AsWritten when texts stay as they are.
	Quotes string `json:"quotes,omitempty"`
	// Folder is the group that the feed stands in, when it came from OPML.
	Folder string `json:"folder,omitempty"`
	// Added is when it was registered.
	Added time.Time `json:"added"`

	// Headers are sent with each request, to the site of URL alone.
	Headers map[string]string `json:"headers,omitempty"`
	// Auth names the user and password of the configuration that the feed is
	// asked with. The registry holds no password.
	Auth string `json:"auth,omitempty"`
	// Proxy names the proxy of the configuration that the feed is asked through.
	Proxy string `json:"proxy,omitempty"`
	// Robots is "obey" when robots.txt decides whether the feed may be asked, as
	// it always does of pages, and empty when it does not.
	Robots string `json:"robots,omitempty"`
}

// QuotesTypographic is a value of Feed.Quotes.
const QuotesTypographic = "typographic"

// AsWritten is what Feed.Timezone and Feed.Quotes are set to when they are not to
// be anything else any more: what is empty leaves an entry as it was.
const AsWritten = "as-written"

// Fulltext says when the page of an article is fetched beside its feed.
type Fulltext string

// When pages are fetched.
const (
	FulltextAuto   Fulltext = "auto"   // when the item's own text is short
	FulltextAlways Fulltext = "always" // whenever the item has a link
	FulltextNever  Fulltext = "never"
)

// RobotsObey as Feed.Robots says that robots.txt decides.
const RobotsObey = "obey"

// PollState is what the poller knows of a feed. It is the payload of the
// feed's scheduled message, so the state and the next poll are one.
type PollState struct {
	// FeedID is the feed's id; see FeedID.
	FeedID string `json:"feed_id"`
	// URL is the address to ask.
	URL string `json:"url"`
	// ETag and LastModified are the validators of the last document that was
	// stored whole, byte for byte.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	// BodyHash is the SHA-256 of that document, in hex.
	BodyHash string `json:"body_hash,omitempty"`
	// FetchedAt is the last order stamp given to an item of this feed.
	FetchedAt time.Time `json:"fetched_at,omitzero"`
	// Interval is the seconds between polls that suit what the feed publishes,
	// before the wishes of its publisher and chance.
	Interval float64 `json:"interval"`
	// Turn is when the feed may come back to a host that had no time for it, zero
	// when it was not sent away.
	Turn time.Time `json:"turn,omitzero"`
	// Reason says why the next poll is when it is.
	Reason string `json:"reason,omitempty"`
	// Next is when the next poll is due, and Decided when that was decided, both by
	// the clock of the server.
	Next    time.Time `json:"next"`
	Decided time.Time `json:"decided,omitzero"`
	// Status is the HTTP status of the last poll, 0 before the first.
	Status int `json:"status,omitempty"`
	// Error is the error code of the last poll, empty when it was good.
	Error string `json:"error,omitempty"`
	// Detail says more about Error.
	Detail string `json:"detail,omitempty"`
	// Failures counts failed polls in a row.
	Failures int `json:"failures,omitempty"`
	// LastGood is when a poll last succeeded.
	LastGood time.Time `json:"last_good,omitzero"`
	// Polls counts polls since the feed was registered.
	Polls int `json:"polls,omitempty"`
	// Seen, Published, Unchanged and Dead count the items of all polls: Seen is
	// the sum of the three others.
	Seen      int `json:"seen,omitempty"`
	Published int `json:"published,omitempty"`
	Unchanged int `json:"unchanged,omitempty"`
	Dead      int `json:"dead,omitempty"`
	// Retired is when the server first said that the feed is gone, zero unless
	// that was its last word.
	Retired time.Time `json:"retired,omitzero"`
	// Hints are what the feed's last document asks of those who poll it.
	Hints Hints `json:"hints,omitzero"`
	// Rhythm is how much the feed publishes, and when.
	Rhythm Rhythm `json:"rhythm,omitzero"`
	// Title is the feed's own title at the last good poll.
	Title string `json:"title,omitempty"`
	// Run is the run that asked for the next poll, and PolledRun the last run
	// whose poll is done; see dateline up --once.
	Run       string `json:"run,omitempty"`
	PolledRun string `json:"polled_run,omitempty"`

	// LastNew is when the feed last had something new, and Daily how many items
	// a day it brought then.
	LastNew time.Time `json:"last_new,omitzero"`
	Daily   float64   `json:"daily,omitempty"`
	// Silent is when it was told that the feed has fallen silent, zero while it
	// has not.
	Silent time.Time `json:"silent,omitzero"`
	// ValidatorsFrom is the address that gave ETag and LastModified, after
	// redirects. They are sent to no other site.
	ValidatorsFrom string `json:"validators_from,omitempty"`
	// Move is the permanent redirect that is being learnt, or is.
	Move Move `json:"move,omitzero"`
	// Trust is what is known of the server's answers 304.
	Trust Trust `json:"trust,omitzero"`
	// Identity is the policy that the feed's items have shown to be needed. It stays,
	// as another one gives the articles other ids.
	Identity IdentityPolicy `json:"identity,omitempty"`
	// Push is what is known of the feed's pushes (WebSub).
	Push Push `json:"push,omitzero"`
}

// Push is what the polls of a feed know of its pushes (WebSub): a push tells
// that there is something new, and a poll gets it.
type Push struct {
	// Hub and Topic are the addresses of the feed's hub, and of the feed as the
	// hub knows it, by the feed's last document; empty when it names none.
	Hub   string `json:"hub,omitempty"`
	Topic string `json:"topic,omitempty"`
	// Until is when the lease of the subscription ends, as of the last poll; zero
	// without one. Problem says why there is none.
	Until   time.Time `json:"until,omitzero"`
	Problem string    `json:"problem,omitempty"`
	// Live is since when pushes are relied on, so that polls only check them; zero
	// while they are not.
	Live time.Time `json:"live,omitzero"`
	// Proven counts, in a row, the polls with something new that a push had told of.
	Proven int `json:"proven,omitempty"`
	// Missed is when a poll last found something new that no push had told of, and
	// Before what Proven was then: the push may only have been late. Both are zero
	// once a push was found to be good.
	Missed time.Time `json:"missed,omitzero"`
	Before int       `json:"before,omitempty"`
	// Began is the number of the last push when the last poll began, and Heard that
	// of the last one that a poll has answered; Vain is how many polls have found
	// nothing new for the pushes between.
	Began int `json:"began,omitempty"`
	Heard int `json:"heard,omitempty"`
	Vain  int `json:"vain,omitempty"`
}

// Move is a permanent redirect of a feed, learnt over several polls.
type Move struct {
	// To is the address that it leads to, without user and password.
	To string `json:"to,omitempty"`
	// Times is how many good polls in a row have confirmed it.
	Times int `json:"times,omitempty"`
}

// Trust tells whether a server's answers 304 (not modified) can be believed.
type Trust struct {
	// NotModified counts them since WholeAt, when the last whole document came.
	NotModified int       `json:"not_modified,omitempty"`
	WholeAt     time.Time `json:"whole_at,omitzero"`
	// ProbeETag and ProbeLastModified are validators of a document that is known
	// to be outdated, to be asked with once: an answer 304 to them is not true.
	ProbeETag         string `json:"probe_etag,omitempty"`
	ProbeLastModified string `json:"probe_last_modified,omitempty"`
	// DistrustedUntil is when validators are used again after such an answer.
	DistrustedUntil time.Time `json:"distrusted_until,omitzero"`
}

// Hints are what a feed's own document asks of those who poll it.
type Hints struct {
	// TTL is the seconds that the document may be kept: ttl of RSS.
	TTL float64 `json:"ttl,omitempty"`
	// Update is the seconds between two updates: sy:updatePeriod over
	// sy:updateFrequency.
	Update float64 `json:"update,omitempty"`
	// SkipHours are hours of the day, UTC, from 0 to 23, and SkipDays days of
	// the week, UTC, Sunday being 0, in which not to poll: those of RSS.
	SkipHours []int `json:"skip_hours,omitempty"`
	SkipDays  []int `json:"skip_days,omitempty"`
}

// Rhythm is how much a feed publishes, and when: what polls have seen of it,
// the recent counting more.
type Rhythm struct {
	// Items over Days is the items a day. Both lose half in three days, and a
	// time in which the feed rarely publishes counts little in Days.
	Items float64 `json:"items"`
	Days  float64 `json:"days"`
	// Hours has the items since Since in each hour of the day, UTC, and Weekdays
	// those in each day of the week, UTC, Sunday first: a byte each, all halved
	// when one is full or four weeks are over.
	Hours    []byte `json:"hours"`
	Weekdays []byte `json:"weekdays"`
	// Since is when the counts begin, moved on when they are halved for age.
	Since time.Time `json:"since"`
	// Until is when the feed was last read.
	Until time.Time `json:"until"`
}

// Health is an event in the life of a feed or of the pipeline.
type Health struct {
	// FeedID is the feed's id, empty for events of the pipeline.
	FeedID string `json:"feed_id,omitempty"`
	// URL is the feed's address.
	URL string `json:"url,omitempty"`
	// Kind is the last but one token of the event's subject. Of a feed: failing,
	// rate-limited or hostile when its polls begin to fail, recovered when they
	// end to, gone (410), moved for good, lying-304, silent, and push-lost when
	// its pushes are not relied on any more. Of a message that comes again and
	// again: suspect. Of a fetcher: paused while what it fetches could not be stored,
	// and resumed.
	Kind string `json:"kind"`
	// Error is the error code of a failing feed.
	Error string `json:"error,omitempty"`
	// Detail says more.
	Detail string `json:"detail,omitempty"`
	// At is when it happened.
	At time.Time `json:"at"`
}
