package httpfetch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// publisher is a server in fake time: its document is a number that grows.
type publisher struct {
	version int
	etag    func(version int) string
	// answers304 says whether it calls a document not modified.
	answers304 func(etag string, version int) bool
}

func numbered(version int) string { return fmt.Sprintf(`"%d"`, version) }

func honest(etag string, version int) bool { return etag == numbered(version) }

// reader polls it as a poller does.
type reader struct {
	state schema.PollState
	seen  int // the version of the last document
	plans map[httpfetch.Plan]int
	lies  int // times that it was found out
}

func (r *reader) poll(p *publisher, now time.Time) {
	plan, etag, _ := httpfetch.PlanValidators(r.state, now)
	r.plans[plan]++
	resp := httpfetch.Response{Status: 200, ETag: p.etag(p.version)}
	if etag != "" && p.answers304(etag, p.version) {
		resp = httpfetch.Response{Status: 304, NotModified: true}
	}
	var lied bool
	r.state.Trust, lied = httpfetch.LearnTrust(r.state, plan, resp, !resp.NotModified && r.seen != p.version, now)
	if lied {
		r.lies++
	}
	if !resp.NotModified {
		r.seen, r.state.ETag = p.version, resp.ETag
	}
}

// life is a month of polls, one every so often, of a document that changes
// every so often. It returns the longest that the reader was behind.
func (r *reader) life(p *publisher, polled, changes time.Duration) (behind time.Duration) {
	r.plans = map[httpfetch.Plan]int{}
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	since := start // that the reader has been up to date
	for at := start; at.Before(start.Add(30 * 24 * time.Hour)); at = at.Add(polled) {
		p.version = 1 + int(at.Sub(start)/changes)
		r.poll(p, at)
		if r.seen == p.version {
			since = at
		}
		behind = max(behind, at.Sub(since))
	}
	return behind
}

func TestTrust(t *testing.T) {
	always := func(string, int) bool { return true }
	constant := func(int) string { return `"same"` }
	const hour, day = time.Hour, 24 * time.Hour
	for name, test := range map[string]struct {
		publisher       publisher
		polled, changes time.Duration
		lies            bool
		behind          time.Duration // at most
	}{
		"honest, quiet":                         {publisher{etag: numbered, answers304: honest}, hour, 10 * day, false, 0},
		"honest, busy":                          {publisher{etag: numbered, answers304: honest}, hour, 2 * hour, false, 0},
		"honest, always new":                    {publisher{etag: numbered, answers304: honest}, hour, hour, false, 0},
		"honest, slow":                          {publisher{etag: numbered, answers304: honest}, day, 3 * day, false, 0},
		"without validators":                    {publisher{etag: func(int) string { return "" }, answers304: honest}, hour, 5 * hour, false, 0},
		"304 to whatever it is asked":           {publisher{etag: numbered, answers304: always}, hour, 5 * hour, true, 2 * day},
		"304 to whatever, rarely new":           {publisher{etag: numbered, answers304: always}, hour, 3 * day, true, 2 * day},
		"one validator for all documents":       {publisher{etag: constant, answers304: always}, hour, 5 * hour, true, 2 * day},
		"one validator, and never 304":          {publisher{etag: constant, answers304: func(string, int) bool { return false }}, hour, 5 * hour, false, 0},
		"304 to the last two, as caches behind": {publisher{etag: numbered, answers304: func(etag string, v int) bool { return etag == numbered(v) || etag == numbered(v-1) }}, hour, 15 * hour, true, 2 * day},
		"polled once a day, and lies":           {publisher{etag: numbered, answers304: always}, day, 3 * day, true, 8 * day},
	} {
		t.Run(name, func(t *testing.T) {
			r := &reader{}
			behind := r.life(&test.publisher, test.polled, test.changes)
			if (r.lies > 0) != test.lies || behind > test.behind {
				t.Errorf("found out %d times, behind for %v; plans %v", r.lies, behind, r.plans)
			}
			polls := r.plans[httpfetch.Conditional] + r.plans[httpfetch.Check] + r.plans[httpfetch.Probe]
			if checks := r.plans[httpfetch.Check]; test.polled == hour && checks*15 > polls {
				t.Errorf("%d checks in %d polls", checks, polls)
			}
			if test.lies && r.plans[httpfetch.Distrusting]*2 < polls {
				t.Errorf("a server that lies is believed most of the time: %v", r.plans)
			}
		})
	}
}

