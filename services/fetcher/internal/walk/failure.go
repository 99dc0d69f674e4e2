package walk

import (
	"net/http"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

const (
	// maxTries is how often a document is asked for.
	maxTries = 8
	// maxRetry is the longest wait between two times, unless the server asks for
	// more.
	maxRetry = time.Hour
	// maxDetail is how many bytes of a cause are kept.
	maxDetail = 300
)

// unread does what follows when a document could not be read: it is tried again,
// left out, is past the end of the feed, or ends the walk. It returns the verdict.
func (s *stride) unread(u *poll.Unread) string {
	if passes(u) && s.walk.Tries+1 < maxTries {
		wait := u.RetryAfter
		if wait == 0 {
			wait = min(s.Retry<<s.walk.Tries, maxRetry)
		}
		s.walk.Tries++
		s.again = s.Now().Add(wait)
		s.job.Error, s.job.Detail = u.Code, bounded(u.Cause.Error())
		return "retried"
	}
	s.walk.Tries, s.job.Error, s.job.Detail = 0, "", ""
	switch {
	case s.walk.Way == schema.WayPaged && isPastTheEnd(u):
		s.end("there is no further page")
		return "past-the-end"
	case s.walk.Way == schema.WaySitemaps && s.address() != s.feed.URL && u.Code != string(httpfetch.CodeRateLimited):
		s.count("documents-unread", 1)
		s.walk.Documents++
		s.move(s.nextSitemap())
		return "left-out"
	}
	detail := u.Cause.Error()
	if s.walk.Next != "" { // the feed's own address may hold a password
		detail = s.walk.Next + ": " + detail
	}
	s.fail(u.Code, detail)
	return "failed"
}

// passes reports whether a failure may be over soon: a time-out, a connection
// that broke, a server that has trouble or too much to do.
func passes(u *poll.Unread) bool {
	switch httpfetch.Code(u.Code) {
	case httpfetch.CodeHeaderTimeout, httpfetch.CodeTotalDeadline, httpfetch.CodeRateLimited, httpfetch.CodeDNS:
		return true
	case httpfetch.CodeBadHTTP:
		return u.Status == 0 || u.Status >= 500 || u.Status == http.StatusRequestTimeout || u.Status == http.StatusTooEarly
	}
	return false
}

// isPastTheEnd reports whether an answer is what WordPress says of a page after
// the last.
func isPastTheEnd(u *poll.Unread) bool {
	return u.Status == http.StatusNotFound || u.Status == http.StatusGone || u.Status == http.StatusBadRequest ||
		u.Code == feed.CodeNotFeed || u.Code == feed.CodeEmpty
}

// fail ends the walk with an error. It stays where it is, so that it can be
// begun again there.
func (s *stride) fail(code, detail string) {
	s.job.State, s.job.Error, s.job.Detail = schema.JobFailed, code, bounded(detail)
}

// end ends the walk at the end of what there is.
func (s *stride) end(why string) {
	s.stop(why)
	s.walk.Next = ""
}

// stop ends the walk where it can be begun again.
func (s *stride) stop(why string) {
	s.job.State, s.job.Error, s.job.Detail = schema.JobDone, "", why
}

// bounded cuts a text for a person at a length.
func bounded(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return text[:maxDetail] + "..."
}
