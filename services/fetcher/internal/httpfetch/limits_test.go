package httpfetch_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

const document = "<rss><channel><title>All quiet</title></channel></rss>"

func gzipped(t *testing.T, body io.Reader) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, body); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.String()
}

func zstandard(t *testing.T, body io.Reader) string {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(z, body); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.String()
}

func brotlied(t *testing.T, body io.Reader) string {
	t.Helper()
	var b bytes.Buffer
	z := brotli.NewWriterLevel(&b, 5)
	if _, err := io.Copy(z, body); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.String()
}

func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestBody(t *testing.T) {
	const limit = 64 << 10
	gz := gzipped(t, strings.NewReader(document))
	zst := zstandard(t, strings.NewReader(document))
	br := brotlied(t, strings.NewReader(document))
	for name, test := range map[string]struct {
		encoding, body string
		want           httpfetch.Code // none: document
	}{
		"plain":                    {"", document, ""},
		"identity":                 {"Identity", document, ""},
		"gzip":                     {"gzip", gz, ""},
		"x-gzip":                   {"X-GZIP", gz, ""},
		"zstd":                     {"zstd", zst, ""},
		"gzip that is none":        {"gzip", document, ""},
		"zstd that is none":        {"zstd", document, ""},
		"gzip, cut":                {"gzip", gz[:len(gz)-6], httpfetch.CodeBadEncoding},
		"gzip, damaged":            {"gzip", gz[:20] + "\x00\x00" + gz[22:], httpfetch.CodeBadEncoding},
		"gzip, then something":     {"gzip", gz + "tail", httpfetch.CodeBadEncoding},
		"zstd, cut":                {"zstd", zst[:len(zst)-6], httpfetch.CodeBadEncoding},
		"br":                       {"br", br, ""},
		"br that is none":          {"br", document, httpfetch.CodeBadEncoding},
		"br, cut":                  {"br", br[:len(br)-6], httpfetch.CodeBadEncoding},
		"br, then something":       {"br", br + "tail", httpfetch.CodeBadEncoding},
		"br of the larger kind":    {"br", "\x11\x1e" + br, httpfetch.CodeBadEncoding},
		"br bomb":                  {"br", brotlied(t, zeros(16<<20)), httpfetch.CodeBodyLimit},
		"br of a br bomb":          {"br", brotlied(t, zeros(limit+1)), httpfetch.CodeBodyLimit},
		"zstd, too far back":       {"zstd", "\x28\xb5\x2f\xfd\x00\x70" + zst[6:], httpfetch.CodeBadEncoding}, // a window of 16 MiB
		"deflate":                  {"deflate", gz, httpfetch.CodeBadEncoding},
		"gzip twice":               {"gzip, gzip", gz, httpfetch.CodeBadEncoding},
		"too long":                 {"", strings.Repeat(" ", limit+1), httpfetch.CodeBodyLimit},
		"gzip bomb":                {"gzip", gzipped(t, zeros(16<<20)), httpfetch.CodeBodyLimit},
		"gzip of a gzip bomb":      {"gzip", gzipped(t, zeros(limit+1)), httpfetch.CodeBodyLimit},
		"zstd bomb":                {"zstd", zstandard(t, zeros(16<<20)), httpfetch.CodeBodyLimit},
		"gzip of nothing, endless": {"gzip", strings.Repeat(gzipped(t, zeros(0)), limit/20), httpfetch.CodeBodyLimit},
	} {
		t.Run(name, func(t *testing.T) {
			site := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", test.encoding)
				w.Header().Set("ETag", `"new"`)
				io.WriteString(w, test.body)
			})
			resp, err := client(t).Get(t.Context(), httpfetch.Request{URL: site.URL})
			if test.want != "" {
				wantCode(t, err, test.want)
				if resp.ETag != "" || resp.Body != nil {
					t.Errorf("kept ETag %q and %d bytes of a bad body", resp.ETag, len(resp.Body))
				}
				return
			}
			if err != nil || string(resp.Body) != document {
				t.Errorf("got %q, %v", resp.Body, err)
			}
		})
	}
}

func TestBodyAtTheLimit(t *testing.T) {
	body := strings.Repeat("x", 1000)
	site := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, gzipped(t, strings.NewReader(body)))
	})
	for limit, want := range map[int64]httpfetch.Code{1000: "", 999: httpfetch.CodeBodyLimit} {
		c := client(t, func(c *httpfetch.Config) { c.MaxBody = limit })
		resp, err := c.Get(t.Context(), httpfetch.Request{URL: site.URL})
		if want != "" {
			wantCode(t, err, want)
		} else if err != nil || string(resp.Body) != body {
			t.Errorf("limit %d: %d bytes, %v", limit, len(resp.Body), err)
		}
	}
}

func TestHostileServer(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nETag: \"new\"\r\n"
	for name, test := range map[string]struct {
		speak func(net.Conn)
		want  httpfetch.Code
	}{
		"silent":                {hang, httpfetch.CodeHeaderTimeout},
		"drips no headers":      {forever("a", 20*time.Millisecond), httpfetch.CodeHeaderTimeout},
		"drips good headers":    {dripHeaders, httpfetch.CodeHeaderTimeout},
		"header bomb":           {bomb(ok, "X-Filler: "+strings.Repeat("a", 100)+"\r\n"), httpfetch.CodeHeaderLimit},
		"one long header":       {bomb(ok+"X-Filler: ", strings.Repeat("a", 1000)), httpfetch.CodeHeaderLimit},
		"endless early hints":   {forever("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0), httpfetch.CodeHeaderLimit},
		"endless body":          {bomb(ok+"\r\n", "<item></item>"), httpfetch.CodeBodyLimit},
		"drips a body":          {dripBody, httpfetch.CodeTotalDeadline},
		"length lies":           {say(ok + "Content-Length: 99999999999\r\n\r\n<rss>"), httpfetch.CodeBadHTTP},
		"two lengths":           {say(ok + "Content-Length: 3\r\nContent-Length: 5\r\n\r\n<rss>"), httpfetch.CodeBadHTTP},
		"no last chunk":         {say(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"), httpfetch.CodeBadHTTP},
		"torn gzip connection":  {say(ok + "Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n\x1f\x8b\x08\x00"), httpfetch.CodeBadHTTP},
		"not HTTP":              {say("220 mail.example ESMTP\r\n"), httpfetch.CodeBadHTTP},
		"hangs up":              {say(""), httpfetch.CodeBadHTTP},
		"switches the protocol": {say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), httpfetch.CodeBadHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t, func(c *httpfetch.Config) {
				c.HeaderTimeout, c.Timeout = 300*time.Millisecond, 900*time.Millisecond
			})
			resp, err := c.Get(t.Context(), httpfetch.Request{URL: raw(t, test.speak)})
			wantCode(t, err, test.want)
			if resp.ETag != "" {
				t.Error("kept the ETag")
			}
		})
	}
}

// bomb sends a start and then the same text as fast as it goes.
func bomb(start, text string) func(net.Conn) {
	return func(c net.Conn) {
		say(start)(c)
		forever(text, 0)(c)
	}
}

func dripHeaders(c net.Conn) {
	say("HTTP/1.1 200 OK\r\n")(c)
	forever("X-Slow: 1\r\n", 20*time.Millisecond)(c)
}

func dripBody(c net.Conn) {
	say("HTTP/1.1 200 OK\r\n\r\n<rss>")(c)
	forever(" ", 20*time.Millisecond)(c)
}
