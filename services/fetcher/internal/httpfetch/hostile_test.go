package httpfetch_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

const (
	header  = time.Second     // Config.HeaderTimeout of these tests
	total   = 5 * time.Second // Config.Timeout
	window  = time.Second     // Config.RateWindow
	allowed = 32 << 20        // bytes of memory above idle
)

const answered = "HTTP/1.1 200 OK\r\nETag: \"new\"\r\n"

// delivered in the place of a code says that the answer is whole, and what is
// wrong with it is for the reader of its body to say.
const delivered httpfetch.Code = "delivered"

// hostileServers are those of the collected list, by its ids. Those about
// addresses are in TestBlockedTargets and TestRebinding.
var hostileServers = []struct {
	id, what string
	site     func(t *testing.T) string // makes the server, returns the address to ask
	want     httpfetch.Code
}{
	{"S01", "1 GiB of gzip", fault(fetchertest.HugeGzip(1 << 30)), httpfetch.CodeBodyLimit},
	{"S01", "1 GiB of zstd", encoded("zstd", func(t *testing.T) string { return strings.Repeat(zstandard(t, zeros(1<<20)), 1<<10) }), httpfetch.CodeBodyLimit},
	{"S01", "32 MiB of br", encoded("br", func(t *testing.T) string { return brotlied(t, zeros(32<<20)) }), httpfetch.CodeBodyLimit},
	{"S02", "gzip, cut", encoded("gzip", cutGzip), httpfetch.CodeBadEncoding},
	{"S03", "gzip that is none", encoded("gzip", func(*testing.T) string { return document }), delivered},
	{"S04", "never a byte", wire(hang), httpfetch.CodeHeaderTimeout},
	{"S05", "a space now and then", wire(dripBody), httpfetch.CodeTotalDeadline},
	{"S06", "a header now and then", wire(dripHeaders), httpfetch.CodeHeaderTimeout},
	{"S07", "items for ever", wire(bomb(answered+"\r\n", strings.Repeat("<item><title>x</title></item>", 100))), httpfetch.CodeBodyLimit},
	{"S08", "headers for ever", wire(bomb(answered, strings.Repeat("X-Filler: 1234567890\r\n", 100))), httpfetch.CodeHeaderLimit},
	{"S09", "early hints for ever", wire(forever("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0)), httpfetch.CodeHeaderLimit},
	{"S10", "length too long", wire(say(answered + "Content-Length: 99999999999\r\n\r\n<rss>")), httpfetch.CodeBadHTTP},
	{"S11", "two lengths", wire(say(answered + "Content-Length: 3\r\nContent-Length: 5\r\n\r\n<rss>")), httpfetch.CodeBadHTTP},
	{"S12", "no last chunk", wire(say(answered + "Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n")), httpfetch.CodeBadHTTP},
	{"S13", "A to B to A", redirecting("/b", http.StatusFound), httpfetch.CodeRedirects},
	{"S14", "to itself, for good", redirecting("/a", http.StatusMovedPermanently), httpfetch.CodeRedirects},
	{"S15", "60 redirects", fault(fetchertest.Chain(60)), httpfetch.CodeRedirects},
	{"S16", "to nowhere", wire(say("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")), httpfetch.CodeRedirects},
	{"S17", "to a file", redirecting("file:///etc/passwd", http.StatusFound), httpfetch.CodeBlockedScheme},
	{"S18", "to gopher", redirecting("gopher://127.0.0.1:6379/_FLUSHALL", http.StatusFound), httpfetch.CodeBlockedScheme},
	{"S32", "304 to no condition", fault(fetchertest.Status(304)), httpfetch.CodeBadHTTP},
	{"S33", "410", fault(fetchertest.Status(410)), httpfetch.CodeGone},
	{"S34", "429 for ever", wire(say("HTTP/1.1 429 No\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n")), httpfetch.CodeRateLimited},
	{"S35", "503 until before", wire(say("HTTP/1.1 503 No\r\nRetry-After: -1\r\nContent-Length: 0\r\n\r\n")), httpfetch.CodeBadHTTP},
	{"S36", "200 and nothing", wire(say(answered + "Content-Length: 0\r\n\r\n")), delivered},
	{"S37", "200 and a web page", wire(say(answered + "Content-Type: text/html\r\nContent-Length: 21\r\n\r\n<html>Sorry.</html>\r\n")), delivered},
}

// otherTests are the ids that other tests of this package have.
var otherTests = []string{"S19", "S20", "S21", "S22", "S23", "S24", "S25", "S26", "S27", "S28", "S29", "S30", "S31"}

func wire(speak func(net.Conn)) func(*testing.T) string {
	return func(t *testing.T) string { return raw(t, speak) }
}

func fault(f fetchertest.Fault) func(*testing.T) string {
	return func(t *testing.T) string {
		site := fetchertest.New(t)
		site.Fault("/feed", f)
		return site.URL("/feed")
	}
}

// encoded is a body that is made before it is asked for.
func encoded(encoding string, body func(*testing.T) string) func(*testing.T) string {
	return func(t *testing.T) string {
		made := body(t)
		return serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			io.WriteString(w, made)
		}).URL
	}
}

func cutGzip(t *testing.T) string {
	whole := gzipped(t, strings.NewReader(strings.Repeat(document, 50)))
	return whole[:len(whole)-12]
}

// redirecting is a site where /b leads to /a, and /a to the address given.
func redirecting(to string, status int) func(*testing.T) string {
	return func(t *testing.T) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) {
			target := map[string]string{"/a": to, "/b": "/a"}[r.URL.Path]
			http.Redirect(w, r, target, status)
		}).URL + "/a"
	}
}

