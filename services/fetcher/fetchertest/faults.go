package fetchertest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
)

// Fault is how a path fails: it wraps the handler that would serve it. Any
// function of this form will do; those here are the usual ones. A fault must
// return when the request's context ends.
type Fault func(http.Handler) http.Handler

// Times fails the first n requests in this way and lets the rest through.
func Times(n int, f Fault) Fault {
	var count atomic.Int64
	return func(next http.Handler) http.Handler {
		if count.Add(1) <= int64(n) {
			return f(next)
		}
		return next
	}
}

// Status answers with a status and no document.
func Status(code int) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, http.StatusText(code), code)
		})
	}
}

// RetryAfter answers with a status and a Retry-After header.
func RetryAfter(code int, value string) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			http.Error(w, http.StatusText(code), code)
		})
	}
}

// Redirect points somewhere else.
func Redirect(code int, to string) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(code)
		})
	}
}

// Chain redirects n times before it serves the path.
func Chain(n int) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			hop, _ := strconv.Atoi(r.URL.Query().Get("hop")) // none is 0
			if hop >= n {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Location", fmt.Sprintf("%s?hop=%d", r.URL.Path, hop+1))
			w.WriteHeader(http.StatusFound)
		})
	}
}

// Stall never answers.
func Stall() Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	}
}

// Header sets a header to another value than it should have, such as a wrong
// charset in Content-Type.
func Header(name, value string) Fault {
	return rewrite(func(a *answer) { a.header.Set(name, value) })
}

// Truncate hangs up after n bytes of the body.
func Truncate(n int) Fault {
	return rewrite(func(a *answer) {
		a.header.Set("Content-Length", strconv.Itoa(a.body.Len()))
		a.body.Truncate(min(n, a.body.Len()))
	})
}

// Cut serves the first n bytes of the document as if they were all of it. The
// document is not compressed.
func Cut(n int) Fault {
	cut := rewrite(func(a *answer) {
		a.header.Del("Content-Length")
		a.body.Truncate(min(n, a.body.Len()))
	})
	return func(next http.Handler) http.Handler {
		return cut(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Accept-Encoding")
			next.ServeHTTP(w, r)
		}))
	}
}

// Garbage serves n bytes of noise.
func Garbage(seed uint64, n int) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			noise := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16), byte(seed >> 24)})
			_, _ = io.CopyN(w, noise, int64(n)) // fails when the client has gone
		})
	}
}

// HugeGzip serves n blanks, which take about a thousandth of that on the wire.
func HugeGzip(n int64) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("ETag", `"huge"`)
			_ = http.NewResponseController(w).Flush() // millions of blanks are packed before there is a first packet of them
			z := gzip.NewWriter(w)
			blanks := bytes.Repeat([]byte(" "), 64<<10)
			for left := n; left > 0; left -= int64(len(blanks)) {
				if _, err := z.Write(blanks[:min(left, int64(len(blanks)))]); err != nil {
					return // the client has seen enough
				}
			}
			_ = z.Close() // the same
		})
	}
}

// answer is an http.ResponseWriter that keeps what it got.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// rewrite changes an answer before it is sent.
func rewrite(change func(*answer)) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := answer{header: w.Header(), status: http.StatusOK}
			next.ServeHTTP(&a, r)
			change(&a)
			w.WriteHeader(a.status)
			_, _ = a.body.WriteTo(w) // fails when the client has gone
		})
	}
}
