package page

import (
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// The codes of a page that is not there, beside those of a request. Operators
// have them in docs/configure.md.
const (
	CodeBusy     = "busy"     // its host could not be asked in time
	CodeNotHTML  = "not-html" // it is something else
	CodeEmpty    = "empty"    // nothing at all
	CodeOversize = "oversize" // its item has no room for it

	CodeUnregistered = "unregistered" // its feed has left the registry: how it is to be asked is not known
)

// accept is the Accept header of a request for a page.
const accept = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

const (
	// maxTries is how often a page is asked for at most. A delivery that waited
	// for its host counts as one of them: workers have nothing else in common.
	maxTries = 3
	// maxRetry is the longest wait between two of them.
	maxRetry = 5 * time.Minute
	// maxContentType is how much of a Content-Type header is kept.
	maxContentType = 200
)

// fault is the code of what is wrong with an answer, empty when nothing is.
func fault(resp httpfetch.Response) string {
	switch {
	case len(resp.Body) == 0:
		return CodeEmpty
	case !isHTML(resp):
		return CodeNotHTML
	}
	return ""
}

// isHTML goes by what the server says, or by the first bytes when it says
// nothing.
func isHTML(resp httpfetch.Response) bool {
	contentType := resp.ContentType
	if strings.TrimSpace(contentType) == "" {
		contentType = http.DetectContentType(resp.Body)
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil { // a bad parameter does not make it another type
		media, _, _ = strings.Cut(contentType, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	return media == "text/html" || media == "application/xhtml+xml"
}

func bounded(contentType string) string {
	return strings.ToValidUTF8(contentType[:min(len(contentType), maxContentType)], "")
}

// again says whether and when to ask again after a failure.
func (w *Worker) again(failure *httpfetch.Error, retryAfter time.Duration, delivered uint64) (time.Duration, bool) {
	if !passes(failure) || delivered >= maxTries || retryAfter > maxRetry {
		return 0, false
	}
	delay := w.Retry
	if delivered > 1 {
		delay *= 4
	}
	return min(max(delay, retryAfter), maxRetry), true
}

// passes reports whether a failure may be over soon: a time-out, a connection
// that broke, a server that has trouble or too much to do.
func passes(failure *httpfetch.Error) bool {
	switch failure.Code {
	case httpfetch.CodeHeaderTimeout, httpfetch.CodeTotalDeadline, httpfetch.CodeRateLimited:
		return true
	case httpfetch.CodeBadHTTP:
		return failure.Status == 0 || failure.Status >= 500 || failure.Status == http.StatusRequestTimeout || failure.Status == http.StatusTooEarly
	}
	return false
}