// Each case of the comment at the top of trust.go.
func TestLearnTrust(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	before := now.Add(-3 * time.Hour)
	held := schema.PollState{ETag: `"a"`, LastModified: "m", Trust: schema.Trust{NotModified: 19, WholeAt: before}}
	probing, distrusted := held, held
	probing.Trust = schema.Trust{WholeAt: before, ProbeETag: `"old"`}
	distrusted.Trust = schema.Trust{WholeAt: before, DistrustedUntil: now.Add(time.Hour)}
	same := httpfetch.Response{Status: 200, ETag: `"a"`, LastModified: "m"}
	other := httpfetch.Response{Status: 200, ETag: `"b"`, LastModified: "m"}
	not := httpfetch.Response{Status: 304, NotModified: true}
	whole := schema.Trust{WholeAt: now}
	week := now.Add(7 * 24 * time.Hour)
	for name, test := range map[string]struct {
		state   schema.PollState
		plan    httpfetch.Plan
		resp    httpfetch.Response
		changed bool
		want    schema.Trust
		lied    bool
	}{
		"not modified":                      {held, httpfetch.Conditional, not, false, schema.Trust{NotModified: 20, WholeAt: before}, false},
		"a new document":                    {held, httpfetch.Conditional, other, true, whole, false},
		"check: nothing new":                {held, httpfetch.Check, same, false, whole, false},
		"check: the time of day is new":     {held, httpfetch.Check, other, false, whole, false},
		"check: news, same validators":      {held, httpfetch.Check, same, true, schema.Trust{WholeAt: now, DistrustedUntil: week}, true},
		"check: news, other validators":     {held, httpfetch.Check, other, true, schema.Trust{WholeAt: now, ProbeETag: `"a"`, ProbeLastModified: "m"}, false},
		"check: news, no validators held":   {schema.PollState{}, httpfetch.Check, same, true, whole, false},
		"probe: the document":               {probing, httpfetch.Probe, other, false, whole, false},
		"probe: not modified":               {probing, httpfetch.Probe, not, false, schema.Trust{WholeAt: before, DistrustedUntil: week}, true},
		"distrusted: stays so":              {distrusted, httpfetch.Distrusting, other, true, schema.Trust{WholeAt: now, DistrustedUntil: now.Add(time.Hour)}, false},
		"conditional: news, same, no check": {held, httpfetch.Conditional, same, true, whole, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, lied := httpfetch.LearnTrust(test.state, test.plan, test.resp, test.changed, now)
			if got != test.want || lied != test.lied {
				t.Errorf("got %+v, %v", got, lied)
			}
		})
	}
}

func TestPlanValidators(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, test := range map[string]struct {
		trust schema.Trust
		plan  httpfetch.Plan
		etag  string
	}{
		"a new feed":                    {schema.Trust{}, httpfetch.Conditional, `"a"`},
		"19 polls":                      {schema.Trust{NotModified: 18, WholeAt: ago(time.Hour)}, httpfetch.Conditional, `"a"`},
		"the 20th":                      {schema.Trust{NotModified: 19, WholeAt: ago(time.Hour)}, httpfetch.Check, ""},
		"a day":                         {schema.Trust{NotModified: 4, WholeAt: ago(24 * time.Hour)}, httpfetch.Check, ""},
		"a day of few polls":            {schema.Trust{NotModified: 3, WholeAt: ago(72 * time.Hour)}, httpfetch.Conditional, `"a"`},
		"a clock that was set back":     {schema.Trust{NotModified: 9, WholeAt: now.Add(time.Hour)}, httpfetch.Conditional, `"a"`},
		"a probe":                       {schema.Trust{NotModified: 19, ProbeETag: `"old"`}, httpfetch.Probe, `"old"`},
		"a probe without an ETag":       {schema.Trust{ProbeLastModified: "old"}, httpfetch.Probe, ""},
		"distrusted":                    {schema.Trust{ProbeETag: `"old"`, DistrustedUntil: now.Add(1)}, httpfetch.Distrusting, ""},
		"trusted again":                 {schema.Trust{DistrustedUntil: now}, httpfetch.Conditional, `"a"`},
		"trusted again, without checks": {schema.Trust{DistrustedUntil: ago(time.Hour), NotModified: 1}, httpfetch.Conditional, `"a"`},
	} {
		t.Run(name, func(t *testing.T) {
			plan, etag, _ := httpfetch.PlanValidators(schema.PollState{ETag: `"a"`, Trust: test.trust}, now)
			if plan != test.plan || etag != test.etag {
				t.Errorf("plan %d with %q", plan, etag)
			}
		})
	}
}

// What was learnt by a clock that is put back holds for no longer than it was to,
// and a document that has not been seen for long is looked at.
func TestTrustAndAClockThatJumps(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		trust schema.Trust
		want  httpfetch.Plan
	}{
		"distrusted since now":              {schema.Trust{DistrustedUntil: now.Add(7 * day)}, httpfetch.Distrusting},
		"distrusted in an hour":             {schema.Trust{DistrustedUntil: now.Add(7*day + time.Hour)}, httpfetch.Conditional},
		"distrusted in a year":              {schema.Trust{DistrustedUntil: now.Add(373 * day)}, httpfetch.Conditional},
		"distrusted a year ago":             {schema.Trust{DistrustedUntil: now.Add(-359 * day)}, httpfetch.Conditional},
		"seen in an hour":                   {schema.Trust{NotModified: 4, WholeAt: now.Add(time.Hour)}, httpfetch.Conditional},
		"seen in an hour, and often not":    {schema.Trust{NotModified: 19, WholeAt: now.Add(time.Hour)}, httpfetch.Check},
		"seen in a year":                    {schema.Trust{NotModified: 4, WholeAt: now.Add(366 * day)}, httpfetch.Check},
		"seen in a year, hardly asked":      {schema.Trust{NotModified: 3, WholeAt: now.Add(366 * day)}, httpfetch.Conditional},
		"seen a year ago":                   {schema.Trust{NotModified: 4, WholeAt: now.Add(-366 * day)}, httpfetch.Check},
		"seen in the year 9999":             {schema.Trust{NotModified: 4, WholeAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, httpfetch.Check},
		"distrusted until the year 9999":    {schema.Trust{DistrustedUntil: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, httpfetch.Conditional},
		"distrusted, seen as it never was":  {schema.Trust{DistrustedUntil: now.Add(day), NotModified: 4}, httpfetch.Distrusting},
		"a probe by a clock of another day": {schema.Trust{DistrustedUntil: now.Add(99 * day), ProbeETag: "x"}, httpfetch.Probe},
	} {
		state := schema.PollState{ETag: "e", Trust: test.trust}
		plan, etag, _ := httpfetch.PlanValidators(state, now)
		if plan != test.want || (plan == httpfetch.Conditional) != (etag == "e") {
			t.Errorf("%s: plan %d with %q, want %d", name, plan, etag, test.want)
		}
	}
}