// Each is refused, with its code, in bounded time and memory, and leaves no
// validator behind. -v prints what it cost.
func TestHostileServers(t *testing.T) {
	// Only what is too slow needs limits that a busy machine may meet as well.
	hasty := client(t, func(c *httpfetch.Config) {
		c.MaxBody = httpfetch.DefaultConfig().MaxBody
		c.HeaderTimeout, c.Timeout, c.RateWindow = header, total, window
	})
	patient := client(t, func(c *httpfetch.Config) {
		d := httpfetch.DefaultConfig()
		c.MaxBody, c.HeaderTimeout, c.Timeout, c.RateWindow = d.MaxBody, d.HeaderTimeout, d.Timeout, d.RateWindow
	})
	t.Logf("%-4s %-24s %-16s %8s %10s", "id", "server", "outcome", "ms", "KiB above")
	for _, row := range hostileServers {
		t.Run(row.id+" "+row.what, func(t *testing.T) {
			address, c := row.site(t), patient
			if row.want == httpfetch.CodeHeaderTimeout || row.want == httpfetch.CodeTotalDeadline {
				c = hasty
			}
			var resp httpfetch.Response
			var err error
			begin := time.Now()
			peak := memory(func() { resp, err = c.Get(t.Context(), httpfetch.Request{URL: address}) })
			took := time.Since(begin)
			t.Logf("%-4s %-24s %-16s %8d %10d  %v", row.id, row.what, row.want, took.Milliseconds(), peak>>10, detail(err))
			if row.want != delivered {
				wantCode(t, err, row.want)
			} else if err != nil {
				t.Error(err)
			}
			if kept := resp.ETag != "" && len(resp.Body) == 0; kept || resp.MovedTo != "" {
				t.Errorf("learnt from it: %+v", resp)
			}
			if resp.RetryAfter < 0 || resp.RetryAfter > httpfetch.MaxWait {
				t.Errorf("to be left alone for %v", resp.RetryAfter)
			}
			if peak > allowed {
				t.Errorf("took %d KiB", peak>>10)
			}
		})
	}
}

func detail(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	return text[strings.LastIndex(text[:min(len(text), 60)], ": ")+1:]
}

// memory is how many bytes the heap was larger at most, garbage included, while
// f ran.
func memory(f func()) int64 {
	runtime.GC()
	debug.FreeOSMemory()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	heap := func() int64 {
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	before := heap()
	done := make(chan struct{})
	peaks := make(chan int64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		peak := before
		for {
			peak = max(peak, heap())
			select {
			case <-done:
				peaks <- peak - before
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	return <-peaks
}

// The collected list has no row that is not tested.
func TestHostileList(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shared(t), "hostile.tsv"))
	if err != nil {
		t.Skip(err)
	}
	tested := map[string]bool{}
	for _, row := range hostileServers {
		tested[row.id] = true
	}
	for _, id := range otherTests {
		tested[id] = true
	}
	for line := range bytes.Lines(data) {
		fields := strings.Split(string(line), "\t")
		if len(fields) > 2 && fields[2] == "fetch" && strings.HasPrefix(fields[0], "S") && fields[0] < "S40" && !tested[fields[0]] {
			t.Errorf("%s is not tested: %s", fields[0], fields[3])
		}
	}
}

// A body may be slow at times, but not for a whole window; one that is slow and
// steady is not cut off.
func TestSlowBody(t *testing.T) {
	pieces := func(n, size int, pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for range n {
				io.WriteString(w, strings.Repeat(" ", size))
				http.NewResponseController(w).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(pause):
				}
			}
		}
	}
	for name, test := range map[string]struct {
		site http.HandlerFunc
		rate int64
		want httpfetch.Code
	}{
		"slow and steady": {pieces(20, 100, 20*time.Millisecond), 1000, ""},
		"too slow":        {pieces(200, 1, 20*time.Millisecond), 1000, httpfetch.CodeTotalDeadline},
		"stalls at the end": {func(w http.ResponseWriter, r *http.Request) {
			pieces(1, 50_000, 0)(w, r)
			pieces(2, 1, time.Minute)(w, r)
		}, 1000, httpfetch.CodeTotalDeadline},
		"not looked at": {pieces(20, 1, 20*time.Millisecond), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t, func(c *httpfetch.Config) { c.MinRate, c.RateWindow = test.rate, 150*time.Millisecond })
			resp, err := c.Get(t.Context(), httpfetch.Request{URL: serve(t, test.site).URL})
			if test.want == "" && err != nil {
				t.Error(err)
			}
			if test.want != "" {
				failure := wantCode(t, err, test.want)
				if resp.Body != nil || !strings.Contains(fmt.Sprint(failure), "slowly") {
					t.Error(failure)
				}
			}
		})
	}
}
