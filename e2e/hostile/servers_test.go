package hostile_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// server makes a site that misbehaves, and returns the address of its feed.
type server func(tb testing.TB) string

// head begins an answer whose validators must not be kept.
const head = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: \"trap\"\r\nLast-Modified: Mon, 02 Mar 2026 10:00:00 GMT\r\n"

// wire speaks to each connection as it likes, after a request has begun.
func wire(speak func(net.Conn)) server {
	return func(tb testing.TB) string {
		tb.Helper()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { listener.Close() })
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					defer conn.Close()
					if _, err := conn.Read(make([]byte, 4096)); err == nil {
						speak(conn)
					}
				}()
			}
		}()
		return "http://" + listener.Addr().String() + "/feed"
	}
}

func say(text string) server {
	return wire(func(conn net.Conn) { io.WriteString(conn, text) })
}

// flood says text, and then more until nobody listens.
func flood(text, more string) server {
	more = strings.Repeat(more, 1+16<<10/len(more))
	return wire(func(conn net.Conn) {
		_, err := io.WriteString(conn, text)
		for err == nil {
			_, err = io.WriteString(conn, more)
		}
	})
}

// drip says text, and then a little every tenth of a second until nobody listens.
func drip(text, little string) server {
	return wire(func(conn net.Conn) {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		_, err := io.WriteString(conn, text)
		for err == nil {
			<-tick.C
			_, err = io.WriteString(conn, little)
		}
	})
}

// silent never says a byte, and waits until the other end has gone.
func silent() server {
	return wire(func(conn net.Conn) { io.Copy(io.Discard, conn) })
}

// fault is a good feed behind a fault.
func fault(f fetchertest.Fault) server {
	return func(tb testing.TB) string {
		site := fetchertest.New(tb)
		site.Feed("/feed").SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 7, Count: 20})...)
		site.Fault("/feed", f)
		return site.URL("/feed")
	}
}

// answer is a handler, at /feed.
func answer(h http.HandlerFunc) server {
	return func(tb testing.TB) string {
		site := httptest.NewServer(h)
		tb.Cleanup(site.Close)
		return site.URL + "/feed"
	}
}

// body serves a document with validators. More are names and values of headers.
func body(document string, more ...string) server {
	return answer(func(w http.ResponseWriter, _ *http.Request) { write(w, document, more...) })
}

func write(w http.ResponseWriter, document string, more ...string) {
	w.Header().Set("Content-Type", "application/rss+xml")
	w.Header().Set("ETag", `"trap"`)
	for i := 0; i+1 < len(more); i += 2 {
		w.Header().Set(more[i], more[i+1])
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(document)))
	io.WriteString(w, document)
}

// once serves the bad answer first, and a good feed ever after.
func once(bad http.HandlerFunc) server {
	return fault(fetchertest.Times(1, func(http.Handler) http.Handler { return bad }))
}

// leads redirects /feed to one address, and /back to /feed.
func leads(status int, to string) server {
	return answer(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", map[string]string{"/feed": to, "/back": "/feed"}[r.URL.Path])
		w.WriteHeader(status)
	})
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}
