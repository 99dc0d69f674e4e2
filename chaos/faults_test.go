package chaos

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// way is a way in which a request of a feed fails.
type way struct {
	name string
	make func(*rand.Rand) fetchertest.Fault
}

// fault is how this request fails: nil for not. It wants the lock.
func (p *paper) fault() (fetchertest.Fault, string) {
	if !p.known || p.rng.Float64() >= p.faults {
		return nil, ""
	}
	w := p.ways[p.rng.IntN(len(p.ways))]
	p.failed[w.name]++
	return w.make(p.rng), w.name
}

// hurried are the ways that take seconds at most.
func hurried() []way {
	at := func(rng *rand.Rand) int { return 200 + rng.IntN(8000) }
	return []way{
		{"slow", func(rng *rand.Rand) fetchertest.Fault { return slow(upTo(rng, 1500*time.Millisecond)) }},
		{"status", func(rng *rand.Rand) fetchertest.Fault {
			return fetchertest.Status([]int{500, 502, 503, 404}[rng.IntN(4)])
		}},
		{"cut", func(rng *rand.Rand) fetchertest.Fault { return fetchertest.Cut(at(rng)) }},
		{"cut", func(rng *rand.Rand) fetchertest.Fault { return fetchertest.Cut(at(rng) / 2) }},
		{"truncated", func(rng *rand.Rand) fetchertest.Fault { return fetchertest.Truncate(at(rng) / 4) }},
		{"charset", always(fetchertest.Header("Content-Type", "application/xml; charset=iso-8859-1"))},
		{"lying-gzip", always(lyingGzip)},
		{"garbage", func(rng *rand.Rand) fetchertest.Fault { return fetchertest.Garbage(rng.Uint64(), at(rng)) }},
		{"reset", always(reset)},
		{"lying-304", always(lying304)},
	}
}

// patient are those that only a simulation has the time for.
func patient() []way {
	return []way{
		{"rate-limited", func(rng *rand.Rand) fetchertest.Fault {
			return fetchertest.RetryAfter(http.StatusTooManyRequests, strconv.Itoa(rng.IntN(3600)))
		}},
		{"unavailable", func(rng *rand.Rand) fetchertest.Fault {
			at := time.Now().Add(upTo(rng, time.Hour)).UTC().Format(http.TimeFormat)
			return fetchertest.RetryAfter(http.StatusServiceUnavailable, at)
		}},
		{"redirect", func(rng *rand.Rand) fetchertest.Fault { return fetchertest.Chain(1 + rng.IntN(12)) }},
		{"moved", func(rng *rand.Rand) fetchertest.Fault { return moved(rng.IntN(5)) }},
		{"stall", always(fetchertest.Stall())},
		{"drip", func(rng *rand.Rand) fetchertest.Fault { return drip(upTo(rng, 3*time.Second)) }},
		{"huge", always(fetchertest.HugeGzip(9 << 20))},
	}
}

func always(f fetchertest.Fault) func(*rand.Rand) fetchertest.Fault {
	return func(*rand.Rand) fetchertest.Fault { return f }
}

// moved says that the feed is at another address for good, where it is too.
func moved(n int) fetchertest.Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", r.URL.Path+"?moved="+strconv.Itoa(n))
			w.WriteHeader(http.StatusMovedPermanently)
		})
	}
}

// drip sends a body in small pieces, with a pause after each.
func drip(pause time.Duration) fetchertest.Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&dripping{ResponseWriter: w, request: r, pause: pause}, r)
		})
	}
}

type dripping struct {
	http.ResponseWriter
	request *http.Request
	pause   time.Duration
}

// Write writes in pieces, until the client has gone.
func (d *dripping) Write(p []byte) (n int, err error) {
	const piece = 500
	for len(p) > 0 && err == nil {
		var wrote int
		wrote, err = d.ResponseWriter.Write(p[:min(piece, len(p))])
		n, p = n+wrote, p[wrote:]
		if err == nil {
			_ = http.NewResponseController(d.ResponseWriter).Flush() // what fails shows at the next piece
			err = pause(d.request.Context(), d.pause)
		}
	}
	return n, err
}

// slow answers late.
func slow(by time.Duration) fetchertest.Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(by):
				next.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}
}

// reset hangs up without an answer.
func reset(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close() // it has no more use
		}
	})
}

// lyingGzip calls a document compressed that is not.
func lyingGzip(next http.Handler) http.Handler {
	return fetchertest.Header("Content-Encoding", "gzip")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		next.ServeHTTP(w, r)
	}))
}

// lying304 says that nothing has changed, whatever the client has.
func lying304(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		etag := r.Header.Get("If-None-Match")
		if etag == "" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("ETag", etag)
		w.WriteHeader(http.StatusNotModified)
	})
}
