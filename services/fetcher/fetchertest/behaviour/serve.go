package behaviour

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// answer is what a server says: 200 where it has no status.
type answer struct {
	status int
	header map[string]string
	body   string
}

// always says the same.
func always(a answer) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { a.to(w) }
}

// asked says what an address answers to a request.
func asked(answers func(*http.Request) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answers(r).to(w) }
}

func (a answer) to(w http.ResponseWriter) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body)) // fails when the poller has gone
}

// unless is the answer, or 304 where the request has its validator, byte for byte.
func (a answer) unless(r *http.Request) answer {
	etag, modified := a.header["ETag"], a.header["Last-Modified"]
	sent := r.Header.Get("If-None-Match")
	if etag != "" && sent == etag || sent == "" && modified != "" && r.Header.Get("If-Modified-Since") == modified {
		return answer{status: http.StatusNotModified, header: a.header}
	}
	return a
}

// tagged is a feed with so many items and an ETag.
func tagged(etag string, items int) answer {
	return answer{header: map[string]string{"ETag": etag, "Content-Type": "application/rss+xml"}, body: rss(items)}
}

// refusal is a status with Retry-After, or without where that is empty.
func refusal(status int, retryAfter string) answer {
	a := answer{status: status, header: map[string]string{}}
	if retryAfter != "" {
		a.header["Retry-After"] = retryAfter
	}
	return a
}

// moved is a redirect.
func moved(status int, to string) answer {
	return answer{status: status, header: map[string]string{"Location": to}}
}

// rss is a feed with so many items, and more elements for its channel.
func rss(items int, more ...string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>The Paper</title>`)
	b.WriteString(strings.Join(more, ""))
	for n := items; n > 0; n-- {
		fmt.Fprintf(&b, "<item><title>Number %d</title><link>http://paper.test/%d</link></item>", n, n)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

const (
	day  = 24 * time.Hour
	feed = "http://paper.test/feed"
)
