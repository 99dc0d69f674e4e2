package behaviour

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// validators are the cases of conditional requests.
func validators() []Case {
	return []Case{
		{"etag", "sends an ETag back byte for byte, whatever it looks like", "RFC 9110, 8.8.3; readers that strip quotes or `W/`", 3, playETag},
		{"last-modified", "sends Last-Modified back as it was written, never a date of its own", "RFC 9110, 13.1.3; readers that format it anew", 3, playLastModified},
		{"both-validators", "sends both validators when it has both", "RFC 9110, 8.8.4", 1, playBoth},
		{"mostly-conditional", "asks for a whole unchanged feed twice a day at most", "rachelbythebay.com/w/feed: unconditional requests once a day; Media Cloud, where it is off by default", 3, playConditional},
		{"validators-replaced", "sends those of the last document, and none when it had none", "RFC 9110, 8.8; readers that keep an old one", 3, playReplaced},
		{"validators-of-errors", "keeps none of an error page", "RFC 9110, 8.8; readers that store headers before they look at the status", 3, playOfErrors},
		{"validators-of-torn", "keeps none of a document that was cut off", "RFC 9112, 8; readers that store headers before the body is there", 3, playTorn},
		{"validators-of-web-page", "keeps none of a web page in the feed's place", "readers that store headers before the document is read", 2, playWebPage},
		{"lying-304", "finds out within two days that the 304 of a server is not true", "servers in the wild; NewsBlur, which asks without validators now and then", 3, playLying},
	}
}

func playETag(w *World) error {
	tags := []string{`"plain"`, `W/"weak"`, `unquoted`, `"a,b"`, `"sl\"ash"`, `"5f3-gzip"`, `" spaced "`, `W/"é"`, `""`}
	return w.opaque("ETag", "If-None-Match", tags)
}

func playLastModified(w *World) error {
	dates := []string{
		"Sat, 01 Jan 2000 00:00:00 GMT", "Saturday, 01-Jan-00 00:00:00 GMT", "Sat, 1 Jan 2000 01:00:00 +0100",
		"2000-01-01T00:00:00Z", "Sat, 01 Jan 2050 00:00:00 GMT", "yesterday",
	}
	return w.opaque("Last-Modified", "If-Modified-Since", dates)
}

// opaque wants each value sent back as it is, by most requests for its feed.
func (w *World) opaque(name, back string, values []string) error {
	var feeds []string
	for i, value := range values {
		a := answer{header: map[string]string{name: value}, body: rss(3)}
		feeds = append(feeds, w.Serve("http://paper"+strconv.Itoa(i)+".test/feed", asked(a.unless)))
	}
	w.Poll(4*time.Hour, feeds...)
	for i, value := range values {
		log, err := w.Log(feeds[i])
		if err != nil {
			return err
		}
		sent := 0
		for _, r := range log {
			if got := r.Header.Get(back); got == value {
				sent++
			} else if got != "" {
				return fmt.Errorf("%s: %q was sent back as %q", name, value, got)
			}
		}
		if sent == 0 || 2*sent < len(log)-1 {
			return fmt.Errorf("%s: %q was sent back by %d of %d requests", name, value, sent, len(log))
		}
	}
	return nil
}

func playBoth(w *World) error {
	a := tagged(`"1"`, 3)
	a.header["Last-Modified"] = "Sat, 01 Jan 2000 00:00:00 GMT"
	w.Poll(4*time.Hour, w.Serve(feed, asked(a.unless)))
	return w.each(feed, func(i int, r Request) error {
		if i > 0 && r.Conditional() && (r.Header.Get("If-None-Match") == "" || r.Header.Get("If-Modified-Since") == "") {
			return errors.New("one of two validators was sent")
		}
		return nil
	}, 2)
}

// each looks at the requests for an address, of which it wants a number.
func (w *World) each(url string, check func(int, Request) error, least int) error {
	log, err := w.Log(url)
	if err != nil {
		return err
	}
	for i, r := range log {
		if err := check(i, r); err != nil {
			return fmt.Errorf("request %d, after %s: %w", i+1, r.At, err)
		}
	}
	return log.Count(least, 1<<30)
}

func playConditional(w *World) error {
	w.Poll(day, w.Serve(feed, asked(tagged(`"1"`, 3).unless)))
	whole := 0
	err := w.each(feed, func(_ int, r Request) error {
		if !r.Conditional() {
			whole++
		}
		return nil
	}, 3)
	if err == nil && whole > 2 {
		err = fmt.Errorf("%d requests without a validator", whole)
	}
	return err
}

func playReplaced(w *World) error {
	last, documents := "", 0 // the validator that the poller has
	var wrong error
	w.Serve(feed, asked(func(r *http.Request) answer {
		if got := r.Header.Get("If-None-Match"); got != last && got != "" && wrong == nil {
			wrong = fmt.Errorf("sent %q after %s, when the last document had %q", got, w.Now(), last)
		}
		// Another document each two hours; every third has no validator.
		n := int(w.Now() / (2 * time.Hour))
		a := tagged(fmt.Sprintf(`"%d"`, n), n+1)
		if n%3 == 2 {
			delete(a.header, "ETag")
		}
		if a = a.unless(r); a.status == 0 {
			last, documents = a.header["ETag"], documents+1
		}
		return a
	}))
	w.Poll(day, feed)
	if _, err := w.Log(feed); err != nil || wrong != nil {
		return errors.Join(err, wrong)
	}
	if documents < 6 {
		return fmt.Errorf("%d of 12 documents were got", documents)
	}
	return nil
}

func playOfErrors(w *World) error {
	return w.never(`"bad"`, func(n int, a answer) answer {
		if n == 1 || n > 3 {
			return a
		}
		return answer{status: 500 + 3*(n%2), header: map[string]string{"ETag": `"bad"`}, body: "<h1>Sorry</h1>"}
	})
}

func playTorn(w *World) error {
	return w.never(`"bad"`, func(n int, a answer) answer {
		if n == 1 || n > 4 {
			return a
		}
		torn := tagged(`"bad"`, 9)
		torn.header["Content-Length"] = strconv.Itoa(2 * len(torn.body))
		return torn
	})
}

func playWebPage(w *World) error {
	return w.never(`"bad"`, func(n int, a answer) answer {
		if n == 1 || n > 3 {
			return a
		}
		return answer{header: map[string]string{"ETag": `"bad"`, "Content-Type": "text/html"}, body: "<!doctype html><title>Moved house</title><p>Soon."}
	})
}

// never wants no request with a validator, out of answers that change by the
// number of the request.
func (w *World) never(etag string, change func(n int, a answer) answer) error {
	n := 0
	w.Serve(feed, asked(func(r *http.Request) answer {
		n++
		return change(n, tagged(`"good"`, 3)).unless(r)
	}))
	w.Poll(day, feed)
	return w.each(feed, func(_ int, r Request) error {
		if got := r.Header.Get("If-None-Match"); strings.Contains(got, strings.Trim(etag, `"`)) {
			return fmt.Errorf("sent %s", got)
		}
		return nil
	}, 3)
}

func playLying(w *World) error {
	began := w.Now()
	w.Serve(feed, asked(func(r *http.Request) answer { return tagged(`"same"`, 3+int(w.Now()/(6*time.Hour))).unless(r) }))
	w.Poll(2*day, feed)
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	for _, r := range log.After(began + 6*time.Hour) {
		if r.Status == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("believed %d answers 304", len(log)-1)
}
