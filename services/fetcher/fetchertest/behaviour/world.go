package behaviour

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// World is where a case is played: its servers, and the poller.
type World struct {
	net    *Network
	poller Poller
	ctx    context.Context
	began  time.Time
	err    error // of the poller
}

// Now is the time since the case began.
func (w *World) Now() time.Duration { return time.Since(w.began) }

// Serve answers requests for an address, whose scheme is http, with h, and
// returns the address.
func (w *World) Serve(url string, h http.HandlerFunc) string {
	w.net.mu.Lock()
	defer w.net.mu.Unlock()
	w.net.handlers[strings.TrimPrefix(url, "http://")] = h
	return url
}

// Refuse makes a host refuse connections, or no more.
func (w *World) Refuse(host string, refuse bool) { w.net.Refuse(host, refuse) }

// Poll runs the poller for a time.
func (w *World) Poll(d time.Duration, feeds ...string) {
	ctx, stop := context.WithTimeout(w.ctx, d)
	defer stop()
	until := time.Now().Add(d)
	if err := w.poller.Poll(ctx, feeds); err != nil && w.err == nil {
		w.err = fmt.Errorf("the poller ended: %w", err)
	}
	w.Pass(time.Until(until))
}

// Pass lets time pass without the poller.
func (w *World) Pass(d time.Duration) { time.Sleep(max(d, 0)) }

// Log are the requests so far for an address, or for all of a host. An error is
// that of the poller itself, or that it never asked.
func (w *World) Log(of string) (Log, error) {
	if w.err != nil {
		return nil, w.err
	}
	host, path, _ := strings.Cut(strings.TrimPrefix(of, "http://"), "/")
	w.net.mu.Lock()
	defer w.net.mu.Unlock()
	var found Log
	for _, r := range w.net.log {
		asked, _, _ := strings.Cut(r.URI, "?")
		if r.Host == host && (path == "" || asked == "" || asked == "/"+path) {
			found = append(found, *r)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s was never asked", of)
	}
	return found, nil
}

// Unasked returns an error when a host was asked.
func (w *World) Unasked(host string) error {
	if found, err := w.Log(host); err == nil {
		return fmt.Errorf("%s was asked: %d times, first after %s", host, len(found), found[0].At)
	}
	return w.err
}

// Request is a request that a server has received.
type Request struct {
	// At is when, since the case began, and Took how long it was answered.
	At, Took time.Duration
	// Host and URI are what was asked. A connection that was refused has no URI.
	Host, URI string
	// Header is that of the request.
	Header http.Header
	// Status was answered, with so many bytes of body.
	Status int
	Sent   int64
}

// Conditional says that the request has a validator.
func (r Request) Conditional() bool {
	return r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
}

// Log are requests in the order that they came in.
type Log []Request

// atOnce is how many requests were in hand when request i came in, itself included.
func (l Log) atOnce(i int) int {
	n := 1
	for _, before := range l[:i] {
		if before.At+before.Took > l[i].At {
			n++
		}
	}
	return n
}

// Between are those from one time on and before another.
func (l Log) Between(from, to time.Duration) Log {
	return slices.DeleteFunc(slices.Clone(l), func(r Request) bool { return r.At < from || r.At >= to })
}

// After are those from a time on.
func (l Log) After(from time.Duration) Log { return l.Between(from, 1<<62) }

// Count wants so many requests.
func (l Log) Count(least, most int) error {
	if len(l) < least || len(l) > most {
		return fmt.Errorf("%d requests, want %d to %d", len(l), least, most)
	}
	return nil
}

// Apart wants this long from each request to the next, and at least two.
func (l Log) Apart(least time.Duration) error {
	if len(l) < 2 {
		return fmt.Errorf("%d requests, want more", len(l))
	}
	for i, r := range l[1:] {
		if gap := r.At - l[i].At; gap < least {
			return fmt.Errorf("asked again after %s (at %s), want at least %s", gap, r.At, least)
		}
	}
	return nil
}

// Within wants no longer than this from each request to the next, and from the
// last to the end.
func (l Log) Within(most, end time.Duration) error {
	for i, r := range l {
		next := end
		if i+1 < len(l) {
			next = l[i+1].At
		}
		if gap := next - r.At; gap > most {
			return fmt.Errorf("not asked for %s from %s on, want at most %s", gap, r.At, most)
		}
	}
	return nil
}
